"""Circulation in the chat."""

from xinglin.circulation.wechat_replies import card, holds, loans, seats

__all__ = ["card", "holds", "loans", "seats"]
