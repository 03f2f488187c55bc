"""Guessing, counted and stopped.

Wrong tries are counted per key (a card, a place that asks) within a window. The count is written over
a connection of its own: the caller's transaction is often rolled back *because* the try was wrong,
and the count must not go with it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.patrons.errors import TooManyTries
from xinglin.patrons.models import Tries

WINDOW = timedelta(minutes=15)

# One statement, so that two wrong tries at the same moment are two.
_COUNT = """
    INSERT INTO patrons_tries (key, wrong, since, last) VALUES (%(key)s, 1, %(now)s, %(now)s)
    ON CONFLICT (key) DO UPDATE SET
        wrong = CASE WHEN patrons_tries.since <= %(before)s THEN 1 ELSE patrons_tries.wrong + 1 END,
        since = CASE WHEN patrons_tries.since <= %(before)s THEN %(now)s ELSE patrons_tries.since END,
        last = %(now)s
"""


def refuse_when_guessing(key: str, *, most: int) -> None:
    """Refuse further tries about something after ``most`` wrong ones within the window.

    Raises ``TooManyTries`` with the minutes that are left.
    """
    now = clock.now()
    since = _read(key, before=now - WINDOW, most=most)
    if since is not None:
        minutes = max(1, ceil((since + WINDOW - now).total_seconds() / 60))
        raise TooManyTries(
            _("错误次数太多，请 %(minutes)d 分钟后再试，或到服务台请馆员帮忙。"), minutes=minutes
        )


def count_wrong(key: str) -> None:
    """Write down one wrong try; it stays written whatever becomes of the caller's transaction."""
    now = clock.now()
    _apart(_COUNT, {"key": _hashed(key), "now": now, "before": now - WINDOW})


def forget(key: str) -> None:
    """Drop the wrong tries about something, because it was proved."""
    _apart("DELETE FROM patrons_tries WHERE key = %(key)s", {"key": _hashed(key)})


def sweep() -> int:
    """Delete what is older than a day, and return how many rows it was."""
    removed, _rows = Tries.objects.filter(last__lt=clock.now() - timedelta(days=1)).delete()
    return removed


def _read(key: str, *, before: datetime, most: int) -> datetime | None:
    return (
        Tries.objects.filter(key=_hashed(key), wrong__gte=most, since__gt=before)
        .values_list("since", flat=True)
        .first()
    )


def _hashed(key: str) -> str:
    return salted_hmac("xinglin.patrons.attempts", key, algorithm="sha256").hexdigest()


def _apart(statement: str, values: Mapping[str, str | datetime]) -> None:
    """Run one statement in a transaction of its own, over a second connection to the same database."""
    second = connection.copy()
    try:
        with second.cursor() as cursor:
            cursor.execute(statement, values)
    finally:
        second.close()
