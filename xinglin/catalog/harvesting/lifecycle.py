"""Where a harvest stands, and by whose hand it goes on."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HarvestState(models.TextChoices):
    """Where a run stands."""

    RUNNING = "running", _("收割中")
    BROKEN = "broken", _("已中断")
    DONE = "done", _("已完成")
    CLOSED = "closed", _("中途结束")


LIBRARIAN = "librarian"
JOB = "job"

# (where it stands, what someone does) -> (where it goes, whose hand)
HARVEST_MOVES: dict[tuple[HarvestState, str], tuple[HarvestState, str]] = {
    (HarvestState.RUNNING, "finish"): (HarvestState.DONE, JOB),
    (HarvestState.RUNNING, "fail"): (HarvestState.BROKEN, JOB),
    (HarvestState.BROKEN, "resume"): (HarvestState.RUNNING, LIBRARIAN),
    (HarvestState.BROKEN, "close"): (HarvestState.CLOSED, LIBRARIAN),
}
OPEN = (HarvestState.RUNNING, HarvestState.BROKEN)
