"""Keyword rules as values: which one fires, and why."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.wechat.rules.matching import How, Keyword, Matcher, Rule
from xinglin.wechat.rules.patterns import BadPattern, compile_pattern, needed_text

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


def a_rule(number: int, *words: str, how: How = How.EXACT, priority: int = 0, **dates: datetime) -> Rule:
    return Rule(number, f"规则{number}", [Keyword(word, how) for word in words], priority, **dates)


def fired(matcher: Matcher, text: str) -> int | None:
    match = matcher.match(text, NOW)
    return match.rule.id if match else None


def test_exact_goes_before_contains_and_contains_before_a_pattern() -> None:
    matcher = Matcher(
        [
            a_rule(1, "时间$", how=How.PATTERN, priority=9),
            a_rule(2, "开放", how=How.CONTAINS, priority=5),
            a_rule(3, "开放时间"),
        ]
    )
    assert [fired(matcher, text) for text in ("开放时间", "几点开放", "时间", "别的")] == [3, 2, 1, None]


def test_priority_then_the_longer_word_then_the_older_rule_decides() -> None:
    matcher = Matcher(
        [
            a_rule(1, "文献", how=How.CONTAINS),
            a_rule(2, "文献传递", how=How.CONTAINS),
            a_rule(3, "传递", how=How.CONTAINS, priority=1),
            a_rule(4, "文献", how=How.CONTAINS),
        ]
    )
    assert [fired(matcher, text) for text in ("要文献", "文献传递", "文献和传递")] == [1, 3, 3]


def test_width_case_and_blanks_make_no_difference() -> None:
    matcher = Matcher([a_rule(1, "PubMed 检索")])
    assert [fired(matcher, text) for text in ("pubmed检索", "ＰｕｂＭｅｄ　检索", " PUBMED 检索 ")] == [
        1,
        1,
        1,
    ]


def test_a_rule_out_of_its_dates_lets_the_next_one_answer_and_is_named() -> None:
    over = a_rule(1, "讲座", priority=9, ends=NOW)
    matcher = Matcher([over, a_rule(2, "讲座"), a_rule(3, "讲座", starts=NOW + timedelta(seconds=1))])
    why = matcher.explain("讲座", NOW)
    assert why.fires and why.fires.rule.id == 2
    assert sorted(match.rule.id for match in why.out_of_date) == [1, 3]


def test_the_explanation_names_all_that_fit_in_their_order() -> None:
    matcher = Matcher(
        [a_rule(1, "书", how=How.CONTAINS), a_rule(2, "借书"), a_rule(3, "^借", how=How.PATTERN)]
    )
    why = matcher.explain("借书", NOW)
    assert why.fires and [why.fires.rule.id, *(match.rule.id for match in why.beaten)] == [2, 1, 3]
    assert why.fires == matcher.match("借书", NOW)


@given(
    st.lists(st.text(alphabet="abc", min_size=1, max_size=4), max_size=12),
    st.text(alphabet="abc ", max_size=12),
)
def test_the_automaton_finds_what_a_loop_finds(words: list[str], text: str) -> None:
    matcher = Matcher(a_rule(number, word, how=How.CONTAINS) for number, word in enumerate(words))
    expected = {number for number, word in enumerate(words) if word in text.replace(" ", "")}
    why = matcher.explain(text, NOW)
    found = {match.rule.id for match in [*([why.fires] if why.fires else []), *why.beaten]}
    assert found == expected
    assert (matcher.match(text, NOW) is not None) == bool(expected)


@pytest.mark.parametrize("pattern", ["(", "(a+)+", "(a*)*b", "(x+y*){9}", "(a|a)*b", "((ab)+c)*", "a" * 201])
def test_a_pattern_that_is_broken_or_may_run_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["^借.*书$", "(几点|什么时候)开[门馆]", r"\(a+\)+", "[(+)]+", "(ab)+", "[0-9]{13}"]
)
def test_an_ordinary_pattern_is_taken(pattern: str) -> None:
    assert compile_pattern(pattern).pattern == pattern


def test_ten_thousand_rules_are_not_tried_one_by_one() -> None:
    matcher = Matcher(a_rule(number, f"关键词{number}", how=How.CONTAINS) for number in range(10_000))
    assert fired(matcher, "请问关键词7777在哪里") == 7777
    assert fired(matcher, "没有这样的词") is None


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("第[0-9]+号.*查新", "查新"),
        ("怎么(续借|还书)?呢", "怎么"),
        ("续借|还书", ""),
        ("借书?多久", "多久"),
        ("编号{2,30}的书", "的书"),
        (r"\u7eed借书", ""),
        (r"收费\?\d+元", "收费?"),
        ("CT图", "图"),
        ("(?i)续借", ""),
        ("[]续借]书", "书"),
    ],
)
def test_what_a_text_must_contain_for_a_pattern(pattern: str, needed: str) -> None:
    assert needed_text(pattern) == needed


@pytest.mark.filterwarnings("ignore:Possible nested set")
@settings(max_examples=300)
@given(
    st.lists(st.sampled_from([*"借还K1.*+?|()[]{}^$\\-:,", "(?:", "{2}", "[借还]", "\\d"]), max_size=9),
    st.text("借还kK1?", max_size=6),
)
def test_no_pattern_fits_without_the_text_it_needs(parts: list[str], text: str) -> None:
    pattern = "".join(parts)
    try:
        compiled = compile_pattern(pattern)
    except BadPattern:
        return
    if compiled.search(text):
        assert needed_text(pattern) in text
