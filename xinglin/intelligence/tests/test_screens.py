"""The screens: a topic set up, its source, a run's proof, screening, doubtful pairs, imports; and readers' pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from literature_sandbox import invented
from literature_sandbox.testing import Literature
from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.intelligence import services
from xinglin.intelligence.harvest.running import harvest
from xinglin.intelligence.models import Doubt, FileImport, Finding, HandTask, Run, Source, Topic
from xinglin.intelligence.tests.test_services import NBIB, _ris
from xinglin.wechat.testing import a_follower, an_account, say, text_of

pytestmark = pytest.mark.django_db
LISTS = (
    "topics",
    "screening",
    "headings",
    "sources",
    "runs",
    "imports",
    "tasks",
    "doubts",
    "templates",
    "patents",
)


def test_every_list_opens_empty_and_is_closed_to_who_may_not(a_small_consortium: SmallConsortium) -> None:
    manager, stranger = (
        signed_in(a_small_consortium.manager),
        signed_in(a_small_consortium.audit_administrator),
    )
    for name in LISTS:
        address = reverse(f"console:intelligence.{name}")
        assert manager.get(address).status_code == 200, name
        assert stranger.get(address).status_code == 403, name


def test_a_librarian_sets_up_a_topic_and_the_run_can_be_read(
    a_small_consortium: SmallConsortium, literature: Literature
) -> None:
    client = signed_in(a_small_consortium.manager)
    said = {
        "code": "flu",
        "name": "流感",
        "library": a_small_consortium.main.pk,
        "public": "on",
        "two_people": "on",
    }
    client.post(reverse("console:intelligence.topic.new"), said)
    topic = Topic.objects.get(code="flu")
    page = reverse("console:intelligence.topic", args=[topic.pk])
    assert "还没有来源" in client.get(page).content.decode()
    client.post(f"{page}do/add_source/", {"kind": "pubmed", "query": "hospitals", "since": "2020-09-01"})
    source = Source.objects.get()
    literature.world.shelf.add(invented.article(90_000_001, seed=1, year=2020), at=0.0)
    run = harvest(source)
    assert run is not None
    shown = client.get(reverse("console:intelligence.run", args=[run.pk])).content.decode()
    assert "hospitals" in shown and "edat" in shown
    for name, pk in (("source", source.pk), ("topic", topic.pk)):
        assert client.get(reverse(f"console:intelligence.{name}", args=[pk])).status_code == 200
    exported = client.get(reverse("console:intelligence.runs"), {"export": "csv"})
    assert "流感" in b"".join(exported.streaming_content).decode()  # type: ignore[attr-defined]


def test_a_file_is_taken_in_and_its_refused_lines_are_shown(
    a_small_consortium: SmallConsortium, topic: Topic
) -> None:
    client = signed_in(a_small_consortium.manager)
    file = SimpleUploadedFile("知网.ris", _ris() + b"TY  - JOUR\nAU  - Nobody\nER  - \n")
    new = reverse("console:intelligence.import.new")
    client.post(new, {"file": file, "library": topic.library.pk, "topic": topic.pk})
    made = FileImport.objects.get()
    shown = client.get(reverse("console:intelligence.import", args=[made.pk])).content.decode()
    assert "没有题名" in shown and "知网.ris" in shown
    bad = client.post(
        new, {"file": SimpleUploadedFile("x.ris", b"nothing here"), "library": topic.library.pk}
    )
    assert bad.status_code == 422 and "没有认出文件的格式" in bad.content.decode()


def test_a_paper_passes_the_gate_on_screen_with_who_and_why(
    a_small_consortium: SmallConsortium, topic: Topic
) -> None:
    services.import_file(library=topic.library, data=NBIB.encode(), name="x", topic=topic, by=None)
    finding, client = Finding.objects.get(), signed_in(a_small_consortium.manager)
    page = reverse("console:intelligence.finding", args=[finding.pk])
    client.post(f"{page}do/keep/")
    refused = client.post(f"{page}do/release/")
    assert refused.status_code == 422 and "另一位馆员" in refused.content.decode()
    assert client.post(f"{page}do/drop/", {"reason": ""}).status_code == 422
    services.decide(finding=finding, deed="release", by=None)
    shown = client.get(page).content.decode()
    assert "What PubMed says." in shown and "总馆管理员" in shown and "复筛发布" in shown


def test_a_doubtful_pair_is_compared_field_by_field_and_decided(
    a_small_consortium: SmallConsortium, topic: Topic
) -> None:
    for data in (_ris(), _ris(page="277", number="7", database="Embase")):
        services.import_file(library=topic.library, data=data, name="x", topic=topic, by=None)
    doubt, client = Doubt.objects.get(), signed_in(a_small_consortium.manager)
    page = reverse("console:intelligence.doubt", args=[doubt.pk])
    assert "<mark>277</mark>" in client.get(page).content.decode()
    client.post(f"{page}do/part/")
    assert "不同" in client.get(page).content.decode()
    assert not Doubt.objects.filter(state="open").exists()


def test_a_task_for_a_person_is_done_once(a_small_consortium: SmallConsortium, topic: Topic) -> None:
    services.add_source(topic=topic, kind="by_hand", query="国家卫健委网站", by=None)
    task, client = HandTask.objects.get(), signed_in(a_small_consortium.manager)
    address = f"{reverse('console:intelligence.tasks')}{task.pk}/do/finish/"
    client.post(address)
    assert HandTask.objects.get().done_by == a_small_consortium.manager.user
    assert client.post(address).status_code == 409
    assert not Run.objects.exists()


def test_people_are_asked_to_look_again_when_their_days_are_over(
    a_small_consortium: SmallConsortium, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [datetime(2026, 3, 20, 2, tzinfo=UTC)]
    monkeypatch.setattr(clock, "_present_offset", lambda: now[0] - datetime.now(UTC))
    client = signed_in(a_small_consortium.manager)
    page = reverse("console:intelligence.topic", args=[topic.pk])
    client.post(f"{page}do/add_source/", {"kind": "by_hand", "query": "国家卫健委网站", "look_every": 3})
    (task,) = HandTask.objects.all()
    now[0] += timedelta(days=9)
    assert services.ask_people() == 0, "the first look was not taken yet"
    services.finish_task(task=task, by=a_small_consortium.manager)
    now[0] += timedelta(days=2)
    assert services.ask_people() == 0
    now[0] += timedelta(days=1, minutes=1)
    assert services.ask_people() == 1 and services.ask_people() == 0
    assert "到时间了" in client.get(reverse("console:intelligence.tasks")).content.decode()
    source = topic.sources.get()
    amend = reverse("console:intelligence.source", args=[source.pk]) + "do/amend/"
    client.post(amend, {"query": "疾控网站", "look_every": 30})
    source.refresh_from_db()
    assert (source.query, source.look_every) == ("疾控网站", 30)
    services.hide_source(source=source, by=None)
    HandTask.objects.update(done_at=now[0])
    now[0] += timedelta(days=90)
    assert services.ask_people() == 0, "a source that rests asks nobody"


def test_readers_see_what_was_released_and_nothing_else(
    a_small_consortium: SmallConsortium, topic: Topic
) -> None:
    services.import_file(library=topic.library, data=NBIB.encode(), name="x", topic=topic, by=None)
    finding, client = Finding.objects.get(), signed_in(a_small_consortium.manager)
    listing, page = reverse("mobile:topics"), reverse("mobile:topic", args=[topic.code])
    assert "卒中" in client.get(listing).content.decode()
    assert "early rehabilitation" not in client.get(page).content.decode()
    for deed in ("keep", "release"):
        services.decide(finding=finding, deed=deed, by=None)
    shown = client.get(page, {"q": "stroke"}).content.decode()
    assert "early rehabilitation" in shown and "2019" in shown
    assert "没有符合" in client.get(page, {"q": "青蒿素"}).content.decode()
    ris = client.get(page, {"download": "ris"})
    assert ris.content.decode().startswith("TY  - JOUR") and "attachment" in ris["Content-Disposition"]
    for form in ("bib", "gbt7714", "xlsx"):
        assert client.get(page, {"download": form}).status_code == 200, form
    assert client.get(page, {"download": "exe"}).status_code == 404
    services.amend_topic(
        topic=topic, version=1, name="卒中", description="", public=False, two_people=True, by=None
    )
    assert client.get(page).status_code == 404


def test_the_chat_names_the_topics(a_small_consortium: SmallConsortium, topic: Topic) -> None:
    follower = a_follower(an_account(a_small_consortium.main))
    assert "卒中" in text_of(say(follower, "专题")) and "（0 篇）" in text_of(say(follower, "专题 卒中"))
    assert "没有找到" in text_of(say(follower, "专题 青蒿素"))
