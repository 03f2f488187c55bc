"""The reader's pages of circulation."""

from xinglin.circulation.mobile import (
    bringing,
    card,
    elsewhere,
    holds,
    listening,
    loans,
    popular,
    seats,
)

__all__ = [
    "bringing",
    "card",
    "elsewhere",
    "holds",
    "listening",
    "loans",
    "popular",
    "seats",
]
