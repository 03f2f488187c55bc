"""Where a reader stands in a profile, and whether a profile runs: two tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _

READER, LIBRARIAN = "reader", "librarian"


class ProfileState(models.TextChoices):
    """Whether a profile runs at all: the librarian's switch."""

    RUNNING = "running", _("运行中")
    RESTING = "resting", _("馆员已停用")


class MemberState(models.TextChoices):
    """A reader's own switch. What a librarian set up for somebody waits until that reader wants it."""

    OFFERED = "offered", _("等读者同意")
    ACTIVE = "active", _("推送中")
    PAUSED = "paused", _("读者暂停")
    LEFT = "left", _("读者关闭")


PROFILE_MOVES: dict[tuple[ProfileState, str], tuple[ProfileState, str]] = {
    (ProfileState.RUNNING, "hide"): (ProfileState.RESTING, LIBRARIAN),
    (ProfileState.RESTING, "show"): (ProfileState.RUNNING, LIBRARIAN),
}

MEMBER_MOVES: dict[tuple[MemberState, str], tuple[MemberState, str]] = {
    (MemberState.OFFERED, "accept_push"): (MemberState.ACTIVE, READER),
    (MemberState.OFFERED, "end_push"): (MemberState.LEFT, READER),
    (MemberState.ACTIVE, "pause_push"): (MemberState.PAUSED, READER),
    (MemberState.ACTIVE, "end_push"): (MemberState.LEFT, READER),
    (MemberState.PAUSED, "resume_push"): (MemberState.ACTIVE, READER),
    (MemberState.PAUSED, "end_push"): (MemberState.LEFT, READER),
    (MemberState.LEFT, "accept_push"): (MemberState.ACTIVE, READER),
}
