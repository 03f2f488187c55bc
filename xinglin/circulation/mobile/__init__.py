"""The reader's pages of circulation."""

from xinglin.circulation.mobile import card, elsewhere, holds, loans, popular

__all__ = ["card", "elsewhere", "holds", "loans", "popular"]
