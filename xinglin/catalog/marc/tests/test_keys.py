"""When two records are one: never by ISBN alone (sheet 4.7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.catalog.marc import (
    ControlField,
    DataField,
    Flavour,
    Record,
    Verdict,
    compare,
    facts_of,
    match_keys,
)
from xinglin.catalog.marc.keys import MatchKeys, edition_key, pages_in, publisher_key, title_key, volume_key
from xinglin.catalog.marc.tests.samples import CNMARC_LEADER


def keys(
    title: str = "内科学",
    *,
    isbn: str = "978-7-117-10000-7",
    part: str = "",
    year: str = "2014",
    edition: str = "",
    publisher: str = "人民卫生出版社",
    author: str = "葛均波",
    extent: str = "1000页",
    original: str = "",
    control: str = "",
    leader: str = CNMARC_LEADER,
    coded_106: str = "r",
) -> MatchKeys:
    def field(tag: str, *subfields: tuple[str, str]) -> DataField:
        return DataField(tag, " ", " ", tuple((code, value) for code, value in subfields if value))

    record = Record(
        leader,
        (
            ControlField("001", control),
            field("010", ("a", isbn)),
            field("101", ("a", "chi"), ("c", original)),
            field("106", ("a", coded_106)),
            field("200", ("a", title), ("h", part)),
            field("205", ("a", edition)),
            field("210", ("c", publisher), ("d", year)),
            field("215", ("a", extent)),
            field("701", ("a", author)),
            field("801", ("a", "CN"), ("b", "PUMC" if control else "")),
        ),
    )
    return match_keys(facts_of(record, Flavour.CNMARC))


def verdict(one: MatchKeys, other: MatchKeys) -> tuple[str, str]:
    assert compare(one, other) == compare(other, one)
    found, rule = compare(one, other)
    return found.value, rule


def test_isbn_title_volume_and_year_together_are_one() -> None:
    assert verdict(keys(), keys("內科學", isbn="7117100001", year="2015")) == ("same", "isbn")


@pytest.mark.parametrize("other", [keys("外科学"), keys(part="下册"), keys(year="2018")])
def test_the_same_isbn_with_another_title_volume_or_year_goes_to_a_person(other: MatchKeys) -> None:
    assert verdict(keys(), other) == ("review", "isbn_only")


def test_two_volumes_of_a_set_that_share_an_isbn_are_not_merged() -> None:
    assert verdict(keys(part="上册"), keys(part="下册"))[0] == "review"
    assert verdict(keys(part="第一卷"), keys(part="卷1"))[0] == "same"


def test_an_agreeing_edition_explains_years_far_apart() -> None:
    assert verdict(keys(edition="第8版", year="2013"), keys(edition="第八版", year="2016")) == (
        "same",
        "isbn",
    )
    assert verdict(keys(edition="第8版", year="2013"), keys(edition="第9版", year="2013"))[0] == "review"


def test_agency_and_control_number_settle_it() -> None:
    assert verdict(keys(control="001"), keys("另一题名", control="001", isbn="")) == (
        "same",
        "control_number",
    )


def test_without_isbn_the_whole_description_must_agree() -> None:
    assert verdict(keys(isbn=""), keys(isbn="", extent="1010页")) == ("same", "description")
    assert verdict(keys(isbn=""), keys(isbn="", extent="500页"))[0] == "review"
    assert verdict(keys(isbn=""), keys(isbn="", author="陈灏珠"))[0] == "different"
    assert verdict(keys(isbn=""), keys(isbn="", publisher="科学出版社"))[0] == "different"


@pytest.mark.parametrize(
    "other",
    [keys(original="eng"), keys(coded_106="s"), keys(leader=CNMARC_LEADER[:7] + "s" + CNMARC_LEADER[8:])],
)
def test_translation_file_and_serial_are_never_the_printed_original(other: MatchKeys) -> None:
    assert verdict(keys(), other) == ("different", "nature")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("內科學（第9版）", "内科学 第9版"),
        ("“一带一路”国家国情", "一带一路国家国情"),
        ("ＣＴ诊断学", "CT 诊断学"),
        ("Gray's Anatomy, 2nd ed.", "grays anatomy"),
    ],
)
def test_title_keys_ignore_script_width_marks_and_edition(one: str, other: str) -> None:
    assert title_key(one) == title_key(other) != ""


@pytest.mark.parametrize(("one", "other"), [("内科学", "外科学"), ("第9版", "第8版"), ("1984", "1985")])
def test_title_keys_keep_what_makes_the_difference(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("人民卫生出版社", "人民卫生出版社有限公司"),
        ("Springer-Verlag", "Springer Verlag GmbH"),
        ("商务印书馆", "商務印書館"),
    ],
)
def test_publisher_keys_drop_what_every_publisher_is_called(one: str, other: str) -> None:
    assert publisher_key(one) == publisher_key(other) != ""


def test_a_publisher_that_is_only_a_press_keeps_its_name() -> None:
    assert publisher_key("出版社") == "出版社"


@pytest.mark.parametrize(
    ("part", "key"),
    [
        ("第二十三卷", "23"),
        ("卷二", "2"),
        ("vol. 2", "2"),
        ("Ⅱ", "ii"),
        ("十", "10"),
        ("第一百零二册", "102"),
        ("", ""),
    ],
)
def test_volume_keys_read_numbers_in_any_writing(part: str, key: str) -> None:
    assert volume_key(part) == key


def test_upper_middle_and_lower_are_three_volumes() -> None:
    assert len({volume_key("上册"), volume_key("中册"), volume_key("下册")}) == 3


@pytest.mark.parametrize(
    ("edition", "key"), [("第1版", ""), ("第二版", "2"), ("2nd ed.", "2"), ("修订版", "修订版")]
)
def test_the_first_edition_is_the_unmarked_one(edition: str, key: str) -> None:
    assert edition_key(edition) == key


@pytest.mark.parametrize(
    ("extent", "pages"), [("10,112页", 112), ("xi, 274 p.", 274), ("2册(15,380页)", 380), ("1 v.", None)]
)
def test_pages_are_the_largest_number_named(extent: str, pages: int | None) -> None:
    assert pages_in(extent) == pages


@given(st.text(max_size=40), st.text(max_size=40))
def test_keys_never_raise(one: str, other: str) -> None:
    for key in (title_key, publisher_key, volume_key, edition_key):
        assert key(one) == key(one)
    assert compare(keys(one), keys(other))[0] in Verdict
