"""What a record says: the same facts out of MARC 21, UNIMARC and CNMARC."""

import json
from pathlib import Path

import pytest

from xinglin.catalog.marc import (
    BibFacts,
    ControlField,
    DataField,
    Flavour,
    Kind,
    NameKind,
    Record,
    RecordRead,
    Subject,
    facts_of,
    flavour_of,
    read_file,
)
from xinglin.catalog.marc.tests.samples import CNMARC_LEADER, MARC21_LEADER


def field(tag: str, worksheet: str, indicators: str = "  ") -> DataField:
    """Return a field written as ``a题名|f著者``."""
    return DataField(
        tag, indicators[0], indicators[1], tuple((part[:1], part[1:]) for part in worksheet.split("|"))
    )


def cnmarc(*fields: DataField | ControlField, leader: str = CNMARC_LEADER) -> BibFacts:
    record = Record(leader, (field("100", "a20140718d2014    em y0chiy0110    ea"), *fields))
    return facts_of(record, Flavour.CNMARC)


def marc21(*fields: DataField | ControlField, leader: str = MARC21_LEADER) -> BibFacts:
    return facts_of(Record(leader, tuple(fields)), Flavour.MARC21)


def test_place_and_time_of_a_subject_change_their_letters_between_the_families() -> None:
    """CNMARC: $y place, $z time. MARC 21: $z place, $y time."""
    chinese = cnmarc(field("606", "a经济发展|x概况|y中国|z1994"))
    western = marc21(field("650", "aEconomic development|xStatistics|zChina|y1994", " 2"))
    assert chinese.subjects == (
        Subject(("经济发展", "概况", "中国", "1994"), "", "topic", ("中国",), ("1994",)),
    )
    assert western.subjects[0].places == ("China",)
    assert western.subjects[0].times == ("1994",)
    assert western.subjects[0].scheme == "mesh"


@pytest.mark.parametrize("pinyin", ["9nei ke xue", "Anei ke xue"])
def test_pinyin_stands_in_9_or_in_a_capital_subfield(pinyin: str) -> None:
    facts = cnmarc(
        field("200", f"a内科学|{pinyin}|f葛均波主编", "1 "), field("701", "a葛均波|AGe Junbo|4主编", " 0")
    )
    assert facts.title_pinyin == "nei ke xue"
    assert facts.names[0].pinyin == "Ge Junbo"
    assert facts.names[0].role == "主编"


def test_a_french_record_number_in_9_is_not_pinyin() -> None:
    facts = facts_of(Record(CNMARC_LEADER, (field("700", "aRose|bSummer|9123456", " 1"),)), Flavour.UNIMARC)
    assert facts.names[0].name == "Rose, Summer"
    assert facts.names[0].pinyin == ""


def test_several_works_in_one_volume_give_one_title_and_variants() -> None:
    facts = cnmarc(field("200", "a花间集|f(后蜀)赵崇祚辑|c花间集补|f(明)温博辑", "1 "))
    assert facts.title == "花间集"
    assert facts.variant_titles == ("花间集补",)
    assert facts.responsibility == "(后蜀)赵崇祚辑 ; (明)温博辑"


def test_a_parallel_title_keeps_its_own_part() -> None:
    facts = cnmarc(field("200", "a国情研究|i俄罗斯|d= National condition|iRussia|f刘作奎主编|zeng", "1 "))
    assert (facts.title, facts.part_name) == ("国情研究", "俄罗斯")
    assert facts.parallel_titles == ("National condition. Russia",)


def test_a_part_number_after_the_author_is_still_the_titles() -> None:
    facts = cnmarc(field("200", "a中国近代建筑研究与保护|f张复合主编|h九", "1 "))
    assert facts.part_number == "九"


def test_two_class_numbers_in_one_subfield_are_two() -> None:
    facts = cnmarc(field("690", "aR473.59；R598.209|v5"), field("690", "aR5"))
    assert facts.classes == (("clc", "R473.59"), ("clc", "R598.209"), ("clc", "R5"))


def test_isbns_keep_their_volume_and_the_broken_ones_are_kept_aside() -> None:
    facts = cnmarc(
        field("010", "a978-7-117-10000-7（上册）|dCNY48.00"),
        field("010", "a9.79E+12"),
        field("010", "z7117100001"),
    )
    assert facts.isbns == ("9787117100007",)
    assert facts.isbn_entries[0].qualifier == "上册"
    assert [entry.given for entry in facts.invalid_isbns] == ["9.79E+12", "7117100001"]
    assert facts.price == "CNY48.00"


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("2014.06", 2014), ("[2016]", 2016), ("2016.", 2016), ("二〇一四年", 2014), ("２０１４", 2014),
        ("c1972", 1972), ("民国36年[1947]", 1947), ("", 2014),
    ],
)  # fmt: skip
def test_a_year_is_read_from_any_writing_and_else_from_the_fixed_field(date: str, year: int) -> None:
    assert cnmarc(field("210", f"a北京|c某社|d{date}")).year == year


def test_a_translation_names_what_it_was_translated_from() -> None:
    assert cnmarc(field("101", "achi|ceng", "1 ")).original_languages == ("eng",)
    assert not cnmarc(field("101", "achi", "0 ")).is_translation
    assert marc21(field("041", "achi|heng", "1 ")).is_translation


@pytest.mark.parametrize(
    ("leader", "more", "kind"),
    [
        ("     nam  ", (), Kind.BOOK),
        ("     nas  ", (), Kind.SERIAL),
        ("     naa  ", (), Kind.ARTICLE),
        ("     njm  ", (), Kind.AUDIO),
        ("     nem  ", (), Kind.MAP),
        ("     nlm  ", (), Kind.ELECTRONIC),
        ("     nam  ", (field("328", "a博士学位论文"),), Kind.THESIS),
        ("     nam  ", (field("105", "a    j   000yy"),), Kind.STANDARD),
    ],
)
def test_the_kind_of_thing_is_told_from_leader_and_codes(
    leader: str, more: tuple[DataField, ...], kind: Kind
) -> None:
    assert cnmarc(*more, leader=leader.ljust(24)).kind is kind


def test_printed_and_electronic_are_told_apart_in_both_families() -> None:
    assert cnmarc(field("106", "as")).is_electronic
    assert not cnmarc(field("106", "ar")).is_electronic
    assert marc21(ControlField("008", "100101s2010    xx      o     000 0 eng d")).is_electronic
    assert marc21(field("245", "aHeart|h[electronic resource]", "10")).is_electronic


def test_a_linked_field_brings_the_original_script() -> None:
    facts = marc21(
        field("100", "6880-01|aLiu, Ning.", "1 "),
        field("245", "6880-02|aXin zang bing xue /|cLiu Ning zhu.", "10"),
        field("880", "6100-01/$1|a刘宁.", "1 "),
        field("880", "6245-02/$1|a心脏病学 /|c刘宁著.", "10"),
    )
    assert (facts.title, facts.title_pinyin) == ("心脏病学", "Xin zang bing xue")
    assert facts.responsibility == "刘宁著"
    assert (facts.names[0].name, facts.names[0].original_script) == ("Liu, Ning", "刘宁")


def test_names_lose_isbd_stops_but_not_their_own() -> None:
    facts = marc21(
        field("100", "aSmith, John A.,|d1950-|eauthor.", "1 "),
        field("700", "aSmith, Jo.", "1 "),
        field("710", "aAbbott Inc.", "2 "),
    )
    assert [name.name for name in facts.names] == ["Smith, John A.", "Smith, Jo", "Abbott Inc."]
    assert (facts.names[0].dates, facts.names[0].role) == ("1950-", "author")
    assert facts.names[2].kind is NameKind.BODY


def test_holdings_fields_are_handed_on_as_they_stand() -> None:
    facts = cnmarc(field("905", "aBNU|dF124|e26|sF124/26"))
    assert facts.local_holdings[0].tag == "905"
    assert facts.local_holdings[0].subfields == (("a", "BNU"), ("d", "F124"), ("e", "26"), ("s", "F124/26"))


def test_an_empty_record_says_nothing_and_does_not_raise() -> None:
    for flavour in Flavour:
        facts = facts_of(Record(" " * 24, ()), flavour)
        assert (facts.title, facts.year, facts.isbns, facts.names) == ("", None, (), ())


@pytest.mark.parametrize(
    ("fields", "flavour"),
    [
        ((field("245", "aHeart"),), Flavour.MARC21),
        ((field("200", "aCœur"), field("801", "aFR")), Flavour.UNIMARC),
        ((field("200", "aHeart"), field("801", "aCN")), Flavour.CNMARC),
        ((field("200", "a心脏"),), Flavour.CNMARC),
        ((ControlField("008", "x"), field("150", "aHeart")), Flavour.MARC21),
        ((field("092", "aDVD CHI 791.43"),), Flavour.MARC21),
        ((field("200", "a心脏"), field("905", "aBNU"), field("690", "aR5")), Flavour.CNMARC),
    ],
)
def test_each_record_tells_its_own_standard(
    fields: tuple[DataField | ControlField, ...], flavour: Flavour
) -> None:
    assert flavour_of(Record(MARC21_LEADER, fields)) is flavour


EXPECTED = ("830_series", "880_alternate_script", "880_publisher_unlinked")


@pytest.mark.corpus
@pytest.mark.parametrize("name", EXPECTED)
def test_what_open_library_expects_of_a_record_is_found(shared: Path, name: str) -> None:
    folder = shared / "data/library/marc21"
    expected = json.loads((folder / f"ol_bin_expect_{name}.json").read_text("utf-8"))
    with (folder / f"ol_bin_input_{name}.mrc").open("rb") as stream:
        [reading] = read_file(stream)
    assert isinstance(reading, RecordRead)
    facts = facts_of(reading.record)
    assert facts.title == expected["title"]
    assert facts.subtitle == expected.get("subtitle", "")
    assert facts.year == int(expected["publish_date"])
    assert facts.country == expected["publish_country"]
    assert list(facts.languages) == expected["languages"]
    assert set(expected["publishers"]) <= set(facts.publishers)
    assert set(expected["publish_places"]) <= set(facts.places)
    assert facts.extent.startswith(expected["pagination"].rstrip(" ."))
    assert set(expected.get("other_titles", [])) <= set(facts.variant_titles)
    known = {name.name for name in facts.names} | {name.original_script for name in facts.names}
    assert {author["name"] for author in expected["authors"]} <= known


@pytest.mark.corpus
def test_a_french_national_library_record_is_projected(shared: Path) -> None:
    path = shared / "data/library/unimarc/bnf_sru_bnf_ean_any_9782070541270.xml"
    with path.open("rb") as stream:
        [reading] = read_file(stream)
    assert isinstance(reading, RecordRead)
    facts = facts_of(reading.record)
    assert reading.flavour is Flavour.UNIMARC
    assert facts.title == "Harry Potter à l'école des sorciers"
    assert facts.isbns == ("9782070541270",)
    assert [name.name for name in facts.names] == ["Rowling, J. K.", "Ménard, Jean-François"]
    assert facts.original_languages == ("eng",)
