"""Words that the dictionary cuts and the stories do not: found in the stories themselves.

A stretch of the dictionary's pieces is one word where its parts hold together and its edges are free. How well two
parts hold together is their normalised pointwise mutual information (Bouma, "Normalized (Pointwise) Mutual Information
in Collocation Extraction", GSCL 2009), asked at every place where the stretch could be parted; besides, the rarer part
must stand hardly anywhere else. Whether an edge is free is the entropy of what stands beside it (Jin and Tanaka-Ishii,
"Unsupervised Segmentation of Chinese Text by Use of Branching Entropy", COLING/ACL 2006): within a longer word the
neighbour is always the same one.

Each clause counts once, however many stories repeat it. Nothing is drawn by lot: the same stories give the same words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import log

from xinglin.intelligence.watching.wording import pieces_of, runs_of

LEAST = 4
"""In fewer clauses a stretch is chance."""
LONGEST, MOST_CHARACTERS = 6, 8
COHESION = 0.5
SHARE = 0.75
"""How much of the rarer part must stand in the stretch."""
FREEDOM = 0.9
"""The least entropy of the neighbours on either side, in natural units: two and a half that are equally frequent."""
# Grammar, numbers and measures join themselves to everything and make no words.
_LOOSE = frozenset(
    "的了着过和与及或而且但在是为有无对从被把将由于以向到至等其之也还就都又再已不未没很更最该此这那各每某"
    "一二三四五六七八九十百千万亿两几第零多余年月日时分秒例名人个位件次条家种元吨度岁天周号说称"
)

Parts = tuple[str, ...]


def found_words(texts: Iterable[str], *, most: int = 200) -> list[str]:
    """Return the words that hold together in these texts and that the dictionary would cut, the most frequent first."""
    clauses = [pieces_of(run) for run in sorted({run for text in texts for run in runs_of(text)})]
    counts, total = Counter[Parts](), 0
    for clause in clauses:
        total += len(clause)
        counts.update(_stretches(clause))
    likely = {
        parts: n
        for parts, n in counts.items()
        if n >= LEAST and _may_be_a_word(parts) and _holds_together(parts, counts, total)
    }
    free = _free(clauses, likely)
    frequent = Counter[str]()
    for parts in free:
        frequent["".join(parts)] += likely[parts]
    return sorted(frequent, key=lambda word: (-frequent[word], word))[:most]


def _stretches(clause: Sequence[str]) -> Iterator[Parts]:
    for first in range(len(clause)):
        for last in range(first + 1, min(first + LONGEST, len(clause)) + 1):
            yield tuple(clause[first:last])


def _may_be_a_word(parts: Parts) -> bool:
    """Two whole words side by side are two words: what was cut too small holds a piece of one character."""
    return (
        len(parts) > 1
        and any(len(part) == 1 for part in parts)
        and sum(map(len, parts)) <= MOST_CHARACTERS
        and not any(part in _LOOSE for part in parts)
    )


def _holds_together(parts: Parts, counts: "Counter[Parts]", total: int) -> bool:
    together = counts[parts]
    for place in range(1, len(parts)):
        left, right = counts[parts[:place]], counts[parts[place:]]
        information = log(together * total / (left * right)) / -log(together / total)
        if information < COHESION or together < SHARE * min(left, right):
            return False
    return True


def _free(clauses: Sequence[Sequence[str]], likely: dict[Parts, int]) -> list[Parts]:
    """Return the stretches whose neighbours vary on both sides; the edge of a clause is a neighbour of its own kind."""
    before: dict[Parts, Counter[object]] = defaultdict(Counter)
    after: dict[Parts, Counter[object]] = defaultdict(Counter)
    for number, clause in enumerate(clauses):
        for first in range(len(clause)):
            for last in range(first + 2, min(first + LONGEST, len(clause)) + 1):
                parts = tuple(clause[first:last])
                if parts in likely:
                    before[parts][clause[first - 1] if first else number] += 1
                    after[parts][clause[last] if last < len(clause) else number] += 1
    return [each for each in likely if min(_entropy(before[each]), _entropy(after[each])) >= FREEDOM]


def _entropy(neighbours: "Counter[object]") -> float:
    total = sum(neighbours.values())
    return -sum(n / total * log(n / total) for n in neighbours.values())
