"""The reader's pages of circulation."""

from xinglin.circulation.mobile import card, holds, loans, popular

__all__ = ["card", "holds", "loans", "popular"]
