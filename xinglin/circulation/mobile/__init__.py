"""The reader's pages of circulation."""

from xinglin.circulation.mobile import bringing, card, holds, loans, seats

__all__ = ["bringing", "card", "holds", "loans", "seats"]
