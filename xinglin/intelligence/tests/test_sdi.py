"""SDI: the right papers to the right reader, once, with the reason."""

from datetime import timedelta

import pytest
from django.urls import reverse

from xinglin.commons import clock
from xinglin.intelligence import listeners
from xinglin.intelligence.dedup.keeping import hand_over
from xinglin.intelligence.events import ReleasedPaperRetracted
from xinglin.intelligence.models import (
    Finding,
    Publication,
    Push,
    PushedPaper,
    Record,
    Topic,
    Verdict,
)
from xinglin.intelligence.sdi import running, services
from xinglin.intelligence.sdi.errors import (
    ProfileDeedNotPossible,
    ProfileUnknown,
)
from xinglin.intelligence.sdi.services import ProfileFile
from xinglin.intelligence.tests.sdi import brought_to, due, release
from xinglin.intelligence.tests.sdi import liaison as liaison
from xinglin.intelligence.tests.test_learning import OTHER, STROKE
from xinglin.notices.kinds import kind_of
from xinglin.notices.models import Notice
from xinglin.patrons.tests.cast import Readers

pytestmark = pytest.mark.django_db


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
