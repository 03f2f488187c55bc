"""Which state may become which, and by whose hand: items and import batches.

Condition is only what the copy itself is like. Whether it is out, under way or kept for someone is
circulation's to know, and reaches us as ``Item.in_use`` (library systems sheet 4.1: keep condition,
loan, transit and hold apart; FOLIO has twenty states in one field and pays for it).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Condition(models.TextChoices):
    """What a copy is like."""

    ON_ORDER = "on_order", _("订购中")
    IN_PROCESS = "in_process", _("加工中")
    ON_SHELF = "on_shelf", _("在架")
    BINDERY = "bindery", _("装订中")
    DAMAGED = "damaged", _("破损")
    MISSING = "missing", _("找不到")
    CLAIMED_RETURNED = "claimed_returned", _("读者称已还")
    LOST = "lost", _("遗失")
    WITHDRAWN = "withdrawn", _("已剔除")


CATALOGUER = "cataloguer"
DESK = "desk"

# (what the copy is like, what someone does) -> (what it becomes, whose hand)
CONDITION_MOVES: dict[tuple[Condition, str], tuple[Condition, str]] = {
    (Condition.ON_ORDER, "receive"): (Condition.IN_PROCESS, CATALOGUER),
    (Condition.ON_ORDER, "withdraw"): (Condition.WITHDRAWN, CATALOGUER),
    (Condition.IN_PROCESS, "shelve"): (Condition.ON_SHELF, CATALOGUER),
    (Condition.IN_PROCESS, "withdraw"): (Condition.WITHDRAWN, CATALOGUER),
    (Condition.ON_SHELF, "rework"): (Condition.IN_PROCESS, CATALOGUER),
    (Condition.ON_SHELF, "bind"): (Condition.BINDERY, CATALOGUER),
    (Condition.ON_SHELF, "damage"): (Condition.DAMAGED, DESK),
    (Condition.ON_SHELF, "miss"): (Condition.MISSING, DESK),
    (Condition.ON_SHELF, "lose"): (Condition.LOST, DESK),
    (Condition.ON_SHELF, "claim_returned"): (Condition.CLAIMED_RETURNED, DESK),
    (Condition.ON_SHELF, "withdraw"): (Condition.WITHDRAWN, CATALOGUER),
    (Condition.BINDERY, "shelve"): (Condition.ON_SHELF, CATALOGUER),
    (Condition.DAMAGED, "bind"): (Condition.BINDERY, CATALOGUER),
    (Condition.DAMAGED, "shelve"): (Condition.ON_SHELF, CATALOGUER),
    (Condition.DAMAGED, "withdraw"): (Condition.WITHDRAWN, CATALOGUER),
    (Condition.MISSING, "find"): (Condition.ON_SHELF, DESK),
    (Condition.MISSING, "lose"): (Condition.LOST, DESK),
    (Condition.MISSING, "withdraw"): (Condition.WITHDRAWN, CATALOGUER),
    (Condition.CLAIMED_RETURNED, "find"): (Condition.ON_SHELF, DESK),
    (Condition.CLAIMED_RETURNED, "lose"): (Condition.LOST, DESK),
    (Condition.LOST, "find"): (Condition.ON_SHELF, DESK),
    (Condition.LOST, "withdraw"): (Condition.WITHDRAWN, CATALOGUER),
    (Condition.WITHDRAWN, "restore"): (Condition.IN_PROCESS, CATALOGUER),
}

CONDITION_DEEDS = {
    "receive": _("验收"),
    "shelve": _("上架"),
    "rework": _("退回加工"),
    "bind": _("送装订"),
    "damage": _("登记破损"),
    "miss": _("登记找不到"),
    "lose": _("登记遗失"),
    "claim_returned": _("读者称已还"),
    "find": _("找到"),
    "withdraw": _("剔除"),
    "restore": _("恢复"),
}


class BatchState(models.TextChoices):
    """Where an import stands."""

    RECEIVING = "receiving", _("接收中")
    UPLOADED = "uploaded", _("已上传")
    PREVIEWED = "previewed", _("待确认")
    RUNNING = "running", _("导入中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("已中断")
    UNDOING = "undoing", _("撤销中")
    UNDONE = "undone", _("已撤销")
    DISCARDED = "discarded", _("已放弃")


LIBRARIAN = "librarian"
JOB = "job"

BATCH_MOVES: dict[tuple[BatchState, str], tuple[BatchState, str]] = {
    (BatchState.RECEIVING, "receive"): (BatchState.UPLOADED, JOB),
    (BatchState.UPLOADED, "preview"): (BatchState.PREVIEWED, JOB),
    (BatchState.UPLOADED, "discard"): (BatchState.DISCARDED, LIBRARIAN),
    (BatchState.PREVIEWED, "start"): (BatchState.RUNNING, LIBRARIAN),
    (BatchState.PREVIEWED, "discard"): (BatchState.DISCARDED, LIBRARIAN),
    (BatchState.RUNNING, "finish"): (BatchState.DONE, JOB),
    (BatchState.RUNNING, "fail"): (BatchState.FAILED, JOB),
    (BatchState.FAILED, "start"): (BatchState.RUNNING, LIBRARIAN),
    (BatchState.FAILED, "undo"): (BatchState.UNDOING, LIBRARIAN),
    (BatchState.DONE, "undo"): (BatchState.UNDOING, LIBRARIAN),
    (BatchState.UNDOING, "finish"): (BatchState.UNDONE, JOB),
}
# In these states the same file may be uploaded anew: nothing of it is in the catalogue.
WITHOUT_EFFECT = (BatchState.UNDONE, BatchState.DISCARDED)


class Outcome(models.TextChoices):
    """What became of one record of an imported file, or would become of it."""

    WAITING = "waiting", _("未处理")
    ADDED = "added", _("新增")
    MATCHED = "matched", _("已有，只挂馆藏")
    REPLACED = "replaced", _("已有，更新书目")
    REMOVED = "removed", _("已剔除")
    REVIEW = "review", _("待查重")
    REFUSED = "refused", _("拒收")
    DROPPED = "dropped", _("人工舍弃")
