"""What goes out where, in the console: the list of postings, each with the helper for hands."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.text import shortened
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
    RelatedFilter,
    RowScreen,
    offered,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.newsroom.errors import PostingNotPossible
from xinglin.newsroom.models import Posting
from xinglin.newsroom.publishing import delivery, postings, queries
from xinglin.newsroom.publishing import forms as channel_forms
from xinglin.newsroom.publishing.lifecycle import POSTING_DEEDS, POSTING_MOVES, OutletKind, PostingState
from xinglin.newsroom.publishing.outlets import look_of
from xinglin.newsroom.publishing.platforms import rules_of
from xinglin.newsroom.publishing.wechat_html import as_wechat
from xinglin.newsroom.services.articles import PUBLISH

colour_states(
    Posting,
    {
        PostingState.PLANNED: Tone.WAITING,
        PostingState.UNSURE: Tone.BAD,
        PostingState.SENT: Tone.ACTIVE,
        PostingState.BY_HAND: Tone.WAITING,
        PostingState.OUT: Tone.GOOD,
        PostingState.FAILED: Tone.BAD,
        PostingState.TO_CORRECT: Tone.BAD,
        PostingState.TO_WITHDRAW: Tone.BAD,
    },
)


class UrlForm(forms.Form):
    url = forms.URLField(
        label=gettext_lazy("发布后的链接"), max_length=1000, required=False, assume_scheme="https"
    )


class TimeForm(forms.Form):
    due_at = forms.DateTimeField(
        label=gettext_lazy("发布时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )


def _cancel(request: StaffRequest, posting: Posting, answers: Answers) -> str:
    postings.cancel(posting=posting, by=staff_of(request))
    return _("已取消。")


def _again(request: StaffRequest, posting: Posting, answers: Answers) -> str:
    postings.send_again(posting=posting, by=staff_of(request))
    return _("已重新提交。")


def _report(request: StaffRequest, posting: Posting, answers: Answers) -> str:
    postings.report_out(posting=posting, url=answers["url"], by=staff_of(request))
    return _("已登记。以后撤下、更正时会提醒到它。")


def _corrected(request: StaffRequest, posting: Posting, answers: Answers) -> str:
    postings.report_corrected(posting=posting, by=staff_of(request))
    return _("已登记更正。")


def _withdrawn(request: StaffRequest, posting: Posting, answers: Answers) -> str:
    postings.report_withdrawn(posting=posting, by=staff_of(request))
    return _("已登记撤下。")


def _reschedule(request: StaffRequest, posting: Posting, answers: Answers) -> str:
    postings.reschedule(posting=posting, due_at=answers["due_at"], by=staff_of(request))
    return _("时间已改。")


def _action(deed: str, run: Any, **more: Any) -> Action[Posting]:
    return Action(
        deed, POSTING_DEEDS[deed], run=run, permission=PUBLISH, when=offered(POSTING_MOVES, deed), **more
    )


ACTIONS: tuple[Action[Posting], ...] = (
    Action(
        "reschedule",
        gettext_lazy("改时间"),
        run=_reschedule,
        form=TimeForm,
        permission=PUBLISH,
        icon="calendar-time",
        when=lambda posting: posting.state == PostingState.PLANNED,
    ),
    Action(
        "report",
        POSTING_DEEDS["report"],
        run=_report,
        form=UrlForm,
        permission=PUBLISH,
        icon="check",
        tone=Tone.GOOD,
        when=lambda posting: posting.state in (PostingState.BY_HAND, PostingState.UNSURE),
    ),
    _action(
        "again",
        _again,
        icon="refresh",
        confirm=gettext_lazy("结果不明的，请先到平台后台看过确实没有发出，再重新发布。"),
    ),
    _action("corrected", _corrected, icon="check", tone=Tone.GOOD),
    _action("withdrawn", _withdrawn, icon="check", tone=Tone.GOOD),
    _action("cancel", _cancel, icon="x", tone=Tone.BAD, confirm=gettext_lazy("取消后不会发到这个渠道。")),
)


@screen
class Postings(ListScreen[Posting]):
    """Every posting, by channel and state."""

    name = "newsroom.postings"
    title = gettext_lazy("发布任务")
    section = Section.NEWSROOM
    icon = "send"
    order = 20
    permission = queries.VIEW
    words = (gettext_lazy("群发"), gettext_lazy("定时发布"), gettext_lazy("撤下"), "fabu")
    detail = "newsroom.posting"
    columns = (
        Column(gettext_lazy("文章"), "article.title", sort="article__newest__title", link=True),
        Column(gettext_lazy("渠道"), lambda posting: str(posting.outlet or _("网页"))),
        Column(gettext_lazy("方式"), "get_way_display", narrow=False),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("原因"), lambda posting: shortened(posting.error, characters=40)),
        Column(gettext_lazy("发布时间"), "due_at", sort="due_at", kind=Kind.MOMENT),
        Column(gettext_lazy("安排人"), "planned_by.name", narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=PostingState.choices)
    filters = (
        FlagFilter("waiting", gettext_lazy("等人处理"), where=Q(state__in=queries.FOR_A_PERSON)),
        RelatedFilter(
            "outlet",
            gettext_lazy("渠道"),
            field="outlet",
            rows=lambda request: queries.outlets_visible_to(staff_of(request)),
        ),
        DateFilter("due", gettext_lazy("发布日期"), field="due_at"),
    )
    search_fields = ("article__newest__title", "title")
    search_hint = gettext_lazy("标题")
    order_by = ("-due_at",)
    empty = gettext_lazy("还没有发布任务。在文章页点“安排发布”。")
    actions = ACTIONS

    def rows(self, request: StaffRequest) -> QuerySet[Posting]:
        return queries.postings_visible_to(staff_of(request))

    def badge(self, request: StaffRequest) -> int | None:
        return self.rows(request).filter(state__in=queries.FOR_A_PERSON).count()


@screen
class PostingPage(RowScreen[Posting]):
    """One posting; for hands, everything ready to be copied."""

    name = "newsroom.posting"
    title = gettext_lazy("发布任务")
    listing = "newsroom.postings"
    template_name = "newsroom/console/posting.html"

    def context(self, request: StaffRequest, row: Posting) -> dict[str, object]:
        revision = row.article.shown or row.article.newest
        content = revision.content if revision else None
        kind = row.outlet.kind if row.outlet else ""
        rules = rules_of(row.outlet) if row.outlet else None
        tags = row.tags.split()
        helper: dict[str, object] = {}
        if content is not None and kind == OutletKind.WECHAT:
            helper["ready"] = as_wechat(
                content,
                look=look_of(row.article.library),
                picture=delivery.our_address,
                page=delivery.page_of(row.article),
            )
        elif content is not None and rules is not None:
            page, title = delivery.page_of(row.article), row.title
            helper["text"] = channel_forms.text_for(rules, content, title=title, tags=tags, page=page)
            helper["problems"] = channel_forms.problems_for(rules, content, title=title, tags=tags)
            helper["typed_title"] = channel_forms.title_for(rules, title) if rules.title else ""
            helper["rules"] = list(rules.shown())
        return {
            **helper,
            "content": content,
            "page_url": delivery.page_of(row.article),
            "actions": [
                action for action in ACTIONS if action.when(row) and request.user.has_perm(action.permission)
            ],
        }


@screen
class Package(RowScreen[Posting]):
    """Text, pictures and covers for posting by hand, as one file."""

    name = "newsroom.posting.package"
    title = gettext_lazy("素材包")
    listing = "newsroom.postings"

    def _answer(self, request: StaffRequest, pk: object) -> HttpResponse:
        posting = self.row(request, pk)
        revision = posting.article.shown or posting.article.newest
        rules = rules_of(posting.outlet) if posting.outlet else None
        if posting.outlet is None or rules is None or revision is None:
            raise PostingNotPossible(gettext_lazy("这个渠道没有素材包；微信请用复制好的正文。"))
        data = channel_forms.package(
            rules,
            revision.content,
            title=posting.title,
            tags=posting.tags.split(),
            page=delivery.page_of(posting.article),
            accent=look_of(posting.article.library).accent,
        )
        answer = HttpResponse(data, content_type="application/zip")
        name = f"{posting.outlet.get_kind_display()}-{shortened(posting.title, characters=30)}.zip"
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return answer


@card(order=25, permission=queries.VIEW)
def waits_for_a_hand(request: StaffRequest) -> Card | None:
    """Postings that a person must do something about."""
    number = queries.postings_visible_to(staff_of(request)).filter(state__in=queries.FOR_A_PERSON).count()
    if not number:
        return None
    return Card(
        _("等人处理的发布"),
        number=number,
        url=reverse("console:newsroom.postings") + "?waiting=on",
        icon="send",
        tone=Tone.WAITING,
        note=_("人工发布、失败、待更正、待撤下"),
    )
