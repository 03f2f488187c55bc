"""In which character set is this record really written?

Rule (library systems sheet 2.2): strict UTF-8 on the whole record, then GB 18030, then MARC-8 or
ISO 5426. What the record declares is at most a tie-break: real CNMARC that declares GB is UTF-8,
real MARC 21 that declares UTF-8 is MARC-8.

The danger is in the middle. A diacritic and a letter of MARC-8 are also a legal pair of GB 18030,
so "it decodes" proves nothing. What tells them apart is *where* the pairs fall: Chinese prose lives
in the GB 2312 square (second byte A1 or higher, first byte B0-D7 for the 3755 commonest
characters); a MARC-8 diacritic is followed by an ASCII letter, outside of that square. A reading
that is possible but not believable is refused: a garbled record in the catalogue costs more than a
refused one in the report.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Final

from xinglin.catalog.marc import marc8
from xinglin.catalog.marc.model import Flavour
from xinglin.catalog.marc.reading import Unreadable

UTF8: Final = "utf-8"
GB18030: Final = "gb18030"
MARC8: Final = "marc-8"
ISO5426: Final = "iso-5426"

_NAMES: Final = {MARC8: "MARC-8", ISO5426: "ISO 5426"}
_ASCII: Final = re.compile("[\x00-\x7f]+")
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_HAN_OR_CJK: Final = re.compile("[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")
_SAYS_CHINESE: Final = re.compile(rb"\x1fachi[\x1d-\x1f]|\x1faCN[\x1d-\x1f]")
_LOOSE_MARK: Final = re.compile("[\x00-\x7f][\u0300-\u0302\u0308\u030a\u030c\u0327]")
_CAPITAL_INSIDE: Final = re.compile("(?<!\x1f)[a-z][ŁØĐÞÆŒƠƯ£©℗♯♭][a-z]")


def decode_fields(
    raw: bytes, pieces: Sequence[bytes], *, family: Flavour | None, declared_utf8: bool
) -> tuple[str, list[str]]:
    """Return the character set of a record and the text of each of its fields.

    ``pieces`` are the fields' bytes without terminators; ``raw`` the whole record.
    Raises ``Unreadable`` when no reading is both possible and believable.
    """
    escaped = marc8.ESCAPE in raw
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        position = error.start
    else:
        position = raw.find(b"\x1b")
        if not (escaped and not declared_utf8) and not _is_chinese_after_all(raw, text, family):
            return UTF8, [piece.decode("utf-8") for piece in pieces]
    if family is Flavour.MARC21 or escaped:
        try:
            return decode_western(pieces, family, position)
        except Unreadable:
            if escaped:
                raise
    if _is_believable_chinese(b"".join(pieces), family):
        return GB18030, [piece.decode("gb18030") for piece in pieces]
    return decode_western(pieces, family, position)


def decode_western(
    pieces: Sequence[bytes], family: Flavour | None, position: int, *, misplaced_allowed: int = 1
) -> tuple[str, list[str]]:
    """Return fields read as MARC-8, or as ISO 5426 in UNIMARC; ``position`` is named in the refusal.

    Raises ``Unreadable`` when a byte has no meaning or the diacritics stand where none belong.
    """
    charset = ISO5426 if family is Flavour.UNIMARC else MARC8
    right_half = marc8.ISO5426 if charset == ISO5426 else marc8.ANSEL
    try:
        texts = [
            marc8.decode(piece, right_half=right_half)
            if marc8.ESCAPE not in piece
            else "\x1f".join([marc8.decode(part, right_half=right_half) for part in piece.split(b"\x1f")])
            for piece in pieces
        ]
    except marc8.UndecodableMarc8:
        raise Unreadable("charset_unknown", western=_NAMES[charset], position=position + 1) from None
    if not _is_believable_western(
        "\n".join([text for text in texts if not text.isascii()]), misplaced_allowed
    ):
        raise Unreadable("charset_unknown", western=_NAMES[charset], position=position + 1)
    return charset, texts


def _is_believable_chinese(body: bytes, family: Flavour | None) -> bool:
    """Say whether these bytes, read as GB 18030, are the Chinese of a catalogue.

    Counted over the runs of high bytes: pairs within GB 2312, and of them those in its first level
    or among its symbols. Traditional text falls outside of GB 2312 but begins with 81-A0, bytes that
    have no meaning in MARC-8. A MARC 21 record must be the more convincing: Chinese in MARC 21
    travels as MARC-8 or UTF-8, GB is a rarity there.
    """
    try:
        text = body.decode("gb18030")
    except UnicodeDecodeError:
        return False
    common = uncommon = alien = 0
    for char, times in Counter(_ASCII.sub("", text)).items():
        match _standing(char):
            case _Standing.COMMON:
                common += times
            case _Standing.UNCOMMON:
                uncommon += times
            case _Standing.ALIEN:
                alien += times
            case _Standing.IMPOSSIBLE:
                alien += 2 * times
    total = common + uncommon + alien
    if not total:
        return False
    if family is Flavour.UNIMARC:
        return common + uncommon > alien * 4 and common * 3 >= uncommon
    return common + uncommon > alien * 9 and common >= uncommon * 2 and common >= 4


class _Standing(Enum):
    """How much at home a character is in a Chinese catalogue."""

    COMMON = 1
    UNCOMMON = 2
    ALIEN = 3
    IMPOSSIBLE = 4


@lru_cache(maxsize=32768)
def _standing(char: str) -> _Standing:
    """Return a character's standing by its place in GB 18030.

    Common: GB 2312's first level and symbols. Uncommon: its second level, and the extension 81-A0
    where most traditional forms are.
    """
    pair = char.encode("gb18030")
    if len(pair) == 4 or unicodedata.category(char) in ("Co", "Cn", "Cc"):
        return _Standing.IMPOSSIBLE
    if pair[0] <= 0xA0:
        return _Standing.UNCOMMON
    if pair[1] < 0xA1:
        return _Standing.ALIEN
    if 0xB0 <= pair[0] <= 0xD7 or pair[0] <= 0xA9:
        return _Standing.COMMON
    return _Standing.UNCOMMON if pair[0] <= 0xF7 else _Standing.ALIEN


def _is_chinese_after_all(raw: bytes, text: str, family: Flavour | None) -> bool:
    """Say whether bytes that happen to be legal UTF-8 are GB: a very short record can be both.

    Only two-byte sequences coincide, so the UTF-8 reading of a record that says it is Chinese shows
    Greek or Cyrillic and not one Chinese character, while the GB reading is plain Chinese
    throughout. Accents of European words coincide too, but one at a time, never side by side.
    """
    if family is not Flavour.UNIMARC or raw.isascii() or not _SAYS_CHINESE.search(raw):
        return False
    if _HAN_OR_CJK.search(text):
        return False
    runs = _HIGH_RUN.findall(raw)
    if max(map(len, runs)) < 4 or any(len(run) % 2 for run in runs):
        return False
    pairs = [run[at : at + 2] for run in runs for at in range(0, len(run), 2)]
    return all(_is_common_chinese(pair) for pair in pairs)


def _is_common_chinese(pair: bytes) -> bool:
    """Say whether a pair is one of the 3755 characters of GB 2312's first level."""
    return 0xB0 <= pair[0] <= 0xD7 and pair[1] >= 0xA1


def _is_believable_western(text: str, misplaced_allowed: int) -> bool:
    """Say whether diacritics sit on letters that take them.

    Latin-1 read as MARC-8 turns é into a caron over whatever follows; those pairs mostly do not
    exist as letters, or the mark lands on a blank.
    """
    misplaced = len(_LOOSE_MARK.findall(text)) + len(_CAPITAL_INSIDE.findall(text))
    fitting = len(unicodedata.normalize("NFD", text)) - len(text)
    return misplaced <= (max(misplaced_allowed, fitting) if misplaced_allowed else 0)
