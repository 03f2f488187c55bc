"""What goes out where, in the console: the plan of an article, the list of postings, the helper for hands."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
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
from xinglin.newsroom.models import Article, Outlet, Posting, Recheck
from xinglin.newsroom.publishing import delivery, postings, queries, rechecks
from xinglin.newsroom.publishing import forms as channel_forms
from xinglin.newsroom.publishing.everywhere import reuses_of
from xinglin.newsroom.publishing.lifecycle import POSTING_DEEDS, POSTING_MOVES, OutletKind, PostingState, Way
from xinglin.newsroom.publishing.outlets import look_of, ways_of
from xinglin.newsroom.publishing.previews import preview_to
from xinglin.newsroom.publishing.quotas import quota_of
from xinglin.newsroom.publishing.wechat_html import as_wechat
from xinglin.newsroom.review.gate import objections_to
from xinglin.newsroom.services.articles import PUBLISH
from xinglin.wechat.models import Follower

SITE = "site"

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


class PlanForm(forms.Form):
    """How an article goes out."""

    where = forms.ChoiceField(label=gettext_lazy("渠道和方式"))
    due_at = forms.DateTimeField(
        label=gettext_lazy("发布时间"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=gettext_lazy("不填就是现在"),
    )
    title = forms.CharField(
        label=gettext_lazy("平台标题"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("不填用文章标题；微信最多 32 字"),
    )
    digest = forms.CharField(label=gettext_lazy("平台摘要"), max_length=300, required=False)
    tags = forms.CharField(
        label=gettext_lazy("话题标签"), max_length=200, required=False, help_text=gettext_lazy("空格分开")
    )
    tag_id = forms.IntegerField(label=gettext_lazy("粉丝标签编号"), min_value=0, required=False)
    openids = forms.CharField(
        label=gettext_lazy("名单（OpenID，一行一个）"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    comments = forms.BooleanField(label=gettext_lazy("开放留言"), required=False, initial=True)

    def __init__(self, outlets: QuerySet[Outlet], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.outlets = {str(outlet.pk): outlet for outlet in outlets}
        choices: list[tuple[str, Any]] = [(f"{SITE}:{Way.PUBLISH}", _("网页、订阅源（RSS）"))]
        for pk, outlet in self.outlets.items():
            choices += [(f"{pk}:{way}", f"{outlet} · {way.label}") for way in ways_of(outlet)]
        self.fields["where"] = forms.ChoiceField(label=gettext_lazy("渠道和方式"), choices=choices)
        self.order_fields(["where", "due_at", "title", "digest", "tags", "tag_id", "openids", "comments"])

    @property
    def file(self) -> postings.PostingFile:
        """What was chosen."""
        typed = self.cleaned_data
        where, _colon, way = typed["where"].partition(":")
        due_at: datetime | None = typed["due_at"]
        return postings.PostingFile(
            outlet=self.outlets.get(where),
            way=Way(way),
            due_at=due_at,
            title=typed["title"],
            digest=typed["digest"],
            tags=typed["tags"].split(),
            tag_id=typed["tag_id"],
            openids=typed["openids"].split(),
            comments=typed["comments"],
        )


@screen
class PlanArticle(RowScreen[Article]):
    """The channels of one article: where it is, where it goes next, what the accounts have left."""

    name = "newsroom.article.plan"
    title = gettext_lazy("安排发布")
    listing = "newsroom.articles"
    permission = PUBLISH
    template_name = "newsroom/console/plan.html"

    def heading(self, row: Article) -> str:
        return f"{self.title} · {row}"

    def _outlets(self, request: StaffRequest) -> QuerySet[Outlet]:
        return queries.outlets_visible_to(staff_of(request)).filter(active=True)

    def context(self, request: StaffRequest, row: Article) -> dict[str, object]:
        outlets = self._outlets(request)
        accounts = [outlet for outlet in outlets if outlet.account is not None]
        return {
            "form": PlanForm(outlets),
            "postings": queries.postings_visible_to(staff_of(request)).filter(article=row),
            "quotas": [(outlet, quota_of(outlet, clock.today())) for outlet in accounts],
            "objections": objections_to(row),
            "reuses": reuses_of(row),
            "previews": accounts,
            "followers": Follower.objects.filter(account__outlets__in=accounts, is_following=True).order_by(
                "-starred", "-pk"
            )[:30],
        }

    def post(self, request: StaffRequest, row: Article) -> HttpResponse:
        here = reverse("console:newsroom.article.plan", args=[row.pk])
        form = PlanForm(self._outlets(request), request.POST)
        if request.POST.get("do") == "preview":
            return self._preview(request, row, here)
        if not form.is_valid():
            context = {"row": row, "title": self.heading(row), **self.context(request, row), "form": form}
            return self.page(request, context, status=422)
        try:
            made = postings.plan(article=row, version=row.version, file=form.file, by=staff_of(request))
            messages.success(
                request,
                _("已安排，%(at)s 发出。") % {"at": f"{clock.local(made.due_at):%m-%d %H:%M}"}
                if made.due_at > clock.now()
                else _("已提交，稍后刷新看结果。"),
            )
        except Refusal as refusal:
            context = {"row": row, "title": self.heading(row), **self.context(request, row)}
            context |= {"form": form, "refusal": refusal}
            return self.page(request, context, status=refusal.status)
        return redirect(here)

    def _preview(self, request: StaffRequest, row: Article, here: str) -> HttpResponse:
        try:
            outlet = self._outlets(request).filter(pk=request.POST.get("outlet") or 0).first()
            if outlet is None:
                raise PostingNotPossible(gettext_lazy("请选一个公众号。"))
            preview_to(
                article=row,
                outlet=outlet,
                openid=request.POST.get("openid", ""),
                wechat_name=request.POST.get("wechat_name", "").strip(),
                by=staff_of(request),
            )
            messages.success(request, _("预览已发到对方微信。"))
        except (Refusal, ValueError) as refusal:
            messages.error(request, str(refusal))
        return redirect(here)


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
        tags = row.tags.split()
        helper: dict[str, object] = {}
        if content is not None and kind == OutletKind.WECHAT:
            helper["ready"] = as_wechat(
                content,
                look=look_of(row.article.library),
                picture=delivery.our_address,
                page=delivery.page_of(row.article),
            )
        elif content is not None and kind in channel_forms.RULES:
            helper["text"] = channel_forms.text_for(
                kind, content, title=row.title, tags=tags, page=delivery.page_of(row.article)
            )
            helper["problems"] = channel_forms.problems_for(kind, content, title=row.title, tags=tags)
        return {
            **helper,
            "content": content,
            "page_url": delivery.page_of(row.article),
            "has_package": kind in channel_forms.RULES,
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
        if posting.outlet is None or posting.outlet.kind not in channel_forms.RULES or revision is None:
            raise PostingNotPossible(gettext_lazy("这个渠道没有素材包；微信请用复制好的正文。"))
        data = channel_forms.package(
            posting.outlet.kind,
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


class UntilForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("新的有效期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=gettext_lazy("说明"), max_length=300, required=False)


class NoteForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("说明"), max_length=300)


def _keep(request: StaffRequest, recheck: Recheck, answers: Answers) -> str:
    rechecks.keep(recheck=recheck, until=answers["until"], note=answers["note"], by=staff_of(request))
    return _("有效期已延长，记入审核记录。")


def _rewrite(request: StaffRequest, recheck: Recheck, answers: Answers) -> str:
    rechecks.rewrite(recheck=recheck, note=answers["note"], by=staff_of(request))
    return _("已记下要改写。")


def _take_down(request: StaffRequest, recheck: Recheck, answers: Answers) -> str:
    rechecks.take_down(recheck=recheck, note=answers["note"], by=staff_of(request))
    return _("文章已撤下，各渠道一并处理。")


def _is_open(recheck: Recheck) -> bool:
    return recheck.done_at is None


@screen
class Rechecks(ListScreen[Recheck]):
    """Health articles whose time is nearly up."""

    name = "newsroom.rechecks"
    title = gettext_lazy("复核任务")
    section = Section.NEWSROOM
    icon = "calendar-exclamation"
    order = 25
    permission = queries.VIEW
    words = (gettext_lazy("有效期"), gettext_lazy("健康文章"), "fuhe")
    columns = (
        Column(
            gettext_lazy("文章"),
            "article.title",
            link=lambda row: reverse("console:newsroom.article", args=[row.article_id]),
        ),
        Column(gettext_lazy("图书馆"), "article.library.label", sort="article__library__code"),
        Column(gettext_lazy("有效期至"), "expires_on", kind=Kind.DAY, sort="expires_on"),
        Column(gettext_lazy("结论"), "get_outcome_display"),
        Column(gettext_lazy("复核人"), "done_by.name", narrow=False),
        Column(gettext_lazy("办结时间"), "done_at", kind=Kind.MOMENT, narrow=False),
    )
    filters = (FlagFilter("open", gettext_lazy("未办"), where=Q(done_at=None)),)
    search_fields = ("article__newest__title",)
    order_by = ("expires_on",)
    empty = gettext_lazy("没有要复核的健康文章。到期前 30 天会自动列在这里。")
    actions = (
        Action(
            "keep",
            gettext_lazy("仍适用，延期"),
            run=_keep,
            form=UntilForm,
            permission="newsroom.gatekeep_article",
            icon="calendar-plus",
            tone=Tone.GOOD,
            when=_is_open,
        ),
        Action(
            "rewrite",
            gettext_lazy("要改写"),
            run=_rewrite,
            form=NoteForm,
            permission="newsroom.write_article",
            icon="edit",
            when=_is_open,
        ),
        Action(
            "take_down",
            gettext_lazy("撤下"),
            run=_take_down,
            form=NoteForm,
            permission=PUBLISH,
            icon="eye-off",
            tone=Tone.BAD,
            when=_is_open,
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Recheck]:
        return queries.rechecks_visible_to(staff_of(request))

    def badge(self, request: StaffRequest) -> int | None:
        return self.rows(request).filter(done_at=None).count()


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
