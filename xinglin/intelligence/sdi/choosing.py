"""Which papers fit a profile, how well, and why. Pure: no rows, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from xinglin.intelligence.learning import Likeness, Paper, Shelf
from xinglin.intelligence.sdi.wanted import Folded, Wanted

# Measured on the labelled screening sets with three to five liked papers: two thirds of the relevant papers pass, of
# papers on other subjects one in a hundred at most.
FLOOR = 0.05
# A paper must be this much nearer to what was found useless than to what was liked before it is kept back; where
# nothing was liked, as near as this.
CLEARLY, ALONE = 1.1, 0.15


@dataclass(frozen=True)
class Wish:
    """What a profile asks for: words, papers that were liked; and its readers' answers, useful and useless.

    Answers order and keep back; only words and liked papers let in.
    """

    wanted: Wanted
    liked: Sequence[Paper] = ()
    useful: Sequence[Paper] = ()
    useless: Sequence[Paper] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.liked)

    @property
    def models(self) -> list[Paper]:
        """What a paper may be like: ``why`` names one by its place here."""
        return [*self.liked, *self.useful]


class Pool:
    """The papers that may be chosen, weighted and folded once for all profiles that are looked through together."""

    def __init__(self, papers: Sequence[Paper], background: Sequence[Paper] = ()) -> None:
        self.shelf = Shelf(papers, background) if papers else None
        self.folded = [Folded.of(paper) for paper in papers]


@dataclass(frozen=True)
class Choice:
    """A paper that fits, by its place: from 0 to 1, and the reasons as plain values, to be worded when shown."""

    place: int
    score: float
    why: tuple[dict[str, object], ...]


def choose(wish: Wish, pool: Pool) -> list[Choice]:
    """Return the papers that fit, best first.

    A paper fits by its words or by its likeness. One that is clearly nearer to what was found useless is left out,
    whichever way it came: that is how the reader's answers tell.
    """
    if pool.shelf is None or not wish:
        return []
    by_words = [wish.wanted.fits(paper) if wish.wanted else () for paper in pool.folded]
    # With words alone there is nothing to be like: the papers that the words find say what the reader means.
    models = wish.models or [paper for paper, met in zip(pool.shelf.papers, by_words, strict=True) if met]
    if not models:
        return []
    likeness = Likeness(pool.shelf, models, wish.useless)
    scores = likeness.scores
    found: list[Choice] = []
    for place, met in enumerate(by_words):
        near = bool(wish.liked) and float(likeness.near[place]) >= FLOOR
        if not (met or near) or _is_useless(wish, likeness, place):
            continue
        why: list[dict[str, object]] = [{"by": "words", "where": where, "word": word} for where, word in met]
        if near:
            nearest = likeness.nearest(place)
            why.append({"by": "likeness", "liked": nearest.liked, "words": list(nearest.words)})
        score = (0.5 if met else 0.0) + 0.5 * float(scores[place])
        found.append(Choice(place, round(score, 4), tuple(why)))
    return sorted(found, key=lambda each: (-each.score, each.place))


def _is_useless(wish: Wish, likeness: Likeness, place: int) -> bool:
    if likeness.far is None:
        return False
    far = float(likeness.far[place])
    if not wish.models:
        return far >= ALONE
    return far >= FLOOR and far > CLEARLY * float(likeness.near[place])
