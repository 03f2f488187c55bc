"""A record as the lines a cataloguer types, one field a line; ``parse(text_of(record)).record == record``.

    LDR 01234nam0 2200301   450
    001 012345
    200 1# ‡a心电图诊断学‡f王吉耀主编

A blank indicator is ``#``, a subfield mark ``‡``. What a line of a form cannot carry is written as an
escape: ``\\\\`` a backslash, ``\\‡`` a mark that is text, ``\\x98`` a control character (the non-filing marks
of many records), ``\\-`` nothing at all, where an indicator is missing. A backslash that opens no
escape is just a backslash.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.marc import ControlField, DataField, Field, Record
from xinglin.commons.numbers import whole

MARK: Final = "‡"
LEADER: Final = "LDR"
BLANK_LEADER: Final = " " * 10 + "22" + " " * 8 + "450 "
MOST_LINES: Final = 5_000
_UNIT: Final = re.compile(
    r"\\(?:(?P<plain>[\\‡-])|x(?P<two>[0-9a-f]{2})|u(?P<four>[0-9a-f]{4})|U(?P<eight>[0-9a-f]{8}))|(?P<char>.)",
    re.DOTALL,
)
_IS_CONTROL: Final = r"\c"
# Nothing of these survives a form, a copy or a look at the screen.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Misread:
    """A line that is no field."""

    line: int
    sentence: str | Promise


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record read from lines; ``places`` says on which line each of its fields stands."""

    record: Record
    places: tuple[int, ...]
    misread: tuple[Misread, ...]


def text_of(record: Record) -> str:
    """Return the lines of a record."""
    return "\n".join([f"{LEADER} {_escaped(record.leader)}", *map(line_of, record.fields)])


def line_of(field: Field) -> str:
    """Return the line of one field."""
    tag = _escaped(field.tag).replace(" ", r"\x20") or r"\-"
    if tag == LEADER:
        tag = r"\x4cDR"
    if isinstance(field, ControlField):
        return (
            f"{tag} {_escaped(field.value)}"
            if is_control(field.tag)
            else f"{tag} {_IS_CONTROL} {_escaped(field.value)}"
        )
    text = ""
    for position, (code, value) in enumerate(field.subfields):
        unmarked = position == 0 and code == "" and value != ""
        text += ("" if unmarked else MARK) + _escaped(code) + _escaped(value)
    return f"{tag} {_indicator(field.ind1)}{_indicator(field.ind2)} {text}"


def parse(text: str) -> Parsed:
    """Return the record that lines say, and what of them could not be read; nothing is left out silently."""
    leader = BLANK_LEADER
    fields: list[Field] = []
    places: list[int] = []
    misread: list[Misread] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if not line.strip(" "):
            continue
        if len(fields) >= MOST_LINES:
            misread.append(Misread(number, _("一条记录最多 5000 个字段；这一行和后面的没有读入。")))
            break
        tag, _space, rest = line.partition(" ")
        if tag == LEADER:
            leader = _plain(rest)
        elif not tag or any(unit == MARK for unit, _said in _units(tag)):
            misread.append(Misread(number, _("这一行开头没有字段号；请补上三位字段号，或删去这一行。")))
        else:
            fields.append(_field(_plain(tag) if tag != r"\-" else "", rest))
            places.append(number)
    return Parsed(Record(leader, tuple(fields)), tuple(places), tuple(misread))


def is_control(tag: str) -> bool:
    """Whether a tag is that of a control field: 001 to 009, and what systems add (FMT)."""
    return tag < "010" or whole(tag) is None


def _field(tag: str, rest: str) -> Field:
    if rest.startswith(f"{_IS_CONTROL} "):
        return ControlField(tag, _plain(rest[len(_IS_CONTROL) + 1 :]))
    if is_control(tag) and all(unit != MARK for unit, _said in _units(rest)):
        return ControlField(tag, _plain(rest))
    token, _space, text = rest.partition(" ")
    if any(unit == MARK for unit, _said in _units(token)):  # typed without indicators: 200 ‡a…
        token, text = "", rest
    ind1, ind2 = _indicators(token)
    return DataField(tag, ind1, ind2, tuple(_subfields(text)))


def _subfields(text: str) -> Iterator[tuple[str, str]]:
    parts: list[list[str]] = [[]]
    for unit, said in _units(text):
        if unit == MARK:
            parts.append([])
        else:
            parts[-1].append(said)
    if parts[0]:
        yield "", "".join(parts[0])
    for part in parts[1:]:
        yield ("".join(part[:1]), "".join(part[1:]))


def _indicators(token: str) -> tuple[str, str]:
    units = [" " if unit == "#" else "" if unit == r"\-" else said for unit, said in _units(token)]
    return (units[0] if units else " "), ("".join(units[1:]) if len(units) > 1 else " ")


def _units(text: str) -> Iterator[tuple[str, str]]:
    """Yield each character as it is written and as it is meant."""
    for match in _UNIT.finditer(text):
        digits = match["two"] or match["four"] or match["eight"]
        if match["char"] is not None:
            yield match[0], match["char"]
        elif digits is None:
            yield match[0], match["plain"]
        else:
            code = int(digits, 16)
            is_character = code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
            yield match[0], chr(code) if is_character else match[0]


def _plain(text: str) -> str:
    return "".join(said for _unit, said in _units(text))


def _indicator(value: str) -> str:
    return (
        "".join("#" if char == " " else r"\x23" if char == "#" else _escaped(char) for char in value) or r"\-"
    )


def _escaped(text: str) -> str:
    if text.isprintable() and "\\" not in text and MARK not in text:
        return text
    return "".join(map(_escape, text))


def _escape(char: str) -> str:
    if char in ("\\", MARK):
        return "\\" + char
    if unicodedata.category(char) not in _UNSEEN:
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
