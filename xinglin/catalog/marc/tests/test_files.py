"""One door: the form is told from the bytes, and no file gives silence or an exception."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.catalog.marc import Form, RecordRead, RefusedRecord, form_of, read_file
from xinglin.catalog.marc.files import TEXT_CAP, read_record
from xinglin.catalog.marc.reading import Unreadable
from xinglin.catalog.marc.tests.samples import cnmarc, marc21


def workbook() -> bytes:
    """Return a ZIP archive, as a workbook is one, with every byte in it."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/sheet1.xml", bytes(range(256)) * 40)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (marc21(b"Heart"), Form.ISO2709),
        (b"\xef\xbb\xbf" + cnmarc("心脏", encoding="utf-8"), Form.ISO2709),
        (b"junk before it\r\n" + marc21(b"Heart"), Form.ISO2709),
        (b"<?xml version='1.0'?><collection/>", Form.MARCXML),
        ("<collection/>".encode("utf-16"), Form.MARCXML),
        ("2001 ▼a心脏".encode("gb18030"), Form.TEXT),
        ("2001 |a 心脏".encode("utf-16"), Form.TEXT),
        (workbook(), None),
        (b'{"title": "Heart"}', None),
        (b"\x89PNG\r\n\x1a\n\x1d\x1e\x1f", None),
    ],
)
def test_the_form_is_told_from_the_bytes(data: bytes, form: Form | None) -> None:
    assert form_of(data) is form


@pytest.mark.parametrize("data", [workbook(), b"hello", b"<html><body>502</body></html>", b"<collection/>"])
def test_a_file_that_is_no_marc_is_one_refusal(data: bytes) -> None:
    [refusal] = read_file(BytesIO(data))
    assert isinstance(refusal, RefusedRecord)
    assert refusal.code == "not_marc_file"


@pytest.mark.parametrize("data", [b"", b"\r\n", b"\xef\xbb\xbf", b"\x1a"])
def test_an_empty_file_holds_no_record(data: bytes) -> None:
    assert list(read_file(BytesIO(data))) == []


def test_a_long_text_is_read_to_its_end() -> None:
    text = "".join(f"001 {number}\n2001 ▼a第{number}种\n\n" for number in range(5000))
    readings = list(read_file(BytesIO(text.encode())))
    assert len(readings) == 5000
    assert isinstance(readings[-1], RecordRead)
    assert readings[-1].record.get("200", "a") == "第4999种"


def test_a_text_beyond_the_cap_is_refused_whole_not_cut() -> None:
    [refusal] = read_file(BytesIO("2001 ▼a心脏\n".encode() + b" " * TEXT_CAP))
    assert isinstance(refusal, RefusedRecord)
    assert refusal.code == "beyond_cap"


def test_kept_bytes_are_read_again() -> None:
    raw = cnmarc("心脏病学")
    assert read_record(raw).record.get("200", "a") == "心脏病学"
    with pytest.raises(Unreadable):
        read_record(b"nothing")


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"<record>", b"00100nam  2200049   450 001000200000\x1e", b"2001 |a "]),
)
def test_no_file_raises(noise: bytes, opening: bytes) -> None:
    for reading in read_file(BytesIO(opening + noise)):
        assert isinstance(reading, RecordRead) or reading.reason
