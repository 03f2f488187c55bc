"""「投票」 and 「答题」 in the chat: the same questions as in the articles, one answer a person."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.numbers import whole
from xinglin.newsroom import queries
from xinglin.newsroom.answers import queries as answered
from xinglin.newsroom.answers import services
from xinglin.newsroom.answers.people import key_of
from xinglin.newsroom.blocks import Poll, Quiz
from xinglin.newsroom.errors import AnswerUnfit
from xinglin.newsroom.models import Article
from xinglin.wechat.conversation import Choice, Incoming, command, step
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_text
from xinglin.wechat.replies import Reply, Text, link

LETTERS = "ABCDEFGHIJKL"
NEWEST = 30
MOST = 9
WRITE = "newsroom.free_answer"


@command("投票", "问卷", title=gettext_lazy("投票"), example="投票", order=46)
def vote(incoming: Incoming, argument: str) -> Reply | None:
    """Answer with the open polls, the options of one, or take the choice."""
    return _asked(incoming, argument, Poll, "投票")


@command("答题", title=gettext_lazy("健康答题"), example="答题", order=47)
def quiz(incoming: Incoming, argument: str) -> Reply | None:
    """Answer with the quizzes, the options of one, or say whether the choice is right."""
    return _asked(incoming, argument, Quiz, "答题")


@step(WRITE, free_text=True)
def take_words(incoming: Incoming, state: JsonObject) -> Reply | None:
    """Take the open answer that was asked for."""
    incoming.forget()
    article = queries.article_for_readers(as_int(state.get("article")))
    services.answer(
        article=article,
        key=as_text(state.get("key")),
        person=_person(incoming),
        words=incoming.text,
        via="chat",
    )
    return Text(_("已记下，谢谢您的回答。"))


def _asked(incoming: Incoming, argument: str, kind: type[Poll] | type[Quiz], word: str) -> Reply | None:
    if not argument:
        return _listed(incoming, kind, word)
    number, _dash, rest = argument.partition("-")
    key, _dash, letters = rest.partition("-")
    pk = whole(number)
    if pk is None or not key:
        return None
    article = queries.article_for_readers(pk)
    question = services.question_of(article, key)
    if letters:
        return _taken(incoming, article, question, letters)
    if isinstance(question, Poll) and question.free:
        incoming.remember(WRITE, {"article": article.pk, "key": key})
        return Text(
            _("%(question)s\n（直接写下您的回答，回复「退出」结束）") % {"question": question.question}
        )
    options = [
        Choice(option, f"{word} {number}-{key}-{letter}")
        for letter, option in zip(LETTERS, question.options, strict=False)
    ]
    return incoming.choices(question.question, options)


def _listed(incoming: Incoming, kind: type[Poll] | type[Quiz], word: str) -> Reply:
    mine = _person(incoming)
    open_now = [
        Choice(question.question, f"{word} {article.pk}-{question.key}")
        for article, question in _open_questions(incoming, kind)
        if question.key not in answered.answered_by(article, mine)
    ][:MOST]
    if not open_now:
        return Text(_("现在没有您还没答过的题。"))
    if len(open_now) == 1:
        only = incoming.as_text(open_now[0].says)
        reply = _asked(incoming, only.text.removeprefix(word).strip(), kind, word)
        if reply is not None:
            return reply
    return incoming.choices(_("请选一题："), open_now)


def _open_questions(
    incoming: Incoming, kind: type[Poll] | type[Quiz]
) -> Iterator[tuple[Article, Poll | Quiz]]:
    for article in queries.published(library=incoming.account.library)[:NEWEST]:
        for block in article.shown.content.blocks if article.shown else ():
            if isinstance(block, kind) and block.key:
                yield article, block


def _taken(incoming: Incoming, article: Article, question: Poll | Quiz, letters: str) -> Reply:
    places = [LETTERS.find(letter) for letter in letters.upper() if letter.isalnum()]
    if any(place < 0 for place in places):
        raise AnswerUnfit(gettext_lazy("请回复选项前的数字。"))
    made = services.answer(
        article=article, key=question.key, person=_person(incoming), choices=places, via="chat"
    )
    result = answered.result_of(article, question)
    lines = [f"{option}：{count} 人（{percent}%）" for option, count, percent in result.lines]
    if isinstance(question, Quiz):
        said = (
            _("答对了！") if made.right else _("没有答对，正确的是 %(right)s。") % {"right": question.answer}
        )
        lines = [
            said,
            question.explanation,
            _("%(n)d 人答过，%(right)d 人答对。") % {"n": result.people, "right": result.right},
        ]
    else:
        lines = [_("已记下，谢谢。现在的结果："), *lines]
    page = incoming.link(reverse("mobile:article", args=[article.pk]))
    return Text("\n".join([*lines, link(_("看文章"), page)]))


def _person(incoming: Incoming) -> str:
    return key_of(incoming.follower, incoming.patron)
