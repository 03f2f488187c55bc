"""Where a campaign and its survey may stand, and what brings them on."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CampaignState(TextChoices):
    DRAFT = "draft", _("草稿")
    SCHEDULED = "scheduled", _("待发送")
    SENDING = "sending", _("发送中")
    BY_HAND = "by_hand", _("待人工群发")
    SENT = "sent", _("已发送")
    STOPPED = "stopped", _("已停止")
    FAILED = "failed", _("出错停下")
    DISCARDED = "discarded", _("已废弃")


# (where it stands, what is done) -> (where it goes, by whose hand)
MOVES = {
    (CampaignState.DRAFT, "amend"): (CampaignState.DRAFT, "librarian"),
    (CampaignState.DRAFT, "schedule"): (CampaignState.SCHEDULED, "librarian"),
    (CampaignState.DRAFT, "discard"): (CampaignState.DISCARDED, "librarian"),
    (CampaignState.SCHEDULED, "unschedule"): (CampaignState.DRAFT, "librarian"),
    (CampaignState.SCHEDULED, "start"): (CampaignState.SENDING, "the clock"),
    (CampaignState.SENDING, "ask_by_hand"): (CampaignState.BY_HAND, "job"),
    (CampaignState.SENDING, "finish"): (CampaignState.SENT, "job"),
    (CampaignState.SENDING, "fail"): (CampaignState.FAILED, "job"),
    (CampaignState.SENDING, "stop"): (CampaignState.STOPPED, "librarian"),
    (CampaignState.BY_HAND, "confirm"): (CampaignState.SENT, "librarian"),
    (CampaignState.BY_HAND, "stop"): (CampaignState.STOPPED, "librarian"),
    (CampaignState.STOPPED, "resume"): (CampaignState.SENDING, "librarian"),
    (CampaignState.FAILED, "resume"): (CampaignState.SENDING, "librarian"),
    (CampaignState.FAILED, "stop"): (CampaignState.STOPPED, "librarian"),
}

OVER = (CampaignState.SENT, CampaignState.STOPPED, CampaignState.FAILED)


class SurveyState(TextChoices):
    DRAFT = "draft", _("未开始")
    BASELINE = "baseline", _("前测中")
    BETWEEN = "between", _("等待后测")
    FOLLOW_UP = "follow_up", _("后测中")
    CLOSED = "closed", _("已结束")


# A push that starts ends the baseline: what is answered after it would not be "before".
SURVEY_MOVES = {
    (SurveyState.DRAFT, "amend"): (SurveyState.DRAFT, "librarian"),
    (SurveyState.DRAFT, "open_baseline"): (SurveyState.BASELINE, "librarian"),
    (SurveyState.BASELINE, "close_baseline"): (SurveyState.BETWEEN, "librarian or the push"),
    (SurveyState.BETWEEN, "open_follow_up"): (SurveyState.FOLLOW_UP, "librarian"),
    (SurveyState.FOLLOW_UP, "close_survey"): (SurveyState.CLOSED, "librarian"),
}
