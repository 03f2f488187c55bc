"""Whose profiles there are: who sees and amends them, who is asked, what is refused, what is erased."""

import pytest

from xinglin.commons.errors import NotAllowed
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.intelligence import listeners
from xinglin.intelligence.models import (
    Example,
    Liaison,
    Member,
    Profile,
    ProfileKind,
    Push,
    PushedPaper,
    Topic,
)
from xinglin.intelligence.sdi import looking_up, queries, running, services
from xinglin.intelligence.sdi.errors import (
    ProfileDeedNotPossible,
    ProfileUnfit,
    ProfileUnknown,
    TooManyProfiles,
)
from xinglin.intelligence.sdi.services import ProfileFile
from xinglin.intelligence.tests.sdi import CARDIOLOGY, due, release
from xinglin.intelligence.tests.sdi import liaison as liaison
from xinglin.intelligence.tests.test_learning import STROKE
from xinglin.literature.articles import Article
from xinglin.notices.models import Notice
from xinglin.patrons import services as patrons
from xinglin.patrons.events import PatronErased, PatronLeft
from xinglin.patrons.models import ConsentKind, Patron
from xinglin.patrons.tests.cast import Readers

pytestmark = pytest.mark.django_db


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
