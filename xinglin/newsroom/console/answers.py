"""What readers answered, in the console: results, comments, and how far an article went."""

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.registry import screen
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DateFilter,
    FlagFilter,
    Kind,
    ListScreen,
    RowScreen,
    offered,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.newsroom.answers import queries, services
from xinglin.newsroom.answers.chart import as_picture
from xinglin.newsroom.answers.lifecycle import COMMENT_MOVES
from xinglin.newsroom.errors import AnswerUnfit
from xinglin.newsroom.models import Article, Comment, CommentState
from xinglin.newsroom.planning import services as planning
from xinglin.newsroom.planning.lifecycle import Origin
from xinglin.newsroom.publishing.outlets import look_of

colour_states(
    Comment,
    {
        CommentState.WAITING: Tone.WAITING,
        CommentState.SHOWN: Tone.GOOD,
        CommentState.HIDDEN: Tone.QUIET,
    },
)


class ReplyForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("公开回复"),
        max_length=services.COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _show(request: StaffRequest, comment: Comment, answers: Answers) -> str:
    services.show(comment=comment, by=staff_of(request))
    return _("读者现在能看到这条留言。")


def _hide(request: StaffRequest, comment: Comment, answers: Answers) -> str:
    services.hide(comment=comment, by=staff_of(request))
    return _("已隐藏。")


def _feature(request: StaffRequest, comment: Comment, answers: Answers) -> str:
    services.feature(comment=comment, on=not comment.featured, by=staff_of(request))
    return _("精选已更改。")


def _reply(request: StaffRequest, comment: Comment, answers: Answers) -> str:
    services.reply(comment=comment, text=answers["text"], by=staff_of(request))
    return _("已公开回复。")


def _make_topic(request: StaffRequest, comment: Comment, answers: Answers) -> str:
    topic = planning.suggest(
        library=comment.article.library,
        words=comment.text,
        origin=Origin.COMMENT,
        askers=[comment.person] if comment.person else [],
    )
    if topic is None:
        return _("这条留言太短，做不成选题。")
    return _("已放进选题池：《%(title)s》，问过 %(n)d 次。") % {"title": topic, "n": topic.asked}


@screen
class Comments(ListScreen[Comment]):
    """Readers' comments, of our page and of WeChat."""

    name = "newsroom.comments"
    title = gettext_lazy("读者留言")
    section = Section.NEWSROOM
    icon = "messages"
    order = 30
    permission = queries.VIEW
    words = (gettext_lazy("精选"), gettext_lazy("评论"), "liuyan")
    columns = (
        Column(gettext_lazy("留言"), "text"),
        Column(
            gettext_lazy("文章"),
            "article.title",
            link=lambda row: reverse("console:newsroom.answers", args=[row.article_id]),
        ),
        Column(gettext_lazy("来自"), lambda row: _("微信") if row.posting_id else _("网页")),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("精选"), "featured", kind=Kind.FLAG),
        Column(gettext_lazy("回复"), "reply", narrow=False),
        Column(gettext_lazy("时间"), "at", sort="at", kind=Kind.MOMENT),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=CommentState.choices)
    filters = (
        FlagFilter("unanswered", gettext_lazy("还没有回复"), where=Q(reply="")),
        DateFilter("at", gettext_lazy("日期"), field="at"),
    )
    search_fields = ("text", "article__newest__title")
    search_hint = gettext_lazy("留言、文章标题")
    order_by = ("-at",)
    empty = gettext_lazy("还没有留言。网页上的留言要先看过才显示；微信里的留言每 15 分钟取一次。")
    actions = (
        Action(
            "show",
            gettext_lazy("显示"),
            run=_show,
            permission=services.MODERATE,
            icon="eye",
            tone=Tone.GOOD,
            when=offered(COMMENT_MOVES, "show"),
            many=True,
        ),
        Action(
            "feature",
            gettext_lazy("精选/取消"),
            run=_feature,
            permission=services.MODERATE,
            icon="star",
            when=offered(COMMENT_MOVES, "feature"),
        ),
        Action(
            "reply",
            gettext_lazy("回复"),
            run=_reply,
            form=ReplyForm,
            permission=services.MODERATE,
            icon="message-reply",
            when=offered(COMMENT_MOVES, "reply"),
        ),
        Action(
            "topic",
            gettext_lazy("做成选题"),
            run=_make_topic,
            permission="newsroom.write_topic",
            icon="bulb",
        ),
        Action(
            "hide",
            gettext_lazy("隐藏"),
            run=_hide,
            permission=services.MODERATE,
            icon="eye-off",
            tone=Tone.BAD,
            when=offered(COMMENT_MOVES, "hide"),
            many=True,
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Comment]:
        return queries.comments_visible_to(staff_of(request))

    def badge(self, request: StaffRequest) -> int | None:
        return self.rows(request).filter(state=CommentState.WAITING).count()


@screen
class AnswersPage(RowScreen[Article]):
    """What readers answered to one article."""

    name = "newsroom.answers"
    title = gettext_lazy("读者反馈")
    listing = "newsroom.articles"
    permission = queries.VIEW
    template_name = "newsroom/console/answers.html"

    def heading(self, row: Article) -> str:
        return f"{self.title} · {row}"

    def context(self, request: StaffRequest, row: Article) -> dict[str, object]:
        useful, rated = queries.usefulness_of(row)
        return {
            "results": queries.results_of(row),
            "useful": useful,
            "rated": rated,
            "spread": queries.spread_of(row),
            "comments": queries.comments_visible_to(staff_of(request)).filter(article=row)[:20],
        }

    def post(self, request: StaffRequest, row: Article) -> HttpResponse:
        """Fetch the comments of this article in WeChat now."""
        new = sum(
            services.fetch_comments(posting=posting)
            for posting in row.postings.exclude(data_id="").select_related("outlet__account", "article")
        )
        messages.success(request, _("取到 %(n)d 条新留言。") % {"n": new})
        return redirect("console:newsroom.answers", pk=row.pk)


@screen
class ResultPicture(RowScreen[Article]):
    """The result of a poll as a picture, for the next article."""

    name = "newsroom.answers.picture"
    title = gettext_lazy("结果图")
    listing = "newsroom.articles"
    permission = queries.VIEW

    def _answer(self, request: StaffRequest, pk: object) -> HttpResponse:
        article = self.row(request, pk)
        wanted = request.GET.get("key", "")
        for result in queries.results_of(article):
            if result.question.key == wanted:
                picture = as_picture(result, accent=look_of(article.library).accent)
                return HttpResponse(picture, content_type="image/png")
        raise AnswerUnfit(gettext_lazy("这道题已经不在了；请刷新页面。"))


@card(order=30, permission=queries.VIEW)
def comments_wait(request: StaffRequest) -> Card | None:
    """Comments that nobody has read yet."""
    number = queries.comments_visible_to(staff_of(request)).filter(state=CommentState.WAITING).count()
    if not number:
        return None
    return Card(
        _("待看的读者留言"),
        number=number,
        url=reverse("console:newsroom.comments") + f"?state={CommentState.WAITING}",
        icon="messages",
        tone=Tone.WAITING,
    )
