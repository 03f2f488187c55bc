"""Serials: what is subscribed, its issues and letters, and the money of its terms."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.acquisitions import queries, services
from xinglin.acquisitions.console.forms import fen
from xinglin.acquisitions.console.issues import mailed
from xinglin.acquisitions.console.offering import Files, OfLibraryForm, libraries_to_see, offer_funds
from xinglin.acquisitions.console.serial_forms import (
    EndSubscriptionForm,
    ExtendForm,
    PayTermForm,
    SubscriptionForm,
    TermForm,
)
from xinglin.acquisitions.models import Claim, Issue, Subscription, SubscriptionTerm
from xinglin.acquisitions.prediction import Frequency
from xinglin.acquisitions.queries import ORDER, SERIAL, VIEW_ORDER
from xinglin.commons import clock
from xinglin.commons.onscreen import yuan_text
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
    ListScreen,
    Related,
    RelatedFilter,
)
from xinglin.console.screens import Kind as Shown
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of


def _extend(request: StaffRequest, row: Subscription, answers: Answers) -> str:
    services.extend(subscription=row, until=answers["until"], by=staff_of(request))
    return _("已续订，新的各期已经预排。有订费的请再登记这一订期的订费。")


def _bind_form(request: StaffRequest, row: Subscription, data: QueryDict | None, files: Files) -> forms.Form:
    form = TermForm(data)
    offer_funds(form, request, row.library_id)
    return form


def _bind(request: StaffRequest, row: Subscription, answers: Answers) -> str:
    term = services.bind_term(
        subscription=row, fund=answers["fund"], amount_fen=fen(answers["amount"]) or 0,
        override=answers["override"], by=staff_of(request),
    )  # fmt: skip
    return _("已从“%(fund)s”占用 %(amount)s。") % {
        "fund": term.fund.name, "amount": yuan_text(term.amount_fen),
    }  # fmt: skip


def _end(request: StaffRequest, row: Subscription, answers: Answers) -> str:
    services.end_subscription(
        subscription=row, on=answers["on"], reason=answers["reason"], by=staff_of(request)
    )
    return _("已停订：之后的各期不再等，未付的订费已释放。")


def _runs(row: Subscription) -> bool:
    return row.ended_on is None


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
        Action("extend", gettext_lazy("续订"), run=_extend, form=ExtendForm, permission=SERIAL, icon="refresh",
               when=_runs),
        Action("bind_term", gettext_lazy("登记订费"), run=_bind, form=_bind_form, permission=ORDER,
               icon="wallet", when=_runs),
        Action("end", gettext_lazy("停订"), run=_end, form=EndSubscriptionForm, permission=SERIAL, icon="x",
               tone=Tone.BAD, when=_runs),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[Subscription]:
        return queries.subscriptions_visible_to(staff_of(request))


def _pay_link(term: SubscriptionTerm) -> str:
    if not term.is_bound:
        return ""
    back = reverse("console:acquisitions.subscription", args=[term.subscription_id])
    return f"{reverse('console:acquisitions.terms.do', args=[term.pk, 'pay'])}?back={back}"


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
                Fact(gettext_lazy("停订日期"), "ended_on", kind=Shown.DAY),
                Fact(gettext_lazy("迟到几天后催"), "grace_days", kind=Shown.NUMBER),
                Fact(gettext_lazy("装订说明"), "binding_note"),
            ),
        ),
    )
    actions = Subscriptions.actions

    def related(self, request: StaffRequest, row: Subscription) -> list[Related[Any]]:
        return [
            Related(
                gettext_lazy("订期费用"),
                rows=row.terms.select_related("fund"),
                columns=(
                    Column[SubscriptionTerm](gettext_lazy("订到"), "until", kind=Shown.DAY),
                    Column[SubscriptionTerm](gettext_lazy("经费"), "fund.name"),
                    Column[SubscriptionTerm](gettext_lazy("订费"), "amount_fen", kind=Shown.FEN),
                    Column[SubscriptionTerm](gettext_lazy("已付"), "spent_fen", kind=Shown.FEN),
                    Column[SubscriptionTerm](gettext_lazy("状态"), "standing"),
                    Column[SubscriptionTerm](
                        gettext_lazy("办理"), lambda term: _("支付") if term.is_bound else "", link=_pay_link
                    ),
                ),
                more=reverse("console:acquisitions.terms"),
                empty=gettext_lazy("没有登记订费；赠刊不用登记。"),
            ),
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
                    Column[Claim](gettext_lazy("邮件"), mailed),
                    Column[Claim](gettext_lazy("没有寄出"), "why_not"),
                ),
                more=reverse("console:acquisitions.claims"),
                empty=gettext_lazy("没有催过。"),
            ),
        ]


@screen
class NewSubscription(OfLibraryForm[Subscription]):
    """Take a serial for a time."""

    name = "acquisitions.subscription.new"
    title = gettext_lazy("登记订阅")
    listing = "acquisitions.subscriptions"
    detail = "acquisitions.subscription"
    permission = SERIAL
    form = SubscriptionForm

    def save(self, request: StaffRequest, form: forms.Form, row: Subscription | None) -> Subscription:
        typed = cast(SubscriptionForm, form)
        said = typed.cleaned_data
        return services.subscribe(
            library=said["library"], vendor=said["vendor"], file=typed.file(), by=staff_of(request)
        )


def _pay_form(
    request: StaffRequest, row: SubscriptionTerm, data: QueryDict | None, files: Files
) -> forms.Form:
    return PayTermForm(data, initial={"amount": Decimal(row.amount_fen) / 100, "paid_on": clock.today()})


def _pay(request: StaffRequest, row: SubscriptionTerm, answers: Answers) -> str:
    services.pay_term(
        term=row, number=answers["number"], amount_fen=fen(answers["amount"]) or 0,
        paid_on=answers["paid_on"], override=answers["override"], by=staff_of(request),
    )  # fmt: skip
    return _("已登记支付，占用的经费转为支出。")


@screen
class Terms(ListScreen[SubscriptionTerm]):
    """The money of subscriptions: bound, paid, released."""

    name = "acquisitions.terms"
    title = gettext_lazy("订期费用")
    section = Section.SUPPLY
    icon = "coin"
    order = 74
    permission = VIEW_ORDER
    words = (gettext_lazy("订费"), gettext_lazy("期刊经费"))
    columns = (
        Column(
            gettext_lazy("刊名"), "subscription.title", sort="subscription__title",
            link=lambda row: reverse("console:acquisitions.subscription", args=[row.subscription_id]),
        ),
        Column(gettext_lazy("订到"), "until", kind=Shown.DAY, sort="until"),
        Column(gettext_lazy("经费"), "fund", narrow=False),
        Column(gettext_lazy("书商"), "subscription.vendor.name", narrow=False),
        Column(gettext_lazy("订费"), "amount_fen", kind=Shown.FEN, sort="amount_fen"),
        Column(gettext_lazy("已付"), "spent_fen", kind=Shown.FEN, sort="spent_fen"),
        Column(gettext_lazy("发票号码"), "invoice_number", narrow=False),
        Column(gettext_lazy("付款日期"), "paid_on", kind=Shown.DAY, narrow=False),
        Column(gettext_lazy("状态"), "standing"),
    )  # fmt: skip
    filters = (
        RelatedFilter(
            "library", gettext_lazy("收藏馆"), field="subscription__library", rows=libraries_to_see
        ),
        FlagFilter("unpaid", gettext_lazy("只看未付"), where=queries.is_unpaid),
    )
    search_fields = ("subscription__title", "invoice_number", "fund__name")
    search_hint = gettext_lazy("刊名、发票号码、经费")
    order_by = ("-until", "-pk")
    empty = gettext_lazy("还没有订费；在期刊订阅的详情里点“登记订费”。")
    actions = (
        Action("pay", gettext_lazy("支付"), run=_pay, form=_pay_form, permission=ORDER, icon="coin",
               when=lambda row: row.is_bound),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[SubscriptionTerm]:
        return queries.terms_visible_to(staff_of(request))
