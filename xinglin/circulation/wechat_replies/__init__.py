"""Circulation in the chat."""

from xinglin.circulation.wechat_replies import holds, loans

__all__ = ["holds", "loans"]
