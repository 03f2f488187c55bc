"""Circulation in the chat."""

from xinglin.circulation.wechat_replies import (
    card,
    elsewhere,
    holds,
    listening,
    loans,
    seats,
)

__all__ = [
    "card",
    "elsewhere",
    "holds",
    "listening",
    "loans",
    "seats",
]
