"""Every real file: read + refused = what is in it, no mojibake, unchanged records byte for byte."""

import re
import shutil
import subprocess
import unicodedata
from io import BytesIO
from pathlib import Path

import pymarc
import pytest

from xinglin.catalog.marc import (
    ControlField,
    DataField,
    Flavour,
    Kind,
    Reading,
    Record,
    RecordRead,
    RefusedRecord,
    facts_of,
    match_keys,
    read_file,
    write_iso2709,
    write_marcxml,
)

pytestmark = pytest.mark.corpus

FOLDERS = ("marc21", "unimarc", "cnmarc", "sru", "oai", "mesh")
_MARC_ELEMENT = re.compile(rb"<(?:[\w.-]+:)?leader[\s/>]")
# C1 controls but for the two pairs that mark what a filing rule skips.
_C1 = re.compile("[\x80-\x87\x8a-\x97\x99-\x9b\x9d-\x9f]")


def binary_files(shared: Path) -> list[Path]:
    folder = shared / "data/library"
    return sorted(
        path
        for name in FOLDERS
        for path in (folder / name).iterdir()
        if path.suffix in (".mrc", ".marc", ".dat", ".iso")
    )


def xml_files(shared: Path) -> list[Path]:
    folder = shared / "data/library"
    return sorted(path for name in FOLDERS for path in (folder / name).glob("*.xml"))


def readings(path: Path) -> list[Reading]:
    with path.open("rb") as stream:
        return list(read_file(stream))


def texts(record: Record) -> list[str]:
    return [
        value
        for field in record.fields
        for value in (
            [field.value] if isinstance(field, ControlField) else [value for _code, value in field.subfields]
        )
    ]


def test_in_every_iso2709_file_read_and_refused_make_up_the_file(shared: Path) -> None:
    files = binary_files(shared)
    assert len(files) > 80
    for path in files:
        data = path.read_bytes()
        found = readings(path)
        unfinished = bool(data.rsplit(b"\x1d", 1)[-1].strip(b"\r\n\x00\x1a"))
        assert len(found) == data.count(b"\x1d") + unfinished, path.name
        assert [reading.number for reading in found] == list(range(1, len(found) + 1))
        # Not a byte is lost, whatever became of the record.
        assert b"".join(reading.raw for reading in found) == data.strip(b"\n"), path.name
        for reading in found:
            assert isinstance(reading, RecordRead) or reading.reason


def test_in_every_xml_file_read_and_refused_make_up_the_file(shared: Path) -> None:
    files = xml_files(shared)
    assert len(files) > 60
    for path in files:
        data = path.read_bytes()
        found = readings(path)
        refused = [reading for reading in found if isinstance(reading, RefusedRecord)]
        not_marc = [reading for reading in refused if reading.code in ("xml_not_marc", "not_marc_file")]
        assert len(found) - len(not_marc) == len(_MARC_ELEMENT.findall(data)), path.name
        assert all(reading.reason for reading in refused)
        assert all(reading.raw in data for reading in found)


def test_almost_everything_is_read_and_what_is_not_is_damaged(shared: Path) -> None:
    found = [reading for path in binary_files(shared) for reading in readings(path)]
    refused = [reading for reading in found if isinstance(reading, RefusedRecord)]
    assert len(found) > 5000
    assert len(refused) < len(found) * 0.01
    assert {reading.code for reading in refused} <= {
        "truncated", "directory_odd", "directory_mismatch", "charset_unknown",
    }  # fmt: skip


def test_no_record_read_is_garbled(shared: Path) -> None:
    for path in binary_files(shared):
        for reading in readings(path):
            if not isinstance(reading, RecordRead):
                continue
            text = "\n".join(texts(reading.record))
            where = f"{path.name} {reading.number} {reading.charset}"
            # Only what the file itself holds as UTF-8 for U+FFFD may be there.
            assert text.count("\ufffd") <= reading.raw.count(b"\xef\xbf\xbd"), where
            assert not _C1.search(text), where
            assert not any(unicodedata.category(char) in ("Co", "Cs") for char in text), where
            if reading.flavour is Flavour.MARC21 and reading.charset != "utf-8":
                assert not re.search("[\u4e00-\u9fff]", text) or b"\x1b" in reading.raw, where


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cnmarc/bnu_gbk.iso", "cnmarc/bnu_utf8.iso"),
        ("cnmarc/bnu_gbk.iso", "cnmarc/bnu_sru_cnmarcxml.xml"),
        ("marc21/marc4j_chabon.mrc", "marc21/marc4j_chabon.xml"),
        ("marc21/yaz_marc0.marc", "marc21/yaz_marc0.xml"),
        ("marc21/yaz_marc9.marc", "marc21/yaz_marc9.xml"),
        (
            "marc21/ol_bin_input_scrapbooksofmoun03tupp_meta.mrc",
            "marc21/ol_xml_input_scrapbooksofmoun03tupp_marc.xml",
        ),
        (
            "marc21/ol_bin_input_lesabndioeinas00sche_meta.mrc",
            "marc21/ol_xml_input_lesabndioeinas00sche_marc.xml",
        ),
        ("marc21/specTestRecs.mrc", "marc21/specTestRecs.xml"),
    ],
)
def test_the_same_records_in_two_forms_say_the_same(shared: Path, one: str, other: str) -> None:
    folder = shared / "data/library"
    pairs = list(zip(readings(folder / one), readings(folder / other), strict=True))
    assert pairs
    for first, second in pairs:
        assert isinstance(first, RecordRead)
        assert isinstance(second, RecordRead)
        assert _comparable(first.record) == _comparable(second.record)


def _comparable(record: Record) -> list[str]:
    """Return fields in one normal form; half marks and whole marks over two letters are the same sign."""
    halves = str.maketrans({"\ufe20": "\u0361", "\ufe21": None, "\ufe22": "\u0360", "\ufe23": None})
    return [unicodedata.normalize("NFC", f"{field}".translate(halves)) for field in record.fields]


def is_plain(record: Record) -> bool:
    """Say whether every other program could say the same: no odd indicators, codes or controls."""
    if re.search("[\x00-\x08\x0b-\x1f\ufffe\uffff]", record.leader + "".join(texts(record))):
        return False
    for field in record.fields:
        if isinstance(field, DataField):
            indicators = field.ind1 + field.ind2
            codes = "".join(code or "?" * 9 for code, _value in field.subfields)
            if (
                not (indicators + codes).isascii()
                or len(indicators) != 2
                or len(codes) != len(field.subfields)
            ):
                return False
    return True


def plain_records(paths: list[Path]) -> list[RecordRead]:
    return [
        reading
        for path in paths
        for reading in readings(path)
        if isinstance(reading, RecordRead) and is_plain(reading.record) and len(reading.raw) < 90_000
    ]


def test_another_program_reads_our_copy_of_every_record_alike(shared: Path) -> None:
    """Each record read, written as UTF-8 ISO 2709, read by pymarc: equal field by field."""
    plain = [reading for reading in plain_records(binary_files(shared)) if reading.flavour is Flavour.MARC21]
    assert len(plain) > 5000
    for reading in plain:
        theirs = pymarc.Record(write_iso2709(reading.record), force_utf8=True)
        found = [(field.tag, _pymarc_value(field)) for field in theirs.fields]
        assert found == _as_pymarc(reading.record), reading.raw[:80]


def _as_pymarc(record: Record) -> list[tuple[str, object]]:
    return [
        (field.tag, field.value if isinstance(field, ControlField) else list(field.subfields))
        for field in record.fields
    ]


def _pymarc_value(field: pymarc.Field) -> object:
    return field.data if field.is_control_field() else [(sub.code, sub.value) for sub in field.subfields]


def test_every_record_survives_xml(shared: Path) -> None:
    for reading in plain_records([*binary_files(shared)[:40], *xml_files(shared)]):
        text = "".join(write_marcxml([reading.record], flavour=reading.flavour))
        [again] = read_file(BytesIO(text.encode()))
        assert isinstance(again, RecordRead)
        assert again.record == reading.record


def test_every_record_has_facts_and_keys(shared: Path) -> None:
    bibliographic = titled = 0
    for path in [*binary_files(shared), *xml_files(shared)]:
        for reading in readings(path):
            if isinstance(reading, RecordRead):
                facts = facts_of(reading.record, reading.flavour)
                match_keys(facts)
                is_title_due = facts.kind not in (Kind.AUTHORITY, Kind.HOLDINGS)
                bibliographic += is_title_due
                titled += is_title_due and bool(facts.title)
                assert not re.search("[\x00-\x1f\x7f-\x9f]", facts.title + facts.responsibility)
                assert facts.year is None or 1000 <= facts.year <= 2099
    assert titled > 2500
    assert titled > bibliographic * 0.98


@pytest.mark.peer
def test_yaz_marcdump_agrees_with_us_on_chinese_records(shared: Path) -> None:
    tool = shutil.which("yaz-marcdump")
    if tool is None:
        pytest.skip("yaz-marcdump is not installed")
    for name, charset in (("bnu_gbk.iso", "gb18030"), ("bnu_utf8.iso", "utf-8")):
        path = shared / "data/library/cnmarc" / name
        done = subprocess.run(
            [tool, "-f", charset, "-t", "utf-8", "-o", "marcxml", str(path)], capture_output=True, check=True
        )
        theirs = list(read_file(BytesIO(done.stdout)))
        ours = readings(path)
        assert len(theirs) == len(ours) == 5
        for one, other in zip(ours, theirs, strict=True):
            assert isinstance(one, RecordRead)
            assert isinstance(other, RecordRead)
            assert one.record.fields == other.record.fields


@pytest.mark.peer
def test_yaz_marcdump_accepts_our_exports_of_real_records(shared: Path, tmp_path: Path) -> None:
    tool = shutil.which("yaz-marcdump")
    if tool is None:
        pytest.skip("yaz-marcdump is not installed")
    exported = tmp_path / "export.mrc"
    read = [r for path in binary_files(shared) for r in readings(path) if isinstance(r, RecordRead)][::7]
    small = [r for r in read if len(r.raw) < 90_000]
    exported.write_bytes(b"".join(write_iso2709(r.record, flavour=r.flavour) for r in small))
    done = subprocess.run(
        [tool, "-f", "utf-8", "-t", "utf-8", "-o", "line", str(exported)], capture_output=True, check=True
    )
    # yaz puts what it has to complain about in brackets or comments, and skips what it cannot read.
    assert done.stderr == b""
    assert len(re.findall(rb"(?m)^[0-9]{5}.{5}22[0-9]{5}", done.stdout)) == len(small)


def test_a_data_field_is_never_taken_for_a_control_field(shared: Path) -> None:
    for path in binary_files(shared):
        for reading in readings(path):
            if isinstance(reading, RecordRead):
                for field in reading.record.fields:
                    assert isinstance(field, DataField) or field.tag < "010" or not field.tag.isdigit()
