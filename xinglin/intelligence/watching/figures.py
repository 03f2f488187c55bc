"""What a watch shows of its stories: how many a day, which words, in what tone, and what came up in bursts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Max, Q

from xinglin.commons import clock
from xinglin.intelligence.watching.bursting import Burst, bursts_of
from xinglin.intelligence.watching.feeling import Feeling
from xinglin.intelligence.watching.hotness import Hot, hot_words
from xinglin.intelligence.watching.models import Watch

WINDOW = 60
BACKGROUND = 14
"""The days before that a day is compared with."""
LEAST_FOR_A_BURST = 4


@dataclass(frozen=True)
class Risen:
    """A burst of a word in days of the calendar; ``shape`` is how many stories hold it on each day of the window."""

    word: str
    since: date
    until: date
    weight: float
    stories: int
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Tones:
    """How many stories of a day are in which tone; ``negative_share`` of those judged, None without any."""

    day: date
    good: int
    bad: int
    mixed: int
    unknown: int

    @property
    def judged(self) -> int:
        return self.good + self.bad + self.mixed

    @property
    def negative_share(self) -> float | None:
        return self.bad / self.judged if self.judged else None


class Figures:
    """The figures of a watch up to one day, from one read of its stories."""

    def __init__(self, watch: Watch, day: date) -> None:
        self.watch, self.day = watch, day
        first = day - timedelta(days=WINDOW - 1)
        held = watch.items.filter(day__range=(first, day)).values_list("day", "words")
        told = [(each_day, frozenset(words)) for each_day, words in held]
        # Before a watch began nothing was collected: those days say nothing of what is usual.
        first = min((each for each, _words in told), default=day)
        self.days: Sequence[date] = [first + timedelta(days=n) for n in range((day - first).days + 1)]
        self._by_day: dict[date, list[frozenset[str]]] = {each: [] for each in self.days}
        for each_day, words in told:
            self._by_day[each_day].append(words)

    @property
    def stories(self) -> list[int]:
        """How many stories each day has."""
        return [len(self._by_day[day]) for day in self.days]

    @cached_property
    def _counted(self) -> dict[date, Counter[str]]:
        """In how many stories of each day each word is: counted once, asked for every word."""
        return {day: Counter(word for words in told for word in words) for day, told in self._by_day.items()}

    def counts(self, first: date, last: date) -> Counter[str]:
        """Return in how many stories of these days each word is."""
        total = Counter[str]()
        for day, counted in self._counted.items():
            if first <= day <= last:
                total.update(counted)
        return total

    def hot(self, *, most: int = 20) -> list[Hot]:
        """Return what the day says more often than the fortnight before."""
        before = self.counts(self.day - timedelta(days=BACKGROUND), self.day - timedelta(days=1))
        return hot_words(self.counts(self.day, self.day), before, most=most)

    def risen(self, *, least: int = LEAST_FOR_A_BURST) -> list[Risen]:
        """Return the bursts of the window, the newest and then the heaviest first."""
        totals = self.counts(self.days[0], self.day)
        found, stories = [], self.stories
        for word, said in totals.items():
            if said >= least:
                shape = tuple(self._counted[day][word] for day in self.days)
                found += [
                    self._risen(word, burst, shape)
                    for burst in bursts_of(shape, stories)
                    if burst.stories >= least
                ]
        return sorted(found, key=lambda each: (-each.until.toordinal(), -each.weight, each.word))

    def _risen(self, word: str, burst: Burst, shape: tuple[int, ...]) -> Risen:
        return Risen(word, self.days[burst.first], self.days[burst.last], burst.weight, burst.stories, shape)

    def tones(self, *, days: int = 30) -> list[Tones]:
        """Return the tone of each of the last days."""
        shown = self.days[-days:]
        found = (
            self.watch.items.filter(day__range=(shown[0], shown[-1]))
            .order_by()
            .values("day")
            .annotate(**{str(each.value): Count("pk", filter=Q(feeling=each)) for each in Feeling})
        )
        by_day: dict[date, dict[str, Any]] = {each["day"]: dict(each) for each in found}
        names = [str(each.value) for each in Feeling]
        return [Tones(day, **{name: by_day.get(day, {}).get(name, 0) for name in names}) for day in shown]


def newest_day(watch: Watch) -> date:
    """Return the last day up to today that has a story, or today."""
    today = clock.today()
    newest: date | None = watch.items.filter(day__lte=today).aggregate(newest=Max("day"))["newest"]
    return newest or today
