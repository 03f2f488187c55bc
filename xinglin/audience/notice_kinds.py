"""What the audience tells bound readers, and what a push by subscription notice says."""

from django.utils.translation import gettext_lazy as _

from xinglin.audience import queries
from xinglin.audience.models import Survey
from xinglin.notices.kinds import Field, NoticeKind, Topic, declare
from xinglin.notices.models import Notice
from xinglin.wechat.queries import followers_of

SURVEY = "audience.survey"
PUSH = "audience.push"


def _still_asked(notice: Notice) -> bool:
    """Whether the wave still takes answers, and the reader has not given all of theirs."""
    number, _dash, wave = notice.key.partition("-")
    survey = (
        Survey.objects.filter(pk=int(number)).select_related("campaign", "questionnaire__article").first()
    )
    if survey is None or survey.open_wave is None or str(survey.open_wave.value) != wave:
        return False
    here = [each for each in followers_of(notice.patron) if each.account_id == survey.campaign.account_id]
    return any(queries.questions_left(survey, follower) for follower in here)


declare(
    NoticeKind(
        SURVEY,
        _("健康小调查"),
        Topic.NEWS,
        fields=(Field("title", _("问卷")), Field("questions", _("题数"))),
        still_true=_still_asked,
    )
)
# Never owed: it is here so that a template of the account is mapped for it as for every other kind.
declare(
    NoticeKind(
        PUSH,
        _("推送文章（订阅通知）"),
        Topic.NEWS,
        fields=(
            Field("title", _("标题")),
            Field("digest", _("摘要")),
            Field("topic", _("主题")),
            Field("day", _("日期")),
        ),
    )
)
