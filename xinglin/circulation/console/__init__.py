"""The console's screens of circulation."""

from xinglin.circulation.console import (
    boxes,
    desk,
    fees,
    holds,
    loans,
    offline,
    picks,
    placing,
    receipts,
    returns,
    rules,
    transits,
)

__all__ = [
    "boxes",
    "desk",
    "fees",
    "holds",
    "loans",
    "offline",
    "picks",
    "placing",
    "receipts",
    "returns",
    "rules",
    "transits",
]
