"""The search box takes whatever is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.catalog.search.parse import parse
from xinglin.catalog.search.query import And, Field, Mode, Node, Not, Or, Term, depth

A, B, C = Term("心电图"), Term("诊断"), Term("儿科")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", None),
        ("  ，。！", None),
        ("心电图", A),
        ("心电图 诊断", And((A, B))),
        ("心电图　诊断", And((A, B))),
        ("心电图 AND 诊断", And((A, B))),
        ("心电图 OR 诊断", Or((A, B))),
        ("心电图|诊断", Or((A, B))),
        ("心电图 或者 诊断 儿科", Or((A, And((B, C))))),
        ("心电图 -儿科", And((A, Not(C)))),
        ("心电图 NOT 儿科", And((A, Not(C)))),
        ("NOT NOT 心电图", A),
        ("(心电图 OR 诊断) 儿科", And((Or((A, B)), C))),
        ("（心电图 OR 诊断）儿科", And((Or((A, B)), C))),
        ("covid-19", Term("covid-19")),
        ("作者:王吉耀", Term("王吉耀", Field.AUTHOR)),
        ("作者： 王吉耀", Term("王吉耀", Field.AUTHOR)),
        ("-作者:王吉耀", Not(Term("王吉耀", Field.AUTHOR))),
        ("题名:(心电图 OR 诊断)", Or((Term("心电图", Field.TITLE), Term("诊断", Field.TITLE)))),
        ('题名:"心电图 诊断"', Term("心电图 诊断", Field.TITLE, Mode.PHRASE)),
        ("《内科学》", Term("内科学", Field.TITLE, Mode.PHRASE)),
        ("“房颤”", Term("房颤", Field.ANY, Mode.PHRASE)),
        ("内科*", Term("内科", Field.ANY, Mode.PREFIX)),
        ("^内科", Term("内科", Field.ANY, Mode.BEGINNING)),
        ("-(心电图 诊断)", Not(And((A, B)))),
        ('-"儿科"', Not(Term("儿科", Field.ANY, Mode.PHRASE))),
        ("心电图 - 儿科", And((A, C))),
        ("分类号:R540.4", Term("R540.4", Field.CLASS)),
        ("ISBN 978-0-306-40615-7", Term("9780306406157", Field.NUMBER)),
        ("978 0 306 40615 7", Term("9780306406157", Field.NUMBER)),
    ],
)
def test_what_is_typed_means(typed: str, meant: Node | None) -> None:
    assert parse(typed) == meant


@pytest.mark.parametrize(
    "typed", ["OR", "AND AND", "NOT", "()", "((((", ")", '"', "《", "作者:", "- -", "| &", "-"]
)
def test_operators_with_nothing_to_work_on_ask_for_nothing(typed: str) -> None:
    assert parse(typed) is None


@pytest.mark.parametrize("typed", ["心电图 OR", "OR 心电图", "(心电图", "心电图)", "心电图 AND", '心电图 "'])
def test_what_is_unfinished_is_left_out(typed: str) -> None:
    assert parse(typed) == A


def test_an_open_quote_ends_with_the_text() -> None:
    assert parse('"心电图 诊断') == Term("心电图 诊断", Field.ANY, Mode.PHRASE)


def test_an_unknown_label_is_a_word() -> None:
    assert parse("指南:房颤") == Term("指南:房颤")


@given(st.text(max_size=500))
def test_no_text_is_an_error(text: str) -> None:
    assert depth(parse(text)) <= 30


_SYNTAX = ["(", ")", "（", '"', "《", "》", "-", "OR", "AND", "NOT", " ", "作者:", "心电图", "|", "*", "ISBN"]


@given(st.lists(st.sampled_from(_SYNTAX), max_size=150))
def test_no_pile_of_operators_is_an_error_or_deep(parts: list[str]) -> None:
    assert depth(parse("".join(parts))) <= 30
