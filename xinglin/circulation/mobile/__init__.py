"""The reader's pages of circulation."""

from xinglin.circulation.mobile import card, holds, loans

__all__ = ["card", "holds", "loans"]
