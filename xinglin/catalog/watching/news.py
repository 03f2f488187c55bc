"""What entered the catalogue since a reader was last told, and telling them.

A margin is left before the present: a record enters with the time its transaction began, and is found only
when that has committed and the index has followed. What lies inside the margin is tomorrow's news.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.catalog import discovery, queries
from xinglin.catalog.asking import Asked
from xinglin.catalog.models import Record
from xinglin.catalog.notice_kinds import NEW_BOOKS
from xinglin.catalog.search.query import Sort
from xinglin.catalog.watching.models import SavedSearch
from xinglin.commons import clock
from xinglin.commons.text import shortened
from xinglin.notices.services import owe

MARGIN = timedelta(minutes=15)
_LOOKED_AT = 200
_NAMED = 5


def news_in(kept: SavedSearch, *, until: datetime) -> list[Record]:
    """Return what entered the catalogue since the reader was told, the newest first. Near misses are no news."""
    query = replace(
        Asked.read(kept.values).query(size=_LOOKED_AT),
        sort=Sort.NEWEST,
        forgiving=False,
    )
    narrowed = replace(query, filters=replace(query.filters, added_since=kept.told_until))
    hits = discovery.engine().search(narrowed).hits
    records = queries.in_order([hit.record_id for hit in hits])
    return [record for record in records if kept.told_until <= record.added_at < until]


def tell_news() -> int:
    """Tell every reader who asked what is new in their searches; return how many were told.

    Each search is a transaction of its own: a run that breaks off has told some and goes on with the others.
    """
    until = clock.now() - MARGIN
    told = 0
    for pk in SavedSearch.objects.filter(is_watched=True, told_until__lt=until).values_list("pk", flat=True):
        told += _tell(pk, until)
    return told


@transaction.atomic
def _tell(pk: int, until: datetime) -> bool:
    kept = (
        SavedSearch.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("patron")
        .filter(pk=pk, is_watched=True, told_until__lt=until)
        .first()
    )
    if kept is None:
        return False
    records = news_in(kept, until=until)
    if records:
        owe(
            patron=kept.patron,
            kind=NEW_BOOKS,
            key=f"{kept.pk} {kept.told_until.isoformat()}",
            title=_("「%(name)s」有 %(count)d 种新书") % {"name": kept.name, "count": len(records)},
            text=_sentence(kept, records),
            link="/m/searches/",
            fields={
                "search": kept.pk,
                "name": kept.name,
                "count": len(records),
                "title": shortened(records[0].full_title, characters=34),
            },
        )
    kept.told_until = until
    kept.save(update_fields=["told_until"])
    return bool(records)


def _sentence(kept: SavedSearch, records: Sequence[Record]) -> str:
    heading = _("您订阅的「%(name)s」有 %(count)d 种新书：") % {"name": kept.name, "count": len(records)}
    titles = [f"· {shortened(record.full_title, characters=34)}" for record in records[:_NAMED]]
    return "\n".join([heading, *titles])
