"""The tone of a story by the words of a list: counted, negated, and no more than that.

What it cannot do is said on the screen (``LIMITS``): it reads no irony, does not know who says a thing of whom, and
takes a quotation for the story's own words. Facts of an illness (感染, 死亡, 治愈, 出院) stand in neither list.
"""

import re
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons.text import comparable
from xinglin.intelligence.watching.feeling_words import BAD, GOOD, NO_NEGATION, NOT

LIMITS = _(
    "语气按词表数出来：正面词、负面词，前面有“不、没有、并未”等就反过来。它看不懂反讽和玩笑，分不清是报道本身的话还是引别人的话，"
    "也不知道说的是谁；一个词也没有的记作“未判断”。没有在本馆的材料上测过准确率。只用来看走势，不能当作对某一条的结论；可以逐条改判。"
)
REACH = 4
"""A negation counts for so many characters before the word, within its clause."""

_CLAUSE = re.compile(r"[，。！？；：、,.!?;:\s“”\"'（）()《》【】…—]+")


class Feeling(models.TextChoices):
    GOOD = "good", _("偏正面")
    BAD = "bad", _("偏负面")
    MIXED = "mixed", _("正负都有")
    UNKNOWN = "unknown", _("未判断")


@dataclass(frozen=True)
class Told:
    """What was found: the judgement, and the words it rests on, those turned round with a 不 before them."""

    feeling: Feeling
    good: tuple[str, ...]
    bad: tuple[str, ...]


def _either(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))


_TONED, _NOT, _NO_NEGATION = _either(GOOD | BAD), _either(NOT), _either(NO_NEGATION)


def feeling_of(text: str) -> Told:
    """Return the tone of a text by the words of the two lists."""
    good: list[str] = []
    bad: list[str] = []
    for clause in _CLAUSE.split(comparable(text)):
        seen = _NO_NEGATION.sub(lambda found: "＿" * len(found[0]), clause)
        for found in _TONED.finditer(clause):
            word = found[0]
            before = seen[max(0, found.start() - REACH) : found.start()]
            turned = len(_NOT.findall(before)) % 2 == 1
            (good if (word in GOOD) != turned else bad).append(f"不{word}" if turned else word)
    return Told(_judged(len(good), len(bad)), tuple(dict.fromkeys(good)), tuple(dict.fromkeys(bad)))


def _judged(good: int, bad: int) -> Feeling:
    if not good and not bad:
        return Feeling.UNKNOWN
    if good == bad:
        return Feeling.MIXED
    return Feeling.GOOD if good > bad else Feeling.BAD
