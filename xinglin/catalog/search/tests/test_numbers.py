"""ISBN, ISSN and class numbers in every shape."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import isbn as isbn_rules

from xinglin.catalog.search.numbers import (
    class_key,
    class_path,
    looks_like_class,
    number_in,
    standard_numbers,
)


@pytest.mark.parametrize(
    "shape",
    [
        "9780306406157",
        "978-0-306-40615-7",
        "ISBN: 978-0-306-40615-7",
        "ISBN-13：978 0 306 40615 7",
        "９７８０３０６４０６１５７",
        "0-306-40615-2",
        "0306406152",
        "978–0–306–40615–7",
    ],
)
def test_every_shape_of_an_isbn_is_one_number(shape: str) -> None:
    number = number_in(shape)
    assert number is not None
    assert standard_numbers(number) == {"9780306406157", "0306406152"}


def test_a_check_letter_is_kept_and_a_wrong_check_digit_is_filed_as_printed() -> None:
    assert "080442957X" in standard_numbers("0-8044-2957-x")
    assert standard_numbers("9780306406158") == {"9780306406158"}


@given(
    st.from_regex(r"\A978[0-9]{10}\Z", fullmatch=True) | st.from_regex(r"\A[0-9]{9}[0-9X]\Z", fullmatch=True)
)
def test_the_forms_of_a_number_are_those_of_an_independent_library(number: str) -> None:
    forms = {number}
    if isbn_rules.is_valid(number):
        forms |= {isbn_rules.to_isbn13(number), isbn_rules.to_isbn10(number)}
    assert standard_numbers(number) == forms


@given(st.text(max_size=30) | st.text(alphabet="0123456789xX-", max_size=16))
def test_no_text_is_a_number_that_breaks_filing(text: str) -> None:
    assert all(form.isascii() for form in standard_numbers(text))


@pytest.mark.parametrize("text", ["2019", "第9版", "心电图", "", "-", "1234567", "12 monkeys"])
def test_other_numbers_are_not_taken_for_an_isbn(text: str) -> None:
    assert number_in(text) is None


def test_a_class_stands_under_all_its_beginnings() -> None:
    assert class_path("R540.4") == ("R", "R5", "R54", "R540", "R5404")
    assert class_path("TP312") == ("T", "TP", "TP3", "TP31", "TP312")
    assert class_path("B0-0") == ("B", "B0", "B0-0")


def test_other_schemes_do_not_mix_with_the_chinese_classification() -> None:
    assert class_path("nlm:QS 4") == ("nlm:Q", "nlm:QS", "nlm:QS4")
    assert class_path("H319:A3")[:2] == ("H", "H3")


def test_a_class_number_is_told_from_a_word() -> None:
    assert looks_like_class("R540.4")
    assert looks_like_class("ｒ540")
    assert not looks_like_class("RNA")
    assert not looks_like_class("心电图")


@pytest.mark.corpus
def test_every_class_of_the_table_stands_under_its_parent(shared: Path) -> None:
    table = json.loads((shared / "data/library/clc/clc_classification.json").read_text(encoding="utf-8"))
    parents = {code: parent for code, (_name, _level, parent) in table.items() if parent}
    assert [code for code, parent in parents.items() if class_key(parent) not in class_path(code)] == []
