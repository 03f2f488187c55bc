"""What is left of a reader who leaves or asks to be forgotten."""

from django.db import transaction

from xinglin.commons import clock
from xinglin.learning.lifecycle import EXPECTED, LectureState
from xinglin.learning.models import Registration
from xinglin.learning.services import moving
from xinglin.learning.services.registering import give_back


def give_up_what_is_ahead(*, patron_id: int, reason: str) -> int:
    """Give back a reader's seats in lectures that have not begun, so that others get them; return how many."""
    ahead = Registration.objects.filter(
        patron=patron_id,
        state__in=EXPECTED,
        lecture__state=LectureState.ANNOUNCED,
        lecture__begins_at__gt=clock.now(),
    )
    return sum(_give_up(registration, reason) for registration in ahead.order_by("lecture", "pk"))


@transaction.atomic
def _give_up(registration: Registration, reason: str) -> bool:
    kept = moving.locked_registration(registration)
    if kept.state not in EXPECTED:
        return False
    give_back(kept, by=None, reason=reason)
    return True


@transaction.atomic
def part_from(*, patron_id: int) -> int:
    """Part the registrations from an erased reader: the count and the score stay, words and certificate go."""
    return Registration.objects.filter(patron=patron_id).update(patron=None, words="", certificate=None)
