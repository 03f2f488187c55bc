"""Records written back: what we write, we and others read."""

import io
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from io import BytesIO

import pymarc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from xinglin.catalog.marc import (
    ControlField,
    DataField,
    Flavour,
    Record,
    RecordRead,
    UnwritableRecord,
    read_file,
    write_iso2709,
    write_marcxml,
)
from xinglin.catalog.marc.tests.samples import CNMARC_LEADER, bibliographic, records

parse_xml: Callable[[io.StringIO], list[pymarc.Record]] = pymarc.parse_xml_to_array
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
# Without © and ß: C3 or C7 before another special letter is legal UTF-8, which the rule tries first.
# Without £: two of them together are a Chinese character of GB.
LATIN = st.sampled_from("abcdefghijklmnopqrstuvwxyz ABCDEF.,-éèàçüöäñōāřčłøœæ")


def read(raw: bytes) -> RecordRead:
    [reading] = read_file(BytesIO(raw))
    assert isinstance(reading, RecordRead), reading
    return reading


def composed(record: Record) -> tuple[object, ...]:
    """Return fields for comparison: MARC-8 has one way to write a letter with a mark, Unicode several."""
    return tuple((field.tag, unicodedata.normalize("NFC", repr(field))) for field in record.fields)


@given(records())
def test_utf8_comes_back_as_it_went(record: Record) -> None:
    reading = read(write_iso2709(record))
    assert reading.record.fields == record.fields
    assert reading.remarks == ()


@given(records(HAN))
def test_gb18030_is_written_with_byte_lengths_and_read_by_rule(record: Record) -> None:
    raw = write_iso2709(record, to="gb18030", flavour=Flavour.CNMARC)
    assert int(raw[:5]) == len(raw)
    base = int(raw[12:17])
    pieces = raw[base:-1].split(b"\x1e")[:-1]
    lengths = [int(raw[at + 3 : at + 7]) for at in range(24, base - 1, 12)]
    assert lengths == [len(piece) + 1 for piece in pieces]
    assert raw.decode("gb18030").count("\x1e") == len(record.fields) + 1


@given(st.lists(st.text(LATIN, min_size=1, max_size=30), min_size=1, max_size=5))
def test_marc8_comes_back_as_it_went(texts: list[str]) -> None:
    record = bibliographic("Heart", *(DataField("500", " ", " ", (("a", text),)) for text in texts))
    raw = write_iso2709(record, to="marc-8")
    assert raw[9:10] == b" "
    assert composed(read(raw).record) == composed(record)


@given(records(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"))))
def test_marcxml_comes_back_as_it_went(record: Record) -> None:
    text = "".join(write_marcxml([record]))
    assert read(text.encode()).record.fields == record.fields


@given(records(HAN | LATIN))
def test_pymarc_reads_what_we_write(record: Record) -> None:
    theirs = pymarc.Record(write_iso2709(record))
    assert [field.tag for field in theirs.fields] == [field.tag for field in record.fields]
    for field, other in zip(record.fields, theirs.fields, strict=True):
        if isinstance(field, DataField):
            assert [(sub.code, sub.value) for sub in other.subfields] == list(field.subfields)
        else:
            assert other.data == field.value
    [by_xml] = parse_xml(io.StringIO("".join(write_marcxml([record]))))
    assert [str(field) for field in by_xml.fields] == [str(field) for field in theirs.fields]


def test_the_leader_says_utf8_in_marc21_and_field_100_says_it_in_cnmarc() -> None:
    assert write_iso2709(bibliographic("Heart"))[9:10] == b"a"
    coded = DataField("100", " ", " ", (("a", "20140718d2014    em y0chiy0110    ea"),))
    title = DataField("200", "1", " ", (("a", "内科学"),))
    record = Record(CNMARC_LEADER, (coded, title))
    raw = write_iso2709(record, flavour=Flavour.CNMARC)
    assert raw[9:10] == b" "
    assert read(raw).record.get("100", "a") == "20140718d2014    em y0chiy50      ea"
    kept = write_iso2709(record, to="gb18030", flavour=Flavour.CNMARC)
    assert read(kept).record.get("100", "a") == "20140718d2014    em y0chiy0110    ea"


@pytest.mark.parametrize(
    ("record", "to", "words"),
    [
        (bibliographic("心脏 ☃"), "marc-8", "☃"),
        (bibliographic("x" * 10_000), "utf-8", "9999"),
        (bibliographic("Heart", *[DataField("500", " ", " ", (("a", "n" * 9000),))] * 12), "utf-8", "99999"),
        (bibliographic("Heart\x1eattack"), "utf-8", "分隔符"),
        (bibliographic("Heart", DataField("50", " ", " ", (("a", "x"),))), "utf-8", "50"),
        (bibliographic("\ud800"), "gb18030", "245"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_field_and_a_way_out(
    record: Record, to: str, words: str
) -> None:
    with pytest.raises(UnwritableRecord) as refusal:
        write_iso2709(record, to=to)
    assert words in str(refusal.value)


def test_a_control_character_is_refused_by_xml() -> None:
    with pytest.raises(UnwritableRecord, match="245"):
        list(write_marcxml([bibliographic("Heart\x01")]))


def test_marcxchange_carries_unimarc_and_slim_carries_marc21() -> None:
    for flavour, namespace in (
        (Flavour.CNMARC, "info:lc/xmlns/marcxchange-v2"),
        (Flavour.MARC21, "http://www.loc.gov/MARC21/slim"),
    ):
        root = etree.fromstring("".join(write_marcxml([bibliographic('"<&>"')], flavour=flavour)).encode())
        assert root.tag == f"{{{namespace}}}collection"


def test_markup_in_a_value_is_data() -> None:
    nasty = bibliographic('</subfield><x a="b">&amp;', ControlField("005", "a\r\nb"))
    assert read("".join(write_marcxml([nasty])).encode()).record.fields == nasty.fields


@pytest.mark.peer
@pytest.mark.parametrize(
    ("to", "flavour", "charset"),
    [
        ("utf-8", Flavour.MARC21, "utf-8"),
        ("gb18030", Flavour.CNMARC, "gb18030"),
        ("marc-8", Flavour.MARC21, "marc-8"),
    ],
)
def test_yaz_marcdump_reads_what_we_write(to: str, flavour: Flavour, charset: str, tmp_path: object) -> None:
    tool = shutil.which("yaz-marcdump")
    if tool is None:
        pytest.skip("yaz-marcdump is not installed")
    title = "Société médicale" if to == "marc-8" else "心电图学与临床"
    record = bibliographic(title, DataField("500", " ", " ", (("a", "note"), ("b", "two"))))
    raw = write_iso2709(record, to=to, flavour=flavour)
    done = subprocess.run(
        [tool, "-f", charset, "-t", "utf-8", "-o", "marcxml", "/dev/stdin"],
        input=raw,
        capture_output=True,
        check=True,
    )
    assert b"<!--" not in done.stdout, done.stdout
    assert composed(read(done.stdout).record) == composed(record)
