"""Where one article goes out: the plan with its form, what the accounts have left, a preview in WeChat."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.console.access import StaffRequest
from xinglin.console.registry import screen
from xinglin.console.screens import (
    RowScreen,
)
from xinglin.consortium.access import staff_of
from xinglin.newsroom.errors import PostingNotPossible
from xinglin.newsroom.models import Article, Outlet
from xinglin.newsroom.publishing import addressees, postings, queries
from xinglin.newsroom.publishing.lifecycle import Way
from xinglin.newsroom.publishing.outlets import ways_of
from xinglin.newsroom.publishing.previews import preview_to
from xinglin.newsroom.publishing.quotas import quota_of
from xinglin.newsroom.publishing.reuses import reuses_of
from xinglin.newsroom.review.gate import objections_to
from xinglin.newsroom.services.articles import PUBLISH
from xinglin.wechat.models import Follower

SITE = "site"
ASK_TAGS = "tags"
# One more than may be sent to, so that a longer list is refused and not cut off in silence.
MOST_ON_A_LIST = postings.MOST_ON_A_LIST + 1


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
    tag = forms.CharField(
        label=gettext_lazy("粉丝标签"),
        required=False,
        widget=forms.Select,
        help_text=gettext_lazy("按标签群发时选；没有列出的，点“读取公众号的标签”"),
    )
    people = forms.CharField(
        label=gettext_lazy("名单"),
        required=False,
        widget=forms.Select,
        help_text=gettext_lazy("按名单群发时选"),
    )
    openids = forms.CharField(
        label=gettext_lazy("再加上（OpenID，一行一个）"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    comments = forms.BooleanField(label=gettext_lazy("开放留言"), required=False, initial=True)

    def __init__(self, outlets: QuerySet[Outlet], *args: Any, ask_tags: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.outlets = {str(outlet.pk): outlet for outlet in outlets}
        self.unread: list[str] = []
        self._people: list[int] = []
        choices: list[tuple[str, Any]] = [(f"{SITE}:{Way.PUBLISH}", _("网页、订阅源（RSS）"))]
        for pk, outlet in self.outlets.items():
            choices += [(f"{pk}:{way}", f"{outlet} · {way.label}") for way in ways_of(outlet)]
        self.fields["where"] = forms.ChoiceField(label=gettext_lazy("渠道和方式"), choices=choices)
        self.order_fields(
            ["where", "due_at", "title", "digest", "tags", "tag", "people", "openids", "comments"]
        )
        self._offer_addressees(ask_tags)

    def _offer_addressees(self, ask_tags: bool) -> None:
        tags: list[tuple[str, Any]] = [("", "—")]
        people: list[tuple[str, Any]] = [("", "—")]
        for pk, outlet in self.outlets.items():
            known, why_not = addressees.tags_at(outlet, ask=ask_tags)
            if why_not:
                self.unread.append(why_not)
            for offered, choices in ((tags, known), (people, addressees.lists_at(outlet))):
                if choices:
                    offered.append((str(outlet), [(f"{pk}:{each.value}", each.label) for each in choices]))
        for name, offered in (("tag", tags), ("people", people)):
            self.fields[name].widget = forms.Select(choices=offered)

    def clean(self) -> dict[str, Any]:
        """Refuse a tag or a list of another account than the one that sends."""
        typed = super().clean() or {}
        outlet = typed.get("where", "").partition(":")[0]
        for name in ("tag", "people"):
            if typed.get(name) and typed[name].partition(":")[0] != outlet:
                self.add_error(name, _("这是另一个公众号的；请选发送的那个公众号的。"))
        self._people = self._on_the_list(
            self.outlets.get(outlet), typed.get("people", ""), typed.get("openids", "")
        )
        return typed

    @property
    def file(self) -> postings.PostingFile:
        """What was chosen."""
        typed = self.cleaned_data
        where, _colon, way = typed["where"].partition(":")
        due_at: datetime | None = typed["due_at"]
        outlet, tag = self.outlets.get(where), typed["tag"].partition(":")[2]
        return postings.PostingFile(
            outlet=outlet,
            way=Way(way),
            due_at=due_at,
            title=typed["title"],
            digest=typed["digest"],
            tags=typed["tags"].split(),
            tag_id=whole(tag, digits=9),
            people=self._people,
            comments=typed["comments"],
        )

    def _on_the_list(self, outlet: Outlet | None, chosen: str, written: str) -> list[int]:
        """Return the followers of the chosen list, and whoever was written beside it; a stranger is an error."""
        if outlet is None or outlet.account is None:
            return []
        openids = list(dict.fromkeys(written.split()))
        known = dict(addressees.here(outlet.account).filter(openid__in=openids).values_list("openid", "pk"))
        strangers = [openid for openid in openids if openid not in known]
        if strangers:
            self.add_error(
                "openids",
                _("不是这个公众号现在的关注者：%(who)s；请先同步关注者，或核对后再填。")
                % {"who": "、".join(strangers[:3])},
            )
        listed = addressees.people_of(outlet.account, chosen.partition(":")[2]).order_by("pk")
        return [*listed.values_list("pk", flat=True)[:MOST_ON_A_LIST], *known.values()]


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
            "form": PlanForm(outlets, ask_tags=ASK_TAGS in request.GET),
            "may_send_to_tags": any(Way.MASS_TAG in ways_of(outlet) for outlet in accounts),
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
