"""ISBD as a card shows it; the vectors are dp2's."""

import json
from pathlib import Path

import pytest
from lxml import etree

from xinglin.catalog.marc import DataField, Flavour, Record, RecordRead, read_text
from xinglin.catalog.marc.isbd import Area, area_text, isbd
from xinglin.catalog.marc.tests.samples import CNMARC_LEADER, MARC21_LEADER


def unimarc(tag: str, worksheet: str) -> Record:
    """Return a record of one field written as ``a题名|f著者``."""
    subfields = tuple((part[:1], part[1:]) for part in worksheet.split("|"))
    return Record(CNMARC_LEADER, (DataField(tag, "1", " ", subfields),))


@pytest.mark.corpus
def test_every_vector_of_dp2_is_met(shared: Path) -> None:
    path = shared / "data/library/cnmarc/isbd_title_area_vectors.json"
    vectors = json.loads(path.read_text("utf-8"))
    assert vectors
    for vector in vectors:
        [reading] = read_text(vector["worksheet"])
        assert isinstance(reading, RecordRead)
        expected = [str(line.get("value")) for line in etree.fromstring(vector["expected_xml"])]
        found = area_text(reading.record, Area(vector["area"]), Flavour.CNMARC)
        assert [found] == expected, vector["case"]


@pytest.mark.parametrize(
    ("worksheet", "title_area", "title"),
    [
        ("a内科学|h上册|f葛均波主编", "内科学. 上册 / 葛均波主编", "内科学. 上册"),
        ("a题名甲|a题名乙|f著者", "题名甲 ; 题名乙 / 著者", "题名甲 ; 题名乙"),
        ("a题名|f著者|h九", "题名 / 著者. 九", "题名. 九"),
        ("a题名|e副题名一|e副题名二", "题名 : 副题名一 : 副题名二", "题名 : 副题名一 : 副题名二"),
        ("a题名|d= Title|f著者|g译者", "题名 = Title / 著者 ; 译者", "题名 = Title"),
        ("a题名|9ti ming|b专著", "题名 [专著]", "题名"),
        ("a题名||f著者", "题名 / 著者", "题名"),
    ],
)
def test_the_mark_depends_on_what_stood_before(worksheet: str, title_area: str, title: str) -> None:
    record = unimarc("200", worksheet)
    assert area_text(record, Area.TITLE_AREA, Flavour.CNMARC) == title_area
    assert area_text(record, Area.TITLE, Flavour.CNMARC) == title


@pytest.mark.parametrize(
    ("tag", "worksheet", "area", "text"),
    [
        ("205", "a第2版|b影印本", Area.EDITION, "第2版, 影印本"),
        (
            "210",
            "a北京|c人民卫生出版社|d2014|g某印刷厂",
            Area.PUBLICATION,
            "北京 : 人民卫生出版社, 2014 (某印刷厂)",
        ),
        ("215", "a1册|d26cm", Area.DESCRIPTION, "1册 ; 26cm"),
        ("225", "a丛书|h第1辑|i心脏|v3", Area.SERIES, "(丛书. 第1辑, 心脏 ; 3)"),
    ],
)
def test_other_areas(tag: str, worksheet: str, area: Area, text: str) -> None:
    assert area_text(unimarc(tag, worksheet), area, Flavour.UNIMARC) == text


@pytest.mark.parametrize(
    ("subfields", "text"),
    [
        ((("a", "Heart :"), ("b", "a textbook /"), ("c", "J. Smith.")), "Heart : a textbook / J. Smith."),
        ((("a", "Heart"), ("b", "a textbook"), ("c", "J. Smith")), "Heart : a textbook / J. Smith"),
    ],
)
def test_marc21_keeps_its_marks_or_is_given_them(subfields: tuple[tuple[str, str], ...], text: str) -> None:
    record = Record(MARC21_LEADER, (DataField("245", "1", "0", subfields),))
    [line] = isbd(record, Flavour.MARC21)
    assert (line.area, line.text) == (Area.TITLE_AREA, text)
