"""Lectures of the story: one held with what was said of it, one full, one open, a draft, one called off."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.demonstration import files
from xinglin.learning import services
from xinglin.learning.models import Lecture, MaterialKind, Via
from xinglin.learning.services import LectureFile
from xinglin.patrons.models import Patron


def hold_lectures(libraries: dict[str, Library], readers: dict[str, Patron]) -> int:
    """Bring each lecture as far as its story says; return how many."""
    story = files.entries("lectures")["lectures"]
    for number, entry in enumerate(story):
        lecture = _draft(entry, libraries[entry["library"]])
        if entry["until"] == "draft":
            continue
        announced = clock.now() - timedelta(days=entry["announced_days_ago"])
        services.announce_lecture(lecture=lecture, by=None, at=announced)
        _register(lecture, entry, _drawn(entry, readers, number), announced)
        if entry["until"] == "held":
            _hold(lecture, entry)
        elif entry["until"] == "cancelled":
            services.cancel_lecture(lecture=lecture, reason=entry["reason"], by=None)
    services.follow_the_clock()
    return len(story)


def _draft(entry: dict[str, Any], library: Library) -> Lecture:
    day = clock.today() + timedelta(days=entry["begins_in_days"])
    begins_at = datetime.combine(day, time.fromisoformat(entry["at"]), tzinfo=clock.SHANGHAI)
    said = {name: entry[name] for name in ("kind", "title", "speaker", "place", "summary", "seats")}
    file = LectureFile(
        begins_at=begins_at,
        ends_at=begins_at + timedelta(hours=entry["hours"]),
        live_link=entry.get("live_link", ""),
        **said,
    )
    return services.draft(library=library, file=file, by=None)


def _drawn(entry: dict[str, Any], readers: dict[str, Patron], number: int) -> list[Patron]:
    """Return who registers: the named first, then every third of the others, then who comes too late for a seat."""
    named = [*entry["cards"], *entry.get("then", [])]
    others = [reader for card, reader in readers.items() if card not in named and reader.is_in_good_standing][
        number::3
    ]
    first = [readers[card] for card in entry["cards"]]
    return [*first, *others[: entry["more"]], *(readers[card] for card in entry.get("then", []))]


def _moments(first: datetime, last: datetime, count: int) -> Iterator[datetime]:
    step = (last - first) / (count + 1)
    return (first + step * (place + 1) for place in range(count))


def _register(lecture: Lecture, entry: dict[str, Any], people: list[Patron], announced: datetime) -> None:
    last = min(lecture.begins_at, clock.now())
    ways = (Via.PAGE, Via.CHAT, Via.PAGE)
    for place, (patron, at) in enumerate(zip(people, _moments(announced, last, len(people)), strict=True)):
        services.register(lecture=lecture, patron=patron, via=ways[place % 3], at=at)


def _hold(lecture: Lecture, entry: dict[str, Any]) -> None:
    people = [each.patron for each in lecture.registrations.select_related("patron").order_by("pk")]
    came = [patron for patron in people if patron is not None][: len(people) - entry["absent"]]
    attended = [
        services.attend(code=lecture.code, patron=patron, at=at)
        for patron, at in zip(
            came,
            _moments(lecture.begins_at - timedelta(minutes=20), lecture.begins_at, len(came)),
            strict=True,
        )
    ]
    # Who holds a phone of the story has not said anything yet: the tour does.
    for registration, (score, words) in zip(attended[1:], entry["feedback"], strict=False):
        services.rate(
            registration=registration, score=score, words=words, at=lecture.ends_at + timedelta(hours=3)
        )
    for kind, title, link in entry["materials"]:
        services.add_material(lecture=lecture, title=title, link=link, kind=MaterialKind(kind), by=None)
