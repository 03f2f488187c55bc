"""Telling those who are meant that a survey asks them: bound readers, by the way that is open to each."""

from collections.abc import Iterator, Sequence

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from xinglin.audience import notice_kinds
from xinglin.audience.models import Delivery, DeliveryState, OptOut, Survey, Wave
from xinglin.audience.rules import tree
from xinglin.audience.rules.compiling import members
from xinglin.audience.services import segments, surveys
from xinglin.newsroom.answers import queries as answered
from xinglin.notices.services import owe
from xinglin.wechat.models import Binding

A_PAGE = 500


def invite(*, survey_id: int) -> int:
    """Owe an invitation to every bound reader who is meant, and return to how many; done twice, each is owed one.

    Before the push they are those of its segment, after it those whom it reached and those who answered before.
    Others find the survey on the phone's home page, under the article of the push, or by 「小调查」 in the chat.
    """
    survey = Survey.objects.select_related(
        "campaign__account__library", "campaign__segment", "campaign__topic", "questionnaire__article"
    ).get(pk=survey_id)
    wave = survey.open_wave
    if wave is None:
        return 0
    campaign, owed = survey.campaign, 0
    followers = sorted(_meant(survey, wave))
    number = len(answered.quizzes_of(survey.questionnaire))
    for start in range(0, len(followers), A_PAGE):
        page = followers[start : start + A_PAGE]
        done = _have_answered(survey, wave, page, number)
        refused = OptOut.objects.filter(Q(topic=None) | Q(topic=campaign.topic_id), follower__in=page)
        bound = (
            Binding.objects.filter(
                follower__in=page, follower__is_following=True, unbound_at=None, follower__erased_at=None
            )
            .exclude(follower__in=refused.values("follower"))
            .select_related("patron__home_library", "follower")
        )
        for binding in bound.order_by("follower"):
            if surveys.person_of(binding.follower) in done:
                continue
            owe(
                patron=binding.patron,
                kind=notice_kinds.SURVEY,
                key=f"{survey.pk}-{wave.value}",
                title=_("健康小调查"),
                text=_("%(n)d 道题，一两分钟：%(title)s。在公众号里回复“小调查”也能答。")
                % {"n": number, "title": survey.questionnaire.title},
                link=reverse("mobile:audience.survey", args=[survey.pk]),
                fields={"title": survey.questionnaire.title, "questions": number},
                library=campaign.account.library,
            )
            owed += 1
    return owed


def _have_answered(survey: Survey, wave: Wave, followers: Sequence[int], questions: int) -> set[str]:
    """Return who of some followers has answered every question of a wave."""
    given = answered.answers_of_wave(survey.questionnaire.article, survey.named(wave))
    asked = given.filter(person__in=[f"f{follower}" for follower in followers])
    counted = asked.values_list("person").annotate(n=Count("key")).order_by()
    return {person for person, number in counted if number >= questions}


def _meant(survey: Survey, wave: Wave) -> Iterator[int]:
    campaign = survey.campaign
    if wave == Wave.BASELINE:
        rule = tree.read(campaign.segment.rule)
        purpose = f"邀请答调查「{campaign.name}」"
        carriers = segments.opened(campaign.account, rule, None, purpose)
        yield from members(campaign.account, rule, carriers).values_list("follower_id", flat=True)
        return
    reached = Delivery.objects.filter(campaign=campaign, state=DeliveryState.SENT)
    found = set(reached.values_list("follower_id", flat=True))
    before = answered.answers_of_wave(survey.questionnaire.article, survey.named(Wave.BASELINE))
    found |= {
        int(person[1:]) for person in before.filter(person__startswith="f").values_list("person", flat=True)
    }
    yield from found
