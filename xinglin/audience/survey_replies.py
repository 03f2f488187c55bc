"""「小调查」 in the chat: the questions of the survey that is open, one after the other."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.audience import queries
from xinglin.audience.models import Survey, Wave
from xinglin.audience.services import surveys
from xinglin.commons.numbers import whole
from xinglin.newsroom.errors import AnswerUnfit
from xinglin.wechat.conversation import Choice, Incoming, command
from xinglin.wechat.replies import Reply, Text, link

LETTERS = "ABCDEFGHIJKL"
WORD = "小调查"
MOST = 9


@command(WORD, "健康小调查", "知晓率调查", title=lazy("健康小调查"), example=WORD, order=48)
def take_part(incoming: Incoming, argument: str) -> Reply | None:
    """Ask the first open question, or take the answer to one and ask the next."""
    written, _dash, rest = argument.partition("-")
    if not argument:
        return _listed(incoming)
    if (number := whole(written)) is None:
        return None
    survey = Survey.objects.select_related("campaign", "questionnaire__article").filter(pk=number).first()
    if survey is None:
        return _listed(incoming)
    key, _dash, letter = rest.partition("-")
    if not key:
        return _next(incoming, survey)
    place = LETTERS.find(letter.upper()) if len(letter) == 1 else -1
    if place < 0:
        raise AnswerUnfit(lazy("请回复选项前的数字。"))
    surveys.answer(survey=survey, follower=incoming.follower, chosen={key: place}, via="chat")
    return _next(incoming, survey)


def _listed(incoming: Incoming) -> Reply:
    open_now = queries.surveys_open_to(incoming.follower)[:MOST]
    if not open_now:
        return Text(_("现在没有要请您答的小调查，谢谢您。"))
    if len(open_now) == 1:
        return _next(incoming, open_now[0])
    return incoming.choices(
        _("请选一份："), [Choice(one.questionnaire.title, f"{WORD} {one.pk}") for one in open_now]
    )


def _next(incoming: Incoming, survey: Survey) -> Reply:
    """Ask the first question that is left, or thank."""
    surveys.asked_now(survey, incoming.follower)
    left = queries.questions_left(survey, incoming.follower)
    if not left:
        incoming.forget()
        return Text(_thanks(incoming, survey))
    question = left[0]
    options = [
        Choice(option, f"{WORD} {survey.pk}-{question.key}-{letter}")
        for letter, option in zip(LETTERS, question.options, strict=False)
    ]
    heading = _("%(question)s\n（还有 %(n)d 题）") % {"question": question.question, "n": len(left)}
    return incoming.choices(heading, options)


def _thanks(incoming: Incoming, survey: Survey) -> str:
    """Thank; what is right is told only after the second wave, or the first would teach it."""
    if survey.open_wave == Wave.BASELINE:
        return _("都答完了，谢谢您！过些日子还会再请您答一次，答案到时再告诉您。")
    page = incoming.link(reverse("mobile:audience.survey", args=[survey.pk]))
    return _("都答完了，谢谢您！%(page)s") % {"page": link(_("看答案和解释"), page)}
