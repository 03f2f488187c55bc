"""A record as lines of text and back: nothing is lost, whatever stands in it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.catalog.editing.lines import BLANK_LEADER, parse, text_of
from xinglin.catalog.marc import ControlField, DataField, Field, Record, RecordRead, read_file

_ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_CODE = st.characters(exclude_categories=["Cs"])
_SUBFIELDS = st.lists(st.tuples(_CODE, _ANY) | st.just(("", "")), min_size=1, max_size=5).map(tuple)
_UNMARKED = st.tuples(st.just(""), _ANY.filter(bool))
_DATA: st.SearchStrategy[Field] = st.builds(
    DataField,
    st.sampled_from(["010", "200", "245", "905", "9 1", "２００", "FMT"]),
    st.sampled_from([" ", "0", "#", "\\", "‡"]),
    st.sampled_from([" ", "1", "", "ab ", "#", "-"]),
    _SUBFIELDS,
)
_LOOSE: st.SearchStrategy[Field] = st.builds(
    DataField,
    st.just("300"),
    st.just(" "),
    st.just(" "),
    st.one_of(st.just(()), _UNMARKED.map(lambda one: (one,))),
)
_CONTROL: st.SearchStrategy[Field] = st.builds(
    ControlField, st.sampled_from(["001", "008", "FMT", "LDR", "245", ""]), _ANY
)
RECORDS = st.builds(
    Record,
    st.text(st.characters(max_codepoint=255), max_size=24),
    st.lists(_DATA | _LOOSE | _CONTROL, max_size=8).map(tuple),
)


@given(RECORDS)
def test_every_record_comes_back_from_its_lines(record: Record) -> None:
    parsed = parse(text_of(record))
    assert parsed.record == record
    assert not parsed.misread


@given(RECORDS)
def test_a_form_that_changes_line_ends_changes_nothing_else(record: Record) -> None:
    assert parse(text_of(record).replace("\n", "\r\n")).record == record


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_or_said_to_be_no_field(text: str) -> None:
    parsed = parse(text)
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip(" ")]
    leaders = sum(line == "LDR" or line.startswith("LDR ") for line in lines)
    assert len(parsed.record.fields) + len(parsed.misread) + leaders == len(lines)


def test_a_cataloguer_may_leave_out_what_is_blank() -> None:
    parsed = parse("200 ‡a心电图\n010 1 ‡a9787\n001 n1\n\n‡a没有字段号")
    assert parsed.record.leader == BLANK_LEADER
    assert parsed.record.fields == (
        DataField("200", " ", " ", (("a", "心电图"),)),
        DataField("010", "1", " ", (("a", "9787"),)),
        ControlField("001", "n1"),
    )
    assert parsed.places == (1, 2, 3)
    assert [each.line for each in parsed.misread] == [5]


def test_marks_and_backslashes_in_the_text_are_kept_apart_from_marks_of_subfields() -> None:
    record = Record(
        BLANK_LEADER, (DataField("200", "1", " ", (("a", r"C:\x41‡b"), ("9", "\x98The \x9cheart"))),)
    )
    text = text_of(record)
    assert r"‡aC:\\x41\‡b‡9\x98The \x9cheart" in text
    assert parse(text).record == record


@pytest.mark.corpus
def test_every_record_of_the_corpus_comes_back(shared: Path) -> None:
    count = 0
    for path in sorted((shared / "data" / "library").rglob("*")):
        if path.suffix not in (".mrc", ".iso", ".xml", ".marc") or path.stat().st_size > 3_000_000:
            continue
        with path.open("rb") as stream:
            for reading in read_file(stream):
                if isinstance(reading, RecordRead):
                    count += 1
                    assert parse(text_of(reading.record)).record == reading.record, (path, reading.number)
                if count > 20_000:
                    return
    assert count > 100
