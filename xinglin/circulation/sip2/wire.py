"""Reading and writing SIP2: bytes to a message and back. Pure: no database, no socket.

The checksum is the two's complement of the sum of the bytes as they are sent, "AZ" included (3M document 2.00), so
it is computed before anything is decoded; and a GBK character may hold the byte of "|", so the text is decoded
before it is cut into fields.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from xinglin.circulation.sip2.layouts import BY_CODE, SECRET_FIELDS, Layout
from xinglin.commons import clock

_TAIL = re.compile(rb"(?:AY(?P<sequence>[0-9]))?(?:AZ(?P<checksum>[0-9A-Fa-f]{4}))?\s*\Z")
_TAIL_NEEDS = re.compile(rb"(?:\||AY[0-9]|\A9[67]|\A94[01])\Z")
_FIELD = re.compile(r"\A[A-Z][A-Z0-9]")
CHARSETS = ("utf-8", "gb18030", "latin-1")


class Unreadable(ValueError):
    """Bytes that are no message of SIP2."""


@dataclass(frozen=True)
class Message:
    """One message: its two digits, its fixed part by name, its fields in order."""

    code: str
    fixed: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[tuple[str, str], ...] = ()
    sequence: str = ""
    checksum: str = ""

    def first(self, name: str) -> str:
        """Return the first field of a name, stripped; "" when there is none."""
        return next((value.strip() for each, value in self.fields if each == name), "")

    def every(self, name: str) -> list[str]:
        return [value for each, value in self.fields if each == name]

    def has(self, name: str) -> bool:
        return any(each == name for each, _value in self.fields)

    @property
    def layout(self) -> Layout:
        return BY_CODE[self.code]


def checksum(sent: bytes) -> str:
    """Return the checksum of what is sent up to "AZ", which belongs to it."""
    return f"{-sum(sent) & 0xFFFF:04X}"


def checksum_is_right(line: bytes) -> bool | None:
    """Tell whether a line's checksum fits; None when it carries none."""
    tail = _tail(line)
    if tail is None or tail["checksum"] is None:
        return None
    return checksum(line[: tail.start("checksum")]) == tail["checksum"].decode().upper()


def _tail(line: bytes) -> re.Match[bytes] | None:
    """Return sequence and checksum at the end; an "AZ" inside a value is none."""
    found = _TAIL.search(line)
    if found is None or found["checksum"] is None or found["sequence"] is not None:
        return found
    if _TAIL_NEEDS.search(line[: found.start()]):
        return found
    is_right = checksum(line[: found.start("checksum")]) == found["checksum"].decode().upper()
    return found if is_right else None


def read(line: bytes, *, charset: str = "utf-8") -> Message:
    """Read one line, without its terminator. Raises ``Unreadable``."""
    tail = _tail(line)
    sequence = (tail["sequence"] or b"").decode() if tail else ""
    kept = (tail["checksum"] or b"").decode() if tail else ""
    text = decoded(line[: tail.start()] if tail else line, charset).lstrip()
    layout = BY_CODE.get(text[:2])
    if layout is None:
        raise Unreadable(f"no message has the code {text[:2]!r}")
    found = layout.pattern.fullmatch(text[2:])
    if found is None:
        raise Unreadable(f"the fixed part of {layout.code} cannot be read")
    fixed = {part.name: found[part.name] or "" for part in layout.parts}
    return Message(layout.code, fixed, tuple(_fields(found["rest"])), sequence, kept)


def _fields(rest: str) -> Iterable[tuple[str, str]]:
    """Cut what follows the fixed part into fields; a piece that begins with no field code belongs to the last."""
    last: tuple[str, str] | None = None
    for piece in rest.split("|"):
        if _FIELD.match(piece):
            if last is not None:
                yield last
            last = (piece[:2], piece[2:])
        elif last is not None and piece:
            last = (last[0], f"{last[1]}|{piece}")
    if last is not None:
        yield last


def decoded(raw: bytes, charset: str) -> str:
    """Return the text in the device's charset; bytes it cannot hold are tried in the others, never dropped."""
    for each in dict.fromkeys((charset, *CHARSETS)):
        try:
            return raw.decode(each)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def written(
    code: str,
    fixed: str,
    fields: Iterable[tuple[str, str]],
    *,
    charset: str = "utf-8",
    sequence: str = "",
    with_checksum: bool = False,
) -> bytes:
    """Write one line, without its terminator; "|" and line ends cannot be inside a value and become blanks."""
    text = code + fixed + "".join(f"{name}{clean(value)}|" for name, value in fields)
    line = text.encode(charset, errors="replace")
    if not with_checksum:
        return line
    line += f"AY{sequence}AZ".encode() if sequence else b"AZ"
    return line + checksum(line).encode()


def clean(value: str) -> str:
    """Return a value that fits into a field."""
    return re.sub(r"[|\r\n\x00-\x1f]+", " ", value).strip()


def date_of(moment: datetime) -> str:
    """Return a moment in the protocol's form, in local time: the four blanks say so."""
    return f"{clock.local(moment):%Y%m%d    %H%M%S}"


def moment_of(written_date: str) -> datetime | None:
    """Read a date of the protocol; None for blanks and for what is no date. "Z" in it means UTC."""
    digits = re.sub(r"\D", "", written_date)
    if len(digits) == 18:  # the zone written as figures
        digits = digits[:8] + digits[12:]
    if len(digits) != 14:
        return None
    try:
        plain = datetime.strptime(digits, "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return plain.replace(tzinfo=UTC if "Z" in written_date else clock.SHANGHAI)


_SECRETS = re.compile(r"(?<=[|\d ])(" + "|".join(SECRET_FIELDS) + r")([^|]*)")


def masked(line: bytes, charset: str) -> str:
    """Return a line for the monitor: passwords are stars, whatever shape the message has."""
    return _SECRETS.sub(lambda found: found[1] + ("***" if found[2] else ""), decoded(line, charset))
