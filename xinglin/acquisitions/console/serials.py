"""Serials: subscriptions, check-in by one click, what is late and the letters about it."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.acquisitions import queries, services
from xinglin.acquisitions.console.forms import CancelForm, ExtendForm, SubscriptionForm
from xinglin.acquisitions.console.funds import libraries_to_see
from xinglin.acquisitions.models import Claim, Issue, IssueState, Subscription
from xinglin.acquisitions.prediction import Frequency
from xinglin.acquisitions.queries import SERIAL, VIEW_ORDER
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    FormScreen,
    ListScreen,
    Related,
    RelatedFilter,
)
from xinglin.console.screens import Kind as Shown
from xinglin.console.tones import Chip, Tone, colour_states
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Library

Files = MultiValueDict[str, object] | None

colour_states(
    Issue, {IssueState.EXPECTED: Tone.WAITING, IssueState.CAME: Tone.GOOD, IssueState.MISSING: Tone.BAD}
)


def _extend(request: StaffRequest, row: Subscription, answers: Answers) -> str:
    services.extend(subscription=row, until=answers["until"], by=staff_of(request))
    return _("已续订，新的各期已经预排。")


@screen
class Subscriptions(ListScreen[Subscription]):
    """What is subscribed."""

    name = "acquisitions.subscriptions"
    title = gettext_lazy("期刊订阅")
    section = Section.SUPPLY
    icon = "news"
    order = 71
    permission = VIEW_ORDER
    words = (gettext_lazy("连续出版物"), gettext_lazy("刊期"))
    detail = "acquisitions.subscription"
    create = "acquisitions.subscription.new"
    create_title = gettext_lazy("登记订阅")
    columns = (
        Column(gettext_lazy("刊名"), "title", sort="title", link=True),
        Column(gettext_lazy("ISSN"), "issn", narrow=False),
        Column(gettext_lazy("刊期"), "get_frequency_display", sort="frequency"),
        Column(gettext_lazy("收藏馆"), "library.label", sort="library__code", narrow=False),
        Column(gettext_lazy("书商"), "vendor.name", narrow=False),
        Column(gettext_lazy("份数"), "copies", kind=Shown.NUMBER, narrow=False),
        Column(gettext_lazy("订到"), "until", kind=Shown.DAY, sort="until"),
    )
    filters = (
        RelatedFilter("library", gettext_lazy("收藏馆"), field="library", rows=libraries_to_see),
        ChoiceFilter("frequency", gettext_lazy("刊期"), choices=Frequency.choices),
    )
    search_fields = ("title", "issn", "vendor__name")
    search_hint = gettext_lazy("刊名、ISSN、书商")
    order_by = ("title",)
    empty = gettext_lazy("还没有订阅。点“登记订阅”，系统按刊期排出各期的预计到馆日。")
    actions = (
        Action(
            "extend", gettext_lazy("续订"), run=_extend, form=ExtendForm, permission=SERIAL, icon="refresh"
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Subscription]:
        return queries.subscriptions_visible_to(staff_of(request))


@screen
class SubscriptionPage(DetailScreen[Subscription]):
    """One subscription, and its letters."""

    name = "acquisitions.subscription"
    title = gettext_lazy("期刊订阅")
    listing = "acquisitions.subscriptions"
    facts = (
        Facts(
            gettext_lazy("订阅"),
            (
                Fact(gettext_lazy("刊名"), "title"),
                Fact(gettext_lazy("ISSN"), "issn"),
                Fact(gettext_lazy("刊期"), "get_frequency_display"),
                Fact(
                    gettext_lazy("停出的月份"),
                    lambda row: "、".join(str(each) for each in row.skipped_months),
                ),
                Fact(gettext_lazy("收藏馆"), "library.label"),
                Fact(gettext_lazy("书商"), "vendor.name"),
                Fact(gettext_lazy("份数"), "copies", kind=Shown.NUMBER),
                Fact(gettext_lazy("第一期预计到馆"), "first_on", kind=Shown.DAY),
                Fact(gettext_lazy("订到"), "until", kind=Shown.DAY),
                Fact(gettext_lazy("迟到几天后催"), "grace_days", kind=Shown.NUMBER),
                Fact(gettext_lazy("装订说明"), "binding_note"),
            ),
        ),
    )
    actions = Subscriptions.actions

    def related(self, request: StaffRequest, row: Subscription) -> list[Related[Any]]:
        return [
            Related(
                gettext_lazy("各期"),
                rows=row.issues.select_related("subscription").order_by("-expected_on"),
                columns=(
                    Column[Issue](gettext_lazy("期"), "label"),
                    Column[Issue](gettext_lazy("预计到馆"), "expected_on", kind=Shown.DAY),
                    Column[Issue](gettext_lazy("到馆"), "came_on", kind=Shown.DAY),
                    Column[Issue](gettext_lazy("状态"), "state", kind=Shown.STATE),
                    Column[Issue](gettext_lazy("附注"), "note"),
                ),
            ),
            Related(
                gettext_lazy("催缺信"),
                rows=Claim.objects.filter(issue__subscription=row).select_related("issue__subscription"),
                columns=(
                    Column[Claim](gettext_lazy("期"), "issue.label"),
                    Column[Claim](gettext_lazy("第几次"), "round", kind=Shown.NUMBER),
                    Column[Claim](gettext_lazy("时间"), "at", kind=Shown.MOMENT),
                    Column[Claim](gettext_lazy("正文"), "letter"),
                ),
                empty=gettext_lazy("没有催过。"),
            ),
        ]


@screen
class NewSubscription(FormScreen[Subscription]):
    """Take a serial for a time."""

    name = "acquisitions.subscription.new"
    title = gettext_lazy("登记订阅")
    listing = "acquisitions.subscriptions"
    detail = "acquisitions.subscription"
    permission = SERIAL
    form = SubscriptionForm

    def make_form(
        self, request: StaffRequest, row: Subscription | None, data: QueryDict | None, files: Files
    ) -> forms.Form:
        form = SubscriptionForm(data, initial={"library": staff_of(request).library_id})
        ours = Library.objects.filter(pk__in=libraries_of(staff_of(request), SERIAL), active=True)
        cast("forms.ModelChoiceField[Library]", form.fields["library"]).queryset = ours
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Subscription | None) -> Subscription:
        typed = cast(SubscriptionForm, form)
        said = typed.cleaned_data
        return services.subscribe(
            library=said["library"], vendor=said["vendor"], file=typed.file(), by=staff_of(request)
        )


def _check_in(request: StaffRequest, row: Issue, answers: Answers) -> str:
    services.check_in(issue=row, by=staff_of(request))
    return _("已登记到馆：%(issue)s。") % {"issue": row}


def _claim(request: StaffRequest, row: Issue, answers: Answers) -> str:
    made = services.claim(issue=row, by=staff_of(request))
    return _("已写好第 %(round)d 次催缺信，在“期刊订阅”的详情里。") % {"round": made.round}


def _give_up(request: StaffRequest, row: Issue, answers: Answers) -> str:
    services.give_up(issue=row, note=answers["reason"], by=staff_of(request))
    return _("已登记不会来了。")


def _late(issue: Issue) -> Chip | str:
    return Chip(_("迟到"), Tone.BAD) if issue.is_late else ""


@screen
class Issues(ListScreen[Issue]):
    """Check-in: one click an issue, or many ticked."""

    name = "acquisitions.issues"
    title = gettext_lazy("期刊签到")
    section = Section.SUPPLY
    icon = "calendar-check"
    order = 72
    permission = VIEW_ORDER
    words = (gettext_lazy("记到"), gettext_lazy("催缺"))
    columns = (
        Column(gettext_lazy("刊名"), "subscription.title", sort="subscription__title"),
        Column(gettext_lazy("期"), "label"),
        Column(gettext_lazy("收藏馆"), "subscription.library.label", narrow=False),
        Column(gettext_lazy("份数"), "subscription.copies", kind=Shown.NUMBER, narrow=False),
        Column(gettext_lazy("预计到馆"), "expected_on", kind=Shown.DAY, sort="expected_on"),
        Column(gettext_lazy("到馆"), "came_on", kind=Shown.DAY, narrow=False),
        Column(gettext_lazy("状态"), "state", kind=Shown.STATE),
        Column(gettext_lazy("提示"), _late),
        Column(gettext_lazy("已催"), "claim_count", kind=Shown.NUMBER, narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=IssueState.choices)
    filters = (
        RelatedFilter(
            "library", gettext_lazy("收藏馆"), field="subscription__library", rows=libraries_to_see
        ),
        FlagFilter("late", gettext_lazy("只看迟到"), where=queries.is_late),
    )
    search_fields = ("subscription__title", "subscription__issn")
    search_hint = gettext_lazy("刊名、ISSN")
    order_by = ("expected_on",)
    empty = gettext_lazy("没有预计到馆的期刊。")
    actions = (
        Action("check_in", gettext_lazy("到了"), run=_check_in, permission=SERIAL, icon="check", tone=Tone.GOOD,
               when=lambda row: row.state != IssueState.CAME, many=True),
        Action("claim", gettext_lazy("催缺"), run=_claim, permission=SERIAL, icon="mail",
               when=lambda row: row.is_late, many=True),
        Action("give_up", gettext_lazy("不会来了"), run=_give_up, form=CancelForm, permission=SERIAL, icon="x",
               tone=Tone.BAD, when=lambda row: row.state == IssueState.EXPECTED),
    )  # fmt: skip

    def badge(self, request: HttpRequest) -> int | None:
        return queries.issues_visible_to(staff_of(request)).filter(queries.is_late()).count()

    def rows(self, request: StaffRequest) -> QuerySet[Issue]:
        return queries.issues_visible_to(staff_of(request))
