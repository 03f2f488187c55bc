"""The console's screens of circulation."""

from xinglin.circulation.console import (
    boxes,
    counting,
    desk,
    fees,
    holds,
    loans,
    offline,
    picks,
    placing,
    receipts,
    returns,
    rounds,
    rules,
    seats,
    taking_over,
    transits,
)

__all__ = [
    "boxes",
    "counting",
    "desk",
    "fees",
    "holds",
    "loans",
    "offline",
    "picks",
    "placing",
    "receipts",
    "returns",
    "rounds",
    "rules",
    "seats",
    "taking_over",
    "transits",
]
