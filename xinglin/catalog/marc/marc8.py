"""MARC-8 and ISO 5426: the two escape-driven character codes of Western library records, strictly.

Both are ISO 2022 codes with ASCII in the left half; the right half starts as ANSEL (MARC-8) or as
ISO 5426 (UNIMARC), and diacritics stand *before* their letter. The code tables for MARC-8 are
pymarc's (from the Library of Congress); ``pymarc.marc8_to_unicode`` itself is not used because it
puts a blank where a byte has no meaning. Here such a byte is an error: a wrong character set must be
noticed, never guessed into the catalogue.

Sources: https://www.loc.gov/marc/specifications/speccharmarc8.html; ISO 5426:1983 (ISO-IR 53).
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final, TypeAlias

from pymarc import marc8_mapping

Codes: TypeAlias = dict[int, tuple[int, int]]

ESCAPE: Final = 0x1B
BASIC_LATIN: Final = 0x42
ANSEL: Final = 0x45
EAST_ASIAN: Final = 0x31
ISO5426: Final = 0x50

_ISO5426_SPACING: Final = {
    **dict(zip(range(0xA1, 0xB0), "¡„£$¥†§′‘“«♭©℗®", strict=True)),
    **{0xB0: "ʻ", 0xB1: "ʼ", 0xB2: "‚", 0xB6: "‡", 0xB7: "·", 0xB8: "″", 0xB9: "’", 0xBA: "”"},
    **{0xBB: "»", 0xBC: "♯", 0xBD: "ʹ", 0xBE: "ʺ", 0xBF: "¿", 0x88: "\x98", 0x89: "\x9c"},
    **{0xE1: "Æ", 0xE2: "Đ", 0xE6: "Ĳ", 0xE8: "Ł", 0xE9: "Ø", 0xEA: "Œ", 0xEC: "Þ"},
    **{0xF1: "æ", 0xF2: "đ", 0xF3: "ð", 0xF5: "ı", 0xF6: "ĳ", 0xF8: "ł", 0xF9: "ø"},
    **{0xFA: "œ", 0xFB: "ß", 0xFC: "þ"},
}
_ISO5426_COMBINING: Final = {
    **dict(zip(range(0xC0, 0xC9), "\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308", strict=True)),
    **{0xC9: "\u0308", 0xCA: "\u030a", 0xCB: "\u0315", 0xCC: "\u0312", 0xCD: "\u030b", 0xCE: "\u031b"},
    **{0xCF: "\u030c", 0xD0: "\u0327", 0xD1: "\u031c", 0xD2: "\u0326", 0xD3: "\u0328", 0xD4: "\u0325"},
    **{0xD5: "\u032e", 0xD6: "\u0323", 0xD7: "\u0324", 0xD8: "\u0332", 0xD9: "\u0333", 0xDA: "\u0329"},
    **{0xDB: "\u032d", 0xDD: "\ufe20", 0xDE: "\ufe21", 0xDF: "\ufe23"},
}
_SETS: Final[dict[int, Codes]] = {
    **marc8_mapping.CODESETS,
    ISO5426: {
        **{byte: (ord(char), 0) for byte, char in _ISO5426_SPACING.items()},
        **{byte: (ord(char), 1) for byte, char in _ISO5426_COMBINING.items()},
    },
}
_MARKS_FIRST: Final = re.compile("([\u0300-\u036f\ufe20-\ufe2f]+)([^\u0300-\u036f\ufe20-\ufe2f])", re.DOTALL)
_DANGLING: Final = re.compile("[\u0300-\u036f\ufe20-\ufe2f](?=[\x1d-\x1f]|$)")
_UNDEFINED: Final = "\uffff"


class UndecodableMarc8(ValueError):
    """These bytes have no meaning in this code; ``position`` is where."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


@lru_cache(maxsize=4)
def _right_half(set_code: int) -> dict[int, str]:
    """Return a ``str.translate`` table for text read as Latin-1."""
    codes = _SETS[set_code]
    return {byte: chr(codes[byte][0]) if byte in codes else _UNDEFINED for byte in range(0x80, 0x100)}


def decode(data: bytes, *, right_half: int = ANSEL) -> str:
    """Return one subfield's (or control field's) text, in composed form (NFC).

    Designations hold to the end of ``data``: each subfield begins in the default sets.
    Raises ``UndecodableMarc8``.
    """
    if ESCAPE in data:
        spaced = _decode_escapes(data, right_half)
    elif data.isascii():
        return data.decode("ascii")
    else:
        spaced = data.decode("latin-1").translate(_right_half(right_half))
        if _UNDEFINED in spaced:
            raise UndecodableMarc8(spaced.index(_UNDEFINED))
        if _DANGLING.search(spaced):
            raise UndecodableMarc8(len(data))
        spaced = _MARKS_FIRST.sub(r"\2\1", spaced)
    return unicodedata.normalize("NFC", spaced)


def _decode_escapes(data: bytes, right_half: int) -> str:
    left, right = BASIC_LATIN, right_half
    out: list[str] = []
    marks: list[str] = []
    at = 0
    while at < len(data):
        byte = data[at]
        if byte == ESCAPE:
            left, right, at = _designate(data, at, left, right, right_half)
            continue
        char, combining, at = _character(data, at, left, right)
        if combining:
            marks.append(char)
        else:
            out.append(char)
            out.extend(marks)
            marks.clear()
    if marks:
        raise UndecodableMarc8(len(data))
    return "".join(out)


def _character(data: bytes, at: int, left: int, right: int) -> tuple[str, int, int]:
    byte = data[at]
    half = right if byte >= 0x80 else left
    if byte <= 0x20:
        return chr(byte), 0, at + 1
    if half == EAST_ASIAN:
        if at + 3 > len(data):
            raise UndecodableMarc8(at)
        code = int.from_bytes(data[at : at + 3], "big") & 0x7F7F7F
        entry = _SETS[EAST_ASIAN].get(code)
        if entry is None:
            odd = marc8_mapping.ODD_MAP.get(code)
            entry = (odd, 0) if odd is not None else None
        width = 3
    else:
        codes = _SETS[half]
        entry = codes.get(byte) or codes.get(byte ^ 0x80)
        width = 1
    if entry is None:
        raise UndecodableMarc8(at)
    return chr(entry[0]), entry[1], at + width


def _designate(data: bytes, at: int, left: int, right: int, default_right: int) -> tuple[int, int, int]:
    """Read one escape sequence; return the two halves it leaves in force and where the text goes on."""
    rest = data[at + 1 : at + 5]
    simple = {0x67: 0x67, 0x62: 0x62, 0x70: 0x70, 0x73: BASIC_LATIN}
    if rest[:1] and rest[0] in simple:
        return simple[rest[0]], right, at + 2
    match = re.match(rb"(\$?[(,]|\$?[)\-]|\$)!?([1-4BENQS])", rest)
    if match is None:
        raise UndecodableMarc8(at)
    code = match[2][0]
    after = at + 1 + match.end()
    if match[1][-1:] in b")-":
        return left, default_right if code == ANSEL else code, after
    return code, right, after


class _Encoder:
    """The way back: which set and bytes write a character. Built once; the first set listed wins."""

    ORDER: Final = (BASIC_LATIN, ANSEL, 0x53, 0x4E, 0x51, 0x32, 0x33, 0x34, EAST_ASIAN, 0x70, 0x62, 0x67)

    def __init__(self) -> None:
        self.codes: dict[str, tuple[int, bytes, int]] = {}
        for set_code in self.ORDER:
            width = 3 if set_code == EAST_ASIAN else 1
            for code, (point, combining) in sorted(_SETS[set_code].items()):
                byte = code if set_code in (ANSEL, EAST_ASIAN) else code & 0x7F
                self.codes.setdefault(chr(point), (set_code, byte.to_bytes(width, "big"), combining))
        for point in range(0x21):
            self.codes[chr(point)] = (BASIC_LATIN, bytes([point]), 0)


@lru_cache(maxsize=1)
def _encoder() -> _Encoder:
    return _Encoder()


def encode(text: str) -> bytes:
    """Return text in MARC-8, left half back in ASCII at the end.

    Raises ``UnicodeEncodeError`` when a character has no place in MARC-8, or when what was written
    would not read back the same.
    """
    codes = _encoder().codes
    out = bytearray()
    left = BASIC_LATIN
    for base, marks in _clusters(text):
        for char in (*marks, base):
            if char not in codes:
                raise UnicodeEncodeError(
                    "marc-8", text, text.find(base), text.find(base) + 1, "no such character"
                )
            set_code, written, _combining = codes[char]
            wanted = left if set_code == ANSEL else set_code
            if wanted != left:
                out += _escape_to(wanted)
                left = wanted
            out += written
    if left != BASIC_LATIN:
        out += _escape_to(BASIC_LATIN)
    encoded = bytes(out)
    if decode(encoded) != unicodedata.normalize("NFC", text):
        raise UnicodeEncodeError("marc-8", text, 0, len(text), "would not read back the same")
    return encoded


def _escape_to(set_code: int) -> bytes:
    if set_code == EAST_ASIAN:
        return b"\x1b$1"
    if set_code in (0x67, 0x62, 0x70):
        return bytes([ESCAPE, set_code])
    return bytes([ESCAPE, 0x28, set_code])


def _clusters(text: str) -> list[tuple[str, list[str]]]:
    """Return each base character with the marks over it; only what MARC-8 lacks is taken apart."""
    codes = _encoder().codes
    clusters: list[tuple[str, list[str]]] = []
    for char in text:
        for part in char if char in codes else unicodedata.normalize("NFD", char):
            entry = codes.get(part)
            if entry is not None and entry[2] and clusters:
                clusters[-1][1].append(part)
            else:
                clusters.append((part, []))
    return clusters
