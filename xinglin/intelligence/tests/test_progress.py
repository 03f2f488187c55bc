"""Screening from above: advice, agreement, the words behind the order; parting undone, topics proposed."""

import pytest
from django.urls import reverse

from xinglin.consortium import roles
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import a_staff
from xinglin.intelligence import progress, services
from xinglin.intelligence.errors import IntelligenceDeedNotPossible
from xinglin.intelligence.models import Finding, Opinion, Publication, Record, Topic
from xinglin.intelligence.tests.test_learning import OTHER, STROKE
from xinglin.intelligence.tests.test_services import NBIB, _ris
from xinglin.newsroom.models import Topic as NewsTopic

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(a_small_consortium: SmallConsortium) -> Staff:
    return a_staff(
        roles.REFERENCE_LIBRARIAN, library=a_small_consortium.main, name="钱馆员", sign_in_name="qian"
    )


@pytest.fixture
def judged(a_small_consortium: SmallConsortium, topic: Topic) -> dict[str, Finding]:
    """Sixteen papers, of which the manager kept three and dropped three."""
    records = "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - 王{at}\nPY  - 2024\nER  - \n"
        for at, title in enumerate([*STROKE, *OTHER])
    )
    services.import_file(library=topic.library, data=records.encode(), name="x.ris", topic=topic, by=None)
    found = {each.publication.title: each for each in Finding.objects.select_related("publication", "topic")}
    by = a_small_consortium.manager
    for kept, dropped in zip(STROKE[:3], OTHER[:3], strict=True):
        services.decide(finding=found[kept], deed="keep", by=by)
        services.decide(finding=found[dropped], deed="drop", reason="主题不符", by=by)
    return found


def test_advice_is_reckoned_from_the_first_looks(topic: Topic, judged: dict[str, Finding]) -> None:
    advice = progress.advice_for(topic)
    assert (advice.total, advice.screened, advice.kept, advice.since_last, advice.enough) == (
        16,
        6,
        3,
        1,
        False,
    )
    services.decide(finding=judged[OTHER[0]], deed="reopen", by=None)
    services.decide(finding=judged[OTHER[0]], deed="keep", by=None)
    assert progress.advice_for(topic).screened == 6
    for title in [*STROKE[3:], *OTHER[3:]]:
        services.decide(finding=judged[title], deed="drop", reason="主题不符", by=None)
    assert progress.advice_for(topic).enough


def test_agreement_is_of_blind_opinions_and_what_they_differ_on_is_named(
    a_small_consortium: SmallConsortium, topic: Topic, judged: dict[str, Finding], second: Staff
) -> None:
    assert progress.agreements(topic) == []
    for title in [*STROKE[:3], *OTHER[:2]]:
        services.give_opinion(finding=judged[title], keeps=title in STROKE, by=second)
    services.give_opinion(finding=judged[OTHER[2]], keeps=True, by=second)
    (pair,) = progress.agreements(topic)
    assert (pair.result.papers, pair.result.agreed) == (6, 5)
    # By hand: chance (3·4 + 3·2) / 36 = 1/2, so (5/6 − 1/2) / (1/2).
    assert pair.result.kappa == pytest.approx(2 / 3) and str(pair.result.word) == "高度一致"
    assert [finding for finding, _look, _opinion in progress.disputed(topic)] == [judged[OTHER[2]]]
    for finding, by in ((judged[STROKE[0]], a_small_consortium.manager), (judged[STROKE[5]], second)):
        with pytest.raises(IntelligenceDeedNotPossible):
            services.give_opinion(finding=finding, keeps=True, by=by)


def test_the_librarian_checks_blindly_and_reads_the_figures_on_screen(
    a_small_consortium: SmallConsortium, topic: Topic, judged: dict[str, Finding], second: Staff
) -> None:
    client, listing = signed_in(second), reverse("console:intelligence.checks")
    shown = client.get(listing).content.decode()
    assert STROKE[0] in shown and "已排除" not in shown and STROKE[5] not in shown
    assert set(progress.to_check(second)) == {judged[title] for title in [*STROKE[:3], *OTHER[:3]]}
    assert not progress.to_check(a_small_consortium.manager).exists()
    client.post(f"{listing}{judged[STROKE[0]].pk}/do/would_keep/")
    client.post(f"{listing}{judged[OTHER[0]].pk}/do/would_keep/")
    assert Opinion.objects.filter(by=second.user, keeps=True).count() == 2
    assert progress.to_check(second).count() == 4
    page = client.get(reverse("console:intelligence.progress.topic", args=[topic.pk])).content.decode()
    assert (
        "16 篇里筛了 6 篇" in page and "接着筛" in page and "总馆管理员、钱馆员" in page and OTHER[0] in page
    )
    assert "接着筛" in client.get(reverse("console:intelligence.progress")).content.decode()
    outsider = signed_in(a_small_consortium.outsider)
    assert outsider.get(reverse("console:intelligence.progress.topic", args=[topic.pk])).status_code == 404
    assert not progress.to_check(a_small_consortium.outsider).exists()


def test_the_words_behind_the_order_are_told(topic: Topic, judged: dict[str, Finding]) -> None:
    reasons = services.why_here(judged[STROKE[3]])
    assert reasons is not None and (reasons.kept, reasons.dropped) == (3, 3)
    assert "脑卒中" in reasons.forward and "卒中" not in reasons.forward, (
        "the word of this paper, not a part of it"
    )
    other = services.why_here(judged[OTHER[3]])
    assert other is not None and any("糖尿" in word for word in other.back)
    without = services.why_here(judged[STROKE[0]])
    assert without is None


def test_without_relevance_comes_last_either_way(
    a_small_consortium: SmallConsortium, topic: Topic, judged: dict[str, Finding]
) -> None:
    Finding.objects.filter(state="found").update(score=None)
    Finding.objects.filter(pk=judged[STROKE[4]].pk).update(score=90.0)
    Finding.objects.filter(pk=judged[STROKE[5]].pk).update(score=10.0)
    client, listing = signed_in(a_small_consortium.manager), reverse("console:intelligence.screening")
    for sort, first in (("", STROKE[4]), ("-score", STROKE[4]), ("score", STROKE[5])):
        shown = client.get(listing, {"state": "found", **({"sort": sort} if sort else {})}).content.decode()
        assert max(shown.index(STROKE[4]), shown.index(STROKE[5])) < shown.index(OTHER[6])
        assert first == min((STROKE[4], STROKE[5]), key=shown.index)


def test_a_record_is_parted_by_a_button_and_the_parting_undone(
    a_small_consortium: SmallConsortium, topic: Topic
) -> None:
    for data in (_ris(), NBIB.encode()):
        services.import_file(library=topic.library, data=data, name="x.ris", topic=topic, by=None)
    finding, client = Finding.objects.get(), signed_in(a_small_consortium.manager)
    services.decide(finding=finding, deed="keep", by=None)
    page = reverse("console:intelligence.finding", args=[finding.pk])
    scopus = Record.objects.get(source="Scopus")
    client.post(f"{page}do/part/", {"record": scopus.pk})
    assert Publication.objects.count() == topic.findings.count() == 2
    assert "撤销分开" in client.get(page).content.decode()
    client.post(f"{page}do/rejoin/", {"record": scopus.pk})
    assert Publication.objects.count() == 1 and topic.findings.get().state == "kept"
    assert "撤销分开" not in client.get(page).content.decode()
    pubmed = Record.objects.get(source="pubmed")
    with pytest.raises(IntelligenceDeedNotPossible):
        services.rejoin(record=scopus, other=pubmed, by=None)
    services.import_file(library=topic.library, data=_ris(volume="12"), name="x.ris", topic=topic, by=None)
    assert Publication.objects.count() == 1


def test_a_released_paper_is_proposed_to_the_newsroom_once(
    a_small_consortium: SmallConsortium, topic: Topic, judged: dict[str, Finding], second: Staff
) -> None:
    finding = judged[STROKE[0]]
    with pytest.raises(IntelligenceDeedNotPossible):
        services.propose_paper(finding=finding, by=second)
    services.decide(finding=finding, deed="release", by=second)
    page, client = reverse("console:intelligence.finding", args=[finding.pk]), signed_in(second)
    assert "推荐为选题" in client.get(page).content.decode()
    client.post(f"{page}do/propose/")
    made = NewsTopic.objects.get()
    assert made.origin == "intelligence" and STROKE[0] in made.quote and made.library == topic.library
    assert client.post(f"{page}do/propose/").status_code == 409
    with pytest.raises(IntelligenceDeedNotPossible):
        services.propose_paper(finding=finding, by=second)
    with pytest.raises(IntelligenceDeedNotPossible):
        services.propose_topic(library=topic.library, words="流", by=None)
