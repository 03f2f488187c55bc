"""Telling a notice: one attempt at a time, written down before the channel is asked.

``_claim`` writes the attempt and commits; the channel is asked outside any transaction; ``settle`` writes what
became of it. Who is killed between the two leaves an attempt under way: ``sweep`` asks its channel for the end of
it, and what nobody knows is unsure, which a person decides.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from xinglin.commons import clock
from xinglin.notices.channels import Channel, Fate, Outcome, Way, channel_named, every_channel
from xinglin.notices.kinds import kind_of
from xinglin.notices.lifecycle import MOVES, AttemptState, State
from xinglin.notices.models import Attempt, KindSetting, Notice, Preference, QuietHours
from xinglin.notices.quiet import told_from
from xinglin.patrons.models import Consent, ConsentKind

log = logging.getLogger(__name__)

DELIVER = "xinglin.notices.deliver"
# Pauses after "busy", by how often this channel was busy for this notice; after the last it counts as refused.
PAUSES = tuple(timedelta(minutes=each) for each in (1, 5, 20, 60, 240))
UNDER_WAY_FOR = timedelta(minutes=15)
MOST_AT_ONCE = 500

_ENDS = {
    Fate.SENT: (AttemptState.SENT, "go_out"),
    Fate.KEPT: (AttemptState.KEPT, "keep"),
    Fate.REFUSED: (AttemptState.REFUSED, "come_back"),
    Fate.BUSY: (AttemptState.BUSY, "come_back"),
    Fate.UNSURE: (AttemptState.UNSURE, "lose_sight"),
}


def deliver(*, notice_id: int) -> None:
    """Try the ways that are open, one after the other, until one has taken the notice or none is left."""
    for _each in range(len(every_channel()) + 1):
        claimed = _claim(notice_id)
        if claimed is None:
            return
        channel, attempt = claimed
        try:
            outcome = channel.send(attempt.notice, attempt)
        except Exception:
            # Whatever it was, it happened after the attempt began: nobody knows whether the reader got it.
            log.exception("a channel broke", extra={"channel": channel.code, "attempt": attempt.pk})
            outcome = Outcome(Fate.UNSURE, _("发送程序出错，结果不明。"))
        if outcome.fate is Fate.UNDER_WAY:
            if outcome.reference:
                Attempt.objects.filter(pk=attempt.pk).update(reference=outcome.reference)
            return
        settle(attempt_id=attempt.pk, outcome=outcome)
        if outcome.fate is not Fate.REFUSED:
            return


@transaction.atomic
def settle(*, attempt_id: int, outcome: Outcome) -> None:
    """Write what became of an attempt; said twice it is written once.

    An unsure attempt may still be learnt of: a report that arrives late settles it.
    """
    # The notice is locked first, here as everywhere: two who settle at once wait for each other.
    notice = Notice.objects.select_for_update().get(attempts=attempt_id)
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id)
    state, deed = _ENDS[outcome.fate]
    if attempt.state == state or (AttemptState(attempt.state), state) not in _LEARNT:
        return
    attempt.state, attempt.ended_at = state, clock.now()
    attempt.reason, attempt.reference = outcome.reason, outcome.reference or attempt.reference
    attempt.save(update_fields=["state", "ended_at", "reason", "reference"])
    where = MOVES.get((State(notice.state), deed))
    if where is None:
        return
    notice.state = where[0]
    notice.channel, notice.why = attempt.channel, outcome.reason
    notice.due_at = None
    if notice.state == State.SENT:
        notice.told_at = clock.now()
    elif notice.state == State.WAITING:
        notice.told_at = None
        notice.due_at = clock.now() + _pause(notice, attempt.channel, outcome.fate)
    notice.save(update_fields=["state", "channel", "why", "due_at", "told_at"])


# What an attempt may still become once it stands somewhere: each later word is more certain than the earlier.
_LEARNT = {
    *((AttemptState.TRYING, state) for state, _deed in _ENDS.values()),
    (AttemptState.UNSURE, AttemptState.SENT),
    (AttemptState.UNSURE, AttemptState.REFUSED),
    (AttemptState.SENT, AttemptState.REFUSED),
    (AttemptState.KEPT, AttemptState.SENT),
    # Who leaves the account takes what waited for them with them: another way is looked for.
    (AttemptState.KEPT, AttemptState.REFUSED),
}


def settle_reported(*, channel: str, reference: str, outcome: Outcome) -> bool:
    """Settle an attempt by what the other side calls it; return whether there is one."""
    attempt = Attempt.objects.filter(channel=channel, reference=reference).order_by("-pk").first()
    if attempt is None:
        return False
    settle(attempt_id=attempt.pk, outcome=outcome)
    return True


def deliver_due() -> int:
    """Defer what is due by our clock, and return how many there were: the clock may be moved."""
    due = Notice.objects.filter(state=State.WAITING, due_at__lte=clock.now()).order_by("due_at")
    rows = list(due.values_list("pk", "patron_id")[:MOST_AT_ONCE])
    for notice_id, patron_id in rows:
        app.configure_task(DELIVER, queue="notices", lock=f"notice-reader-{patron_id}").defer(
            notice_id=notice_id
        )
    return len(rows)


def sweep() -> int:
    """Settle the attempts whose end nobody reported, and return how many were looked at.

    A channel that can still tell is asked; for the others the fate is unknown, and stays so.
    """
    lost = Attempt.objects.filter(
        state=AttemptState.TRYING, began_at__lt=clock.now() - UNDER_WAY_FOR
    ).order_by("pk")[:MOST_AT_ONCE]
    for attempt in lost:
        channel = channel_named(attempt.channel)
        if channel is not None and channel.fate_of is not None:
            outcome = channel.fate_of(attempt)
        else:
            outcome = Outcome(Fate.UNSURE, _("发送中断，没有留下结果。"))
        if outcome is not None:
            settle(attempt_id=attempt.pk, outcome=outcome)
    return len(lost)


@dataclass(frozen=True)
class _Standing:
    """What the consortium and the reader decided that bears on one notice."""

    quiet_until: datetime | None
    only_listed: str
    ways: frozenset[Way]


@transaction.atomic
def _claim(notice_id: int) -> tuple[Channel, Attempt] | None:
    """Pick the channel and write the attempt down, or settle that there is nothing to send now."""
    notice = (
        Notice.objects.select_for_update(of=("self",))
        .select_related("patron__home_library", "library")
        .filter(pk=notice_id, state=State.WAITING)
        .first()
    )
    now = clock.now()
    if notice is None or notice.due_at is None or notice.due_at > now:
        return None
    kind = kind_of(notice.kind)
    if kind.still_true is not None and not kind.still_true(notice):
        _rest(notice, State.DROPPED, _("发送前情况已经改变，不再需要提醒。"))
        return None
    standing = _standing(notice, now)
    if standing.quiet_until is not None:
        notice.due_at = standing.quiet_until
        notice.save(update_fields=["due_at"])
        return None
    if standing.only_listed:
        _rest(notice, State.LISTED, standing.only_listed)
        return None
    reasons: list[str] = []
    tried = _spent(notice)
    for channel in every_channel():
        if channel.way not in standing.ways:
            reason = _("读者选择不用这种方式")
        elif channel.code in tried:
            reason = tried[channel.code]
        else:
            reason = str(channel.may(notice))
        if not reason:
            return channel, _begin(notice, channel)
        reasons.append(f"{channel.name}：{reason}")
    _rest(notice, State.UNREACHABLE, "\n".join(reasons))
    return None


def _begin(notice: Notice, channel: Channel) -> Attempt:
    notice.state, notice.channel = State.TRYING, channel.code
    notice.save(update_fields=["state", "channel"])
    return Attempt.objects.create(notice=notice, channel=channel.code)


def _rest(notice: Notice, state: State, why: str) -> None:
    notice.state, notice.due_at, notice.why, notice.channel = state, None, why, ""
    notice.save(update_fields=["state", "due_at", "why", "channel"])


def _standing(notice: Notice, now: datetime) -> _Standing:
    kind = kind_of(notice.kind)
    quiet = QuietHours.objects.first() or QuietHours()
    later = told_from(now, quiet.begins, quiet.ends) if quiet.active else now
    waits = kind.may_wait and not notice.urgent and notice.hurried_by_id is None
    preference = Preference.objects.filter(patron=notice.patron_id, topic=kind.topic).first()
    wants = {Way.WECHAT: True, Way.EMAIL: True}
    if preference is not None:
        wants = {Way.WECHAT: preference.wechat, Way.EMAIL: preference.email}
    only_listed = ""
    if not KindSetting.objects.filter(kind=notice.kind, active=False).exists():
        if not any(wants.values()):
            only_listed = _("读者选择只在列表里看这类提醒。")
        elif _has_withdrawn(notice):
            only_listed = _("读者撤回了接收通知的同意。")
    else:
        only_listed = _("这种提醒已停用。")
    return _Standing(
        quiet_until=later if waits and later > now else None,
        only_listed=only_listed,
        ways=frozenset(way for way, wanted in wants.items() if wanted),
    )


def _has_withdrawn(notice: Notice) -> bool:
    """Whether the reader took back the consent to notices: never asked is not withdrawn."""
    consents = Consent.objects.filter(patron=notice.patron_id, kind=ConsentKind.NOTICES)
    return consents.exists() and not consents.filter(withdrawn_at=None).exists()


def _spent(notice: Notice) -> dict[str, str]:
    """Return the channels that are not asked again for this notice, each with the reason.

    A person who sends it again begins anew: what was refused before that counts no more.
    """
    spent: dict[str, str] = {}
    busy: dict[str, int] = {}
    for attempt in notice.attempts.order_by("-pk"):
        if attempt.state == AttemptState.GIVEN_UP:
            break
        if attempt.state == AttemptState.REFUSED:
            spent.setdefault(attempt.channel, attempt.reason or _("这个渠道拒绝了"))
        elif attempt.state == AttemptState.BUSY:
            busy[attempt.channel] = busy.get(attempt.channel, 0) + 1
            if busy[attempt.channel] > len(PAUSES):
                spent[attempt.channel] = attempt.reason or _("对方一直繁忙")
    return spent


def _pause(notice: Notice, channel: str, fate: Fate) -> timedelta:
    """Return how long to wait before the next attempt: none after a refusal, another way is taken at once."""
    if fate is not Fate.BUSY:
        return timedelta(0)
    busy = notice.attempts.filter(channel=channel, state=AttemptState.BUSY).count()
    return PAUSES[min(busy, len(PAUSES)) - 1]
