"""What is counted of what is said: words, hot words, bursts, tone. Pure: no rows, no clock."""

from itertools import product as every
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.intelligence.watching import bursting
from xinglin.intelligence.watching.bursting import bursts_of
from xinglin.intelligence.watching.feeling import Feeling, feeling_of
from xinglin.intelligence.watching.hotness import hot_words
from xinglin.intelligence.watching.wording import words_of


def test_a_story_is_counted_by_its_words_and_own_words_stay_whole() -> None:
    assert "奥司他韦缓释片" in words_of("奥司他韦缓释片开始供应", own=["奥司他韦缓释片"])
    assert "奥司他韦缓释片" not in words_of("奥司他韦缓释片开始供应")
    told = words_of("记者今天获悉：布洛芬、布洛芬到货 300 盒")
    assert told.count("布洛芬") == 1 and not {"记者", "今天", "获悉", "300"} & set(told)
    assert words_of("ＣＯＶＩＤ疫苗") == words_of("covid疫苗")


def test_a_word_that_is_always_there_is_not_hot() -> None:
    found = hot_words({"疫苗": 8, "断货": 6, "偶然": 2}, {"疫苗": 112, "门诊": 100, "偶然": 14})
    assert found[0].word == "断货" and found[0].is_sure
    assert all(hot.word != "偶然" or not hot.is_sure for hot in found)
    assert all(not hot.is_sure for hot in hot_words({"疫苗": 8}, {}))


def _cheapest_by_trying_all(holding: list[int], stories: list[int]) -> float:
    quiet = sum(holding) / sum(stories)
    shares = (quiet, quiet * bursting.TIMES)
    costs = [[bursting._cost(share, r, d) for share in shares] for r, d in zip(holding, stories, strict=True)]
    up = log(len(stories))
    return min(
        sum(costs[day][state] for day, state in enumerate(states))
        + sum(up for before, after in zip((0, *states), states, strict=False) if after > before)
        for states in every((0, 1), repeat=len(stories))
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 24)), min_size=2, max_size=9))
def test_the_bursts_are_the_cheapest_of_all_ways_through_the_days(days: list[tuple[int, int]]) -> None:
    holding, stories = [r for r, _rest in days], [r + rest for r, rest in days]
    found = bursts_of(holding, stories)
    if not sum(holding) or sum(holding) / sum(stories) > bursting.COMMONEST:
        assert found == []
        return
    quiet = sum(holding) / sum(stories)
    all_quiet = sum(bursting._cost(quiet, r, d) for r, d in _days_of(holding, stories))
    saved = all_quiet - _cheapest_by_trying_all(holding, stories)
    told = sum(burst.weight for burst in found) - len(found) * log(len(stories))
    assert told == pytest.approx(saved, abs=0.02), "weights less the price of going up are what is saved"


def _days_of(holding: list[int], stories: list[int]) -> list[tuple[int, int]]:
    return list(zip(holding, stories, strict=True))


def test_days_without_stories_are_no_end_of_the_world() -> None:
    assert bursts_of([0, 0, 0], [0, 0, 0]) == []
    with pytest.raises(ValueError, match="none to all"):
        bursts_of([3], [2])


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("医院感谢市民，物资充足", Feeling.GOOD),
        ("药品短缺引发担忧", Feeling.BAD),
        ("药品并不短缺", Feeling.GOOD),
        ("没有感谢，只有投诉", Feeling.BAD),
        ("短缺不断缓解，市民放心", Feeling.GOOD),
        ("满意，但也有投诉", Feeling.MIXED),
        ("昨日感染 3 例，死亡 0 例", Feeling.UNKNOWN),
    ],
)
def test_tone_is_counted_and_negated(text: str, feeling: Feeling) -> None:
    assert feeling_of(text).feeling == feeling
