"""Counting searches that found nothing, and forgetting them after a season."""

import re
from datetime import date, timedelta

from django.db import connection

from xinglin.catalog.asking import Asked
from xinglin.catalog.missing.models import MissedSearch
from xinglin.commons import clock
from xinglin.commons.text import comparable

KEPT_FOR = timedelta(days=90)
# Whoever tries every word of a dictionary fills this and no more.
MOST_A_DAY = 2000
_LONGEST = MissedSearch._meta.get_field("words").max_length or 0
# A telephone, a card, an ISBN: a number is nobody's subject, and may be somebody's own.
_NUMBER = re.compile(r"\d[\d\s-]{3,}\d")

_TABLE = MissedSearch._meta.db_table
# A word that is counted already goes on being counted; a new one has a place only while the day has any.
_COUNT = f"""
    insert into {_TABLE} (library_id, words, key, "on", times)
    select %(library)s::bigint, %(words)s, %(key)s, %(on)s::date, 1
    where (select count(*) from {_TABLE} where "on" = %(on)s) < %(most)s or exists (
        select 1 from {_TABLE}
        where "on" = %(on)s and key = %(key)s and library_id is not distinct from %(library)s::bigint
    )
    on conflict ("on", library_id, key) do update set times = {_TABLE}.times + 1
"""  # noqa: S608 -- put together from our own table's name


def note_missed(asked: Asked, *, library_id: int | None, on: date | None = None) -> None:
    """Count a search that found nothing (today, unless a day is given): plain words, on the first page, not
    narrowed by anything.
    """
    words = " ".join(asked.text.split())
    if asked.narrows or asked.page > 1 or not 2 <= len(words) <= _LONGEST or _NUMBER.search(words):
        return
    facts = {"library": library_id, "words": words, "key": comparable(words)[:60], "on": on or clock.today()}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, facts | {"most": MOST_A_DAY})


def forget_old() -> int:
    """Forget what was looked for a season ago; return how many rows went."""
    return MissedSearch.objects.filter(on__lt=clock.today() - KEPT_FOR).delete()[0]
