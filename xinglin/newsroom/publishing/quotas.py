"""How many mass sends an account has left, counted from what was sent here, one kept for an emergency.

Rooms above that mass-send too say so by ``count_also``: the platform counts all of an account together.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from xinglin.commons import clock
from xinglin.newsroom.models import Outlet, Posting
from xinglin.newsroom.publishing.lifecycle import MASS, PostingState, Way
from xinglin.wechat.capabilities import AccountKind, daily_mass_quota, monthly_deliveries
from xinglin.wechat.models import Account

# What was sent, or may have been: nobody knows of an unsure one, so it counts.
_SPENT = (
    PostingState.UNSURE, PostingState.SENT, PostingState.OUT, PostingState.TO_CORRECT, PostingState.TO_WITHDRAW,
    PostingState.WITHDRAWN,
)  # fmt: skip
_PLANNED = (PostingState.PLANNED,)


@dataclass(frozen=True)
class Quota:
    """Mass sends of one day, and of its month to everybody where the platform counts those."""

    day_used: int
    day_planned: int
    day_most: int
    month_used: int
    month_planned: int
    month_most: int | None

    @property
    def day_left(self) -> int:
        return max(0, self.day_most - self.day_used - self.day_planned)

    @property
    def month_left(self) -> int | None:
        if self.month_most is None:
            return None
        return max(0, self.month_most - self.month_used - self.month_planned)

    def allows(self, *, reserve: int, to_all: bool) -> bool:
        """Whether one more may be sent while ``reserve`` are kept back."""
        if self.day_left < 1 or (self.month_most is None and self.day_most > 1 and self.day_left <= reserve):
            return False
        return not to_all or self.month_left is None or self.month_left > reserve


@dataclass(frozen=True)
class OtherSend:
    """A mass send of an account that another room makes: when, and whether it is out or only planned."""

    at: datetime
    is_out: bool


_others: list[Callable[[Account, datetime, datetime], Iterable[OtherSend]]] = []


def count_also(sends: Callable[[Account, datetime, datetime], Iterable[OtherSend]]) -> None:
    """Have the mass sends that a room above makes of an account, between two moments, counted with ours."""
    _others.append(sends)


def quota_of(outlet: Outlet, day: date, *, without: Posting | None = None) -> Quota:
    """Return what an account has used and planned of its mass sends on a day and in its month."""
    return quotas_of(outlet, [day], without=without)[day]


def quotas_of(outlet: Outlet, days: Sequence[date], *, without: Posting | None = None) -> dict[date, Quota]:
    """Return the same for each of some days, asked for at once."""
    account = outlet.account
    if account is None or not days:
        return dict.fromkeys(days, Quota(0, 0, 0, 0, 0, None))
    since = _midnight(min(days).replace(day=1))
    until = _midnight((max(days).replace(day=1) + timedelta(days=32)).replace(day=1))
    by_day: Counter[tuple[bool, date]] = Counter()
    to_all: Counter[tuple[bool, date]] = Counter()
    for way, at, is_out in _sends(account, since, until, without):
        day = clock.local(at).date()
        by_day[is_out, day] += 1
        if way == Way.MASS_ALL:
            to_all[is_out, day.replace(day=1)] += 1
    for send in (each for others in _others for each in others(account, since, until)):
        by_day[send.is_out, clock.local(send.at).date()] += 1
    return {
        day: Quota(
            day_used=by_day[True, day],
            day_planned=by_day[False, day],
            day_most=daily_mass_quota(account.kind),
            month_used=to_all[True, day.replace(day=1)],
            month_planned=to_all[False, day.replace(day=1)],
            month_most=monthly_deliveries(account.kind) if account.kind == AccountKind.F1 else None,
        )
        for day in days
    }


def sent_to_all(account: Account, since: datetime) -> int:
    """Return how many mass sends to everybody an account has made since a moment: each follower received them."""
    return Posting.objects.filter(
        outlet__account=account, way=Way.MASS_ALL, state__in=_SPENT, sent_at__gte=since
    ).count()


def _sends(
    account: Account, since: datetime, until: datetime, without: Posting | None
) -> Iterator[tuple[str, datetime, bool]]:
    sends = Posting.objects.filter(outlet__account=account, way__in=MASS)
    if without is not None:
        sends = sends.exclude(pk=without.pk)
    out = sends.filter(state__in=_SPENT, sent_at__gte=since, sent_at__lt=until)
    planned = sends.filter(state__in=_PLANNED, due_at__gte=since, due_at__lt=until)
    for is_out, rows in (
        (True, out.values_list("way", "sent_at")),
        (False, planned.values_list("way", "due_at")),
    ):
        for way, at in rows:
            if at is not None:
                yield way, at, is_out


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.SHANGHAI)
