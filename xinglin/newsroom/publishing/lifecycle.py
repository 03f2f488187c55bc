"""The way of one article through one channel: a table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutletKind(models.TextChoices):
    """Where an article may go. Our own pages and feed need no outlet: they show what is published."""

    WECHAT = "wechat", _("微信公众号")
    EMAIL = "email", _("邮件摘要")
    WEIBO = "weibo", _("微博")
    DOUYIN = "douyin", _("抖音")
    CHANNELS = "channels", _("视频号")
    TOUTIAO = "toutiao", _("今日头条")


class Way(models.TextChoices):
    """How it goes out there."""

    DRAFT = "draft", _("只放进草稿箱，人工发表")
    PUBLISH = "publish", _("发布（不推送）")
    MASS_ALL = "mass_all", _("群发给全部关注者")
    MASS_TAG = "mass_tag", _("按标签群发")
    MASS_LIST = "mass_list", _("按名单群发")
    BY_HAND = "by_hand", _("人工发布")
    DIGEST = "digest", _("收进邮件摘要")


MASS = (Way.MASS_ALL, Way.MASS_TAG, Way.MASS_LIST)


class PostingState(models.TextChoices):
    """Where a posting stands."""

    PLANNED = "planned", _("待发布")
    # Set before the call: a process killed in the middle leaves it so, and nobody sends it again by itself.
    UNSURE = "unsure", _("结果不明")
    SENT = "sent", _("已提交，等平台结果")
    BY_HAND = "by_hand", _("待人工发布")
    OUT = "out", _("已发布")
    FAILED = "failed", _("失败")
    CANCELLED = "cancelled", _("已取消")
    TO_CORRECT = "to_correct", _("待更正")
    TO_WITHDRAW = "to_withdraw", _("待撤下")
    WITHDRAWN = "withdrawn", _("已撤下")


STAFF, JOB, PLATFORM, HOUSE = "publisher", "job", "platform", "house"

# (where the posting stands, what happens) -> (where it goes, whose hand)
POSTING_MOVES: dict[tuple[PostingState, str], tuple[PostingState, str]] = {
    (PostingState.PLANNED, "send"): (PostingState.UNSURE, JOB),
    (PostingState.PLANNED, "show"): (PostingState.OUT, JOB),
    (PostingState.PLANNED, "hand_over"): (PostingState.BY_HAND, JOB),
    (PostingState.PLANNED, "refuse"): (PostingState.FAILED, JOB),
    (PostingState.PLANNED, "cancel"): (PostingState.CANCELLED, STAFF),
    (PostingState.UNSURE, "drafted"): (PostingState.BY_HAND, PLATFORM),
    (PostingState.UNSURE, "accept"): (PostingState.SENT, PLATFORM),
    (PostingState.UNSURE, "not_now"): (PostingState.PLANNED, PLATFORM),
    (PostingState.UNSURE, "refuse"): (PostingState.FAILED, PLATFORM),
    (PostingState.UNSURE, "again"): (PostingState.PLANNED, STAFF),
    (PostingState.UNSURE, "report"): (PostingState.OUT, STAFF),
    (PostingState.SENT, "report"): (PostingState.OUT, PLATFORM),
    (PostingState.SENT, "refuse"): (PostingState.FAILED, PLATFORM),
    (PostingState.BY_HAND, "report"): (PostingState.OUT, STAFF),
    (PostingState.BY_HAND, "cancel"): (PostingState.CANCELLED, STAFF),
    (PostingState.FAILED, "again"): (PostingState.PLANNED, STAFF),
    (PostingState.FAILED, "cancel"): (PostingState.CANCELLED, STAFF),
    (PostingState.OUT, "outdate"): (PostingState.TO_CORRECT, HOUSE),
    (PostingState.OUT, "ask_withdrawal"): (PostingState.TO_WITHDRAW, HOUSE),
    (PostingState.TO_CORRECT, "corrected"): (PostingState.OUT, STAFF),
    (PostingState.TO_CORRECT, "ask_withdrawal"): (PostingState.TO_WITHDRAW, HOUSE),
    (PostingState.TO_WITHDRAW, "withdrawn"): (PostingState.WITHDRAWN, STAFF),
}

POSTING_DEEDS = {
    "send": _("发送"),
    "show": _("显示"),
    "drafted": _("存入草稿箱"),
    "hand_over": _("转人工"),
    "refuse": _("失败"),
    "cancel": _("取消"),
    "accept": _("平台受理"),
    "not_now": _("稍后再发"),
    "again": _("重新发布"),
    "report": _("登记已发布"),
    "outdate": _("标为待更正"),
    "ask_withdrawal": _("标为待撤下"),
    "corrected": _("登记已更正"),
    "withdrawn": _("登记已撤下"),
}
