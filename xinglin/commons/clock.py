"""The clock: what our rules take the time from.

In a demonstration and in tests it can be moved, together with the sandbox's own clock, so that a due
date or a 48-hour window can be watched without waiting. The offset stands in the database, so every
process follows within a second. The job runner keeps real time and asks our rules what is due.
"""

import threading
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import NotAllowed

SHANGHAI = ZoneInfo("Asia/Shanghai")
_LOOK_AGAIN_AFTER = 1.0  # seconds; what another process moved is followed within this

_lock = threading.Lock()
_offset = timedelta(0)
_looked_at = 0.0


def now() -> datetime:
    """Return the present moment by our clock, aware, in UTC."""
    return datetime.now(UTC) + _present_offset()


def today() -> date:
    """Return the present day in the library (Asia/Shanghai)."""
    return now().astimezone(SHANGHAI).date()


def local(moment: datetime) -> datetime:
    """Return a moment in the library's time."""
    return moment.astimezone(SHANGHAI)


def end_of_day(day: date) -> datetime:
    """Return when a day loan of that day ends: 23:59:59 in the library's time."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=SHANGHAI)


def move(by: timedelta) -> datetime:
    """Move the clock of every process, and return the new present.

    Raises ``NotAllowed`` where the clock is not for moving (anywhere but demonstration and tests).
    """
    if not settings.CLOCK_MAY_MOVE:
        raise NotAllowed(_("正式环境不能拨动时钟；演示环境才可以。"))
    _keep(_present_offset() + by)
    return now()


def set_right() -> None:
    """Put the clock back to real time."""
    _keep(timedelta(0))


def forget() -> None:
    """Drop what this process remembers of the offset, so that it is read again."""
    global _looked_at
    _looked_at = 0.0


def _keep(offset: timedelta) -> None:
    from xinglin.commons.models import ClockOffset  # models need the app registry; the clock does not

    ClockOffset.objects.update_or_create(pk=1, defaults={"offset": offset})
    forget()


def _present_offset() -> timedelta:
    global _offset, _looked_at
    if not settings.CLOCK_MAY_MOVE:
        return timedelta(0)
    if time.monotonic() - _looked_at > _LOOK_AGAIN_AFTER:
        from xinglin.commons.models import ClockOffset

        with _lock:
            row = ClockOffset.objects.filter(pk=1).values_list("offset", flat=True).first()
            _offset = row or timedelta(0)
            _looked_at = time.monotonic()
    return _offset
