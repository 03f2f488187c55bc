"""The way of a topic: a table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TopicState(models.TextChoices):
    """Where a topic stands."""

    POOL = "pool", _("选题池")
    PLANNED = "planned", _("已排期")
    ASSIGNED = "assigned", _("已约稿")
    WRITTEN = "written", _("已交稿")
    DONE = "done", _("已发布")
    DROPPED = "dropped", _("不做")


class Origin(models.TextChoices):
    """Where a topic came from."""

    HAND = "hand", _("自己想的")
    COMMENT = "comment", _("读者留言")
    MESSAGE = "message", _("没答上的消息")
    SEARCH = "search", _("没结果的检索")
    INTELLIGENCE = "intelligence", _("情报")


EDITOR, WRITER, HOUSE = "editor", "correspondent", "house"

# (where the topic stands, what someone does) -> (where it goes, whose hand)
TOPIC_MOVES: dict[tuple[TopicState, str], tuple[TopicState, str]] = {
    (TopicState.POOL, "plan"): (TopicState.PLANNED, EDITOR),
    (TopicState.POOL, "assign"): (TopicState.ASSIGNED, EDITOR),
    (TopicState.POOL, "drop"): (TopicState.DROPPED, EDITOR),
    (TopicState.PLANNED, "plan"): (TopicState.PLANNED, EDITOR),
    (TopicState.PLANNED, "assign"): (TopicState.ASSIGNED, EDITOR),
    (TopicState.PLANNED, "drop"): (TopicState.DROPPED, EDITOR),
    (TopicState.PLANNED, "hand_in"): (TopicState.WRITTEN, WRITER),
    (TopicState.ASSIGNED, "plan"): (TopicState.ASSIGNED, EDITOR),
    (TopicState.ASSIGNED, "assign"): (TopicState.ASSIGNED, EDITOR),
    (TopicState.ASSIGNED, "drop"): (TopicState.DROPPED, EDITOR),
    (TopicState.ASSIGNED, "hand_in"): (TopicState.WRITTEN, WRITER),
    (TopicState.WRITTEN, "plan"): (TopicState.WRITTEN, EDITOR),
    (TopicState.WRITTEN, "publish"): (TopicState.DONE, HOUSE),
    (TopicState.DROPPED, "reopen"): (TopicState.POOL, EDITOR),
}

TOPIC_DEEDS = {
    "plan": _("排期"),
    "assign": _("约稿"),
    "drop": _("不做"),
    "hand_in": _("交稿"),
    "publish": _("发布"),
    "reopen": _("重新放回选题池"),
}
