"""What circulation tells readers."""

from django.utils.translation import gettext_lazy as _

from xinglin.circulation.lifecycle import BringingState, HoldState, LoanState, SeatState
from xinglin.circulation.models import Bringing, Hold, Loan, SeatBooking
from xinglin.commons import clock
from xinglin.commons.numbers import whole
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
SEAT_SOON = "circulation.seat_soon"
SEAT_RELEASED = "circulation.seat_released"
BRINGING_ON_ITS_WAY = "circulation.bringing_on_its_way"
BRINGING_ARRIVED = "circulation.bringing_arrived"
BRINGING_FAILED = "circulation.bringing_failed"

_TITLE = Field("title", _("书名"))
_COUNT = Field("count", _("册数"))
_DAY = Field("due", _("应还日期"))
_LIBRARY = Field("library", _("取书馆"))
_UNTIL = Field("until", _("保留至"))
_PLACE = Field("place", _("送到哪里"))
_SEAT = (Field("seat", _("座位")), Field("library", _("馆")), Field("starts", _("开始时间")))


def _some_are_still_out(notice: Notice) -> bool:
    """Whether any of the loans is still out with the due date it had."""
    return any(
        loan.state == LoanState.OUT and f"{loan.due_at.isoformat()}" in notice.fields.get("due_moments", "")
        for loan in Loan.objects.filter(pk__in=_numbers(notice, "loans"))
    )


def _still_waits(notice: Notice) -> bool:
    return Hold.objects.filter(pk__in=_numbers(notice, "hold"), state=HoldState.READY).exists()


def _nobody_came_yet(notice: Notice) -> bool:
    return SeatBooking.objects.filter(
        pk__in=_numbers(notice, "booking"), state=SeatState.RESERVED, ends_at__gt=clock.now()
    ).exists()


def _is_still_on_its_way(notice: Notice) -> bool:
    return Bringing.objects.filter(
        pk__in=_numbers(notice, "bringing"), state=BringingState.ON_THE_WAY
    ).exists()


def _numbers(notice: Notice, name: str) -> list[int]:
    written = (whole(each) for each in str(notice.fields.get(name, "")).split())
    return [each for each in written if each is not None]


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
declare(NoticeKind(SEAT_SOON, _("座位即将开始"), Topic.HOLDS, fields=_SEAT, still_true=_nobody_came_yet))
declare(NoticeKind(SEAT_RELEASED, _("座位未签到已释放"), Topic.HOLDS, fields=_SEAT))
declare(
    NoticeKind(
        BRINGING_ON_ITS_WAY,
        _("送书已出发"),
        Topic.HOLDS,
        fields=(_TITLE, _LIBRARY, _PLACE),
        still_true=_is_still_on_its_way,
    )
)
declare(NoticeKind(BRINGING_ARRIVED, _("送书已送到"), Topic.HOLDS, fields=(_TITLE, _PLACE, _DAY)))
declare(
    NoticeKind(
        BRINGING_FAILED,
        _("送书没有送到"),
        Topic.HOLDS,
        fields=(_TITLE, _LIBRARY, Field("reason", _("原因")), _UNTIL),
    )
)
