"""Clusters out of pairs: people's decisions first, then the strongest pairs, and no cluster contradicts itself."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from xinglin.intelligence.dedup import blocking
from xinglin.intelligence.dedup.comparing import Likeness, titles
from xinglin.intelligence.dedup.judging import Band, Verdict, judge
from xinglin.intelligence.dedup.sketching import Sketch

Pair = tuple[int, int]


@dataclass(frozen=True)
class Doubt:
    """Two records for a person to look at, and what the machine found."""

    one: int
    other: int
    verdict: Verdict


@dataclass
class Grouping:
    """Which records are one publication: ``cluster_of`` names each by the smallest key in it."""

    cluster_of: dict[int, int] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    reasons: dict[Pair, Verdict] = field(default_factory=dict)

    @property
    def clusters(self) -> list[list[int]]:
        """Every cluster with its records in order; single records are clusters of one."""
        found: dict[int, list[int]] = defaultdict(list)
        for key in sorted(self.cluster_of):
            found[self.cluster_of[key]].append(key)
        return list(found.values())


class Shelf:
    """Records by their block keys; a new one is compared with those that share a key."""

    def __init__(self) -> None:
        self.sketches: dict[int, Sketch] = {}
        self._blocks: dict[int, list[int]] = defaultdict(list)

    def add(self, sketch: Sketch) -> dict[Pair, Verdict]:
        """Put a record on the shelf; return what it is to each that it may be one with."""
        near: set[int] = set()
        for key in blocking.keys(sketch):
            block = self._blocks[key]
            if len(block) <= blocking.LARGEST_BLOCK:
                near.update(block)
                block.append(sketch.key)
        self.sketches[sketch.key] = sketch
        return verdicts_of(sketch, (self.sketches[each] for each in near))


def verdicts_of(sketch: Sketch, others: Iterable[Sketch]) -> dict[Pair, Verdict]:
    """Return the verdicts that are not a plain no, by their pairs (smaller key first)."""
    found = {}
    for other in others:
        verdict = judge(sketch, other)
        if verdict.band != Band.NO:
            found[_pair(sketch.key, other.key)] = verdict
    return found


def group(
    sketches: Iterable[Sketch],
    *,
    together: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
) -> Grouping:
    """Group a whole set. ``together`` and ``apart`` are people's decisions and always hold."""
    shelf, verdicts = Shelf(), dict[Pair, Verdict]()
    for sketch in sketches:
        verdicts |= shelf.add(sketch)
    return settle(shelf.sketches, verdicts, together=together, apart=apart)


def settle(
    sketches: dict[int, Sketch],
    verdicts: dict[Pair, Verdict],
    *,
    together: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
) -> Grouping:
    """Make clusters of verdicts; a union that would contradict itself becomes a doubt."""
    clusters = _Clusters(sketches, {_pair(*pair) for pair in apart})
    for one, other in together:
        clusters.force(one, other)
    ranked = sorted(verdicts.items(), key=lambda item: (item[1].if_alone, -len(item[1].for_it), item[0]))
    doubts, reasons = list[Doubt](), dict[Pair, Verdict]()
    for (one, other), verdict in ranked:
        if (
            verdict.band == Band.AUTO
            and not (verdict.if_alone and clusters.is_contested(one, other, verdicts))
            and clusters.join(one, other)
        ):
            reasons[one, other] = verdict
            continue
        doubts.append(Doubt(one, other, verdict))
    return Grouping(
        cluster_of={key: clusters.root(key) for key in sketches},
        doubts=_open(doubts, clusters),
        reasons=reasons,
    )


def _open(doubts: list[Doubt], clusters: "_Clusters") -> list[Doubt]:
    """Return the doubts that are still worth asking: one for two clusters, none that a person has answered."""
    asked: dict[Pair, Doubt] = {}
    for doubt in doubts:
        pair = _pair(clusters.root(doubt.one), clusters.root(doubt.other))
        if pair[0] != pair[1] and not clusters.are_apart(doubt.one, doubt.other):
            asked.setdefault(pair, doubt)
    return list(asked.values())


class _Clusters:
    def __init__(self, sketches: dict[int, Sketch], apart: set[Pair]) -> None:
        self._sketches = sketches
        self._apart = apart
        self._root = {key: key for key in sketches}
        self._members = {key: [key] for key in sketches}

    def root(self, key: int) -> int:
        return self._root[key]

    def force(self, one: int, other: int) -> None:
        if one in self._root and other in self._root:
            self._unite(self.root(one), self.root(other))

    def join(self, one: int, other: int) -> bool:
        """Unite two clusters unless two of their records contradict each other; return whether they are one now."""
        a, b = self.root(one), self.root(other)
        if a == b:
            return True
        if self.are_apart(one, other) or self._clash(a, b):
            return False
        self._unite(a, b)
        return True

    def are_apart(self, one: int, other: int) -> bool:
        """Whether a person has said that a record of the one is not a record of the other."""
        if not self._apart:
            return False
        a, b = self._members[self.root(one)], self._members[self.root(other)]
        return any(_pair(x, y) in self._apart for x in a for y in b)

    def is_contested(self, one: int, other: int, verdicts: dict[Pair, Verdict]) -> bool:
        """Whether another record with this title, which may be either, belongs to neither cluster."""
        inside = {self.root(one), self.root(other)}
        for left, right in verdicts:
            if {left, right} & {one, other} and {self.root(left), self.root(right)} - inside:
                third = left if right in (one, other) else right
                if titles(self._sketches[third], self._sketches[one]) >= Likeness.NEAR:
                    return True
        return False

    def _clash(self, a: int, b: int) -> bool:
        return any(
            _contradict(self._sketches[x], self._sketches[y])
            for x in self._members[a]
            for y in self._members[b]
        )

    def _unite(self, a: int, b: int) -> None:
        keep, drop = min(a, b), max(a, b)
        if keep == drop:
            return
        for key in self._members[drop]:
            self._root[key] = keep
        self._members[keep] += self._members.pop(drop)


def _contradict(one: Sketch, other: Sketch) -> bool:
    """Whether two records cannot be one whatever stands between them: other numbers of one database, a notice."""
    if one.pmid and other.pmid and one.pmid != other.pmid:
        return True
    if one.native and other.native and one.source == other.source and one.native != other.native:
        return True
    return one.notice != other.notice or bool(one.number and other.number and one.number != other.number)


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)
