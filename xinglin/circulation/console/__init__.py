"""The console's screens of circulation."""

from xinglin.circulation.console import (
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

__all__ = ["desk", "devices", "fees", "holds", "loans", "picks", "receipts", "returns", "rules", "transits"]
