"""Where a table of patents stands: a table."""

from django.db import models
from django.utils.translation import gettext_lazy as _

LIBRARIAN = "librarian"


class PatentSetState(models.TextChoices):
    UNMAPPED = "unmapped", _("待对列")
    READ = "read", _("已读入")


PATENT_SET_MOVES: dict[tuple[PatentSetState, str], tuple[PatentSetState, str]] = {
    (PatentSetState.UNMAPPED, "map"): (PatentSetState.READ, LIBRARIAN),
}
