"""Circulation in the chat."""

from xinglin.circulation.wechat_replies import elsewhere, holds, loans

__all__ = ["elsewhere", "holds", "loans"]
