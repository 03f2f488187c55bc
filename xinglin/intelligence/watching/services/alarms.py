"""Alarms: raised when a figure crosses its mark, once a burst, and settled by a person."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.commons.text import comparable
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.events import AlarmRaised
from xinglin.intelligence.watching.errors import WatchDeedNotPossible, WatchUnfit
from xinglin.intelligence.watching.figures import Figures
from xinglin.intelligence.watching.lifecycle import ALARM_MOVES, AlarmState
from xinglin.intelligence.watching.models import Alarm, AlarmKind, Watch
from xinglin.intelligence.watching.queries import SETTLE
from xinglin.intelligence.watching.wording import own_words

ALIVE = timedelta(days=1)
"""A burst that ended before is no news: of it the desk was told while it lasted, or nobody saw it in time."""


@transaction.atomic
def look_for_alarms(*, watch: Watch) -> list[Alarm]:
    """Raise what the figures of today ask for and what was not raised yet; a burst that goes on grows in its row."""
    kept = Watch.objects.select_for_update(of=("self",)).select_related("topic").get(pk=watch.pk)
    today = clock.today()
    figures = Figures(kept, today)
    found = [*_bursts(kept, figures, today), *_negative(kept, figures), *_named(kept, figures, today)]
    raised = []
    for alarm in found:
        going_on = Alarm.objects.filter(watch=kept, kind=alarm.kind, word=alarm.word)
        # A burst whose beginning moves with new stories is still the burst that the desk was told of.
        known = going_on.filter(since__lte=alarm.until, until__gte=alarm.since - ALIVE).first()
        if known is None:
            alarm.save()
            announce(AlarmRaised(alarm_id=alarm.pk))
            raised.append(alarm)
        elif (known.until, known.stories) != (alarm.until, alarm.stories):
            known.until, known.stories, known.weight = alarm.until, alarm.stories, alarm.weight
            known.save(update_fields=["until", "stories", "weight"])
    return raised


def _bursts(watch: Watch, figures: Figures, today: date) -> list[Alarm]:
    return [
        Alarm(
            watch=watch, kind=AlarmKind.BURST, word=each.word[:80], since=each.since, until=each.until,
            stories=each.stories, weight=each.weight,
        )
        for each in figures.risen(least=watch.least)
        if each.until >= today - ALIVE and each.weight >= watch.burst_level
    ]  # fmt: skip


def _negative(watch: Watch, figures: Figures) -> list[Alarm]:
    day = figures.tones(days=1)[-1]
    share = day.negative_share
    if share is None or day.bad < watch.least or share * 100 < watch.negative_percent:
        return []
    return [
        Alarm(
            watch=watch, kind=AlarmKind.NEGATIVE, since=day.day, until=day.day, stories=day.bad,
            weight=round(share * 100, 1),
        )
    ]  # fmt: skip


def _named(watch: Watch, figures: Figures, today: date) -> list[Alarm]:
    counts = figures.counts(today, today)
    return [
        Alarm(
            watch=watch, kind=AlarmKind.NAMED, word=word[:80], since=today, until=today, stories=counts[key]
        )
        for word in own_words(watch.named_words)
        if counts[key := comparable(word)]
    ]


@transaction.atomic
def settle(*, alarm: Alarm, deed: str, note: str, by: Staff) -> Alarm:
    """Take an alarm up or dismiss it, saying what was done or why not.

    Raises ``WatchDeedNotPossible``, ``WatchUnfit``.
    """
    kept = Alarm.objects.select_for_update(of=("self",)).select_related("watch__topic").get(pk=alarm.pk)
    access.require(by, SETTLE, kept.watch.topic.library_id)
    move = ALARM_MOVES.get((AlarmState(kept.state), deed))
    if move is None:
        raise WatchDeedNotPossible(_("这条提醒已经处理过；请刷新后再看。"))
    if not note.strip():
        raise WatchUnfit(_("请写明怎样处置，或为什么不用处置。"))
    kept.state, kept.note = move[0], note.strip()[:300]
    kept.settled_at, kept.settled_by = clock.now(), by.user
    kept.save()
    history.record(kept, deed, by=by.user, changes={"note": kept.note})
    return kept
