"""Rows of circulation, by subject: holds, loans, what is under way, the rules, what readers owe."""

from xinglin.circulation.models.amnesty import Amnesty
from xinglin.circulation.models.counting import (
    StockScan,
    StockTake,
    Verdict,
)
from xinglin.circulation.models.devices import (
    Charset,
    ChecksumUse,
    Device,
    DeviceMessage,
    DevicePayment,
    DeviceRight,
    DeviceSession,
    DueForm,
    Terminator,
)
from xinglin.circulation.models.dues import (
    Fee,
    FeeKind,
    Payment,
    Suspension,
)
from xinglin.circulation.models.elsewhere import (
    BranchSystem,
    KnownBy,
)
from xinglin.circulation.models.floating import (
    FloatingCopy,
    FloatingRule,
)
from xinglin.circulation.models.holds import (
    Hold,
    HoldSource,
    PickOutcome,
    PickRequest,
)
from xinglin.circulation.models.loans import (
    Loan,
    LoanNotice,
    NoticeKind,
)
from xinglin.circulation.models.offline import (
    OfflineScan,
    ScanKind,
)
from xinglin.circulation.models.rounds import (
    Bringing,
    CartItem,
    CartRoute,
    CartRun,
    CartStop,
    Weekday,
)
from xinglin.circulation.models.rules import (
    CirculationRule,
)
from xinglin.circulation.models.seats import (
    ReadingRoom,
    Seat,
    SeatBooking,
)
from xinglin.circulation.models.transits import (
    Box,
    Transit,
    TransitReason,
    Whereabouts,
)

__all__ = [
    "Amnesty",
    "Box",
    "BranchSystem",
    "Bringing",
    "CartItem",
    "CartRoute",
    "CartRun",
    "CartStop",
    "Charset",
    "ChecksumUse",
    "CirculationRule",
    "Device",
    "DeviceMessage",
    "DevicePayment",
    "DeviceRight",
    "DeviceSession",
    "DueForm",
    "Fee",
    "FeeKind",
    "FloatingCopy",
    "FloatingRule",
    "Hold",
    "HoldSource",
    "KnownBy",
    "Loan",
    "LoanNotice",
    "NoticeKind",
    "OfflineScan",
    "Payment",
    "PickOutcome",
    "PickRequest",
    "ReadingRoom",
    "ScanKind",
    "Seat",
    "SeatBooking",
    "StockScan",
    "StockTake",
    "Suspension",
    "Terminator",
    "Transit",
    "TransitReason",
    "Verdict",
    "Weekday",
    "Whereabouts",
]
