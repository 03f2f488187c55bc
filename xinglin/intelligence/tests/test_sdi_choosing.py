"""Which papers fit a profile, why, and when it is next looked through: pure."""

from datetime import datetime

import pytest

from xinglin.commons.clock import SHANGHAI
from xinglin.intelligence.learning import Paper
from xinglin.intelligence.sdi import wanted
from xinglin.intelligence.sdi.choosing import Pool, Wish, choose
from xinglin.intelligence.sdi.errors import ProfileUnfit
from xinglin.intelligence.sdi.timing import Schedule, next_after
from xinglin.intelligence.sdi.wanted import Folded
from xinglin.intelligence.tests.test_learning import OTHER, STROKE

PAPERS = [Paper(title) for title in STROKE + OTHER]
TITLES = [*STROKE, *OTHER]


def _titles(wish: Wish, papers: list[Paper] = PAPERS) -> list[str]:
    return [papers[each.place].title for each in choose(wish, Pool(papers))]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("卒中 康复", [STROKE[0], STROKE[2]]),
        ("溶栓 或 thrombolysis", [STROKE[1], STROKE[5]]),
        ('"acute stroke"', [STROKE[5]]),
        ("rehabilit* stroke -ischaemic", []),
        ("rehabilit*", [STROKE[4]]),
        ("“pump”，", [OTHER[4]]),
        ("pum", []),
        ("糖尿病 -足溃疡 -胰岛素 -饮食", [OTHER[3]]),
    ],
)
def test_words_are_all_needed_or_either_or_unwanted(words: str, found: list[str]) -> None:
    assert sorted(_titles(Wish(wanted.read(words)))) == sorted(found)


def test_a_chinese_word_finds_its_english_heading_and_the_place_of_each_word_is_said() -> None:
    asked = wanted.read("卒中 康复", headings={"卒中": ["Stroke"], "康复": ["Rehabilitation"]}.get)  # type: ignore[arg-type]
    paper = Folded.of(Paper("Recovery of gait", "… after stroke …", keywords=("Rehabilitation",)))
    assert asked.fits(paper) == (("abstract", "卒中"), ("keywords", "康复"))
    assert not wanted.read("卒中").fits(paper)


@pytest.mark.parametrize("words", ["卒中 (康复 或 护理)", "-动物", "x" * 501, "a " * 31])
def test_a_search_that_cannot_be_is_refused(words: str) -> None:
    with pytest.raises(ProfileUnfit):
        wanted.read(words)


def test_liked_papers_find_their_like_and_name_the_words() -> None:
    liked = [Paper("卒中患者吞咽障碍的护理"), Paper("Rehabilitation after stroke")]
    chosen = choose(Wish(wanted.Wanted(), liked), Pool(PAPERS))
    assert {TITLES[each.place] for each in chosen} <= set(STROKE)
    first = next(each for each in chosen if TITLES[each.place] == STROKE[0])
    assert first.why[0]["liked"] == 0 and "吞咽" in "".join(map(str, first.why[0]["words"]))  # type: ignore[call-overload]
    assert choose(Wish(wanted.Wanted()), Pool(PAPERS)) == [] == choose(Wish(wanted.read("卒中")), Pool([]))


def test_answers_keep_back_what_is_like_the_useless_and_bring_forward_what_is_like_the_useful() -> None:
    stroke = wanted.read("卒中 或 stroke")
    assert STROKE[1] in _titles(Wish(stroke))
    useless, useful = [Paper("静脉溶栓治疗急性缺血性卒中")], [Paper("卒中患者肢体康复训练")]
    left = _titles(Wish(stroke, useful=useful, useless=useless))
    assert STROKE[1] not in left and left[0] in (STROKE[0], STROKE[2])
    assert STROKE[1] not in _titles(Wish(stroke, useless=useless))
    # An answer lets nothing in that neither words nor liked papers find.
    assert not set(_titles(Wish(stroke, useful=[Paper("糖尿病足溃疡")]))) & set(OTHER)


@pytest.mark.parametrize(
    ("schedule", "now", "due"),
    [
        (Schedule.TWICE, (2026, 11, 28, 8, 29), (2026, 11, 28, 8, 30)),
        (Schedule.TWICE, (2026, 11, 28, 8, 30), (2026, 11, 28, 17, 30)),
        (Schedule.TWICE, (2026, 11, 28, 18, 0), (2026, 11, 29, 8, 30)),
        (Schedule.DAILY, (2026, 12, 31, 9, 0), (2027, 1, 1, 8, 30)),
        (Schedule.WEEKLY, (2026, 11, 30, 8, 0), (2026, 11, 30, 8, 30)),
        (Schedule.WEEKLY, (2026, 11, 30, 8, 30), (2026, 12, 7, 8, 30)),
    ],
)
def test_a_schedule_has_its_next_moment(
    schedule: Schedule, now: tuple[int, int, int, int, int], due: tuple[int, int, int, int, int]
) -> None:
    assert next_after(datetime(*now, tzinfo=SHANGHAI), schedule, 0) == datetime(*due, tzinfo=SHANGHAI)
