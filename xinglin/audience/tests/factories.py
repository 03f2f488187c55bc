"""Tags, segments and campaigns for tests; each says only what matters."""

from datetime import datetime, timedelta
from itertools import count

from xinglin.audience.models import (
    Behaviour,
    Campaign,
    Channel,
    ConsentKind,
    Delivery,
    Did,
    Dimension,
    Segment,
    Source,
    Survey,
    Tag,
)
from xinglin.audience.rules.tree import All, Node
from xinglin.audience.services import campaigns, segments, sending, surveys, tags
from xinglin.audience.services.campaigns import CampaignFile
from xinglin.audience.services.policies import policy_of
from xinglin.audience.services.segments import SegmentFile
from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.newsroom import services as newsroom
from xinglin.newsroom.blocks import Content, Quiz
from xinglin.newsroom.models import Article
from xinglin.newsroom.tests.factories import ABOUT, a_column, a_notice
from xinglin.wechat.models import Account, Follower
from xinglin.wechat.testing import a_follower, an_account

_numbers = count(1)


def an_audience(library: Library, kind: str = "F1", **more: str) -> Account:
    """An account whose nights are not quiet, so that a test sends at any hour."""
    account = an_account(library, kind=kind, **more)
    policy = policy_of(account)
    policy.quiet_from = policy.quiet_to
    policy.save()
    return account


def tag_of(dimension: str = "identity", name: str = "") -> Tag:
    """One of the tags that are laid out from the beginning."""
    rows = Tag.objects.filter(dimension__code=dimension).select_related("dimension")
    return rows.get(name=name) if name else rows[0]


def a_member(account: Account, *carried: Tag) -> Follower:
    """Somebody who follows, with tags."""
    follower = a_follower(account)
    for tag in carried:
        if tag.dimension.is_sensitive:
            consent(follower)
        tags.put(follower=follower, tag=tag, source=Source.DECLARED)
    return follower


def consent(follower: Follower) -> None:
    """The separate consent to health tags."""
    tags.give_consent(follower=follower, kind=ConsentKind.HEALTH, text_version="1", through="test")


def many(account: Account, number: int) -> list[int]:
    """Many followers at once."""
    made = Follower.objects.bulk_create(
        Follower(account=account, openid=f"many{next(_numbers):08d}") for _each in range(number)
    )
    return [follower.pk for follower in made]


def did(follower: Follower, kind: Did, *, days_ago: float = 0, column: int | None = None) -> None:
    """Something that a follower did."""
    at = clock.now() - timedelta(days=days_ago)
    Behaviour.objects.create(follower_id=follower.pk, kind=kind, at=at, column_id=column)


def a_segment(account: Account, rule: Node | None = None, name: str = "") -> Segment:
    """A segment; of everybody when no rule is said."""
    file = SegmentFile(name or f"分群{next(_numbers)}", rule or All())
    return segments.save(account=account, file=file, by=None)


def an_article(account: Account, title: str = "高血压患者怎样运动") -> Article:
    """A published article of the account's library."""
    return a_notice(account.library, title=title)


def a_campaign(
    segment: Segment, *, channel: Channel = Channel.MASS, article: Article | None = None, **file: str
) -> Campaign:
    """A draft of a campaign."""
    article = article or an_article(segment.account)
    return campaigns.plan(
        file=CampaignFile(f"推送{next(_numbers)}", segment, article, channel, **file),  # type: ignore[arg-type]
        by=None,
    )


def under_way(campaign: Campaign, at: datetime | None = None) -> Campaign:
    """A campaign that was scheduled and started."""
    campaigns.schedule(campaign=campaign, at=at, by=None)
    assert campaigns.start(campaign_id=campaign.pk)
    campaign.refresh_from_db()
    return campaign


def states(campaign: Campaign) -> dict[int, tuple[int, int]]:
    """State and reason of each delivery."""
    rows = Delivery.objects.filter(campaign=campaign).values_list("follower_id", "state", "reason")
    return {follower: (state, reason) for follower, state, reason in rows}


def dimension(code: str) -> Dimension:
    """One of the dimensions that are laid out."""
    return Dimension.objects.get(code=code)


QUESTIONS = (
    ("成人高血压的诊断标准是？", ("120/80", "140/90", "160/100"), "B"),
    ("高血压患者每天食盐应少于？", ("5 克", "10 克", "15 克"), "A"),
)


def a_questionnaire(account: Account, title: str = "高血压知多少") -> Article:
    """A published article of two quizzes, as a survey takes its questions from it."""
    quizzes = tuple(
        Quiz(f"0000000{number}", question, options, right, "见《中国高血压防治指南》。")
        for number, (question, options, right) in enumerate(QUESTIONS)
    )
    draft = newsroom.write(
        library=account.library,
        content=Content(title=title, blocks=quizzes, about=ABOUT),
        arrangement=newsroom.Arrangement(a_column(), for_branches=False, expires_on=None),
        by=None,
    )
    return newsroom.publish(article=draft, version=draft.version, by=None)


def a_survey(account: Account) -> Survey:
    """A survey of a push that is still a draft."""
    campaign = a_campaign(a_segment(account), channel=Channel.IN_APP)
    return surveys.draw_up(campaign=campaign, article=a_questionnaire(account), by=None)


def answers(survey: Survey, follower: Follower, *, knows: bool) -> None:
    """A follower answers all questions of the open wave, rightly or the first of them wrongly."""
    right = {f"0000000{number}": "ABC".index(answer) for number, (_q, _o, answer) in enumerate(QUESTIONS)}
    chosen = right if knows else {**right, "00000000": 2}
    assert surveys.answer(survey=survey, follower=follower, chosen=chosen, via="page")


def pushed(survey: Survey) -> None:
    """The push goes out, which ends the baseline."""
    campaigns.schedule(campaign=survey.campaign, at=None, by=None)
    assert campaigns.start(campaign_id=survey.campaign_id)
    sending.send(campaign_id=survey.campaign_id)
    survey.refresh_from_db()
    survey.campaign.refresh_from_db()
