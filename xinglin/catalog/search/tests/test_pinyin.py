"""What letters may mean."""

from hypothesis import given
from hypothesis import strategies as st

from xinglin.catalog.search.pinyin import (
    initial_phrase,
    initial_terms,
    joined_pairs,
    name_readings,
    pinyin_phrase,
    pinyin_terms,
    readings,
    syllables,
)
from xinglin.catalog.search.text import units

from .factories import chinese


def test_words_decide_how_a_character_is_read() -> None:
    assert syllables("银行行长") == ["yin", "hang", "hang", "zhang"]
    assert syllables("乾隆皇帝") == ["qian", "long", "huang", "di"]
    assert syllables("战略 Go") == ["zhan", "lue", "go"]


def test_a_surname_is_also_read_as_a_surname() -> None:
    assert ["shan", "tian", "fang"] in name_readings("单田芳")
    assert ["dan", "tian", "fang"] in name_readings("单田芳")
    assert name_readings("余华") == [["yu", "hua"]]


def test_letters_are_cut_into_syllables_in_every_likely_way() -> None:
    assert ["xin", "dian", "tu"] in readings("xindiantu")
    assert {("xi", "an"), ("xian",)} <= {tuple(cut) for cut in readings("xian")}


def test_the_last_syllable_may_be_unfinished() -> None:
    assert ["xin", "dian", "t"] in readings("xindiant")


def test_letters_that_are_no_pinyin_have_no_reading() -> None:
    assert readings("gray") == []
    assert readings("xdt") == []
    assert readings("心电图") == []
    assert readings("x" * 5000) == []


def test_u_with_dots_is_typed_as_v() -> None:
    assert readings("zhanlve") == readings("zhanlue")
    assert ["lv", "shi"] in readings("lvshi")


@given(chinese)
def test_there_is_one_syllable_for_each_unit(text: str) -> None:
    assert len(syllables(text)) == len(units(text))


@given(st.lists(st.sampled_from(["xin", "dian", "tu", "a", "covid19"]), min_size=2, max_size=9), st.data())
def test_any_stretch_of_syllables_is_made_of_the_terms_filed(read: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(read) - 2))
    last = data.draw(st.integers(first + 2, len(read)))
    filed = set(pinyin_terms(read))
    wanted = [*pinyin_phrase(read[first:last]), *joined_pairs(read[first:last])]
    assert all((term, place + first + 1) in filed for term, place in wanted)
    letters = "".join(syllable[0] for syllable in read[first:last])
    filed_initials = set(initial_terms(read))
    assert all((term, place + first + 1) in filed_initials for term, place in initial_phrase(letters))


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=40))
def test_a_reading_spells_the_letters_it_was_made_from(letters: str) -> None:
    plain = letters.replace("lve", "lue").replace("nve", "nue")
    assert all("".join(cut) == plain for cut in readings(letters))
