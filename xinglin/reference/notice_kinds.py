"""What the reference room tells readers."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from xinglin.notices.kinds import Field, NoticeKind, Topic, declare
from xinglin.notices.models import Notice
from xinglin.reference.lifecycle import State
from xinglin.reference.models import Order

QUOTED = "reference.order_quoted"
SENT_BACK = "reference.order_sent_back"
ISSUED = "reference.report_issued"

_ORDER = (Field("number", _("委托编号")), Field("title", _("项目名称")))


def _stands_at(state: State) -> Callable[[Notice], bool]:
    def still_true(notice: Notice) -> bool:
        return Order.objects.filter(number=notice.fields.get("number", ""), state=state).exists()

    return still_true


declare(
    NoticeKind(
        QUOTED,
        _("查新查引待确认"),
        Topic.REQUESTS,
        fields=(*_ORDER, Field("fee", _("费用")), Field("promised_on", _("约定完成日"))),
        still_true=_stands_at(State.QUOTED),
    )
)
declare(
    NoticeKind(
        SENT_BACK, _("查新查引需补充"), Topic.REQUESTS, fields=_ORDER, still_true=_stands_at(State.DRAFT)
    )
)
declare(
    NoticeKind(
        ISSUED, _("查新查引报告已出具"), Topic.REQUESTS, fields=(*_ORDER, Field("report", _("报告编号")))
    )
)
