"""Rows of circulation, by subject: holds, loans, what is under way, the rules, what readers owe."""

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
from xinglin.circulation.models.dues import Fee, FeeKind, Suspension
from xinglin.circulation.models.elsewhere import BranchSystem, KnownBy
from xinglin.circulation.models.holds import Hold, HoldSource
from xinglin.circulation.models.loans import Loan, LoanNotice, NoticeKind
from xinglin.circulation.models.rules import CirculationRule
from xinglin.circulation.models.transits import Transit, TransitReason, Whereabouts

__all__ = [
    "BranchSystem",
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
    "Hold",
    "HoldSource",
    "KnownBy",
    "Loan",
    "LoanNotice",
    "NoticeKind",
    "Suspension",
    "Terminator",
    "Transit",
    "TransitReason",
    "Whereabouts",
]
