"""SDI: the right papers to the right reader, once, with the reason; seen and steered by reader and liaison."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.consortium import roles
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import a_staff
from xinglin.intelligence import listeners
from xinglin.intelligence import services as desk
from xinglin.intelligence.dedup.keeping import hand_over
from xinglin.intelligence.events import ReleasedPaperRetracted
from xinglin.intelligence.models import (
    Example,
    Finding,
    Liaison,
    Member,
    Profile,
    ProfileKind,
    Publication,
    Push,
    PushedPaper,
    Record,
    Topic,
    Verdict,
)
from xinglin.intelligence.sdi import looking_up, queries, running, services
from xinglin.intelligence.sdi.errors import (
    ProfileDeedNotPossible,
    ProfileUnfit,
    ProfileUnknown,
    TooManyProfiles,
)
from xinglin.intelligence.sdi.services import ProfileFile
from xinglin.intelligence.tests.test_learning import OTHER, STROKE
from xinglin.literature.articles import Article
from xinglin.mobile import identity
from xinglin.mobile.identity import Identity
from xinglin.notices.kinds import kind_of
from xinglin.notices.models import Notice
from xinglin.patrons import services as patrons
from xinglin.patrons.events import PatronErased, PatronLeft
from xinglin.patrons.models import ConsentKind, Patron
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account, say, text_of

pytestmark = pytest.mark.django_db
CARDIOLOGY = "心内科"


def release(topic: Topic, titles: list[str], *, year: int = 2024) -> None:
    """Let papers through to readers."""
    records = "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - 王{at}\nT2  - 中华医学杂志\nPY  - {year}\nER  - \n"
        for at, title in enumerate(titles)
    )
    desk.import_file(library=topic.library, data=records.encode(), name="x.ris", topic=topic, by=None)
    for finding in topic.findings.filter(state="found"):
        for deed in ("keep", "release"):
            desk.decide(finding=finding, deed=deed, by=None)


def due() -> int:
    """Let every profile be due, and run the round."""
    Profile.objects.update(next_at=clock.now())
    return running.run_due()


def brought_to(patron: Patron) -> list[str]:
    rows = PushedPaper.objects.filter(patron=patron).order_by("push__pk", "place")
    return list(rows.values_list("publication__title", flat=True))


def phone_of(patron: Patron, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The phone of a reader who is known; the pages are found first, for they name who knows readers."""
    reverse("mobile:sdi")
    monkeypatch.setattr(
        identity, "_identity_provider", lambda request: Identity(f"patron:{patron.pk}", patron.name)
    )
    return Client()


@pytest.fixture
def liaison(a_small_consortium: SmallConsortium) -> Staff:
    """Looks after cardiology of branch A, and nothing else."""
    cast = a_small_consortium
    staff = a_staff(roles.SUBJECT_LIAISON, library=cast.a, name="周学科", sign_in_name="zhou")
    services.name_liaison(library=cast.a, department=CARDIOLOGY, staff=staff, by=cast.manager)
    return staff


def test_a_reader_is_brought_what_fits_with_the_reason_and_nothing_twice(
    topic: Topic, readers: Readers
) -> None:
    reader = readers.of_a
    release(topic, [*STROKE[:3], *OTHER[:2]])
    profile = services.ask(patron=reader, file=ProfileFile(words="卒中", schedule="daily", most=2))
    other = services.ask(patron=reader, file=ProfileFile(), papers=f"{STROKE[0]}\n{STROKE[2]}")
    assert running.run_due() == 0
    assert due() >= 1
    notice = Notice.objects.filter(kind="intelligence.sdi_push").order_by("pk")[0]
    assert "题名里有“卒中”" in notice.text and notice.link == reverse(
        "mobile:sdi.push", args=[Push.objects.earliest("pk").pk]
    )
    due()
    assert sorted(brought_to(reader)) == sorted(STROKE[:3])
    assert due() == 0
    release(topic, [STROKE[3]], year=2025)
    assert due() == 1 and brought_to(reader)[-1] == STROKE[3]
    profile.refresh_from_db()
    assert clock.local(profile.next_at).strftime("%H:%M") == "08:30" and profile.next_at > clock.now()
    assert other.name == "像这几篇的文献"


def test_old_news_papers_under_doubt_and_hidden_topics_are_not_brought(
    topic: Topic, readers: Readers
) -> None:
    release(topic, STROKE[:3])
    services.ask(patron=readers.of_a, file=ProfileFile(words="卒中 或 溶栓"))
    first, second, third = topic.findings.order_by("pk")
    Finding.objects.filter(pk=first.pk).update(look_again="concern")
    Finding.objects.filter(pk=second.pk).update(released_at=clock.now() - timedelta(days=31))
    Publication.objects.filter(pk=third.publication_id).update(retracted=True)
    assert due() == 0
    Finding.objects.update(look_again="", released_at=clock.now())
    Topic.objects.update(public=False)
    assert due() == 0
    Topic.objects.update(public=True)
    assert due() == 1
    assert third.publication.title not in brought_to(readers.of_a)


def test_a_later_retraction_is_told_to_who_was_brought_the_paper(topic: Topic, readers: Readers) -> None:
    release(topic, STROKE[:1])
    services.ask(patron=readers.of_a, file=ProfileFile(words="卒中"))
    due()
    finding = topic.findings.get()
    listeners.tell_who_was_brought_it(ReleasedPaperRetracted(finding_id=finding.pk))
    assert not Notice.objects.filter(kind="intelligence.sdi_retraction").exists()
    Publication.objects.update(retracted=True)
    for _twice in range(2):
        listeners.tell_who_was_brought_it(ReleasedPaperRetracted(finding_id=finding.pk))
    told = Notice.objects.get(kind="intelligence.sdi_retraction")
    assert told.patron == readers.of_a and STROKE[0] in told.text and running.tell_retractions() == 0


def test_two_papers_that_become_one_are_not_brought_again(topic: Topic, readers: Readers) -> None:
    release(topic, STROKE[:1])
    profile = services.ask(patron=readers.of_a, file=ProfileFile(words="卒中"), papers=STROKE[0])
    due()
    brought, keeper = Publication.objects.get(), Publication.objects.create(title=STROKE[0])
    Record.objects.update(publication=keeper)
    hand_over(brought.pk, keeper)
    assert topic.findings.get().publication == keeper == profile.examples.get().publication
    assert due() == 0 and PushedPaper.objects.get().publication == keeper


def test_answers_are_learned_from(topic: Topic, readers: Readers) -> None:
    release(topic, [STROKE[1], OTHER[0]])
    profile = services.ask(patron=readers.of_a, file=ProfileFile(words="卒中"))
    due()
    paper = PushedPaper.objects.get()
    services.judge(paper=paper, verdict=Verdict.USELESS)
    release(topic, ["急性缺血性卒中静脉溶栓的时间窗", "卒中后抑郁"], year=2025)
    assert due() == 1
    assert brought_to(readers.of_a) == [STROKE[1], "卒中后抑郁"]
    wish, _titles = running.wish_of(profile)
    assert [each.title for each in wish.useless] == [STROKE[1]]
    assert services.judge(paper=paper, verdict=Verdict.USELESS).verdict == ""


def test_the_reader_pauses_switches_off_and_opens_again(topic: Topic, readers: Readers) -> None:
    reader = readers.of_a
    release(topic, STROKE[:1])
    profile = services.ask(patron=reader, file=ProfileFile(words="卒中"))
    for deed, state in (("pause_push", "paused"), ("resume_push", "active"), ("end_push", "left")):
        assert services.move(patron=reader, profile=profile, deed=deed).state == state
    assert due() == 0
    with pytest.raises(ProfileDeedNotPossible):
        services.move(patron=reader, profile=profile, deed="pause_push")
    with pytest.raises(ProfileUnknown):
        services.move(patron=readers.of_main, profile=profile, deed="accept_push")
    services.move(patron=reader, profile=profile, deed="accept_push")
    assert due() == 1


def test_who_pauses_overnight_is_not_pushed_to_in_the_morning(topic: Topic, readers: Readers) -> None:
    release(topic, STROKE[:1])
    profile = services.ask(patron=readers.of_a, file=ProfileFile(words="卒中"))
    due()
    notice = Notice.objects.get()
    still_wanted = kind_of(notice.kind).still_true
    assert still_wanted is not None and still_wanted(notice)
    services.move(patron=readers.of_a, profile=profile, deed="pause_push")
    assert not still_wanted(notice)


def test_a_liaison_sees_and_amends_the_profiles_of_their_department_alone(
    a_small_consortium: SmallConsortium, readers: Readers, liaison: Staff
) -> None:
    cast = a_small_consortium
    mine = services.ask(patron=readers.of_a, file=ProfileFile(words="心衰"))
    elsewhere = services.ask(patron=readers.of_main, file=ProfileFile(words="卒中"))
    assert list(queries.profiles_visible_to(liaison)) == [mine]
    assert set(queries.profiles_visible_to(cast.manager)) == {mine, elsewhere}
    assert not queries.profiles_visible_to(cast.outsider).exists()
    amended = services.amend(profile=mine, version=1, file=ProfileFile(words="心衰 -动物"), by=liaison)
    assert amended.changed_by == liaison and amended.words == "心衰 -动物"
    for attempt in (
        lambda: services.amend(profile=elsewhere, version=1, file=ProfileFile(words="x"), by=liaison),
        lambda: services.hide(profile=elsewhere, by=liaison),
        lambda: services.add_examples(profile=elsewhere, papers="x", by=liaison),
        lambda: services.set_up(
            kind="subject", library=cast.a, department="外科", file=ProfileFile(words="x"), by=liaison
        ),
        lambda: services.name_liaison(library=cast.a, department="外科", staff=liaison, by=liaison),
        lambda: services.amend(profile=mine, version=2, file=ProfileFile(words="x"), by=cast.outsider),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    Patron.objects.filter(pk=readers.of_a.pk).update(department="外科")
    assert services.follow_readers() == 1 and not queries.profiles_visible_to(liaison).exists()
    services.drop_liaison(liaison=Liaison.objects.get(), by=cast.manager)
    with pytest.raises(ProfileDeedNotPossible):
        services.amend(profile=mine, version=1, file=ProfileFile(words="x"), by=cast.manager)


def test_a_reader_set_up_by_a_librarian_is_asked_first_unless_they_agreed_to_it(
    topic: Topic, readers: Readers, liaison: Staff
) -> None:
    release(topic, STROKE[:1])
    made = services.set_up(
        kind=ProfileKind.READER, library=topic.library, department="", owner=readers.of_a,
        file=ProfileFile(words="卒中"), by=liaison,
    )  # fmt: skip
    assert (made.library, made.department) == (readers.of_a.home_library, CARDIOLOGY)
    assert due() == 0 and Notice.objects.get().kind == "intelligence.sdi_offer"
    services.move(patron=readers.of_a, profile=made, deed="accept_push")
    assert due() == 1
    patrons.give_consent(
        patron=readers.of_a, kind=ConsentKind.RECOMMENDATIONS, text_version="2026-1", through="h5"
    )
    team = services.set_up(
        kind=ProfileKind.TEAM, library=readers.of_a.home_library, department=CARDIOLOGY,
        file=ProfileFile(words="溶栓"), by=liaison,
    )  # fmt: skip
    assert services.offer(profile=team, patron=readers.of_a, by=liaison).state == "active"
    with pytest.raises(ProfileDeedNotPossible):
        services.offer(profile=team, patron=readers.of_a, by=liaison)
    with pytest.raises(ProfileDeedNotPossible):
        services.amend(profile=team, version=1, file=ProfileFile(words="x"), reader=readers.of_a)


def test_a_subject_is_joined_by_readers_of_the_library_and_of_those_below_it(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast = a_small_consortium
    subject = services.set_up(
        kind=ProfileKind.SUBJECT, library=cast.main, department="", file=ProfileFile(words="卒中", is_open=True),
        by=cast.manager,
    )  # fmt: skip
    for reader in (readers.of_main, readers.of_a):
        services.join(profile=subject, patron=reader)
    with pytest.raises(ProfileUnknown):
        services.join(profile=subject, patron=readers.outsider)
    assert subject.members.filter(state="active").count() == 2
    services.hide(profile=subject, by=cast.manager)
    assert due() == 0
    services.show(profile=subject, by=cast.manager)


def test_what_cannot_be_a_profile_is_refused(readers: Readers) -> None:
    reader = readers.of_a
    with pytest.raises(ProfileUnfit):
        services.ask(patron=reader, file=ProfileFile())
    with pytest.raises(ProfileUnfit):
        services.ask(patron=reader, file=ProfileFile(words="x", most=99))
    with pytest.raises(ProfileUnfit):
        services.ask(
            patron=reader, file=ProfileFile(words="x"), papers="\n".join(f"题名{n}" for n in range(51))
        )
    for number in range(10):
        services.ask(patron=reader, file=ProfileFile(words=f"词{number}"))
    with pytest.raises(TooManyProfiles):
        services.ask(patron=reader, file=ProfileFile(words="又一个"))
    kept = Profile.objects.filter(owner=reader)[0]
    only = services.ask(patron=readers.of_main, file=ProfileFile(), papers="一篇喜欢的文献")
    with pytest.raises(ProfileUnfit):
        services.drop_example(example=only.examples.get(), reader=readers.of_main)
    with pytest.raises(ProfileDeedNotPossible):
        services.amend(profile=kept, version=7, file=ProfileFile(words="x"), reader=reader)


def test_a_pasted_number_is_looked_up_by_a_job(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = services.ask(patron=readers.of_a, file=ProfileFile(), papers="PMID: 31000001\n10.1000/none")
    known, unknown = profile.examples.order_by("pk")
    found = {"31000001": Article(title="Stroke care", pmid="31000001")}
    monkeypatch.setattr("xinglin.literature.port.find", lambda named: found.get(named.pmid))
    for each in (known, unknown):
        looking_up.look_up(each.pk)
        looking_up.look_up(each.pk)
    known.refresh_from_db()
    unknown.refresh_from_db()
    assert known.title == known.read.title == "Stroke care" and not known.wanted
    assert unknown.wanted and "没有这个编号" in unknown.trouble
    wish, titles = running.wish_of(profile)
    assert titles == ["Stroke care"] and len(wish.liked) == 1
    doubled = Example.objects.create(profile=profile, title="PMID 31000001", wanted="31000001")
    looking_up.look_up(doubled.pk)
    assert not Example.objects.filter(pk=doubled.pk).exists()


def test_nothing_stays_of_a_reader_who_is_erased(topic: Topic, readers: Readers) -> None:
    release(topic, STROKE[:1])
    services.ask(patron=readers.of_a, file=ProfileFile(words="卒中"))
    due()
    listeners.bring_no_more(PatronLeft(patron_id=readers.of_a.pk))
    assert Member.objects.get().state == "left"
    for _twice in range(2):
        listeners.forget_the_erased(PatronErased(patron_id=readers.of_a.pk))
    for rows in (Profile, Member, Push, PushedPaper):
        assert not rows.objects.exists()


def test_a_reader_makes_amends_and_answers_on_the_phone(
    topic: Topic, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(topic, [*STROKE[:3], *OTHER[:2]])
    phone = phone_of(readers.of_a, monkeypatch)
    assert "还没有文献推送" in phone.get(reverse("mobile:sdi")).content.decode()
    said = {"words": "(卒中)", "schedule": "daily", "weekday": "0", "most": "5", "papers": "", "name": ""}
    assert "不能用括号" in phone.post(reverse("mobile:sdi.new"), said).content.decode()
    shown = phone.post(reverse("mobile:sdi.new"), said | {"words": "卒中"}, follow=True).content.decode()
    assert "现在合适的有 3 篇" in shown and "题名里有“卒中”" in shown
    profile = Profile.objects.get()
    papers = reverse("mobile:sdi.papers", args=[profile.pk])
    assert STROKE[1] in phone.get(papers, {"q": "溶栓"}).content.decode()
    picked = Publication.objects.get(title=STROKE[1])
    phone.post(papers, {"pick": picked.pk})
    phone.post(papers, {"papers": "另一篇喜欢的"})
    phone.post(papers, {"drop": profile.examples.get(title="另一篇喜欢的").pk})
    assert [each.title for each in profile.examples.all()] == [STROKE[1]]
    edit = reverse("mobile:sdi.edit", args=[profile.pk])
    phone.post(edit, said | {"words": "卒中", "name": "卒中新进展", "version": "1", "topics": topic.pk})
    profile.refresh_from_db()
    assert profile.name == "卒中新进展" and list(profile.topics.all()) == [topic]
    due()
    push = Push.objects.get()
    assert "未读" in phone.get(reverse("mobile:sdi")).content.decode()
    page = phone.get(reverse("mobile:sdi.push", args=[push.pk])).content.decode()
    assert "推荐理由" in page and STROKE[0] in page
    paper = push.papers.earliest("place")
    phone.post(reverse("mobile:sdi.judge", args=[paper.pk, "useful"]))
    assert PushedPaper.objects.get(pk=paper.pk).verdict == "useful"
    assert phone.post(reverse("mobile:sdi.judge", args=[paper.pk, "great"])).status_code == 404
    phone.post(reverse("mobile:sdi.do", args=[profile.pk, "pause_push"]))
    assert "恢复" in phone.get(reverse("mobile:sdi.profile", args=[profile.pk])).content.decode()
    stranger = phone_of(readers.of_main, monkeypatch)
    for name, args in (("sdi.profile", [profile.pk]), ("sdi.push", [push.pk]), ("sdi.edit", [profile.pk])):
        assert stranger.get(reverse(f"mobile:{name}", args=args)).status_code == 404
    assert stranger.post(reverse("mobile:sdi.judge", args=[paper.pk, "useful"])).status_code == 404


def test_the_chat_begins_lists_answers_pauses_and_ends(
    a_small_consortium: SmallConsortium, topic: Topic, readers: Readers
) -> None:
    release(topic, STROKE[:2])
    follower = a_follower(an_account(a_small_consortium.main))
    assert "绑定" in text_of(say(follower, "文献推送"))
    bind_by_code(follower=follower, digits=issue_code(patron=readers.of_a, by=None))
    assert "还没有文献推送" in text_of(say(follower, "文献推送"))
    assert "已建好推送「卒中」" in text_of(say(follower, "文献推送 卒中"))
    due()
    assert "最近一次：2 篇" in text_of(say(follower, "定题"))
    assert "少推这样的" in text_of(say(follower, "没用 2"))
    assert PushedPaper.objects.get(place=2).verdict == "useless"
    assert "没有第 7 篇" in text_of(say(follower, "有用 7"))
    assert "已暂停：「卒中」" in text_of(say(follower, "暂停定题 1"))
    assert "已恢复" in text_of(say(follower, "恢复定题"))
    assert "1. 卒中" in text_of(say(follower, "关闭定题"))
    assert "已关闭" in text_of(say(follower, "关闭定题 卒中"))
    assert Member.objects.get().state == "left"


def test_the_liaison_works_on_screen_within_the_department(
    a_small_consortium: SmallConsortium, topic: Topic, readers: Readers, liaison: Staff
) -> None:
    release(topic, STROKE[:2])
    desk_of = signed_in(liaison)
    said = {
        "kind": "subject", "card": "", "library": readers.of_a.home_library_id, "department": CARDIOLOGY, "name": "",
        "words": "卒中", "papers": "", "schedule": "weekly", "weekday": "2", "most": "10", "is_open": "on",
    }  # fmt: skip
    desk_of.post(reverse("console:intelligence.profile.new"), said)
    profile = Profile.objects.get()
    page = reverse("console:intelligence.profile", args=[profile.pk])
    assert "合适的有 2 篇" in desk_of.get(page, {"preview": "1"}).content.decode()
    desk_of.post(f"{page}do/add_reader/", {"card": "A0001"})
    services.move(patron=readers.of_a, profile=profile, deed="accept_push")
    desk_of.post(f"{page}do/add_papers/", {"papers": "一篇\n两篇"})
    desk_of.post(f"{page}do/drop_paper/", {"example": profile.examples.get(title="一篇").pk})
    desk_of.post(f"{page}do/push_now/")
    shown = desk_of.get(page).content.decode()
    assert "李建国" in shown and "两篇" in shown and Push.objects.get().patron == readers.of_a
    refused = desk_of.post(reverse("console:intelligence.profile.new"), said | {"department": "外科"})
    assert refused.status_code == 403 and "自己负责的科室" in refused.content.decode()
    listing = desk_of.get(reverse("console:intelligence.profiles"), {"q": "卒中"}).content.decode()
    assert CARDIOLOGY in listing
    edit = reverse("console:intelligence.profile.edit", args=[profile.pk])
    desk_of.post(edit, said | {"name": "心内卒中", "_version": "1"})
    assert Profile.objects.get().name == "心内卒中"
    assert desk_of.get(reverse("console:intelligence.liaisons")).status_code == 200
    assert desk_of.get(reverse("console:intelligence.liaison.new")).status_code == 403
    outsider = signed_in(a_small_consortium.outsider)
    assert outsider.get(page).status_code == 404
    chief = signed_in(a_small_consortium.manager)
    chief.post(
        reverse("console:intelligence.liaison.new"),
        {"library": readers.of_a.home_library_id, "department": "外科", "staff": liaison.pk},
    )
    assert Liaison.objects.count() == 2
