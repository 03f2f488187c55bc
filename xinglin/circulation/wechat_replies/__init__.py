"""Circulation in the chat."""

from xinglin.circulation.wechat_replies import (
    card,
    elsewhere,
    holds,
    loans,
    seats,
)

__all__ = [
    "card",
    "elsewhere",
    "holds",
    "loans",
    "seats",
]
