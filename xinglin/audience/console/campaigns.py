"""Campaigns: the list, the form, and the month with its quotas."""

import calendar
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db import connection
from django.db.models import QuerySet
from django.forms import Form
from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.audience import queries
from xinglin.audience.lifecycle import CampaignState
from xinglin.audience.models import Campaign, Channel, Segment
from xinglin.audience.services import campaigns as services
from xinglin.audience.services.judging import month_start
from xinglin.audience.services.sending import waiting_words
from xinglin.commons import clock
from xinglin.commons.numbers import whole
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import (
    ChoiceFilter,
    Column,
    FormScreen,
    Kind,
    ListScreen,
    PageScreen,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.newsroom import queries as newsroom
from xinglin.newsroom.models import Article
from xinglin.newsroom.models import Column as Topic
from xinglin.newsroom.publishing.queries import mass_postings
from xinglin.wechat.capabilities import daily_mass_quota, monthly_deliveries
from xinglin.wechat.models import Account

colour_states(
    Campaign,
    {
        CampaignState.DRAFT: Tone.WAITING,
        CampaignState.SCHEDULED: Tone.ACTIVE,
        CampaignState.SENDING: Tone.ACTIVE,
        CampaignState.BY_HAND: Tone.WAITING,
        CampaignState.SENT: Tone.GOOD,
        CampaignState.STOPPED: Tone.QUIET,
        CampaignState.FAILED: Tone.BAD,
        CampaignState.DISCARDED: Tone.QUIET,
    },
)


def _accounts(request: StaffRequest) -> QuerySet[Account]:
    return queries.accounts_for(staff_of(request), services.VIEW)


@screen
class Campaigns(ListScreen[Campaign]):
    """The campaigns of one's accounts."""

    name = "audience.campaigns"
    title = lazy("推送")
    section = Section.AUDIENCE
    icon = "send"
    order = 20
    permission = services.VIEW
    words = ("tuisong", lazy("群发"), lazy("精准推送"))
    detail = "audience.campaign"
    create = "audience.campaign.new"
    create_title = lazy("新建推送")
    columns = (
        Column(lazy("名称"), "name", sort="name", link=True),
        Column(lazy("状态"), "state", kind=Kind.STATE),
        Column(lazy("分群"), "segment.name", sort="segment__name"),
        Column(lazy("方式"), "get_channel_display", narrow=False),
        Column(lazy("公众号"), "account.name", sort="account__name", narrow=False),
        Column(lazy("发送时间"), "send_at", kind=Kind.MOMENT, sort="send_at"),
        Column(lazy("提示"), lambda row: waiting_words(row) or row.problem, narrow=False),
    )
    tabs = ChoiceFilter("state", lazy("状态"), choices=CampaignState.choices)
    filters = (
        RelatedFilter("account", lazy("公众号"), field="account", rows=_accounts),
        ChoiceFilter("channel", lazy("方式"), choices=Channel.choices),
    )
    search_fields = ("name", "title_a", "segment__name")
    search_hint = lazy("名称、标题、分群")
    order_by = ("-created_at",)
    empty = lazy("还没有推送。先建一个分群，再点“新建推送”，把一篇已发布的文章发给它。")

    def rows(self, request: StaffRequest) -> QuerySet[Campaign]:
        return queries.campaigns_visible_to(staff_of(request))


class CampaignForm(forms.Form):
    """Content × segment × channel; the time is asked when it is scheduled."""

    name = forms.CharField(label=lazy("名称"), max_length=60, help_text=lazy("只给馆员看，如“三月高血压日”"))
    segment = forms.ModelChoiceField(label=lazy("分群"), queryset=Segment.objects.none())
    article = forms.ModelChoiceField(
        label=lazy("文章"), queryset=Article.objects.none(), help_text=lazy("只能推送已发布的文章")
    )
    channel = forms.ChoiceField(label=lazy("方式"), choices=Channel.choices)
    topic = forms.ModelChoiceField(
        label=lazy("主题"), queryset=Topic.objects.filter(active=True), required=False,
        help_text=lazy("读者可按主题退订；不填为文章所在栏目"),
    )  # fmt: skip
    title_a = forms.CharField(
        label=lazy("标题"), max_length=64, required=False, help_text=lazy("不填用文章标题")
    )
    title_b = forms.CharField(
        label=lazy("对照标题"), max_length=64, required=False,
        help_text=lazy("填了就随机各发一半，比较哪个打开的人多"),
    )  # fmt: skip
    draft_media_id = forms.CharField(
        label=lazy("公众号草稿编号"), max_length=128, required=False,
        help_text=lazy("群发公众号草稿箱里的图文时填写；不填则发标题、摘要和链接"),
    )  # fmt: skip
    falls_back = forms.BooleanField(
        label=lazy("订阅通知：没有同意次数的人改走别的路"), required=False,
        help_text=lazy("48 小时内来过信的发客服消息，其余放进站内信；不勾则不发给他们"),
    )  # fmt: skip
    is_urgent = forms.BooleanField(label=lazy("不受免打扰时段限制（仅紧急通知）"), required=False)


class CampaignFormScreen(FormScreen[Campaign]):
    """The form, with what the person who asks may choose."""

    form = CampaignForm
    listing = "audience.campaigns"
    detail = "audience.campaign"
    permission = services.SEND
    version_field = "version"
    hint = lazy("保存为草稿，下一页会预览谁收到、谁不收到和为什么，再决定何时发送。")

    def make_form(
        self, request: StaffRequest, row: Campaign | None, data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:  # fmt: skip
        initial = self.initial(request, row)
        if row is None and (chosen := whole(request.GET.get("segment", ""))) is not None:
            initial["segment"] = chosen
        form = CampaignForm(data, files, initial=initial)
        staff = staff_of(request)
        segments = queries.segments_visible_to(staff).filter(retired=False)
        articles = newsroom.published().filter(library__in=libraries_of(staff, newsroom.VIEW))
        for name, rows in (("segment", segments), ("article", articles)):
            field = form.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- told to the type checker
            field.queryset = rows
        return form

    def save(self, request: StaffRequest, form: Form, row: Campaign | None) -> Campaign:
        given = form.cleaned_data
        file = services.CampaignFile(
            name=given["name"], segment=given["segment"], article=given["article"],
            channel=Channel(given["channel"]), topic=given["topic"], title_a=given["title_a"],
            title_b=given["title_b"], draft_media_id=given["draft_media_id"], is_urgent=given["is_urgent"],
            falls_back=given["falls_back"],
        )  # fmt: skip
        return services.plan(file=file, by=staff_of(request), campaign=row)


@screen
class NewCampaign(CampaignFormScreen):
    name = "audience.campaign.new"
    title = lazy("新建推送")


@screen
class EditCampaign(CampaignFormScreen):
    name = "audience.campaign.edit"
    title = lazy("修改推送")
    edits = True

    def rows(self, request: StaffRequest) -> QuerySet[Campaign]:
        return queries.campaigns_visible_to(staff_of(request)).filter(state=CampaignState.DRAFT)


@screen
class Month(PageScreen):
    """The month of one account: what goes out on which day, and what is left of the platform's quotas."""

    name = "audience.month"
    title = lazy("推送日历")
    section = Section.AUDIENCE
    icon = "calendar-stats"
    order = 30
    permission = services.VIEW
    template_name = "audience/console/month.html"
    words = ("rili", lazy("配额"))

    def context(self, request: StaffRequest) -> dict[str, object]:
        accounts = list(_accounts(request))
        wanted = request.GET.get("account", "")
        account = next(
            (each for each in accounts if str(each.pk) == wanted), accounts[0] if accounts else None
        )
        first = _month(request.GET.get("month", ""))
        return {
            "accounts": accounts,
            "account": account,
            "first": first,
            "before": _month_name(first - timedelta(days=1)),
            "after": _month_name(first + timedelta(days=31)),
            "weeks": _weeks(account, first) if account else [],
            "quota": _quota(account, first) if account else None,
        }


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return clock.today().replace(day=1)


def _month_name(day: date) -> str:
    return f"{day:%Y-%m}"


def _weeks(account: Account, first: date) -> list[list[dict[str, object]]]:
    rows = Campaign.objects.filter(account=account, send_at__isnull=False).exclude(
        state__in=(CampaignState.DRAFT, CampaignState.DISCARDED)
    )
    start = clock.local(clock.end_of_day(first - timedelta(days=8)))
    by_day: dict[date, list[tuple[str, str, str]]] = {}
    for campaign in rows.filter(send_at__gte=start, send_at__lt=start + timedelta(days=50)).order_by(
        "send_at"
    ):
        if campaign.send_at is not None:
            at = clock.local(campaign.send_at)
            told = (f"{at:%H:%M}", campaign.name, reverse("console:audience.campaign", args=[campaign.pk]))
            by_day.setdefault(at.date(), []).append(told)
    # What the newsroom mass-sends uses up the same quota.
    for posting in mass_postings(account, start, start + timedelta(days=50)):
        at = clock.local(posting.due_at)
        told = (f"{at:%H:%M}", _("文章：%(title)s") % {"title": posting.title}, "")
        by_day.setdefault(at.date(), []).append(told)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    today = clock.today()
    return [
        [
            {
                "day": day,
                "out": day.month != first.month,
                "today": day == today,
                "campaigns": by_day.get(day, []),
            }
            for day in week
        ]
        for week in weeks
    ]


def _quota(account: Account, first: date) -> dict[str, object]:
    """Return what the platform allows, and how much of it this month has used."""
    monthly = monthly_deliveries(account.kind)
    told: dict[str, object] = {"daily": daily_mass_quota(account.kind), "monthly": monthly, "spread": []}
    begin = month_start(clock.now())
    if monthly is None or clock.local(begin).date() != first:
        return told
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select least(times, %s), count(*) from (
              select p.follower_id, count(d.follower_id) as times from audience_profile p
              left join audience_delivery d on d.follower_id = p.follower_id and d.sent_at >= %s and d.batch is not null
              where p.account_id = %s group by p.follower_id) t
            group by 1 order by 1
            """,
            [monthly, begin, account.pk],
        )
        told["spread"] = [(times, number) for times, number in cursor.fetchall()]
    return told


@card(order=65, permission=services.SEND)
def to_send_by_hand(request: StaffRequest) -> Card | None:
    """Campaigns that wait for a person: to be sent by hand, or to be looked at because they stopped."""
    states = (CampaignState.BY_HAND, CampaignState.FAILED)
    waiting = queries.campaigns_visible_to(staff_of(request)).filter(state__in=states).count()
    if not waiting:
        return None
    return Card(
        _("推送待处理"), number=waiting, url=reverse("console:audience.campaigns"), icon="send",
        tone=Tone.WAITING, note=_("待人工群发，或出错停下"),
    )  # fmt: skip
