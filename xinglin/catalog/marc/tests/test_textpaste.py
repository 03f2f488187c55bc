"""Records pasted from screens and vendors' sheets."""

from pathlib import Path

import pytest

from xinglin.catalog.marc import DataField, Flavour, RecordRead, RefusedRecord, facts_of, read_file, read_text


def read(text: str) -> RecordRead:
    [reading] = read_text(text)
    assert isinstance(reading, RecordRead), reading
    return reading


@pytest.mark.parametrize(
    "line",
    [
        "2001 ▼a内科学▼f葛均波主编",
        "2001 |a 内科学 |f 葛均波主编",
        "2001\t|a 内科学 |f 葛均波主编",
        "200 1 ǂa内科学ǂf葛均波主编",
        "200 1#@a内科学@f葛均波主编",
        "=200  1\\$a内科学$f葛均波主编",
        "2001_‡a内科学‡f葛均波主编",
    ],
)
def test_any_usual_mark_is_understood(line: str) -> None:
    [field] = read(line).record.fields
    assert field == DataField("200", "1", " ", (("a", "内科学"), ("f", "葛均波主编")))


def test_a_price_with_a_dollar_sign_is_no_subfield_when_the_mark_is_another() -> None:
    assert read("010  ▼a978-7-117-10000-7▼d$48.00").record.get("010", "d") == "$48.00"


@pytest.mark.parametrize(
    "between",
    ["\n\n", "\n00512nam0 2200229   450 \n", "\nLDR   00512nam0 2200229   450 \n"],
)
def test_records_are_told_apart(between: str) -> None:
    one, two = read_text(f"001 1\n2001 ▼a甲{between}001 2\n2001 ▼a乙")
    assert isinstance(one, RecordRead)
    assert isinstance(two, RecordRead)
    assert (one.record.get("200", "a"), two.record.get("200", "a")) == ("甲", "乙")


def test_a_sequential_dump_of_aleph_is_read() -> None:
    one, two = read_text(
        "000000001 LDR   L 00755cam^^22002414a^4500\n"
        "000000001 008   L 000107s2000^^^^nyua^^^^^^^^^^001^0^eng^^\n"
        "000000001 24510 L $$aHeart :$$ba textbook\n"
        "000000002 24500 L $$aLungs$$9$5\n"
    )
    assert isinstance(one, RecordRead)
    assert isinstance(two, RecordRead)
    assert one.record.leader == "00755cam  22002414a 4500"
    assert one.record.control("008") == "000107s2000    nyua          001 0 eng  "
    assert one.record.fields[1] == DataField("245", "1", "0", (("a", "Heart :"), ("b", "a textbook")))
    assert two.record.get("245", "9") == "$5"


def test_marcedit_text_is_read() -> None:
    reading = read(
        "=LDR  00755cam  22002414a 4500\n=008  000107s2000\\\\\\\\nyua\n=245  10$aHeart {dollar}5\n"
    )
    assert reading.record.leader == "00755cam  22002414a 4500"
    assert reading.record.control("008") == "000107s2000    nyua"
    assert reading.record.fields[1] == DataField("245", "1", "0", (("a", "Heart $5"),))


def test_a_line_that_is_no_field_is_noted_not_lost() -> None:
    reading = read("2001 ▼a甲\n（见附图）\n210  ▼c某社")
    assert [remark.code for remark in reading.remarks] == ["text_line_skipped"]
    assert "见附图" in reading.remarks[0].sentence
    assert "见附图" in reading.raw.decode()


def test_a_field_that_goes_on_in_the_next_line_is_joined() -> None:
    assert read("2001 ▼a内科\n学▼f葛均波主编").record.get("200", "a") == "内科学"


def test_text_without_fields_is_refused() -> None:
    [reading] = read_text("今天借了两本书。\n")
    assert isinstance(reading, RefusedRecord)
    assert reading.code == "text_no_fields"


@pytest.mark.corpus
def test_a_paste_from_the_national_library_and_a_vendor_sheet_are_read(shared: Path) -> None:
    folder = shared / "data/library/cnmarc"
    with (folder / "nlc_aleph_dump_1.txt").open("rb") as stream:
        [prince] = read_file(stream)
    with (folder / "rentian_vendor_text.txt").open("rb") as stream:
        vendor = list(read_file(stream))
    assert isinstance(prince, RecordRead)
    assert prince.flavour is Flavour.CNMARC
    facts = facts_of(prince.record)
    assert (facts.title, facts.isbns, facts.year) == ("小王子", ("9787500162087",), 2022)
    assert facts.original_languages == ("fre",)
    assert len(vendor) == 2
    assert isinstance(vendor[1], RecordRead)
    facts = facts_of(vendor[1].record)
    # The vendor put $h after $f and $4 before $a.
    assert (facts.part_number, facts.names[0].name, facts.names[0].role) == ("九", "刘亦师", "主编")
