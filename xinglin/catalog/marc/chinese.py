"""Is this text, read as GB 18030, the Chinese of a catalogue? Weighed, because nearly anything decodes.

A diacritic of MARC-8 and the letter after it are a legal pair of GB 18030, and so are two letters of
KOI8-R. Four things tell Chinese apart:

* where its characters stand: mostly in GB 2312's first level (B0-D7, the 3755 commonest) or, in
  traditional script, in the extension 81-A0; a diacritic and a letter fall elsewhere;
* that they stand side by side, while accented letters stand alone among ASCII;
* that its second bytes range over A1-FE, while Cyrillic capitals or KOI8-R small letters all sit in
  C0-DF;
* that it hardly ever needs a private or unassigned character, where Big5 read as GB always does.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

_NOT_ASCII: Final = re.compile("[^\x00-\x7f]+")


class _Standing(Enum):
    """How much at home a character is in a Chinese catalogue."""

    COMMON = 1
    SECOND_LEVEL = 2
    TRADITIONAL = 3
    ALIEN = 4
    IMPOSSIBLE = 5


@lru_cache(maxsize=32768)
def _standing(char: str) -> tuple[_Standing, bool]:
    """Return a character's standing, and whether its bytes could be two Cyrillic letters."""
    code = char.encode("gb18030")
    is_cyrillic = min(code) >= 0xC0 and max(code) <= 0xDF
    if unicodedata.category(char) in ("Co", "Cn", "Cc"):
        return _Standing.IMPOSSIBLE, is_cyrillic
    if len(code) == 4 or code[0] <= 0xA0:
        return _Standing.TRADITIONAL, is_cyrillic
    if code[1] < 0xA1 or code[0] > 0xF7:
        return _Standing.ALIEN, is_cyrillic
    return (_Standing.COMMON if code[0] <= 0xD7 else _Standing.SECOND_LEVEL), is_cyrillic


@dataclass(frozen=True, slots=True)
class Weight:
    """How many characters of each standing a text has; ``beside`` of them are not alone."""

    total: int
    common: int
    second_level: int
    traditional: int
    alien: int
    impossible: int
    beside: int
    cyrillic: int

    @property
    def is_possible(self) -> bool:
        """Say whether this can be Chinese at all; a user-defined character in fifty is allowed for."""
        looks_cyrillic = self.total >= 6 and self.cyrillic == self.total
        return self.total > 0 and self.impossible * 50 <= self.total and not looks_cyrillic

    @property
    def is_prose(self) -> bool:
        """Say whether characters stand side by side and rare ones do not outnumber the common."""
        together = self.beside * 2 >= self.total or self.common == self.total
        return self.is_possible and together and self.common * 3 >= self.second_level

    @property
    def is_acceptable(self) -> bool:
        """Say whether this may be taken for Chinese when nothing else reads."""
        if not self.is_prose:  # "2009 年 12 月": Chinese, each character alone among digits
            return (
                self.is_possible and not self.alien and self.total >= 5 and self.common * 5 >= self.total * 4
            )
        is_side_by_side = self.beside * 10 >= self.total * 9 and self.common * 2 >= self.alien
        return self.total >= self.alien * 2 or is_side_by_side

    @property
    def is_pure(self) -> bool:
        """Say whether this is nothing but common characters, two of them side by side at least."""
        return self.is_prose and self.common == self.total and self.beside >= 2

    @property
    def is_convincing(self) -> bool:
        """Say whether this is Chinese even where something else would read too."""
        return (
            self.is_prose
            and self.total >= 4
            and self.beside * 5 >= self.total * 4
            and self.alien * 10 <= self.total
            and (self.common + self.traditional) * 10 >= self.total * 7
        )


def weigh(body: bytes) -> Weight | None:
    """Return how Chinese bytes are when read as GB 18030, or None when they are not GB 18030."""
    try:
        text = body.decode("gb18030")
    except UnicodeDecodeError:
        return None
    runs = _NOT_ASCII.findall(text)
    count: Counter[_Standing] = Counter()
    cyrillic = 0
    for char, times in Counter("".join(runs)).items():
        standing, is_cyrillic = _standing(char)
        count[standing] += times
        cyrillic += times * is_cyrillic
    return Weight(
        total=count.total(),
        common=count[_Standing.COMMON],
        second_level=count[_Standing.SECOND_LEVEL],
        traditional=count[_Standing.TRADITIONAL],
        alien=count[_Standing.ALIEN],
        impossible=count[_Standing.IMPOSSIBLE],
        beside=sum(len(run) for run in runs if len(run) > 1),
        cyrillic=cyrillic,
    )
