"""By what came of former pushes followers may be selected: retarget who opened, or who did not."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.audience.models import Campaign, Delivery, DeliveryState
from xinglin.commons.criteria import Given, Param, ParamKind, Subject, criterion
from xinglin.commons.onscreen import Words

OUTCOMES = {
    "sent": (_("收到"), Q()),
    "opened": (_("收到并打开"), Q(opened_at__isnull=False)),
    "missed": (_("收到但没有打开"), Q(opened_at__isnull=True)),
    "finished": (_("读完"), Q(finished_at__isnull=False)),
    "shared": (_("转发"), Q(shared_at__isnull=False)),
}


def _campaigns() -> Iterable[tuple[str, Words]]:
    rows = Campaign.objects.filter(started_at__isnull=False).order_by("-started_at")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")[:200]]


def _outcomes() -> Iterable[tuple[str, Words]]:
    return [(key, words) for key, (words, _condition) in OUTCOMES.items()]


@criterion(
    "audience.received",
    title=_("某次推送的结果"),
    group=_("推送"),
    subject=Subject.FOLLOWER,
    params=(
        Param("campaign", _("推送"), ParamKind.CHOICE, choices=_campaigns),
        Param("outcome", _("结果"), ParamKind.CHOICE, "missed", choices=_outcomes),
    ),
)
def received(given: Given) -> QuerySet[Delivery]:
    """Those whom a push reached, by what they did with it."""
    rows = Delivery.objects.filter(campaign=int(given["campaign"]), state=DeliveryState.SENT)
    return rows.filter(OUTCOMES[str(given["outcome"])][1])
