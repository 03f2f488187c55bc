"""Who has which record open: told to whoever opens it too, so that two do not do the same work."""

from datetime import timedelta

from django.db import transaction

from xinglin.catalog.editing.models import RecordEditing
from xinglin.catalog.models import Record
from xinglin.commons import clock
from xinglin.consortium.models import Staff

# The editor says every 20 seconds that it is still open; three of them missed and it is closed.
STILL_THERE = timedelta(seconds=65)


@transaction.atomic
def note_editing(*, record: Record, by: Staff) -> None:
    """Note that someone has a record open, and forget those who have long gone."""
    RecordEditing.objects.filter(record=record, seen_at__lt=clock.now() - STILL_THERE).delete()
    RecordEditing.objects.update_or_create(record=record, staff=by, defaults={"seen_at": clock.now()})


def note_closed(*, record: Record, by: Staff) -> None:
    """Note that someone has finished with a record."""
    RecordEditing.objects.filter(record=record, staff=by).delete()


def others_editing(record: Record, staff: Staff) -> list[Staff]:
    """Return who else has a record open, in the order in which they came."""
    open_now = RecordEditing.objects.filter(record=record, seen_at__gte=clock.now() - STILL_THERE)
    rows = open_now.exclude(staff=staff).select_related("staff__user", "staff__library").order_by("pk")
    return [row.staff for row in rows]
