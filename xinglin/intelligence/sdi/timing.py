"""When a profile is next looked through. Pure."""

from datetime import datetime, time, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons.clock import SHANGHAI

# After the morning's and the afternoon's harvest has been screened, and within readers' waking hours.
MORNING, EVENING = time(8, 30), time(17, 30)


class Schedule(models.TextChoices):
    TWICE = "twice", _("每天两次（8:30、17:30）")
    DAILY = "daily", _("每天一次（8:30）")
    WEEKLY = "weekly", _("每周一次（8:30）")


def next_after(moment: datetime, schedule: str, weekday: int) -> datetime:
    """Return the first moment after this one at which a schedule is due, in the library's time."""
    day = moment.astimezone(SHANGHAI).date()
    hours = (MORNING, EVENING) if schedule == Schedule.TWICE else (MORNING,)
    for ahead in range(8):
        on = day + timedelta(days=ahead)
        if schedule == Schedule.WEEKLY and on.weekday() != weekday:
            continue
        for hour in hours:
            due = datetime.combine(on, hour, tzinfo=SHANGHAI)
            if due > moment:
                return due
    raise ValueError(f"no day within a week is a {weekday!r}")
