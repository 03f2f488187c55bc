"""The console's screens of circulation."""

from xinglin.circulation.console import (
    branch_systems,
    desk,
    devices,
    fees,
    holds,
    loans,
    picks,
    receipts,
    returns,
    rules,
    transits,
)

__all__ = [
    "branch_systems",
    "desk",
    "devices",
    "fees",
    "holds",
    "loans",
    "picks",
    "receipts",
    "returns",
    "rules",
    "transits",
]
