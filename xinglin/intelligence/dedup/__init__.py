"""Which records are one publication: folded for comparison, looked up in blocks, judged with reasons.

    sketch(key, article)        one record as it is compared
    judge(one, other)           auto, maybe or no, and why
    group(sketches)             clusters and doubtful pairs of a whole set
    Shelf                       the same by and by: many stored, some new

``keeping`` does the same in the database; the rest touches none. Nothing merges on a DOI
alone, and records without a comparable title are never merged by the machine.
"""

from xinglin.intelligence.dedup.grouping import Doubt, Grouping, Shelf, group
from xinglin.intelligence.dedup.judging import Band, Verdict, judge
from xinglin.intelligence.dedup.sketching import Sketch, sketch

__all__ = ["Band", "Doubt", "Grouping", "Shelf", "Sketch", "Verdict", "group", "judge", "sketch"]
