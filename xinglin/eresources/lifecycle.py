"""Whether readers see a database: a table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    ACTIVE = "active", _("使用中")
    HIDDEN = "hidden", _("已停用")


LIBRARIAN = "librarian"

# (where the database stands, what someone does) -> (where it goes, whose hand)
MOVES: dict[tuple[State, str], tuple[State, str]] = {
    (State.ACTIVE, "hide"): (State.HIDDEN, LIBRARIAN),
    (State.HIDDEN, "show"): (State.ACTIVE, LIBRARIAN),
}

DEEDS = {"hide": _("停用"), "show": _("重新启用")}
