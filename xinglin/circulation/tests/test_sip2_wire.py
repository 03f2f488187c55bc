"""SIP2 on the wire: bytes to a message and back, and every transcript."""

import json
from pathlib import Path
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.circulation.sip2.layouts import BY_CODE
from xinglin.circulation.sip2.wire import (
    Message,
    Unreadable,
    checksum,
    checksum_is_right,
    masked,
    moment_of,
    read,
    written,
)
from xinglin.circulation.tests.machines import PAIRS, a_machine, fixed_of
from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium

# Every name of two letters but those of the line's own end (AY and AZ come last, and are made by ``written``).
NAMES = [first + second for first in ascii_uppercase if first != "Y" for second in ascii_uppercase]


@pytest.mark.corpus
def test_the_checksum_vectors_are_exact(shared: Path) -> None:
    vectors = json.loads((shared / "data/library/sip2/checksum_vectors.json").read_text("utf-8"))
    assert len(vectors) >= 10
    for vector in vectors:
        for charset in ("utf-8", "latin-1"):
            if vector["ok_" + charset.replace("-", "")]:
                sent = vector["message"].encode(charset)
                assert checksum(sent) == vector["checksum"]
                assert checksum_is_right(sent + vector["checksum"].encode()) is True
                assert checksum_is_right(sent + vector["checksum"].lower().encode()) is True
                assert read(sent + vector["checksum"].encode(), charset=charset).code in ("18", "94")


def lines_of(shared: Path) -> list[bytes]:
    folder = shared / "data/library/sip2"
    texts = [
        *(folder / "dp_sip2_messages.txt").read_text("utf-8").splitlines(),
        *(folder / "sipserver_requests.txt").read_text("utf-8").splitlines(),
        *(
            each["response"]
            for each in json.loads((folder / "patron_info_responses.json").read_text("utf-8"))
        ),
    ]
    return [text.encode() for text in texts if text.strip()]


@pytest.mark.corpus
def test_every_transcript_is_read_with_nothing_lost(shared: Path) -> None:
    lines = lines_of(shared)
    assert len(lines) >= 40
    for line in lines:
        message = read(line)
        text = line.decode().split("AY")[0] if message.sequence else line.decode()
        for name, value in message.fields:
            assert f"{name}{value}" in text, line
        assert (
            text.count("|") - sum(value.count("|") for _name, value in message.fields)
            <= len(message.fields) + 1
        )


@pytest.mark.django_db
@pytest.mark.corpus
@pytest.mark.parametrize("use", ["auto", "never"])
def test_every_request_of_the_transcripts_is_answered_by_its_pair_or_asked_for_again(
    shared: Path, a_small_consortium: SmallConsortium, use: str
) -> None:
    machine = a_machine(a_small_consortium, checksum=use)
    asked = 0
    for line in lines_of(shared):
        message = read(line)
        if message.code not in PAIRS:
            continue
        asked += 1
        answer = machine.answer(line).rstrip(b"\r")
        told = read(answer)
        if use == "auto" and checksum_is_right(line) is False:
            assert told.code == "96", line
            continue
        assert told.code == PAIRS[message.code], line
        if use == "auto" and message.sequence:
            assert told.sequence == message.sequence
            assert checksum_is_right(answer) is True
    assert asked >= 20


@given(
    st.sampled_from(sorted(BY_CODE)),
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.text(st.characters(codec="gb18030"), max_size=12)), max_size=12
    ),
    st.sampled_from(["utf-8", "gb18030"]),
    st.sampled_from(["", "0", "7"]),
)
def test_what_is_written_is_read_again(
    code: str, fields: list[tuple[str, str]], charset: str, sequence: str
) -> None:
    fixed = fixed_of(code)
    fields = [(name, value) for name, value in fields if not value.strip().startswith(("AY", "AZ"))]
    line = written(code, fixed, fields, charset=charset, sequence=sequence, with_checksum=True)
    assert checksum_is_right(line) is True
    message = read(line, charset=charset)
    assert (message.code, message.sequence) == (code, sequence)
    assert [name for name, _value in message.fields] == [name for name, _value in fields]


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    try:
        assert isinstance(read(raw), Message)
    except Unreadable:
        pass
    masked(raw, "utf-8")
    checksum_is_right(raw)


def test_a_gbk_character_that_holds_the_byte_of_a_bar_is_one_character() -> None:
    line = "2300120060101    084235AOlib|AA亅|AD侸|".encode("gb18030")
    assert read(line, charset="gb18030").first("AD") == "侸"


def test_dates_are_read_however_they_are_written() -> None:
    for given_date in ("20060329    203000", "20060329203000", "200603290000203000"):
        moment = moment_of(given_date)
        assert moment is not None
        assert clock.local(moment).strftime("%Y-%m-%d %H:%M") == "2006-03-29 20:30"
    assert moment_of("20060329   Z203000") != moment_of("20060329    203000")
    assert moment_of(" " * 18) is None
    assert moment_of("20261399    203000") is None
