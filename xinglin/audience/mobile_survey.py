"""A survey on the phone: its questions on one page, and after the second wave what is right and why."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.audience import queries
from xinglin.audience.errors import SurveyNotReady
from xinglin.audience.lifecycle import SurveyState
from xinglin.audience.models import Survey, Wave
from xinglin.audience.services import surveys
from xinglin.commons.errors import NotFound, Refusal
from xinglin.commons.numbers import whole
from xinglin.mobile.identity import binding_guide
from xinglin.mobile.registry import add_panel, page
from xinglin.newsroom.answers import queries as answered
from xinglin.newsroom.blocks import Quiz
from xinglin.wechat.links import follower_of
from xinglin.wechat.models import Follower

TOLD = (SurveyState.FOLLOW_UP, SurveyState.CLOSED)


@page("survey/<int:pk>/", name="audience.survey", title=lazy("健康小调查"), tab="me")
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what is left to ask, take the answers, thank. Raises ``NotFound``, ``SurveyNotReady``."""
    asked = Survey.objects.select_related("campaign", "questionnaire__article").filter(pk=pk).first()
    if asked is None:
        raise NotFound(_("没有这份调查；请回到公众号重新打开。"))
    follower = follower_of(request)
    if follower is None:
        guide = {"guide": binding_guide(request), "say": _("小调查")}
        return render(request, "audience/mobile/who.html", guide, status=403)
    if request.method == "POST":
        return _take(request, asked, follower)
    told = _answers(asked, follower) if asked.state in TOLD else []
    if asked.state != SurveyState.CLOSED or not told:
        surveys.asked_now(asked, follower)
    left = queries.questions_left(asked, follower)
    context = {"survey": asked, "left": left, "answers": [] if left else told}
    return render(request, "audience/mobile/survey.html", context)


def _take(request: HttpRequest, asked: Survey, follower: Follower) -> HttpResponse:
    """Take the whole sheet or nothing of it."""
    try:
        with transaction.atomic():
            left = queries.questions_left(asked, follower)
            given = {block.key: request.POST.get(f"q-{block.key}", "") for block in left}
            missing = sum(whole(each, digits=2) is None for each in given.values())
            if missing:
                raise SurveyNotReady(_("还有 %(n)d 题没有选，请选完再提交。"), n=missing)
            chosen = {key: int(each) for key, each in given.items()}
            surveys.answer(survey=asked, follower=follower, chosen=chosen, via="page")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("mobile:audience.survey", asked.pk)


def _answers(asked: Survey, follower: Follower) -> list[tuple[Quiz, bool]]:
    """Return each question with whether this follower was right in the second wave; nothing before they answered."""
    rows = answered.answers_of_wave(asked.questionnaire.article, asked.named(Wave.FOLLOW_UP))
    right = dict(rows.filter(person=surveys.person_of(follower)).values_list("key", "right"))
    return [
        (block, bool(right[block.key]))
        for block in answered.quizzes_of(asked.questionnaire)
        if block.key in right
    ]


def _open_to_me(request: HttpRequest) -> dict[str, object] | None:
    follower = follower_of(request)
    asks = queries.surveys_open_to(follower) if follower is not None else []
    return {"surveys": asks} if asks else None


add_panel(template="audience/mobile/survey_panel.html", context=_open_to_me, order=10)
