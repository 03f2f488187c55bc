"""Changes to opening hours: the week as a whole, and one special day at a time."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.errors import HoursUnfit
from xinglin.consortium.hours import Span, overlapping
from xinglin.consortium.models import Library, OpeningException, OpeningHours, Staff


@transaction.atomic
def set_week(*, library: Library, week: Mapping[int, Sequence[Span]], by: Staff | None) -> None:
    """Replace the ordinary week of a library; a weekday that is left out is closed.

    Raises ``HoursUnfit`` for spans that overlap or end before they begin.
    """
    access.require(by, "consortium.change_hours", library.pk)
    for spans in week.values():
        _check(spans)
    Library.objects.select_for_update().get(pk=library.pk)
    before = [str(row) for row in library.opening_hours.all()]
    library.opening_hours.all().delete()
    rows = OpeningHours.objects.bulk_create(
        OpeningHours(library=library, weekday=weekday, opens=span.opens, closes=span.closes)
        for weekday, spans in sorted(week.items())
        for span in sorted(spans)
    )
    history.record(
        library,
        "set_week",
        by=by.user if by else None,
        changes={"before": before, "after": [str(row) for row in rows]},
    )


@transaction.atomic
def set_special_day(
    *, library: Library, day: date, spans: Sequence[Span] = (), reason: str = "", by: Staff | None
) -> None:
    """Say that a day does not follow the week: closed when without spans, else open at these hours.

    Replaces what was said of that day before.

    Raises ``HoursUnfit`` for spans that overlap or end before they begin.
    """
    access.require(by, "consortium.change_hours", library.pk)
    _check(spans)
    Library.objects.select_for_update().get(pk=library.pk)
    library.opening_exceptions.filter(day=day).delete()
    times: Sequence[Span | None] = sorted(spans) or [None]
    rows = OpeningException.objects.bulk_create(
        OpeningException(
            library=library,
            day=day,
            opens=span.opens if span else None,
            closes=span.closes if span else None,
            reason=reason,
        )
        for span in times
    )
    history.record(
        library, "set_special_day", by=by.user if by else None, changes={"after": [str(row) for row in rows]}
    )


@transaction.atomic
def clear_special_day(*, library: Library, day: date, by: Staff | None) -> None:
    """Let a day follow the week again; nothing happens when it does already."""
    access.require(by, "consortium.change_hours", library.pk)
    removed, _rows = library.opening_exceptions.filter(day=day).delete()
    if removed:
        history.record(library, "clear_special_day", by=by.user if by else None, changes={"day": day})


def _check(spans: Sequence[Span]) -> None:
    for span in spans:
        if not span.is_sound:
            raise HoursUnfit(
                _("%(span)s 的关门时间早于开门时间；开到半夜请写 24:00，过夜请分成两天。"), span=span
            )
    clash = overlapping(spans)
    if clash:
        raise HoursUnfit(
            _("%(first)s 与 %(second)s 重叠；请合并成一段或改开时间。"), first=clash[0], second=clash[1]
        )
