"""Surveys of awareness: drawn up, opened and closed in two waves, answered once a person and wave."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from xinglin.audience.errors import SurveyMoved, SurveyNotReady
from xinglin.audience.lifecycle import SURVEY_MOVES, CampaignState, SurveyState
from xinglin.audience.models import Campaign, Survey, Wave
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.answers import queries as answered
from xinglin.newsroom.answers import services as answers
from xinglin.newsroom.lifecycle import State as ArticleState
from xinglin.newsroom.models import Article
from xinglin.wechat.models import Follower

MOST_QUESTIONS = 10
WEAKEST, STRICTEST = 50, 100
RUN = "audience.run_survey"
INVITE = "xinglin.audience.invite_to_survey"


@transaction.atomic
def draw_up(
    *,
    campaign: Campaign,
    article: Article,
    known_from: int = 80,
    by: Staff | None,
    survey: Survey | None = None,
    version: int | None = None,
) -> Survey:
    """Give a campaign a survey, or change one that nobody has been asked: its questions are the quizzes of an article.

    The questions are those that readers see of the article at this moment; what is written later changes nothing.

    Raises ``SurveyNotReady``, ``SurveyMoved``.
    """
    access.require(by, RUN, campaign.account.library_id)
    kept_campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    kept = Survey(created_by=by, campaign=kept_campaign)
    if survey is not None:
        kept = _locked(survey, "amend", version)
    elif Survey.objects.filter(campaign=kept_campaign).exists():
        raise SurveyNotReady(_("「%(name)s」已有一份调查，一次推送只能有一份。"), name=campaign.name)
    _refuse_unfit(kept_campaign, article, known_from)
    if article.shown is None:
        raise LookupError("a published article shows a revision")
    kept.questionnaire, kept.known_from = article.shown, known_from
    kept.version += survey is not None
    kept.save()
    history.record(kept, "amend" if survey else "set_up_survey", by=by.user if by else None)
    return kept


def _refuse_unfit(campaign: Campaign, article: Article, known_from: int) -> None:
    if campaign.started_at is not None or campaign.state == CampaignState.DISCARDED:
        raise SurveyNotReady(
            _("「%(name)s」现在是「%(state)s」：前测要在推送开始之前做，请另建一次推送。"),
            name=campaign.name, state=campaign.get_state_display(),
        )  # fmt: skip
    if article.state != ArticleState.PUBLISHED or article.shown is None:
        raise SurveyNotReady(_("《%(title)s》还没有发布：问卷也要先审核、发布。"), title=article.title)
    number = len(answered.quizzes_of(article.shown))
    if not 1 <= number <= MOST_QUESTIONS:
        raise SurveyNotReady(
            _("《%(title)s》有 %(n)d 道问答题；问卷要 1 到 %(most)d 道，请在文章里增减“问答”块。"),
            title=article.title, n=number, most=MOST_QUESTIONS,
        )  # fmt: skip
    if not WEAKEST <= known_from <= STRICTEST:
        raise SurveyNotReady(_("知晓标准要在 %(low)d%% 到 %(high)d%% 之间。"), low=WEAKEST, high=STRICTEST)


@transaction.atomic
def open_baseline(*, survey: Survey, by: Staff | None) -> Survey:
    """Begin to ask, before the push. Raises ``SurveyNotReady`` when it has started, ``SurveyMoved``."""
    access.require(by, RUN, survey.campaign.account.library_id)
    # The campaign first, as where a push starts.
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=survey.campaign_id)
    kept = _locked(survey, "open_baseline")
    if campaign.started_at is not None:
        raise SurveyNotReady(
            _("「%(name)s」已经开始推送，做不成前测了；请另建一次推送。"), name=campaign.name
        )
    kept.baseline_from = clock.now()
    return _opened(kept, "open_baseline", by)


@transaction.atomic
def close_baseline(*, survey: Survey, by: Staff | None) -> Survey:
    """End the first wave. Raises ``SurveyMoved``."""
    access.require(by, RUN, survey.campaign.account.library_id)
    kept = _locked(survey, "close_baseline")
    kept.baseline_to = clock.now()
    return _move(kept, "close_baseline", by)


@transaction.atomic
def close_baseline_at_start(*, campaign: Campaign) -> None:
    """End the first wave because the push starts now."""
    kept = Survey.objects.select_for_update().filter(campaign=campaign, state=SurveyState.BASELINE).first()
    if kept is not None:
        kept.baseline_to = clock.now()
        _move(kept, "close_baseline", None)


@transaction.atomic
def open_follow_up(*, survey: Survey, by: Staff | None) -> Survey:
    """Ask the same questions again, after the push. Raises ``SurveyNotReady`` before it, ``SurveyMoved``."""
    access.require(by, RUN, survey.campaign.account.library_id)
    kept = _locked(survey, "open_follow_up")
    campaign = Campaign.objects.get(pk=kept.campaign_id)
    if campaign.finished_at is None:
        raise SurveyNotReady(
            _("「%(name)s」还没有发完（%(state)s）；发完以后再开始后测。"),
            name=campaign.name, state=campaign.get_state_display(),
        )  # fmt: skip
    kept.follow_up_from = clock.now()
    return _opened(kept, "open_follow_up", by)


@transaction.atomic
def close(*, survey: Survey, by: Staff | None) -> Survey:
    """End the survey: its figures change no more but by who leaves. Raises ``SurveyMoved``."""
    access.require(by, RUN, survey.campaign.account.library_id)
    kept = _locked(survey, "close_survey")
    kept.follow_up_to = clock.now()
    return _move(kept, "close_survey", by)


@transaction.atomic
def answer(*, survey: Survey, follower: Follower, chosen: Mapping[str, int], via: str) -> bool:
    """Keep what a follower chose, by question; return whether all questions of the open wave are answered now.

    Chat brings one at a time, the page the rest at once. Raises ``SurveyNotReady`` while no wave is open, and the
    newsroom's ``AnswerUnfit`` for a second answer or a choice that there is not.
    """
    kept = Survey.objects.select_for_update(no_key=True).select_related("campaign").get(pk=survey.pk)
    wave = asked_now(kept, follower)
    questions = {block.key: block for block in answered.quizzes_of(kept.questionnaire)}
    for key, place in chosen.items():
        if key not in questions:
            raise SurveyNotReady(_("这份调查里没有这道题；请刷新页面。"))
        answers.answer(
            article=kept.questionnaire.article, key=key, person=person_of(follower), choices=[place], via=via,
            question=questions[key], wave=kept.named(wave),
        )  # fmt: skip
    done = answered.answers_of_wave(kept.questionnaire.article, kept.named(wave)).filter(
        person=person_of(follower)
    )
    return done.count() == len(questions)


def asked_now(survey: Survey, follower: Follower) -> Wave:
    """Return the wave in which a follower is asked. Raises ``SurveyNotReady``."""
    wave = survey.open_wave
    if wave is None or follower.account_id != survey.campaign.account_id or follower.erased_at is not None:
        raise SurveyNotReady(_("这份调查现在不收答案，谢谢您。"))
    return wave


def person_of(follower: Follower) -> str:
    """Return the key of who answers: always the follower, so that binding a card between the waves changes nobody."""
    return f"f{follower.pk}"


def _opened(kept: Survey, deed: str, by: Staff | None) -> Survey:
    app.configure_task(INVITE, queue="notices").defer(survey_id=kept.pk)
    return _move(kept, deed, by)


def _locked(survey: Survey, deed: str, version: int | None = None) -> Survey:
    kept = Survey.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=survey.pk)
    if (SurveyState(kept.state), deed) not in SURVEY_MOVES or (
        version is not None and kept.version != version
    ):
        raise SurveyMoved(
            _("「%(name)s」的调查现在是「%(state)s」，不能这样办理；请刷新后再看。"),
            name=kept.campaign.name, state=kept.get_state_display(),
        )  # fmt: skip
    return kept


def _move(kept: Survey, deed: str, by: Staff | None) -> Survey:
    kept.state = SURVEY_MOVES[SurveyState(kept.state), deed][0]
    kept.version += 1
    kept.save()
    history.record(kept, deed, by=by.user if by else None)
    return kept
