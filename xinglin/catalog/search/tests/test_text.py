"""Index and query see the same text in the same way."""

from hypothesis import given
from hypothesis import strategies as st

from xinglin.catalog.search.text import (
    beginning_terms,
    fold,
    index_terms,
    phrase_terms,
    runs,
    spans,
    squash,
    stem,
    units,
)

from .factories import chinese


def test_traditional_full_width_capitals_and_accents_fold_away() -> None:
    assert fold("臨床ＥＣＧ Ménière") == "临床ecg meniere"


def test_a_programming_language_keeps_its_signs() -> None:
    assert units("C++与C#") == ["c++", "与", "c#"]


def test_an_apostrophe_does_not_part_a_word() -> None:
    assert units("Gray's") == units("Gray\u2019s") == units("Grays")


def test_english_plurals_meet_their_singulars() -> None:
    assert stem("neoplasms") == stem("neoplasm")
    assert stem("therapies") == stem("therapy")
    assert stem("diagnosis") == "diagnosis"
    assert stem("virus") == "virus"


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_part_of_a_text_folds_like_the_same_part_of_the_whole(before: str, after: str) -> None:
    assert fold(before) + fold(after) == fold(before + after)


@given(st.text(max_size=60))
def test_spans_and_units_agree_and_point_into_the_text(text: str) -> None:
    placed = spans(text)
    assert [span.unit for span in placed] == units(text)
    assert all(0 <= span.start < span.end <= len(text) for span in placed)


@given(chinese)
def test_runs_have_the_length_of_units(text: str) -> None:
    assert len(units(text)) == sum(len(run) if not run.isascii() else 1 for run in runs(text))


@given(chinese, st.data())
def test_every_part_of_a_text_is_made_of_its_terms_at_their_places(text: str, data: st.DataObject) -> None:
    whole = units(text)
    first = data.draw(st.integers(0, len(whole)))
    last = data.draw(st.integers(first, len(whole)))
    placed = set(index_terms(text))
    wanted = phrase_terms(whole[first:last])
    assert all((term, place + first) in placed for term, place in wanted)
    assert not whole[:last] or set(beginning_terms(whole[:last])) <= placed


@given(st.text(max_size=40))
def test_squashing_twice_changes_nothing(text: str) -> None:
    assert squash(squash(text)) == squash(text)
