"""What readers do on the page of an article: answer, rate, comment, pass on."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.mobile.identity import binding_guide
from xinglin.mobile.registry import page
from xinglin.newsroom import queries
from xinglin.newsroom.answers import queries as answered
from xinglin.newsroom.answers import services
from xinglin.newsroom.answers.people import person_of
from xinglin.newsroom.blocks import Poll, Quiz
from xinglin.newsroom.errors import AnswerUnfit
from xinglin.newsroom.models import Article

SHARED = "s"


def questions_shown(request: HttpRequest, article: Article) -> dict[str, str]:
    """Return each poll and quiz as this reader sees it: the form, or what was answered."""
    blocks = article.shown.content.blocks if article.shown else ()
    asked = [block for block in blocks if isinstance(block, Poll | Quiz)]
    if not asked:
        return {}
    person = person_of(request)
    mine = answered.answered_by(article, person) if person else {}
    return {
        block.key: render_to_string(
            "newsroom/mobile/question.html",
            {
                "article": article,
                "block": block,
                "is_quiz": isinstance(block, Quiz),
                "many": isinstance(block, Poll) and block.many,
                "person": person,
                "guide": None if person else binding_guide(request),
                "answer": mine.get(block.key),
                "result": answered.result_of(article, block) if block.key in mine else None,
            },
            request,
        )
        for block in asked
    }


def around(request: HttpRequest, article: Article) -> dict[str, object]:
    """Return what stands under an article: comments, usefulness, the link to pass on."""
    person = person_of(request)
    useful, rated = answered.usefulness_of(article)
    code = request.GET.get(SHARED, "")[:16]
    return {
        "person": person,
        "comments": answered.shown_comments(article)[:50],
        "useful": useful,
        "rated": rated,
        "came_by": code,
        "passed_on": request.session.pop(f"passed-on-{article.pk}", ""),
    }


def _deed(name: str, address: str) -> Callable[[Callable[[HttpRequest, Article], str]], object]:
    """Register what a button under an article does; only known readers do, and they are led back."""

    def register(run: Callable[[HttpRequest, Article], str]) -> object:
        @page(f"articles/<int:pk>/{address}/", name=name, title=gettext_lazy("文章"), tab="home")
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            article = queries.article_for_readers(pk)
            back = reverse("mobile:article", args=[pk])
            code = request.POST.get(SHARED, "")
            back = f"{back}?{urlencode({SHARED: code})}" if code else back
            if request.method == "POST":
                try:
                    messages.success(request, run(request, article))
                except Refusal as refusal:
                    messages.error(request, str(refusal))
            return redirect(f"{back}#answers")

        return view

    return register


def _known(request: HttpRequest) -> str:
    person = person_of(request)
    if not person:
        raise AnswerUnfit(gettext_lazy("请先从公众号里打开这篇文章，我们才能保证一人一次。"))
    return person


@_deed("article.answer", "answer")
def answer(request: HttpRequest, article: Article) -> str:
    """Take an answer to a poll or a quiz."""
    sent = request.POST
    chosen = (whole(each, digits=2) for each in sent.getlist("choice"))
    places = [each for each in chosen if each is not None]
    made = services.answer(
        article=article,
        key=sent.get("key", ""),
        person=_known(request),
        choices=places,
        words=sent.get("words", ""),
    )
    if made.right is None:
        return _("已记下，谢谢。")
    return _("答对了！") if made.right else _("没有答对，看看解释。")


@_deed("article.rate", "useful")
def rate(request: HttpRequest, article: Article) -> str:
    """Take whether an article was of use."""
    services.rate(article=article, person=_known(request), useful=request.POST.get("useful") == "yes")
    return _("已记下，谢谢。")


@_deed("article.comment", "comment")
def comment(request: HttpRequest, article: Article) -> str:
    """Take a comment."""
    services.comment(article=article, person=_known(request), text=request.POST.get("text", ""))
    return _("留言已收到，馆员看过后显示。")


@_deed("article.pass_on", "pass-on")
def pass_on(request: HttpRequest, article: Article) -> str:
    """Make a link to pass on; pressing the button is the consent, and the page says to what."""
    share = services.pass_on(article=article, came_by=request.POST.get(SHARED, ""))
    address = f"{settings.PUBLIC_URL}{reverse('mobile:article', args=[article.pk])}?{SHARED}={share.code}"
    request.session[f"passed-on-{article.pk}"] = address
    return _("链接已生成，复制后发给别人。")
