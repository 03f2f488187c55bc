"""Days on which coming back late costs nothing: laid down, called off, and asked for when a copy comes back."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.circulation.errors import AmnestyUnfit
from xinglin.circulation.models import Amnesty
from xinglin.circulation.services.rules import CHANGE_RULE
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff

LONGEST = timedelta(days=92)


@transaction.atomic
def lay_down_amnesty(
    *, library: Library | None, begins: date, ends: date, reason: str, by: Staff | None
) -> Amnesty:
    """Charge nothing for lateness to what comes back on these days; for all libraries it is the consortium's hand.

    What was charged before stays charged: writing off is a deed of its own. Raises ``AmnestyUnfit``, ``NotAllowed``.
    """
    access.require(by, CHANGE_RULE, library.pk if library else None)
    if begins < clock.today() or ends < begins or ends - begins > LONGEST:
        raise AmnestyUnfit(_("免罚日从今天或以后开始，最长 %(days)d 天。"), days=LONGEST.days)
    if not reason.strip():
        raise AmnestyUnfit(_("请写明缘由，例如“世界读书日”；以后查账要用。"))
    amnesty = Amnesty.objects.create(
        library=library, begins=begins, ends=ends, reason=reason.strip()[:120], made_by=by
    )
    days = {"begins": f"{begins}", "ends": f"{ends}"}
    history.record(amnesty, "add", by=by.user if by else None, changes=days, reason=reason)
    return amnesty


@transaction.atomic
def call_off_amnesty(*, amnesty: Amnesty, by: Staff | None) -> Amnesty:
    """Charge again from now on. Raises ``AmnestyUnfit`` when it is over or called off, ``NotAllowed``."""
    access.require(by, CHANGE_RULE, amnesty.library_id)
    current = Amnesty.objects.select_for_update(of=("self",)).get(pk=amnesty.pk)
    if current.cancelled_at is not None or current.ends < clock.today():
        raise AmnestyUnfit(_("这个免罚日已经结束或取消，不用再取消。"))
    current.cancelled_at = clock.now()
    current.save(update_fields=["cancelled_at"])
    history.record(current, "cancel", by=by.user if by else None)
    return current


def amnesty_on(day: date, *, library_id: int) -> Amnesty | None:
    """Return under which amnesty of a library, or of all, a day is."""
    there = Q(library=None) | Q(library=library_id)
    return Amnesty.objects.filter(there, begins__lte=day, ends__gte=day, cancelled_at=None).first()
