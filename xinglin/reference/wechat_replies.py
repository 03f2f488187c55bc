"""「查新」 and 「我的查新」 in the chat: where to commission, and where one's orders stand."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.text import shortened
from xinglin.reference import queries
from xinglin.reference.lifecycle import CLOSED, State
from xinglin.reference.models import Order
from xinglin.wechat.conversation import Incoming, command, menu_key
from xinglin.wechat.replies import Reply, Text, link

MOST = 5


@command(
    "查新",
    "查收查引",
    "查引",
    "我的查新",
    title=gettext_lazy("查新查引"),
    example="查新",
    alone=True,
    order=60,
)
def my_orders_command(incoming: Incoming, argument: str) -> Reply | None:
    """Tell where the reader's orders stand, and lead to the forms."""
    return my_orders(incoming)


@menu_key("ORDERS", title=gettext_lazy("查新查引"))
def my_orders(incoming: Incoming) -> Reply | None:
    """Tell where the reader's orders stand, and lead to the forms."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    open_ones = list(queries.orders_of(incoming.patron).exclude(state__in=CLOSED)[:MOST])
    lines = [_line(order) for order in open_ones]
    if not lines:
        lines = [_("您没有在办的查新查引。立项、报奖、评审需要时，可以在手机上委托。")]
    lines.append(link(_("委托、确认、取报告"), incoming.link(reverse("mobile:orders"))))
    return Text("\n".join(lines))


def _line(order: Order) -> str:
    said = _("%(number)s《%(title)s》%(state)s") % {
        "number": order.number,
        "title": shortened(order.title, characters=24),
        "state": order.get_state_display(),
    }
    if order.state == State.QUOTED:
        return said + _("，请打开链接确认")
    if order.promised_on and order.state not in (State.ISSUED, State.DISPUTED):
        return said + _("，%(day)s 前完成") % {"day": f"{order.promised_on:%m-%d}"}
    return said
