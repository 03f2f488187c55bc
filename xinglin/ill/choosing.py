"""Whom to ask, in which order. Pure.

Branches of the consortium are served by a hold and are not asked here. Partners: the same city first, those that
lend for nothing before those that are paid, those known to hold the thing before those of whom nothing is known;
then who has lent us little for what they borrowed from us, then whose turn it is (sheet 4.8). A tie on the symbol,
as other systems have it, would be unfair by name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Tier(StrEnum):
    """On what footing a partner lends."""

    CONSORTIUM = "consortium"
    RECIPROCAL = "reciprocal"
    PAID = "paid"
    LAST_RESORT = "last_resort"


_TIERS = list(Tier)


@dataclass(frozen=True)
class Candidate:
    """What is known of a partner for one request. ``holds`` is None where nobody told what it has."""

    symbol: str
    tier: Tier
    same_city: bool
    holds: bool | None
    lends: bool
    copies: bool
    open_today: bool
    cost_fen: int
    waiting: int
    most_waiting: int
    lent_to_us: int
    borrowed_from_us: int
    last_asked: datetime | None
    tried: bool

    @property
    def fairness(self) -> Fraction:
        """How much it has lent us for what it had from us: the smaller, the more it owes."""
        return Fraction(self.lent_to_us + 1, self.borrowed_from_us + 1)


class Excluded(StrEnum):
    """Why a partner is not asked."""

    TRIED = "tried"
    DOES_NOT_LEND = "does_not_lend"
    NO_COPIES = "no_copies"
    CLOSED = "closed"
    NOT_HELD = "not_held"
    TOO_DEAR = "too_dear"
    BUSY = "busy"


def excluded(candidate: Candidate, *, copy: bool, most_fen: int) -> Excluded | None:
    """Return why a partner is not asked, or None."""
    if candidate.tried:
        return Excluded.TRIED
    if not (candidate.copies if copy else candidate.lends):
        return Excluded.NO_COPIES if copy else Excluded.DOES_NOT_LEND
    if candidate.holds is False:
        return Excluded.NOT_HELD
    if not candidate.open_today:
        return Excluded.CLOSED
    if candidate.cost_fen > most_fen:
        return Excluded.TOO_DEAR
    return Excluded.BUSY if candidate.waiting >= candidate.most_waiting else None


def rota(candidates: Iterable[Candidate], *, copy: bool = False, most_fen: int = 0) -> list[Candidate]:
    """Return whom to ask, the first first."""
    willing = [each for each in candidates if excluded(each, copy=copy, most_fen=most_fen) is None]
    return sorted(
        willing,
        key=lambda each: (
            each.tier == Tier.LAST_RESORT,
            not each.same_city,
            _TIERS.index(each.tier),
            each.cost_fen,
            each.holds is not True,
            each.fairness,
            Fraction(each.waiting, each.most_waiting),
            each.last_asked or _NEVER,
            each.symbol,
        ),
    )
