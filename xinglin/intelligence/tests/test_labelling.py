"""Headings and study types: filed by people, learned from what they filed, suggested with reasons, shown when taken."""

import pytest
from django.test import Client
from django.urls import reverse

from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.intelligence import services
from xinglin.intelligence.errors import IntelligenceDeedNotPossible
from xinglin.intelligence.labelling import services as labelling
from xinglin.intelligence.labelling import teaching
from xinglin.intelligence.labelling.errors import HeadingUnfit
from xinglin.intelligence.labelling.lifecycle import FilingState
from xinglin.intelligence.labelling.models import Filing, FilingOrigin, Heading
from xinglin.intelligence.models import Finding, Topic
from xinglin.intelligence.products import services as products
from xinglin.intelligence.products.models import ProductKind
from xinglin.intelligence.tasks import learn_soon
from xinglin.literature.articles import Article
from xinglin.literature.files import write_ris

pytestmark = pytest.mark.django_db

# Two subjects of two fields, in both languages; the words of a sentence are not those of its neighbour.
DRUG = (
    "阿替普酶静脉溶栓的用药时间窗",
    "替奈普酶与阿替普酶溶栓剂量比较",
    "双联抗血小板药物治疗轻型卒中",
    "他汀药物强化治疗的安全性",
    "溶栓后早期抗血小板用药",
    "丁苯酞注射液药物治疗观察",
    "Tenecteplase dose for thrombolysis",
    "Dual antiplatelet drug therapy after minor stroke",
    "Statin drug dose and bleeding",
    "Alteplase thrombolysis drug window",
    "Antiplatelet drug resistance",
    "Drug treatment with edaravone dose",
)
REHAB = (
    "早期床旁康复训练与步行能力",
    "镜像疗法康复训练上肢功能",
    "吞咽康复训练的护理",
    "机器人辅助步行康复训练",
    "居家康复训练依从性",
    "平衡训练与跌倒康复",
    "Early rehabilitation training and walking",
    "Mirror training for arm rehabilitation",
    "Robot gait rehabilitation",
    "Home rehabilitation training adherence",
    "Balance training and rehabilitation",
    "Swallowing rehabilitation exercises",
)
NEW_DRUG, NEW_REHAB, NEW_ENGLISH = (
    "阿替普酶溶栓药物剂量再探",
    "卒中后步行康复训练方案",
    "Tenecteplase drug dose trial: randomised",
)


def take(topic: Topic, *titles: str) -> list[Finding]:
    data = write_ris(
        Article(title=title, year=2025, journal="杏林", pages=str(n)) for n, title in enumerate(titles, 1)
    )
    services.import_file(library=topic.library, data=data.encode(), name="a.ris", topic=topic, by=None)
    found = {each.publication.title: each for each in topic.findings.select_related("publication", "topic")}
    return [found[title] for title in titles]


@pytest.fixture
def headings(topic: Topic) -> tuple[Heading, Heading]:
    drug = labelling.write_heading(topic=topic, name="用药", by=None)
    return drug, labelling.write_heading(topic=topic, name="康复", by=None)


def _teach(topic: Topic, headings: tuple[Heading, Heading]) -> None:
    for heading, titles in zip(headings, (DRUG, REHAB), strict=True):
        for finding in take(topic, *titles):
            labelling.file_paper(finding=finding, headings=[heading], studies=[], by=None)


def _suggested(finding: Finding) -> dict[str, Filing]:
    rows = finding.filings.filter(state=FilingState.SUGGESTED).select_related("heading")
    return {each.label: each for each in rows}


def test_what_the_desk_filed_teaches_what_is_suggested_in_both_languages_with_its_words(
    topic: Topic, headings: tuple[Heading, Heading]
) -> None:
    _teach(topic, headings)
    one, other, english = take(topic, NEW_DRUG, NEW_REHAB, NEW_ENGLISH)
    assert teaching.learn(topic) >= 3
    assert set(_suggested(one)) == {"用药"} and set(_suggested(other)) == {"康复"}
    drug = _suggested(one)["用药"]
    assert drug.origin == FilingOrigin.LEARNED and drug.by is None and 0.5 <= (drug.sureness or 0) <= 1
    assert set(drug.words) & {"溶栓", "药物", "剂量", "阿替普酶"}, drug.words
    assert set(_suggested(english)) == {"用药", "随机对照试验"}
    trial = _suggested(english)["随机对照试验"]
    assert (trial.origin, trial.words) == (FilingOrigin.RULE, ["randomised"]), (
        "too few trials were filed to learn"
    )
    topic.refresh_from_db()
    assert "学会 用药、康复" in topic.learned_note and topic.learned_at
    assert not teaching.has_news(topic)
    take(topic, "新来的一篇")
    assert teaching.has_news(topic)


def test_too_few_filings_are_told_and_nothing_is_suggested(
    topic: Topic, headings: tuple[Heading, Heading]
) -> None:
    for finding in take(topic, *DRUG[:3]):
        labelling.file_paper(finding=finding, headings=[headings[0]], studies=[], by=None)
    take(topic, NEW_REHAB)
    assert teaching.learn(topic) == 0
    topic.refresh_from_db()
    assert "只有 3 篇，至少要 20 篇" in topic.learned_note


def test_a_study_type_that_the_desk_has_filed_often_is_learned_and_the_words_no_longer_decide_it(
    topic: Topic,
) -> None:
    trials = [f"溶栓药物对照分组观察之{n}" for n in "甲乙丙丁戊己庚辛"]
    others = [f"病房护理管理经验之{n}" for n in "甲乙丙丁戊己庚辛壬癸子丑"]
    for finding in take(topic, *trials):
        labelling.file_paper(finding=finding, headings=[], studies=["trial"], by=None)
    for finding in take(topic, *others):
        labelling.file_paper(finding=finding, headings=[], studies=[], by=None)
    one, claims = take(topic, "溶栓药物对照分组观察之午", "病房护理管理经验：随机问卷的随机对照试验说")
    teaching.learn(topic)
    assert _suggested(one)["随机对照试验"].origin == FilingOrigin.LEARNED
    assert "随机对照试验" not in _suggested(claims), "the desk's own decisions decide what they have taught"


def test_a_person_takes_or_corrects_and_the_machine_does_not_ask_again(
    topic: Topic, headings: tuple[Heading, Heading], a_small_consortium: SmallConsortium
) -> None:
    manager = a_small_consortium.manager
    _teach(topic, headings)
    one, other = take(topic, NEW_DRUG, NEW_REHAB)
    teaching.learn(topic)
    labelling.take_suggestions(finding=one, by=manager)
    labelling.file_paper(finding=other, headings=[headings[0]], studies=["cohort"], by=manager)
    teaching.learn(topic)
    states = {
        (each.label, each.state, each.origin, each.by_id) for each in other.filings.select_related("heading")
    }
    assert states == {
        ("康复", FilingState.REFUSED, FilingOrigin.LEARNED, manager.user_id),
        ("用药", FilingState.TAKEN, FilingOrigin.PERSON, manager.user_id),
        ("队列研究", FilingState.TAKEN, FilingOrigin.PERSON, manager.user_id),
    }
    look = one.screenings.get(deed="file")
    assert (look.by_id, look.reason) == (manager.user_id, "用药") and not _suggested(one)
    with pytest.raises(IntelligenceDeedNotPossible):
        labelling.take_suggestions(finding=one, by=manager)


def test_headings_and_filings_belong_to_their_library(
    topic: Topic, headings: tuple[Heading, Heading], a_small_consortium: SmallConsortium
) -> None:
    outsider = a_small_consortium.outsider
    (paper,) = take(topic, DRUG[0])
    for deed in (
        lambda: labelling.write_heading(topic=topic, name="外来", by=outsider),
        lambda: labelling.file_paper(finding=paper, headings=[headings[0]], studies=[], by=outsider),
        lambda: teaching.learn(topic, by=outsider),
    ):
        with pytest.raises(NotAllowed):
            deed()
    client = signed_in(outsider)
    assert client.get(reverse("console:intelligence.heading", args=[headings[0].pk])).status_code in (
        403,
        404,
    )
    assert Heading.objects.count() == 2 and not Filing.objects.exists()
    elsewhere = services.add_topic(library=topic.library, code="other", name="别的", by=None)
    stranger = labelling.write_heading(topic=elsewhere, name="用药", by=None)
    with pytest.raises(IntelligenceDeedNotPossible):
        labelling.file_paper(finding=paper, headings=[stranger], studies=[], by=None)
    with pytest.raises(HeadingUnfit, match="已有类目"):
        labelling.write_heading(topic=topic, name="用药", by=None)


def test_a_retired_heading_keeps_its_papers_and_suggests_no_more(
    topic: Topic, headings: tuple[Heading, Heading]
) -> None:
    _teach(topic, headings)
    (one,) = take(topic, NEW_DRUG)
    teaching.learn(topic)
    assert set(_suggested(one)) == {"用药"}
    labelling.write_heading(topic=topic, row=headings[0], name="用药", active=False, by=None)
    teaching.learn(topic)
    assert "用药" not in _suggested(one)
    assert Filing.objects.filter(heading=headings[0], state=FilingState.TAKEN).count() == len(DRUG)


def test_the_librarian_files_on_screen_and_readers_narrow_by_what_was_taken(
    topic: Topic, headings: tuple[Heading, Heading], a_small_consortium: SmallConsortium
) -> None:
    _teach(topic, headings)
    one, other = take(topic, NEW_DRUG, NEW_REHAB)
    teaching.learn(topic)
    client = signed_in(a_small_consortium.manager)
    listed = client.get(reverse("console:intelligence.screening"), {"unfiled": "yes"}).content.decode()
    assert NEW_DRUG in listed and "用药？" in listed and DRUG[0] not in listed
    page = reverse("console:intelligence.finding", args=[one.pk])
    asked = client.get(f"{page}do/file/").content.decode()
    assert f'value="{headings[0].pk}"' in asked and asked.count("checked") == 1
    client.post(f"{page}do/file/", {"headings": [headings[0].pk], "studies": ["cohort"]})
    screening = reverse("console:intelligence.screening")
    under = client.get(screening, {"heading": str(headings[0].pk), "study": "cohort"}).content.decode()
    assert NEW_DRUG in under and NEW_REHAB not in under
    labelling.file_paper(finding=other, headings=[headings[0]], studies=[], by=None)
    labelling.file_paper(finding=other, headings=[], studies=[], by=None)
    refused = client.get(screening, {"heading": str(headings[0].pk)}).content.decode()
    assert NEW_DRUG in refused and NEW_REHAB not in refused, "what was refused is not under it"
    shown = client.get(page).content.decode()
    assert "队列研究" in shown and "已归入" in shown and "阿替普酶" in shown
    for finding in (one, other):
        services.decide(finding=finding, deed="keep", by=None)
        services.decide(finding=finding, deed="release", by=None)
    reader = Client()
    public = reverse("mobile:topic", args=[topic.code])
    both = reader.get(public).content.decode()
    assert "用药（1）" in both and "队列研究（1）" in both and "康复（" not in both, (
        "a suggestion is nobody's word yet"
    )
    narrowed = reader.get(public, {"heading": "用药"}).content.decode()
    assert NEW_DRUG in narrowed and NEW_REHAB not in narrowed
    assert NEW_REHAB not in reader.get(public, {"study": "cohort"}).content.decode()
    taken = reader.get(public, {"heading": "用药", "download": "ris"}).content.decode()
    assert taken.count("TY  - ") == 1
    figures = reader.get(reverse("mobile:topic.data", args=[topic.code])).content.decode()
    assert "类目" in figures and "队列研究" in figures


def test_a_digest_is_classified_by_the_desks_headings(
    topic: Topic, headings: tuple[Heading, Heading]
) -> None:
    findings = take(topic, NEW_DRUG, NEW_REHAB, "都不是")
    for finding, heading in zip(findings, (*headings, None), strict=True):
        if heading is not None:
            labelling.file_paper(finding=finding, headings=[heading], studies=["cohort"], by=None)
        services.decide(finding=finding, deed="keep", by=None)
        services.decide(finding=finding, deed="release", by=None)
    today = clock.today()
    digest = products.make(
        topic=topic, kind=ProductKind.DIGEST, title="文摘", first=today, last=today, by=None
    )
    assert [group["name"] for group in digest.content["groups"]] == ["用药", "康复", "其他"]
    assert digest.content["entries"][0]["studies"] == ["队列研究"]
    data, _kind = products.file_of(digest, "pdf")
    assert products.file_of(digest, "pdf")[0] == data


@pytest.mark.django_db(transaction=True)
def test_the_job_learns_and_a_united_paper_keeps_what_people_said(
    topic: Topic, headings: tuple[Heading, Heading]
) -> None:
    _teach(topic, headings)
    (one,) = take(topic, NEW_DRUG)
    learn_soon(topic)
    learn_soon(topic)
    run_errands()
    assert set(_suggested(one)) == {"用药"}
    assert Topic.objects.get(pk=topic.pk).learned_at
