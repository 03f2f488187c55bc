"""What was found is marked; the text stays the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.catalog.search.highlight import highlight, snippet
from xinglin.catalog.search.parse import parse
from xinglin.catalog.search.query import Field

from .factories import chinese


def marked(text: str, typed: str, *, field: Field = Field.ANY) -> list[str]:
    return [piece.text for piece in highlight(text, parse(typed), field=field) if piece.found]


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("临床心电图学", "心电图", ["心电图"]),
        ("臨床心電圖學", "心电图", ["心電圖"]),
        ("临床心电图学", "心電圖 临床", ["临床心电图"]),
        ("临床心电图学", "xindian", ["心电"]),
        ("临床心电图学", "xindiant", ["心电图"]),
        ("临床心电图学", "xdt", ["心电图"]),
        ("临床心电图学", "心电途", ["心电图"]),
        ("Gray's Anatomy", "grays", ["Gray's"]),
        ("Ｃａｒｄｉａｃ arrhythmias", "arrhythmia", ["arrhythmias"]),
        ("内科学", "外科", []),
        ("内科学", "-内科", []),
    ],
)
def test_the_words_found_are_marked(text: str, typed: str, found: list[str]) -> None:
    assert marked(text, typed) == found


def test_a_term_of_another_field_marks_nothing() -> None:
    assert marked("王吉耀传", "作者:王吉耀", field=Field.TITLE) == []
    assert marked("王吉耀", "作者:王吉耀", field=Field.AUTHOR) == ["王吉耀"]


def test_a_snippet_shows_the_place_found() -> None:
    pieces = snippet("前言" * 200 + "心电图" + "后记" * 200, parse("心电图"), characters=40)
    assert "心电图" in [piece.text for piece in pieces if piece.found]
    assert len("".join(piece.text for piece in pieces)) <= 40


@given(st.text(max_size=80) | chinese, st.text(max_size=20) | chinese)
def test_the_pieces_together_are_the_text(text: str, typed: str) -> None:
    assert "".join(piece.text for piece in highlight(text, parse(typed))) == text
