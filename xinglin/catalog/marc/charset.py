"""In which character set is this record really written?

Rule (library systems sheet 2.2): strict UTF-8 on the whole record, then GB 18030, then MARC-8 or
ISO 5426. What the record declares is at most a tie-break: real CNMARC that declares GB is UTF-8,
real MARC 21 that declares UTF-8 is MARC-8.

The danger is in the middle: "it decodes" proves nothing, see `chinese`. What is convincingly Chinese
is; else the Western reading is tried; else what may pass for Chinese is taken. A reading that is
possible but not believable is refused: a garbled record in the catalogue costs more than a refused
one in the report.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from xinglin.catalog.marc import marc8
from xinglin.catalog.marc.chinese import Weight, weigh
from xinglin.catalog.marc.model import Flavour
from xinglin.catalog.marc.reading import Unreadable

UTF8: Final = "utf-8"
GB18030: Final = "gb18030"
MARC8: Final = "marc-8"
ISO5426: Final = "iso-5426"

_NAMES: Final = {MARC8: "MARC-8", ISO5426: "ISO 5426"}
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_HAN_OR_CJK: Final = re.compile("[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")
_SAYS_CHINESE: Final = re.compile(rb"\x1fachi[\x1d-\x1f]|\x1faCN[\x1d-\x1f]")
_LOOSE_MARK: Final = re.compile(
    "[\x00-\x7f][\u0300-\u0302\u0308\u030a\u030c\u0327]|[^\\w\u0300-\u036f\ufe20-\ufe2f][\u0300-\u036f]"
)
_CROWDED_SYMBOL: Final = re.compile("[±©£¥§℗®♭♯‡†](?=[^\x00-\x7f])|(?<=[^\x00-\x7f])[±©£¥§℗®♭♯‡†]")
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
    if escaped:
        return decode_western(pieces, family, position)
    weight = weigh(b"".join(pieces))
    if weight is not None and _is_chinese(weight, raw, family):
        return GB18030, [piece.decode("gb18030") for piece in pieces]
    try:
        return decode_western(pieces, family, position)
    except Unreadable:
        if weight is None or not weight.is_acceptable:
            raise
    return GB18030, [piece.decode("gb18030") for piece in pieces]


def _is_chinese(weight: Weight, raw: bytes, family: Flavour | None) -> bool:
    """Say whether the Chinese reading comes before the Western one.

    MARC 21 must convince, since Chinese travels in it as MARC-8 or UTF-8; in UNIMARC less will do.
    """
    if family is not Flavour.UNIMARC:
        return weight.is_convincing
    return weight.is_convincing or weight.is_pure or (weight.is_prose and _says_chinese(raw, family))


def _says_chinese(raw: bytes, family: Flavour | None) -> bool:
    """Say whether a UNIMARC record names its language or country as Chinese (101, 102, 801)."""
    return family is Flavour.UNIMARC and _SAYS_CHINESE.search(raw) is not None


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


def _is_chinese_after_all(raw: bytes, text: str, family: Flavour | None) -> bool:
    """Say whether bytes that happen to be legal UTF-8 are GB: a very short record can be both.

    Only two-byte sequences coincide, so the UTF-8 reading of a record that says it is Chinese shows
    Greek or Cyrillic and not one Chinese character, while the GB reading is plain Chinese
    throughout. Accents of European words coincide too, but one at a time, never side by side.
    """
    if raw.isascii() or not _says_chinese(raw, family):
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
    misplaced += 2 * len(_CROWDED_SYMBOL.findall(text))
    fitting = len(unicodedata.normalize("NFD", text)) - len(text)
    return misplaced <= (max(misplaced_allowed, fitting) if misplaced_allowed else 0)
