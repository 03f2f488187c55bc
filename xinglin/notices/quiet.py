"""Quiet hours: a pure rule over the library's time."""

from datetime import datetime, time, timedelta

from xinglin.commons import clock

# Where nobody has set them. Tests, which run at any hour, switch them off (``conftest.py``).
ON_BY_DEFAULT = True


def on_by_default() -> bool:
    return ON_BY_DEFAULT


def told_from(moment: datetime, begins: time, ends: time) -> datetime:
    """Return the first moment from ``moment`` on that is not in the quiet hours.

    They begin at ``begins`` and end at ``ends`` in the library's time, over midnight where that is earlier; the
    moment they end is no longer quiet.
    """
    here = clock.local(moment)
    at = here.time().replace(tzinfo=None)
    if begins == ends or not _is_within(at, begins, ends):
        return moment
    morning = here.replace(hour=ends.hour, minute=ends.minute, second=ends.second, microsecond=0)
    return morning if morning > here else morning + timedelta(days=1)


def _is_within(at: time, begins: time, ends: time) -> bool:
    return begins <= at < ends if begins < ends else at >= begins or at < ends
