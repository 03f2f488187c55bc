"""Where a record's double would have to stand: keys of which two records of one publication share at least one."""

import hashlib
from collections.abc import Iterator

from xinglin.intelligence.dedup.sketching import Sketch
from xinglin.literature.cleaning import HAN

LATIN_SHINGLE, CHINESE_SHINGLE = 15, 6
LARGEST_BLOCK = 120
"""A key that more records share tells nothing: "wang 2020". What it would have found, other keys find."""


def words(sketch: Sketch) -> Iterator[str]:
    """Yield the keys in words. A year or a page that may be off by one stands under its neighbour too."""
    for name in ("doi", "pmid", "pmcid", "native", "number"):
        if value := getattr(sketch, name):
            yield f"{name} {value}"
    for title in sketch.titles:
        compact = title.replace(" ", "")
        size = CHINESE_SHINGLE if HAN.search(compact) else LATIN_SHINGLE
        yield f"begins {compact[:size]}"
        yield f"ends {compact[-size:]}"
        if len(compact) >= 3 * size:
            middle = len(compact) // 2
            yield f"middle {compact[middle - size // 2 : middle + size // 2]}"
    if sketch.year:
        for year in (sketch.year, sketch.year + 1):
            if sketch.families:
                yield f"author {sketch.families[0][:6]} {year}"
            if sketch.first_page:
                yield f"page {sketch.first_page} {year}"
    if sketch.first_page and sketch.volume:
        yield f"place {sketch.volume} {sketch.first_page}"


def keys(sketch: Sketch) -> frozenset[int]:
    """Return the keys as numbers of 63 bits, as the database keeps them."""
    return frozenset(_number(word) for word in words(sketch))


def _number(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big") >> 1
