"""Near-duplicates without a database: character 5-grams, MinHash of 128 values, 32 bands of four."""

import struct
import unicodedata
from collections.abc import Iterable

from rensa import RMinHash

GRAM = 5
VALUES, BANDS = 128, 32
A_BAND = VALUES // BANDS
_SEED = 42
_SIGN = 1 << 63


def bare(text: str) -> str:
    """Return a text with letters, digits and characters alone: punctuation and spacing hide no copy."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def grams_of(text: str) -> set[str]:
    """Return the overlapping runs of five characters of a text; a shorter text is one run."""
    letters = bare(text)
    if len(letters) <= GRAM:
        return {letters} if letters else set()
    return {letters[at : at + GRAM] for at in range(len(letters) - GRAM + 1)}


def signature_of(grams: Iterable[str]) -> list[int]:
    """Return the MinHash of a set of runs."""
    sketch = RMinHash(num_perm=VALUES, seed=_SEED)
    sketch.update(sorted(grams))
    return list(sketch.digest())


def packed(signature: Iterable[int]) -> bytes:
    return struct.pack(f"<{VALUES}I", *signature)


def unpacked(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{VALUES}I", bytes(data))


def bands_of(signature: list[int]) -> list[int]:
    """Return one number for each band, signed as PostgreSQL's bigint; the band's place is mixed in."""
    found = []
    for band in range(BANDS):
        value = 0xCBF29CE484222325 ^ band
        for part in signature[band * A_BAND : (band + 1) * A_BAND]:
            # FNV-1a over whole values: quick, and spread evenly enough for an index.
            value = ((value ^ part) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
        found.append(value - (1 << 64) if value >= _SIGN else value)
    return found


def likeness(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return the estimated Jaccard similarity of two sketches."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / VALUES


def jaccard(one: set[str], other: set[str]) -> float:
    """Return the exact similarity of two sets of runs."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def shared(one: set[str], other: set[str]) -> float:
    """Return how much of the first text stands in the second."""
    return len(one & other) / len(one) if one else 0.0
