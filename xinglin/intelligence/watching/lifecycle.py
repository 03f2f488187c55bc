"""Where alarms and the copies of a brief stand: tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _

LIBRARIAN, LEADER = "librarian", "leader"


class AlarmState(models.TextChoices):
    OPEN = "open", _("待处理")
    TAKEN_UP = "taken_up", _("已处置")
    DISMISSED = "dismissed", _("不用处置")


class CopyState(models.TextChoices):
    """Where a leader's copy of a brief stands; what was opened may have been looked at by a chat's preview alone."""

    SENT = "sent", _("已发出")
    OPENED = "opened", _("打开过")
    RECEIPTED = "receipted", _("已阅")


ALARM_MOVES: dict[tuple[AlarmState, str], tuple[AlarmState, str]] = {
    (AlarmState.OPEN, "take_up"): (AlarmState.TAKEN_UP, LIBRARIAN),
    (AlarmState.OPEN, "dismiss"): (AlarmState.DISMISSED, LIBRARIAN),
}

COPY_MOVES: dict[tuple[CopyState, str], tuple[CopyState, str]] = {
    (CopyState.SENT, "open"): (CopyState.OPENED, LEADER),
    (CopyState.SENT, "receipt"): (CopyState.RECEIPTED, LEADER),
    (CopyState.OPENED, "receipt"): (CopyState.RECEIPTED, LEADER),
}
