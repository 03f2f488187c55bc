"""MARCXML from anywhere: collections, bare records, SRU and OAI answers, and files made to do harm."""

from io import BytesIO
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.catalog.marc import Reading, RecordRead, RefusedRecord, read_file, read_marcxml

RECORD = """<record><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">1</controlfield>
<datafield tag="245" ind1="1" ind2="0"><subfield code="a">心电图学</subfield></datafield></record>"""


def readings(text: str | bytes) -> list[Reading]:
    return list(read_marcxml(BytesIO(text if isinstance(text, bytes) else text.encode())))


def read(text: str | bytes) -> RecordRead:
    [reading] = readings(text)
    assert isinstance(reading, RecordRead), reading
    return reading


def refused(text: str | bytes) -> RefusedRecord:
    [reading] = readings(text)
    assert isinstance(reading, RefusedRecord), reading
    return reading


@pytest.mark.parametrize(
    "text",
    [
        RECORD,
        f"<collection xmlns='http://www.loc.gov/MARC21/slim'>{RECORD}</collection>",
        RECORD.replace("<", "<m:").replace("<m:/", "</m:"),
        f"<srw:r xmlns:srw='x'><srw:record><srw:recordData>{RECORD}</srw:recordData></srw:record></srw:r>",
        f"<OAI-PMH><ListRecords><record><header/><metadata>{RECORD}</metadata></record></ListRecords></OAI-PMH>",
        f"<r><record><recordPacking>string</recordPacking><recordData>{escape(RECORD)}</recordData></record></r>",
        f"<!-- a <record> in a comment --><?pi <record>?>{RECORD}",
    ],
)
def test_a_record_is_found_wherever_it_stands(text: str) -> None:
    reading = read(text)
    assert reading.record.get("245", "a") == "心电图学"
    assert reading.record.control("001") == "1"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_the_encoding_is_taken_from_mark_or_declaration(encoding: str) -> None:
    declared = "gb2312" if encoding == "gb18030" else encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?><collection>{RECORD}</collection>'
    assert read(text.encode(encoding)).record.get("245", "a") == "心电图学"


@pytest.mark.parametrize("encoding", ["rot13", "base64", "idna", "no-such-thing"])
def test_an_encoding_that_is_none_is_refused(encoding: str) -> None:
    refusal = refused(f'<?xml version="1.0" encoding="{encoding}"?><collection>{RECORD}</collection>')
    assert refusal.code == "xml_encoding_unknown"
    assert encoding in refusal.reason


def test_a_file_that_stops_being_its_encoding_is_refused_from_there() -> None:
    text = f"<collection>{RECORD}</collection>".encode("utf-16") + b"\x00\xdc\x00"
    refusal = refused(text)
    assert refusal.code == "xml_bytes_unreadable"
    assert refusal.raw.endswith(text[-20:])


def test_one_broken_record_does_not_cost_its_neighbours() -> None:
    broken = RECORD.replace("</subfield>", "</oops>")
    one, two, three = readings(f"<collection>{RECORD}{broken}{RECORD}</collection>")
    assert isinstance(one, RecordRead)
    assert isinstance(two, RefusedRecord)
    assert isinstance(three, RecordRead)
    assert (two.number, two.code) == (2, "xml_not_well_formed")
    assert two.raw.decode() == broken


def test_bytes_that_are_no_utf8_cost_one_record() -> None:
    broken = RECORD.encode().replace("心".encode(), b"\xd0\xc4")
    one, two = readings(b"<collection>" + broken + RECORD.encode() + b"</collection>")
    assert isinstance(one, RefusedRecord)
    assert (one.code, one.raw) == ("xml_bytes_unreadable", broken)
    assert isinstance(two, RecordRead)


def test_a_file_cut_in_the_middle_refuses_the_open_record() -> None:
    one, two = readings(f"<collection>{RECORD}{RECORD[:90]}")
    assert isinstance(one, RecordRead)
    assert isinstance(two, RefusedRecord)
    assert two.code == "xml_truncated"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (RECORD.replace('tag="245"', ""), "xml_tag_missing"),
        (RECORD.replace('tag="245"', 'tag="24"'), "xml_tag_missing"),
        (RECORD.replace('code="a"', ""), "xml_code_missing"),
        (RECORD.replace("心电图学", "&undeclared;"), "xml_not_well_formed"),
        ("<record><header status='deleted'/></record>", "xml_not_marc"),
        ("<record><leader>00000nam a2200000 a 4500</leader></record>", "no_fields"),
    ],
)
def test_a_record_that_cannot_be_understood_says_why(text: str, code: str) -> None:
    refusal = refused(text)
    assert refusal.code == code
    assert refusal.reason


def test_missing_indicators_and_a_missing_leader_are_noted() -> None:
    text = RECORD.replace(' ind1="1" ind2="0"', "").replace("<leader>00000nam a2200000 a 4500</leader>", "")
    reading = read(text)
    assert {remark.code for remark in reading.remarks} == {"xml_indicator_missing", "xml_leader_missing"}
    assert next(reading.record.data("245")).ind1 == " "


BILLION_LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(20))
    + f"]><collection>{RECORD.replace('心电图学', '&u;')}</collection>"
)


@pytest.mark.parametrize(
    "text",
    [
        BILLION_LAUGHS,
        f'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><c>{RECORD.replace("心电图学", "&x;")}</c>',
        f'<?xml version="1.0"?><!-- c --><!DOCTYPE r SYSTEM "http://example.org/r.dtd">{RECORD}',
        f"<!DOCTYPE r>{RECORD}".encode("utf-16"),
    ],
)
def test_a_document_type_stops_the_file(text: str | bytes) -> None:
    assert refused(text).code == "xml_doctype"


def test_a_record_nested_too_deep_is_refused() -> None:
    deep = RECORD.replace("心电图学", "<x>" * 5000 + "</x>" * 5000)
    assert refused(deep).code == "xml_too_deep"


def test_ten_megabytes_in_one_subfield_are_refused() -> None:
    one, two = readings(f"<c>{RECORD.replace('心电图学', 'x' * 10_000_000)}{RECORD}</c>")
    assert isinstance(one, RefusedRecord)
    assert one.code == "beyond_cap"
    assert isinstance(two, RecordRead)


@given(st.text(max_size=200), st.integers(0, len(RECORD)))
def test_no_text_inside_a_record_raises(noise: str, at: int) -> None:
    text = (RECORD[:at] + noise + RECORD[at:]).encode("utf-8", "surrogatepass")
    for reading in read_file(BytesIO(text)):
        assert isinstance(reading, RecordRead) or reading.reason


def test_a_file_in_small_reads_gives_the_same_as_in_one() -> None:
    class Dripping(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(5)

    text = f"<?xml version='1.0'?><a><record><b>{RECORD}</b></record><!-- <record> -->{RECORD}</a>".encode()
    assert list(read_marcxml(Dripping(text))) == readings(text)
    assert len(readings(text)) == 2
