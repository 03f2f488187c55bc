"""The way of one round of review: a table. A round is about one text, named by its hash."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReviewState(models.TextChoices):
    """Where a round of review stands. A new text means a new round; an old round is never taken up again."""

    WAITING = "waiting", _("审核中")
    PASSED = "passed", _("已通过")
    RETURNED = "returned", _("已退回")
    VOID = "void", _("已作废")
    USED = "used", _("已发布")


class Hand(models.TextChoices):
    """Whose turn it is at a step."""

    OPERATOR = "operator", _("运营审核")
    HEAD = "head", _("科室负责人")
    LEADER = "leader", _("院领导")
    GATEKEEPER = "gatekeeper", _("医学把关")
    SECOND = "second", _("第二审核人")


class Lane(models.TextChoices):
    """The ordinary way, and the one for an emergency."""

    ORDINARY = "ordinary", _("三级审核")
    FAST = "fast", _("应急快审")


WRITER, REVIEWER, HOUSE = "writer", "reviewer of the step", "house"

# (where the round stands, what someone does) -> (where it goes, whose hand)
REVIEW_MOVES: dict[tuple[ReviewState, str], tuple[ReviewState, str]] = {
    (ReviewState.WAITING, "pass_step"): (ReviewState.WAITING, REVIEWER),
    (ReviewState.WAITING, "pass_last"): (ReviewState.PASSED, REVIEWER),
    (ReviewState.WAITING, "send_back"): (ReviewState.RETURNED, REVIEWER),
    (ReviewState.WAITING, "recall"): (ReviewState.VOID, WRITER),
    (ReviewState.WAITING, "void"): (ReviewState.VOID, HOUSE),
    (ReviewState.PASSED, "recall"): (ReviewState.VOID, WRITER),
    (ReviewState.PASSED, "void"): (ReviewState.VOID, HOUSE),
    (ReviewState.PASSED, "use"): (ReviewState.USED, HOUSE),
}

REVIEW_DEEDS = {
    "pass_step": _("通过"),
    "pass_last": _("通过"),
    "send_back": _("退回"),
    "recall": _("撤回审核"),
    "void": _("作废"),
    "use": _("发布"),
}
