"""One event as an iCalendar file (RFC 5545), for the calendar of a phone; pure, without a row.

Times are written in UTC (3.3.5, form 2), so that no time zone has to travel along. Texts are escaped by 3.3.11 and
lines folded at 75 octets by 3.1, never within a character.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

LINE_OCTETS = 75
# What a TEXT may not hold (3.3.11): control characters but for the line's end, which is written as \n.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Event:
    """What a calendar shows. ``uid`` never changes, ``sequence`` goes up with every change of the event."""

    uid: str
    title: str
    begins_at: datetime
    ends_at: datetime
    written_at: datetime
    place: str = ""
    description: str = ""
    link: str = ""
    sequence: int = 0
    is_cancelled: bool = False


def written(event: Event) -> bytes:
    """Return the file. Raises ``ValueError`` for a moment without a time zone."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Xinglin//Lectures//ZH",
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{_moment(event.written_at)}",
        f"DTSTART:{_moment(event.begins_at)}",
        f"DTEND:{_moment(event.ends_at)}",
        f"SEQUENCE:{event.sequence}",
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        f"SUMMARY:{_text(event.title)}",
    ]
    if event.place:
        lines.append(f"LOCATION:{_text(event.place)}")
    if event.description:
        lines.append(f"DESCRIPTION:{_text(event.description)}")
    if event.link:
        lines.append(f"URL:{_CONTROL.sub('', event.link)}")
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a moment of a calendar has a time zone")
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    one = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    escaped = one.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Return a line in pieces of at most 75 octets; each but the first begins with a blank that counts."""
    pieces, piece = [], b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > LINE_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece])
