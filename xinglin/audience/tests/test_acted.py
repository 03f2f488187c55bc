"""What readers did after a push is put down to it: once, to the one they opened, within the fortnight."""

from datetime import timedelta

import pytest

from xinglin.audience import listeners, report
from xinglin.audience.models import Behaviour, Campaign, Channel, Delivery, Did, ProfilingOff
from xinglin.audience.services import sending, tracking
from xinglin.audience.tests.factories import a_campaign, a_segment, under_way
from xinglin.circulation.events import HoldPlaced
from xinglin.circulation.tests.factories import a_hold, a_title
from xinglin.commons import clock
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.models import Account, Binding, Follower
from xinglin.wechat.testing import a_follower, say

pytestmark = pytest.mark.django_db


def reached(account: Account, *readers: Patron) -> tuple[Campaign, list[Follower]]:
    """A push that reached some readers, each of whom opened it."""
    people = []
    for reader in readers:
        people.append(a_follower(account))
        Binding.objects.create(follower=people[-1], patron=reader)
    campaign = under_way(a_campaign(a_segment(account), channel=Channel.IN_APP))
    sending.send(campaign_id=campaign.pk)
    for person in people:
        tracking.note(campaign=campaign, follower=person, kind=Did.OPENED)
    campaign.refresh_from_db()
    return campaign, people


def test_an_action_is_put_down_once_to_the_push_that_was_opened(account: Account, readers: Readers) -> None:
    campaign, [person, silent] = reached(account, readers.of_a, readers.of_main)
    Delivery.objects.filter(follower_id=silent.pk).update(opened_at=None)
    assert tracking.acted(patron=readers.of_a, kind=Did.REGISTERED) == 1
    assert tracking.acted(patron=readers.of_a, kind=Did.ASKED) == 0
    assert tracking.acted(patron=readers.of_main, kind=Did.ASKED) == 0
    told = report.of(campaign)
    assert told.acts == {Did.REGISTERED: 1} and told.shares.acted == 1
    kept = Behaviour.objects.get(kind=Did.REGISTERED)
    assert (kept.follower_id, kept.campaign_id) == (person.pk, campaign.pk)
    with pytest.raises(ValueError, match="nothing that follows"):
        tracking.acted(patron=readers.of_a, kind=Did.OPENED)


def test_what_comes_after_a_fortnight_follows_from_nothing(account: Account, readers: Readers) -> None:
    reached(account, readers.of_a)
    Delivery.objects.update(sent_at=clock.now() - timedelta(days=15))
    assert tracking.acted(patron=readers.of_a, kind=Did.BORROWED) == 0


def test_a_hold_and_a_question_for_a_person_are_told_apart_in_the_report(
    account: Account, readers: Readers
) -> None:
    campaign, [_holder, asker] = reached(account, readers.of_a, readers.of_main)
    library = readers.of_a.home_library
    hold = a_hold(readers.of_a, a_title(library), library)
    listeners.put_the_hold_down_to_a_push(HoldPlaced(hold_id=hold.pk))
    ProfilingOff.objects.create(follower=asker)
    say(asker, "请问馆际互借的单子在哪里填，我昨天没有找到")
    asker.messages.update(needs_person=True)
    tracking.settle(campaign=campaign)
    tracking.settle(campaign=campaign)
    assert report.of(campaign).acts == {Did.BORROWED: 1, Did.ASKED: 1}
    # Of who switched the profile off nothing is kept but the count.
    assert not Behaviour.objects.filter(kind=Did.ASKED).exists()
    assert Behaviour.objects.filter(kind=Did.BORROWED).count() == 1


def test_an_action_that_is_told_twice_is_not_put_down_to_an_older_push(
    account: Account, readers: Readers
) -> None:
    """An errand may run twice (``commons.bulletin``); the push before the last one gains nothing by it."""
    older, [person] = reached(account, readers.of_a)
    latest = under_way(a_campaign(older.segment, channel=Channel.IN_APP))
    sending.send(campaign_id=latest.pk)
    clock.move(timedelta(minutes=5))
    tracking.note(campaign=latest, follower=person, kind=Did.OPENED)
    library = readers.of_a.home_library
    placed = HoldPlaced(hold_id=a_hold(readers.of_a, a_title(library), library).pk)
    listeners.put_the_hold_down_to_a_push(placed)
    listeners.put_the_hold_down_to_a_push(placed)
    assert report.of(latest).acts == {Did.BORROWED: 1}
    assert report.of(older).acts == {}
