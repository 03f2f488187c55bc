"""What tests of watching stand on: a day in March, a watch, and what is said on it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from xinglin.commons import clock
from xinglin.intelligence.models import Topic
from xinglin.intelligence.watching import services as watching
from xinglin.intelligence.watching.models import Item, Watch
from xinglin.intelligence.watching.services.watches import WatchFile

TODAY = date(2026, 3, 20)


@pytest.fixture
def in_march(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    """A clock that a test can move by changing its only entry."""
    now = [datetime(2026, 3, 20, 2, 0, tzinfo=UTC)]
    # Not ``now`` itself: the defaults of the models hold that function.
    monkeypatch.setattr(clock, "_present_offset", lambda: now[0] - datetime.now(UTC))
    yield now


@pytest.fixture
def watch(topic: Topic, in_march: list[datetime]) -> Watch:
    return watching.add_watch(topic=topic, file=WatchFile(named_words="第一医院", least=4), by=None)


def say(watch: Watch, day: date, *titles: str) -> list[Item]:
    return [
        watching.note_item(watch=watch, title=f"{title}（{day:%d}-{n}）", day=day, by=None)
        for n, title in enumerate(titles)
    ]


def a_quiet_fortnight_and_a_burst(watch: Watch) -> None:
    for back in range(1, 15):
        say(watch, TODAY - timedelta(days=back), "门诊预约", "医保报销", "疫苗接种", "体检服务")
    say(watch, TODAY, *["退烧药断货，市民担忧"] * 6, "疫苗接种")
