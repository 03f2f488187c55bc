"""The answers, by subject; importing this folder registers them."""

from xinglin.circulation.sip2.answers import copies, holds, money, readers, system

__all__ = ["copies", "holds", "money", "readers", "system"]
