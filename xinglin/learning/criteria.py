"""By which lectures they registered for or came to readers may be selected."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.commons.criteria import Days, Given, Subject, criterion, since
from xinglin.learning.lifecycle import RegistrationState
from xinglin.learning.models import Registration

LECTURES = _("讲座")


@criterion(
    "learning.registered",
    title=_("报名过讲座"),
    group=LECTURES,
    subject=Subject.PATRON,
    params=(Days(180),),
    countable=True,
)
def registered(given: Given) -> QuerySet[Registration]:
    """Registrations of the last days, with or without a seat; who cancelled did not want it."""
    rows = Registration.objects.filter(registered_at__gte=since(given), patron__isnull=False)
    return rows.exclude(state=RegistrationState.CANCELLED)


@criterion(
    "learning.attended",
    title=_("参加过讲座"),
    group=LECTURES,
    subject=Subject.PATRON,
    params=(Days(365),),
    countable=True,
)
def attended(given: Given) -> QuerySet[Registration]:
    """Lectures of the last days to which they came."""
    return Registration.objects.filter(
        attended_at__gte=since(given), state=RegistrationState.ATTENDED, patron__isnull=False
    )
