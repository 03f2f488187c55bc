"""What readers owe: taking money, writing off, lifting suspensions."""

from decimal import Decimal

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, services
from xinglin.circulation.lifecycle import FEE_MOVES, FeeState
from xinglin.circulation.models import Fee, FeeKind, Suspension
from xinglin.commons import clock
from xinglin.commons.onscreen import yuan_text
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
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
    offered,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.consortium.queries import libraries_visible_to

colour_states(
    Fee,
    {
        FeeState.OPEN: Tone.BAD,
        FeeState.PAID: Tone.GOOD,
        FeeState.WAIVED: Tone.QUIET,
        FeeState.VOIDED: Tone.QUIET,
        FeeState.REFUNDED: Tone.WAITING,
        FeeState.REPLACED: Tone.GOOD,
    },
)


class PaymentForm(forms.Form):
    yuan = forms.DecimalField(
        label=gettext_lazy("收款（元）"), min_value=Decimal("0.01"), max_digits=8, decimal_places=2
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


def _payment_form(request: StaffRequest, fee: Fee, data: QueryDict | None, files: object) -> PaymentForm:
    return PaymentForm(data, initial={"yuan": Decimal(fee.owed_fen) / 100})


def _pay(request: StaffRequest, fee: Fee, answers: Answers) -> str:
    paid = int(answers["yuan"] * 100)
    fee = services.pay(fee=fee, amount_fen=paid, by=staff_of(request))
    if fee.owed_fen:
        return _("已收 %(paid)s，还欠 %(owed)s。") % {
            "paid": yuan_text(paid),
            "owed": yuan_text(fee.owed_fen),
        }
    return _("已收 %(paid)s，这笔费用结清。") % {"paid": yuan_text(paid)}


def _waive(request: StaffRequest, fee: Fee, answers: Answers) -> str:
    services.waive(fee=fee, reason=answers["reason"], by=staff_of(request))
    return _("已减免。")


class ReplacementForm(forms.Form):
    """The copy that the reader brings instead."""

    barcode = forms.CharField(label=gettext_lazy("新书的条码"), max_length=60)
    reason = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)


def _replace(request: StaffRequest, fee: Fee, answers: Answers) -> str:
    item = services.accept_replacement(
        fee=fee, barcode=answers["barcode"], reason=answers["reason"], by=staff_of(request)
    )
    return _("已用书抵赔，新书 %(barcode)s 交编目加工。") % {"barcode": item.barcode}


def _lift(request: StaffRequest, suspension: Suspension, answers: Answers) -> str:
    services.lift_suspension(suspension=suspension, reason=answers["reason"], by=staff_of(request))
    return _("已解除停借，读者现在可以借书。")


pay = Action(
    "pay",
    gettext_lazy("收款"),
    run=_pay,
    form=_payment_form,
    permission="circulation.take_payment",
    icon="cash",
    tone=Tone.GOOD,
    when=offered(FEE_MOVES, "pay"),
)
waive = Action(
    "waive",
    gettext_lazy("减免"),
    run=_waive,
    form=ReasonForm,
    permission="circulation.waive_fee",
    icon="eraser",
    when=offered(FEE_MOVES, "waive"),
    many=True,
)
replace = Action(
    "replace",
    gettext_lazy("以书赔书"),
    run=_replace,
    form=ReplacementForm,
    permission="circulation.waive_fee",
    icon="book",
    when=lambda fee: fee.kind == FeeKind.LOST and fee.state == FeeState.OPEN and not fee.paid_fen,
)
lift = Action(
    "lift",
    gettext_lazy("解除停借"),
    run=_lift,
    form=ReasonForm,
    permission="circulation.lift_suspension",
    icon="lock-open",
    when=lambda suspension: suspension.lifted_at is None and suspension.until >= clock.today(),
    many=True,
)


@screen
class Fees(ListScreen[Fee]):
    name = "circulation.fees"
    title = gettext_lazy("费用")
    section = Section.CIRCULATION
    icon = "cash"
    order = 50
    permission = "circulation.view_fee"
    words = (gettext_lazy("滞纳金"), gettext_lazy("赔偿"), "feiyong", "peichang")
    columns = (
        Column(gettext_lazy("读者"), "patron.name", sort="patron__name_key"),
        Column(gettext_lazy("事项"), "get_kind_display"),
        Column(gettext_lazy("应收"), "amount_fen", kind=Kind.FEN, sort="amount_fen"),
        Column(gettext_lazy("已收"), "paid_fen", kind=Kind.FEN, narrow=False),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("书名"), "item.holding.record.full_title", narrow=False),
        Column(gettext_lazy("收费馆"), "library.label", narrow=False),
        Column(gettext_lazy("计费时间"), "billed_at", kind=Kind.MOMENT, sort="billed_at", narrow=False),
        Column(gettext_lazy("说明"), "explanation", narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=FeeState.choices)
    filters = (
        ChoiceFilter("kind", gettext_lazy("事项"), choices=FeeKind.choices),
        RelatedFilter(
            "library",
            gettext_lazy("收费馆"),
            field="library",
            rows=lambda request: libraries_visible_to(staff_of(request)),
        ),
        DateFilter("billed", gettext_lazy("计费日期"), field="billed_at"),
    )
    search_fields = ("patron__name", "item__holding__record__title")
    search_hint = gettext_lazy("读者姓名、书名")
    order_by = ("-billed_at",)
    empty = gettext_lazy("没有费用。逾期、遗失、污损按流通规则自动计费。")
    actions = (pay, waive, replace)

    def rows(self, request: StaffRequest) -> QuerySet[Fee]:
        return queries.fees_visible_to(staff_of(request))


@screen
class Suspensions(ListScreen[Suspension]):
    name = "circulation.suspensions"
    title = gettext_lazy("停借")
    section = Section.CIRCULATION
    icon = "lock"
    order = 51
    permission = "circulation.view_fee"
    words = (gettext_lazy("以停代金"), "tingjie")
    columns = (
        Column(gettext_lazy("读者"), "patron.name", sort="patron__name_key"),
        Column(gettext_lazy("停借至"), "until", kind=Kind.DAY, sort="until"),
        Column(gettext_lazy("逾期天数"), "late_days", kind=Kind.NUMBER),
        Column(gettext_lazy("书名"), "loan.item.holding.record.full_title", narrow=False),
        Column(gettext_lazy("馆"), "library.label", narrow=False),
        Column(gettext_lazy("解除时间"), "lifted_at", kind=Kind.MOMENT, narrow=False),
        Column(gettext_lazy("解除原因"), "lifting_reason", narrow=False),
    )
    filters = (
        FlagFilter(
            "standing",
            gettext_lazy("现在停借中"),
            where=lambda: Q(lifted_at=None, until__gte=clock.today()),
        ),
    )
    search_fields = ("patron__name",)
    search_hint = gettext_lazy("读者姓名")
    order_by = ("-until",)
    empty = gettext_lazy("没有停借的读者。")
    actions = (lift,)

    def rows(self, request: StaffRequest) -> QuerySet[Suspension]:
        return queries.suspensions_visible_to(staff_of(request))
