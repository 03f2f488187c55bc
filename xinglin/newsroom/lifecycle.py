"""Where an article may stand, and by whose hand it goes on: a table.

The stages of review (N4) stand between a draft and publication; until they are here, a column that needs
review publishes nothing, and says so (``services.publish``).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an article stands for readers. Work on a new revision does not change it."""

    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已撤下")
    DISCARDED = "discarded", _("已废弃")


WRITER = "writer"
PUBLISHER = "publisher"

# (where the article stands, what someone does) -> (where it goes, whose hand)
MOVES: dict[tuple[State, str], tuple[State, str]] = {
    (State.DRAFT, "revise"): (State.DRAFT, WRITER),
    (State.DRAFT, "publish"): (State.PUBLISHED, PUBLISHER),
    (State.DRAFT, "discard"): (State.DISCARDED, WRITER),
    (State.PUBLISHED, "revise"): (State.PUBLISHED, WRITER),
    (State.PUBLISHED, "publish"): (State.PUBLISHED, PUBLISHER),
    (State.PUBLISHED, "pin"): (State.PUBLISHED, PUBLISHER),
    (State.PUBLISHED, "unpin"): (State.PUBLISHED, PUBLISHER),
    (State.PUBLISHED, "withdraw"): (State.WITHDRAWN, PUBLISHER),
    (State.WITHDRAWN, "revise"): (State.WITHDRAWN, WRITER),
    (State.WITHDRAWN, "publish"): (State.PUBLISHED, PUBLISHER),
    (State.DISCARDED, "restore"): (State.DRAFT, WRITER),
}

DEEDS = {
    "revise": _("修改"),
    "publish": _("发布"),
    "discard": _("废弃"),
    "pin": _("置顶"),
    "unpin": _("取消置顶"),
    "withdraw": _("撤下"),
    "restore": _("恢复为草稿"),
}
