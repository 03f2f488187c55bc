"""The word of the day before."""

from datetime import datetime, time, timedelta

from django.db import transaction

from xinglin.commons import clock
from xinglin.learning import telling
from xinglin.learning.lifecycle import LectureState, RegistrationState
from xinglin.learning.models import Registration
from xinglin.learning.services import moving

# From this hour of the day before, in the library's time.
FROM_HOUR = 9


def remind() -> int:
    """Tell those who have a seat in a lecture of tomorrow, each once, from nine in the morning; return how many.

    Who got the seat today knows of it already. Safe to run twice; another time of the lecture is told anew.
    """
    now = clock.now()
    here = clock.local(now)
    if here.hour < FROM_HOUR:
        return 0
    today = datetime.combine(here.date(), time.min, tzinfo=clock.SHANGHAI)
    due = Registration.objects.filter(
        state=RegistrationState.REGISTERED,
        lecture__state=LectureState.ANNOUNCED,
        lecture__begins_at__gt=now,
        lecture__begins_at__lt=today + timedelta(days=2),
        seated_at__lt=today,
        reminded_at=None,
        patron__isnull=False,
    ).order_by("lecture", "pk")
    return sum(_remind(registration) for registration in due)


@transaction.atomic
def _remind(registration: Registration) -> bool:
    kept = moving.locked_registration(registration)
    if kept.state != RegistrationState.REGISTERED or kept.reminded_at is not None:
        return False
    telling.tomorrow(kept)
    kept.reminded_at = clock.now()
    kept.save(update_fields=["reminded_at"])
    return True
