"""The calendar's file by RFC 5545: folded by octets, escaped, and read back as it was said."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.learning.icalendar import Event, written

BEGINS = datetime(2026, 12, 1, 14, 30, tzinfo=timezone(timedelta(hours=8)))


def an_event(title: str = "讲座", **more: str) -> Event:
    return Event(
        uid="lecture-7@lib.example",
        title=title,
        begins_at=BEGINS,
        ends_at=BEGINS + timedelta(hours=2),
        written_at=datetime(2026, 11, 29, 2, 0, tzinfo=UTC),
        **more,  # type: ignore[arg-type]
    )


def read(data: bytes) -> dict[str, str]:
    """Unfold, split and unescape as a calendar does (RFC 5545, 3.1 and 3.3.11)."""
    text = data.replace(b"\r\n ", b"").decode()
    found = dict(line.split(":", 1) for line in text.split("\r\n") if line)
    plain = {"n": "\n", "N": "\n"}
    return {
        name: re.sub(r"\\(.)", lambda hit: plain.get(hit.group(1), hit.group(1)), value)
        for name, value in found.items()
    }


def test_times_travel_in_utc_and_every_line_ends_with_both_signs() -> None:
    data = written(an_event(place="五楼", link="https://lib.example/m/lectures/7/"))
    assert data.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") and data.endswith(b"END:VCALENDAR\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    found = read(data)
    assert (found["DTSTART"], found["DTEND"]) == ("20261201T063000Z", "20261201T083000Z")
    assert found["UID"] == "lecture-7@lib.example" and found["STATUS"] == "CONFIRMED"
    assert found["URL"] == "https://lib.example/m/lectures/7/" and found["LOCATION"] == "五楼"


def test_a_moment_without_a_zone_is_refused() -> None:
    event = Event("u", "t", datetime(2026, 1, 1), datetime(2026, 1, 2), BEGINS)
    with pytest.raises(ValueError, match="time zone"):
        written(event)


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=400)


@given(TEXTS, TEXTS)
def test_whatever_is_said_is_read_back_and_no_line_is_too_long(title: str, description: str) -> None:
    data = written(an_event(title, description=description))
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # never cut within a character
    found = read(data)
    assert found["SUMMARY"] == title and found.get("DESCRIPTION", "") == description


def test_what_a_text_may_not_hold_is_left_out() -> None:
    assert read(written(an_event("甲\x00乙\r\n丙\t")))["SUMMARY"] == "甲乙\n丙"
