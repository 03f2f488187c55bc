"""What is read of the audience by more than one caller."""

from datetime import timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from xinglin.audience.lifecycle import CampaignState, SurveyState
from xinglin.audience.models import (
    Campaign,
    Delivery,
    DeliveryState,
    Dimension,
    FollowerTag,
    OptOut,
    ProfilingOff,
    PushPolicy,
    Segment,
    SegmentSize,
    SensitiveAccess,
    Survey,
    Tag,
)
from xinglin.audience.services.surveys import person_of
from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.answers import queries as answered
from xinglin.newsroom.blocks import Quiz
from xinglin.newsroom.models import Column
from xinglin.wechat.capabilities import AccountKind
from xinglin.wechat.models import Account, Follower

VIEW_SEGMENT = "audience.view_segment"
VIEW_CAMPAIGN = "audience.view_campaign"
VIEW_PEOPLE = "audience.view_person"
VIEW_ACCESS = "audience.view_access"


def accounts_for(staff: Staff, permission: str) -> QuerySet[Account]:
    """Return the accounts in use of the libraries in which someone has a permission."""
    libraries = access.libraries_of(staff, permission)
    return Account.objects.filter(library__in=libraries, active=True).exclude(kind=AccountKind.MINI_PROGRAM)


def segments_visible_to(staff: Staff) -> QuerySet[Segment]:
    """Return the segments of the accounts of someone's libraries, with the size written down last."""
    newest = SegmentSize.objects.filter(segment=OuterRef("pk")).order_by("-day")
    return (
        Segment.objects.filter(account__library__in=access.libraries_of(staff, VIEW_SEGMENT))
        .select_related("account__library", "created_by__user")
        .annotate(last_size=Subquery(newest.values("size")[:1]))
    )


def campaigns_visible_to(staff: Staff) -> QuerySet[Campaign]:
    """Return the campaigns of the accounts of someone's libraries."""
    libraries = access.libraries_of(staff, VIEW_CAMPAIGN)
    return Campaign.objects.filter(account__library__in=libraries).select_related(
        "account__library", "segment", "article__column", "article__shown", "article__newest", "topic"
    )


def surveys_visible_to(staff: Staff) -> QuerySet[Survey]:
    """Return the surveys of the campaigns of someone's libraries."""
    libraries = access.libraries_of(staff, VIEW_CAMPAIGN)
    return Survey.objects.filter(campaign__account__library__in=libraries).select_related(
        "campaign__account__library", "questionnaire__article"
    )


def surveys_open_to(follower: Follower) -> list[Survey]:
    """Return the surveys in which a follower has still questions to answer, the newest first."""
    asking = Survey.objects.filter(
        campaign__account=follower.account_id, state__in=(SurveyState.BASELINE, SurveyState.FOLLOW_UP)
    ).select_related("campaign", "questionnaire__article")
    return [survey for survey in asking if questions_left(survey, follower)]


def questions_left(survey: Survey, follower: Follower) -> list[Quiz]:
    """Return the questions of the open wave that a follower has not answered; none while no wave is open."""
    wave = survey.open_wave
    if wave is None:
        return []
    given = answered.answers_of_wave(survey.questionnaire.article, survey.named(wave))
    done = set(given.filter(person=person_of(follower)).values_list("key", flat=True))
    return [block for block in answered.quizzes_of(survey.questionnaire) if block.key not in done]


def people_visible_to(staff: Staff) -> QuerySet[Follower]:
    """Return the followers of the accounts of someone's libraries who follow now, with how many tags they carry."""
    libraries = access.libraries_of(staff, VIEW_PEOPLE)
    return (
        Follower.objects.filter(account__library__in=libraries, is_following=True, erased_at__isnull=True)
        .select_related("account__library")
        .annotate(carried=Count("tags"))
    )


def accesses_visible_to(staff: Staff) -> QuerySet[SensitiveAccess]:
    """Return the openings of sealed tags in someone's libraries."""
    return SensitiveAccess.objects.filter(library__in=access.libraries_of(staff, VIEW_ACCESS)).select_related(
        "library", "staff__user"
    )


def policies_visible_to(staff: Staff) -> QuerySet[PushPolicy]:
    """Return the push policies of someone's libraries."""
    libraries = access.libraries_of(staff, VIEW_CAMPAIGN)
    return PushPolicy.objects.filter(account__library__in=libraries).select_related("account__library")


def tags_in_use() -> QuerySet[Tag]:
    """Return the tags that may be carried."""
    return Tag.objects.filter(active=True, dimension__active=True).select_related("dimension")


def tags_of(follower: Follower) -> QuerySet[FollowerTag]:
    """Return the tags of a follower that stand, the sealed ones not among them."""
    return (
        FollowerTag.objects.filter(follower=follower)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now()))
        .select_related("tag__dimension")
        .order_by("tag__dimension__position", "tag__position")
    )


def declared_dimensions() -> QuerySet[Dimension]:
    """Return what readers are asked about themselves."""
    return (
        Dimension.objects.filter(is_declared=True, active=True).exclude(question="").prefetch_related("tags")
    )


def opted_out_topics(follower: Follower) -> tuple[bool, set[int]]:
    """Return whether a follower wants nothing at all, and the topics they do not want."""
    topics = set(OptOut.objects.filter(follower=follower).values_list("topic_id", flat=True))
    return None in topics, {topic for topic in topics if topic is not None}


def is_profiled(follower: Follower) -> bool:
    """Whether we learn from what a follower does."""
    return not ProfilingOff.objects.filter(follower=follower).exists()


def topics_sent() -> QuerySet[Column]:
    """Return the topics on which something is ever sent."""
    return Column.objects.filter(active=True).order_by("position", "pk")


def received_by(follower: Follower, *, most: int = 50) -> list[Campaign]:
    """Return the campaigns that reached a follower, the newest first."""
    rows = Delivery.objects.filter(follower_id=follower.pk, state=DeliveryState.SENT)
    rows = rows.filter(sent_at__gte=clock.now() - timedelta(days=180)).order_by("-sent_at")
    numbers = list(rows.values_list("campaign_id", flat=True)[:most])
    found = Campaign.objects.select_related("article__shown", "topic").in_bulk(numbers)
    return [found[number] for number in numbers if number in found]


def under_way(account: Account) -> QuerySet[Campaign]:
    """Return the campaigns of an account that are scheduled or being sent."""
    states = (CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.BY_HAND)
    return Campaign.objects.filter(account=account, state__in=states).order_by("send_at")
