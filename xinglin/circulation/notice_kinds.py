"""What circulation tells readers."""

from django.utils.translation import gettext_lazy as _

from xinglin.circulation.lifecycle import HoldState, LoanState
from xinglin.circulation.models import Hold, Loan
from xinglin.notices.kinds import Field, NoticeKind, Topic, declare
from xinglin.notices.models import Notice

DUE_SOON = "circulation.due_soon"
OVERDUE = "circulation.overdue"
HOLD_READY = "circulation.hold_ready"
HOLD_ARRIVED = "circulation.hold_arrived"
HOLD_EXPIRED = "circulation.hold_expired"
HOLD_STUCK = "circulation.hold_stuck"
RECALLED = "circulation.recalled"
FEE_BILLED = "circulation.fee_billed"
SUSPENDED = "circulation.suspended"

_TITLE = Field("title", _("书名"))
_COUNT = Field("count", _("册数"))
_DAY = Field("due", _("应还日期"))
_LIBRARY = Field("library", _("取书馆"))
_UNTIL = Field("until", _("保留至"))


def _some_are_still_out(notice: Notice) -> bool:
    """Whether any of the loans is still out with the due date it had."""
    return any(
        loan.state == LoanState.OUT and f"{loan.due_at.isoformat()}" in notice.fields.get("due_moments", "")
        for loan in Loan.objects.filter(pk__in=_numbers(notice, "loans"))
    )


def _still_waits(notice: Notice) -> bool:
    return Hold.objects.filter(pk__in=_numbers(notice, "hold"), state=HoldState.READY).exists()


def _numbers(notice: Notice, name: str) -> list[int]:
    return [int(each) for each in str(notice.fields.get(name, "")).split() if each.isdigit()]


declare(
    NoticeKind(
        DUE_SOON, _("即将到期"), Topic.LOANS, fields=(_TITLE, _COUNT, _DAY), still_true=_some_are_still_out
    )
)
declare(
    NoticeKind(
        OVERDUE, _("已逾期"), Topic.LOANS, fields=(_TITLE, _COUNT, _DAY), still_true=_some_are_still_out
    )
)
declare(
    NoticeKind(
        HOLD_READY, _("预约到书"), Topic.HOLDS, fields=(_TITLE, _LIBRARY, _UNTIL), still_true=_still_waits
    )
)
declare(
    NoticeKind(
        HOLD_ARRIVED,
        _("预约的书已从他馆到达"),
        Topic.HOLDS,
        fields=(_TITLE, _LIBRARY, Field("from_library", _("发出馆")), _UNTIL),
        still_true=_still_waits,
    )
)
declare(NoticeKind(HOLD_EXPIRED, _("预约过期未取"), Topic.HOLDS, fields=(_TITLE, _LIBRARY)))
declare(NoticeKind(HOLD_STUCK, _("预约的书找不到"), Topic.HOLDS, fields=(_TITLE, _LIBRARY)))
declare(
    NoticeKind(RECALLED, _("借阅召回"), Topic.LOANS, fields=(_TITLE, _DAY), still_true=_some_are_still_out)
)
declare(
    NoticeKind(
        FEE_BILLED,
        _("新增费用"),
        Topic.FEES,
        fields=(Field("amount", _("金额")), Field("what", _("事项")), Field("library", _("收费馆"))),
    )
)
declare(
    NoticeKind(
        SUSPENDED,
        _("借阅权限暂停"),
        Topic.ACCOUNT,
        fields=(Field("until", _("恢复日期")), Field("reason", _("原因"))),
    )
)
