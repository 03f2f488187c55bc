"""How many mass sends an account has left, counted from what was sent here, one kept for an emergency."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from xinglin.commons import clock
from xinglin.newsroom.models import Outlet, Posting
from xinglin.newsroom.publishing.lifecycle import MASS, PostingState, Way
from xinglin.wechat.capabilities import AccountKind, daily_mass_quota, monthly_deliveries

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


def quota_of(outlet: Outlet, day: date, *, without: Posting | None = None) -> Quota:
    """Return what an account has used and planned of its mass sends on a day and in its month."""
    account = outlet.account
    if account is None:
        return Quota(0, 0, 0, 0, 0, None)
    sends = Posting.objects.filter(outlet__account=account, way__in=MASS)
    if without is not None:
        sends = sends.exclude(pk=without.pk)
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    to_all = sends.filter(way=Way.MASS_ALL)
    return Quota(
        day_used=_spent(sends, day, day + timedelta(days=1)).count(),
        day_planned=_planned(sends, day, day + timedelta(days=1)).count(),
        day_most=daily_mass_quota(account.kind),
        month_used=_spent(to_all, first, after).count(),
        month_planned=_planned(to_all, first, after).count(),
        month_most=monthly_deliveries(account.kind) if account.kind == AccountKind.F1 else None,
    )


def _spent(sends: QuerySet[Posting], since: date, until: date) -> QuerySet[Posting]:
    return sends.filter(state__in=_SPENT, sent_at__gte=_midnight(since), sent_at__lt=_midnight(until))


def _planned(sends: QuerySet[Posting], since: date, until: date) -> QuerySet[Posting]:
    return sends.filter(state__in=_PLANNED, due_at__gte=_midnight(since), due_at__lt=_midnight(until))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.SHANGHAI)
