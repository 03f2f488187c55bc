"""Which character set: never a wrong one. Western diacritics stay Western, Chinese stays Chinese."""

import csv
import re
import unicodedata
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xinglin.catalog.marc import Flavour, RecordRead, RefusedRecord, marc8, read_iso2709
from xinglin.catalog.marc.tests.samples import CNMARC_LEADER, cnmarc, iso2709, marc21

# GB 2312 level 1 by its own order: the characters Chinese prose is made of.
COMMON = [
    bytes([first, second]).decode("gb2312") for first in range(0xB0, 0xD7) for second in range(0xA1, 0xFF)
]
RARE = [
    bytes([first, second]).decode("gb2312") for first in range(0xD8, 0xF7) for second in range(0xA1, 0xFF)
]
HAN = re.compile("[\u4e00-\u9fff]")
PROSE = st.lists(st.sampled_from(COMMON), min_size=6, max_size=40).map("".join)


def read(raw: bytes) -> RecordRead | RefusedRecord:
    [reading] = read_iso2709(BytesIO(raw))
    return reading


@given(PROSE)
def test_chinese_in_gb_is_read_as_chinese(title: str) -> None:
    reading = read(cnmarc(title))
    assert isinstance(reading, RecordRead)
    assert (reading.charset, reading.flavour) == ("gb18030", Flavour.CNMARC)
    assert reading.record.get("200", "a") == title


@given(PROSE)
def test_chinese_in_utf8_is_read_as_utf8_whatever_field_100_declares(title: str) -> None:
    reading = read(cnmarc(title, encoding="utf-8"))
    assert isinstance(reading, RecordRead)
    assert reading.charset == "utf-8"
    assert reading.record.get("200", "a") == title


@pytest.mark.parametrize(
    "title", ["中國醫學史", "臺灣醫療史研究", "靈樞經校釋", "龘靐齉 α-受体 Ⅲ型", "㎡与℃", "镕喆昉"]
)
def test_traditional_and_rare_characters_in_gb_are_read(title: str) -> None:
    reading = read(cnmarc(title))
    assert isinstance(reading, RecordRead)
    assert reading.record.get("200", "a") == title


@given(st.lists(st.sampled_from(RARE), min_size=1, max_size=4).map("".join))
def test_a_rare_name_among_common_text_is_read(name: str) -> None:
    reading = read(cnmarc(f"{name}临床经验集"))
    assert isinstance(reading, RecordRead)
    assert reading.record.get("200", "a") == f"{name}临床经验集"


# Each diacritic of ANSEL with a letter that takes it.
WORDS = (
    "Société médicale Bordeaux für Müller Đại học Łódź Straße ȧ ġ naïve coördination ångström señor ação "
    "İstanbul țară Dvořák Čapek ūniversitas čeština œuvre København Þór kinésithérapie"
)
LATIN_WORDS = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=12).map(" ".join)


@given(LATIN_WORDS, st.sampled_from([" ", "a"]))
def test_western_marc8_never_becomes_chinese(words: str, declared: str) -> None:
    leader = "00000nam " + declared + "2200000 a 4500"
    reading = read(marc21(marc8.encode(words), leader=leader))
    assert isinstance(reading, RecordRead)
    assert reading.record.get("245", "a") == words + "."


@given(
    st.lists(
        st.tuples(st.integers(0xE0, 0xFE), st.sampled_from(b"abcdefghijklmnoprstuvwyz")),
        min_size=1,
        max_size=30,
    )
)
def test_diacritics_before_letters_are_never_read_as_han(pairs: list[tuple[int, int]]) -> None:
    """Any ANSEL mark before any letter is a legal GB pair; it is read as Latin or refused."""
    reading = read(marc21(b"x".join(bytes(pair) for pair in pairs)))
    if isinstance(reading, RecordRead):
        assert reading.charset in ("marc-8", "utf-8")
        assert not any("\u4e00" <= char <= "\u9fff" for char in reading.record.get("245", "a") or "")


@given(st.text(st.sampled_from("éèàçêôûîïëüöäßñ abcdefghijklm"), min_size=10, max_size=40))
def test_latin1_is_refused_or_harmless_but_never_chinese(title: str) -> None:
    encoded = title.encode("latin-1")
    assume(any(byte > 0x7F for byte in encoded))
    reading = read(marc21(encoded))
    if isinstance(reading, RecordRead):
        assert not any("\u4e00" <= char <= "\u9fff" for char in reading.record.get("245", "a") or "")
    else:
        assert reading.code == "charset_unknown"


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_russian_in_an_eight_bit_set_is_refused_and_the_reason_names_the_byte(encoding: str) -> None:
    reading = read(marc21("Основы клинической кардиологии для врачей".encode(encoding)))
    assert isinstance(reading, RefusedRecord)
    assert reading.code == "charset_unknown"
    assert "UTF-8" in reading.reason


def test_a_leader_that_claims_utf8_over_marc8_is_not_believed_and_that_is_said() -> None:
    reading = read(marc21(b"Soci\xe2et\xe2e", leader="00000nam a2200000 a 4500"))
    assert isinstance(reading, RecordRead)
    assert reading.record.get("245", "a") == "Société."
    assert [remark.code for remark in reading.remarks] == ["charset_declared_wrong"]


def test_a_lone_symbol_of_marc8_is_a_symbol() -> None:
    reading = read(marc21(b"Price: \xb90.75, 30\xc0, \xc31972", leader="00000nam a2200000 a 4500"))
    assert isinstance(reading, RecordRead)
    assert reading.record.get("245", "a") == "Price: £0.75, 30°, ©1972."


def test_a_short_gb_record_that_is_also_legal_utf8_is_still_chinese() -> None:
    """谩谩 is C3 A1 C3 A1: legal UTF-8 for "áá". The record says it is Chinese."""
    raw = iso2709(
        [("001", b"1"), ("101", b"0 \x1fachi"), ("200", b"1 \x1fa" + "谩谩".encode("gb18030"))], CNMARC_LEADER
    )
    reading = read(raw)
    assert isinstance(reading, RecordRead)
    assert reading.record.get("200", "a") == "谩谩"


def test_accents_in_utf8_are_not_taken_for_gb_even_in_unimarc() -> None:
    raw = iso2709(
        [("001", b"1"), ("101", b"0 \x1fafre"), ("200", b"1 \x1fa" + "Résumé".encode())], CNMARC_LEADER
    )
    reading = read(raw)
    assert isinstance(reading, RecordRead)
    assert reading.record.get("200", "a") == "Résumé"


def test_iso5426_is_how_old_unimarc_writes_its_accents() -> None:
    raw = iso2709(
        [
            ("001", b"1"),
            ("100", b"  \x1fa19960101d1996    m  y0frey0103    ba"),
            ("101", b"0 \x1fafre"),
            ("200", b"1 \x1faL'\xc2ecole m\xc2edicale de M\xc9unchen\x1ffFran\xd0cois \xfauvre"),
            ("700", b" 1\x1faLef\xc1evre\x1fbFran\xd0coise"),
        ],
        CNMARC_LEADER,
    )
    reading = read(raw)
    assert isinstance(reading, RecordRead)
    assert (reading.charset, reading.flavour) == ("iso-5426", Flavour.UNIMARC)
    assert reading.record.get("200", "a") == "L'école médicale de München"
    assert reading.record.get("200", "f") == "François œuvre"


def test_east_asian_marc8_is_read_through_its_escapes() -> None:
    reading = read(marc21(marc8.encode("心臟病學") + b" /"))
    assert isinstance(reading, RecordRead)
    assert reading.charset == "marc-8"
    assert (reading.record.get("245", "a") or "").startswith("心臟病學")


def test_a_broken_escape_is_refused() -> None:
    reading = read(marc21(b"Soci\x1b[t\xe2e"))
    assert isinstance(reading, RefusedRecord)
    assert reading.code == "charset_unknown"


def test_a_conversion_by_the_wrong_table_is_undone_when_the_directory_proves_it() -> None:
    """MARC-8 taken for Latin-1 and made UTF-8, lengths left as they were."""
    original = marc21(b"M\xe8unchener Lesab\xe2endio")
    end = original.index(b"\x1e")
    converted = original[:end] + original[end:].decode("latin-1").encode()
    reading = read(converted)
    assert isinstance(reading, RecordRead)
    assert reading.record.get("245", "a") == "Münchener Lesabéndio."
    assert "converted_before" in [remark.code for remark in reading.remarks]
    assert reading.raw == converted


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30))
def test_marc8_reads_back_what_it_wrote_or_refuses_to_write(text: str) -> None:
    try:
        encoded = marc8.encode(text)
    except UnicodeEncodeError:
        return
    assert marc8.decode(encoded) == unicodedata.normalize("NFC", text)
    assert not encoded.endswith(b"\x1b")


@pytest.mark.corpus
@pytest.mark.parametrize(("says_chinese", "wrong_allowed"), [(True, 0.0), (False, 0.001)])
def test_real_chinese_titles_in_gb_are_read(shared: Path, says_chinese: bool, wrong_allowed: float) -> None:
    """Thousands of real titles: all right in a record that names its language, nearly all without."""
    with (shared / "data/library/books_zh/douban_lanbing510.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if HAN.search(row["title"])][::9]
    wrong = 0
    for row in rows:
        title, imprint = row["title"].strip(), row["imprint"].strip()
        language = [("101", b"0 \x1fachi")] if says_chinese else []
        fields = [
            ("200", b"1 \x1fa" + title.encode("gb18030")),
            ("210", b"  \x1fc" + imprint.encode("gb18030")),
        ]
        reading = read(iso2709([("001", b"1"), *language, *fields], CNMARC_LEADER))
        wrong += isinstance(reading, RefusedRecord) or reading.record.get("200", "a") != title
    assert len(rows) > 3000
    assert wrong <= len(rows) * wrong_allowed
