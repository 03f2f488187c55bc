"""The rules of review, without a database: which step comes next, and what still stands in the way.

Two callers ask: a reviewer's approval, and the one path that publishes, which asks again.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from xinglin.newsroom.review.lifecycle import Hand, Lane


@dataclass(frozen=True)
class Step:
    """One station of a round: whose hand, and how many hours it may take."""

    hand: Hand
    hours: int = 24


@dataclass(frozen=True)
class Nod:
    """One approval as it was recorded."""

    place: int
    hand: Hand
    reviewer_id: int
    sha256: str
    licensed_until: date | None = None
    on_duty: bool = False

    def is_a_gatekeepers(self, day: date) -> bool:
        """Whether it was given by somebody whose recorded licence covers a day."""
        return self.licensed_until is not None and self.licensed_until >= day


ORDINARY = (Step(Hand.OPERATOR, 24), Step(Hand.HEAD, 24), Step(Hand.LEADER, 48))
# An emergency is looked at by two people, and one of them is a gatekeeper on duty: never none (N4).
FAST = (Step(Hand.GATEKEEPER, 1), Step(Hand.SECOND, 1))
# What a column without review passes when a correspondent, who may not publish, hands something in.
ONE_HAND = (Step(Hand.OPERATOR, 48),)
LAST_WORD = Step(Hand.GATEKEEPER, 24)


def next_step(
    steps: Sequence[Step], nods: Sequence[Nod], *, needs_gatekeeper: bool, day: date
) -> Step | None:
    """Return whose turn it is, or None when everybody has nodded.

    Where a gatekeeper is needed and none was among those who nodded, one is asked at the end.
    """
    passed = {nod.place for nod in nods}
    for place, step in enumerate(steps):
        if place not in passed:
            return step
    if needs_gatekeeper and not any(nod.is_a_gatekeepers(day) for nod in nods):
        return LAST_WORD
    return None


def place_of(steps: Sequence[Step], nods: Sequence[Nod]) -> int:
    """Return the number of the step whose turn it is; the gatekeeper asked at the end comes after all."""
    passed = {nod.place for nod in nods}
    return next((place for place in range(len(steps)) if place not in passed), len(passed))


def objections(
    *,
    lane: Lane,
    required: Iterable[Hand],
    nods: Sequence[Nod],
    sha256: str,
    involved: Collection[int],
    needs_gatekeeper: bool,
    day: date,
) -> list[str]:
    """Return everything that stands against publishing a text, in words; nothing when it may go out."""
    about_it = [nod for nod in nods if nod.sha256 == sha256]
    return list(_objections(lane, tuple(required), nods, about_it, involved, needs_gatekeeper, day))


def _objections(
    lane: Lane,
    required: Sequence[Hand],
    nods: Sequence[Nod],
    about_it: Sequence[Nod],
    involved: Collection[int],
    needs_gatekeeper: bool,
    day: date,
) -> Iterator[str]:
    if len(about_it) < len(nods):
        yield _("审核之后文字、标题或封面改过，原来的通过已经作废")
    people = [nod.reviewer_id for nod in about_it]
    if len(set(people)) < len(people):
        yield _("同一个人审了两级")
    if set(people) & set(involved):
        yield _("写稿或送审的人审了自己的稿")
    if lane is Lane.FAST:
        if len(set(people)) < len(FAST):
            yield _("应急快审须有两个人通过")
        if not any(nod.is_a_gatekeepers(day) and nod.on_duty for nod in about_it):
            yield _("应急快审的两个人里，没有值班的医学把关人")
        return
    given = {nod.hand for nod in about_it}
    for hand in required:
        if hand not in given:
            yield _("还没有经过“%(hand)s”") % {"hand": hand.label}
    if needs_gatekeeper and not any(nod.is_a_gatekeepers(day) for nod in about_it):
        yield _("没有执业资格有效的医学把关人通过")
