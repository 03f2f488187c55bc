"""Lectures and people for tests; each says only what matters."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.learning import services
from xinglin.learning.models import Lecture, Registration, Via
from xinglin.learning.services import LectureFile
from xinglin.notices.models import Notice
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.factories import a_patron


def a_file(*, begins_at: datetime | None = None, **said: Any) -> LectureFile:
    """What is said of a lecture of two hours, in three days at half past two unless asked otherwise."""
    if begins_at is None:
        day = clock.local(clock.now()) + timedelta(days=3)
        begins_at = day.replace(hour=14, minute=30, second=0, microsecond=0)
    file = LectureFile(
        title="系统评价的检索策略",
        speaker="许文清",
        place="五楼培训教室",
        begins_at=begins_at,
        ends_at=begins_at + timedelta(hours=2),
    )
    return replace(file, **said)


def a_lecture(library: Library, *, announced: bool = True, **said: Any) -> Lecture:
    """A lecture that readers may register for, unless it is to stay a draft."""
    lecture = services.draft(library=library, file=a_file(**said), by=None)
    return services.announce_lecture(lecture=lecture, by=None) if announced else lecture


def changed(lecture: Lecture, **said: Any) -> LectureFile:
    """What is said of a lecture, with something changed."""
    lecture.refresh_from_db()
    file = LectureFile(**{name: getattr(lecture, name) for name in asdict(a_file())})
    return replace(file, **said)


def signs_up(lecture: Lecture, *patrons: Patron) -> list[Registration]:
    """Readers who register, one after the other."""
    return [services.register(lecture=lecture, patron=patron, via=Via.PAGE) for patron in patrons]


def people(library: Library, number: int) -> list[Patron]:
    """So many readers of a library."""
    return [a_patron(library) for _each in range(number)]


def until(moment: datetime) -> None:
    """Move the clock to a moment."""
    clock.move(moment - clock.now())


def states(lecture: Lecture) -> list[str]:
    """Where the registrations stand, in the order in which they were first made."""
    return list(lecture.registrations.order_by("pk").values_list("state", flat=True))


def told(patron: Patron | None) -> list[str]:
    """The kinds of what was owed to a reader, in order."""
    return list(Notice.objects.filter(patron=patron).order_by("pk").values_list("kind", flat=True))
