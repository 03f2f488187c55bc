"""Where runs, doubts, findings and sources stand, and by which deed they go on: tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _

LIBRARIAN, MACHINE = "librarian", "machine"


class SourceState(models.TextChoices):
    """A source is asked, rests, or can only be looked at by a person."""

    ACTIVE = "active", _("使用中")
    PAUSED = "paused", _("已停用")
    BY_HAND = "by_hand", _("人工查看")


class RunState(models.TextChoices):
    LISTING = "listing", _("列编号")
    FETCHING = "fetching", _("取记录")
    DONE = "done", _("完成")
    PARTIAL = "partial", _("有缺")


class ItemState(models.TextChoices):
    """What became of one number of a run's list."""

    TO_GET = "to_get", _("待取")
    GOT = "got", _("已取")
    KNOWN = "known", _("已有")
    GONE = "gone", _("已删除")
    REDIRECTED = "redirected", _("已并入别的记录")
    UNREADABLE = "unreadable", _("读不了")


class DoubtState(models.TextChoices):
    OPEN = "open", _("待判断")
    SAME = "same", _("同一篇")
    DIFFERENT = "different", _("不同")


class FindingState(models.TextChoices):
    """A publication on a topic, through two pairs of eyes."""

    FOUND = "found", _("待初筛")
    KEPT = "kept", _("待复筛")
    RELEASED = "released", _("已发布")
    DROPPED = "dropped", _("已排除")


SOURCE_MOVES: dict[tuple[SourceState, str], tuple[SourceState, str]] = {
    (SourceState.ACTIVE, "hide"): (SourceState.PAUSED, LIBRARIAN),
    (SourceState.BY_HAND, "hide"): (SourceState.PAUSED, LIBRARIAN),
    (SourceState.PAUSED, "show"): (SourceState.ACTIVE, LIBRARIAN),
    (SourceState.BY_HAND, "show"): (SourceState.ACTIVE, LIBRARIAN),
}

RUN_MOVES: dict[tuple[RunState, str], tuple[RunState, str]] = {
    (RunState.LISTING, "list"): (RunState.FETCHING, MACHINE),
    (RunState.FETCHING, "finish"): (RunState.DONE, MACHINE),
    (RunState.FETCHING, "leave"): (RunState.PARTIAL, MACHINE),
    (RunState.PARTIAL, "try_again"): (RunState.FETCHING, LIBRARIAN),
}

DOUBT_MOVES: dict[tuple[DoubtState, str], tuple[DoubtState, str]] = {
    (DoubtState.OPEN, "unite"): (DoubtState.SAME, LIBRARIAN),
    (DoubtState.OPEN, "part"): (DoubtState.DIFFERENT, LIBRARIAN),
    (DoubtState.SAME, "part"): (DoubtState.DIFFERENT, LIBRARIAN),
    (DoubtState.DIFFERENT, "unite"): (DoubtState.SAME, LIBRARIAN),
}

FINDING_MOVES: dict[tuple[FindingState, str], tuple[FindingState, str]] = {
    (FindingState.FOUND, "keep"): (FindingState.KEPT, LIBRARIAN),
    (FindingState.FOUND, "drop"): (FindingState.DROPPED, LIBRARIAN),
    (FindingState.KEPT, "release"): (FindingState.RELEASED, LIBRARIAN),
    (FindingState.KEPT, "drop"): (FindingState.DROPPED, LIBRARIAN),
    (FindingState.RELEASED, "recall"): (FindingState.DROPPED, LIBRARIAN),
    (FindingState.DROPPED, "reopen"): (FindingState.FOUND, LIBRARIAN),
}
