"""Loans on screen: what is out, what is overdue, why it is due when it is."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, services
from xinglin.circulation.due import due_date
from xinglin.circulation.lifecycle import LOAN_MOVES, LoanState
from xinglin.circulation.models import Loan
from xinglin.commons import clock
from xinglin.commons.onscreen import yuan_text
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DateFilter,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    TextFilter,
    offered,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.consortium.queries import libraries_visible_to, timetable_of

colour_states(
    Loan,
    {
        LoanState.OUT: Tone.ACTIVE,
        LoanState.CLAIMED: Tone.WAITING,
        LoanState.RETURNED: Tone.QUIET,
        LoanState.LOST: Tone.BAD,
    },
)


class OverrideForm(forms.Form):
    override = forms.CharField(
        label=gettext_lazy("仍要续借的理由"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("按规则能续借时不用填；填写的理由会记入操作记录。"),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("说明"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


def _renew(request: StaffRequest, loan: Loan, answers: Answers) -> str:
    renewed = services.renew(loan=loan, by=staff_of(request), override=str(answers.get("override", "")))
    return _("已续借到 %(day)s。") % {"day": f"{clock.local(renewed.due_at):%Y-%m-%d}"}


def _lose(request: StaffRequest, loan: Loan, answers: Answers) -> str:
    fee = services.lose(loan=loan, by=staff_of(request), reason=answers["reason"])
    return _("已登记遗失，赔偿 %(sum)s 记在读者名下。") % {"sum": yuan_text(fee.amount_fen if fee else 0)}


def _recall(request: StaffRequest, loan: Loan, answers: Answers) -> str:
    recalled = services.recall(loan=loan, by=staff_of(request), reason=answers["reason"])
    return _("已召回，读者须在 %(day)s 前归还，会收到通知。") % {
        "day": f"{clock.local(recalled.due_at):%Y-%m-%d}"
    }


def _claim(request: StaffRequest, loan: Loan, answers: Answers) -> str:
    services.claim_returned(loan=loan, by=staff_of(request), reason=answers["reason"])
    return _("已登记“读者称已还”，从现在起不再计逾期；请到书架核查。")


ACTIONS = (
    Action(
        "renew", gettext_lazy("续借"), run=_renew, form=OverrideForm, permission="circulation.renew", icon="refresh",
        tone=Tone.GOOD, when=offered(LOAN_MOVES, "renew"), many=True,
    ),
    Action(
        "recall", gettext_lazy("召回"), run=_recall, form=ReasonForm, permission="circulation.recall_loan",
        icon="bell-ringing", when=lambda loan: loan.state == LoanState.OUT and loan.recalled_at is None,
        confirm=gettext_lazy("应还日按规则提前，读者会收到通知；每次借阅只召回一次。"),
    ),
    Action(
        "claim", gettext_lazy("读者称已还"), run=_claim, form=ReasonForm, permission="circulation.lose_item",
        icon="help-circle", when=offered(LOAN_MOVES, "claim"),
    ),
    Action(
        "lose", gettext_lazy("登记遗失"), run=_lose, form=ReasonForm, permission="circulation.lose_item", icon="x",
        tone=Tone.BAD, when=offered(LOAN_MOVES, "lose"),
        confirm=gettext_lazy("登记后按书价（无定价时按规则）向读者计赔偿；书找回时自动撤销或退款。"),
    ),
)  # fmt: skip


def _is_overdue() -> Q:
    return Q(state=LoanState.OUT, due_at__lt=clock.now())


def _days_late(loan: Loan) -> object:
    return (clock.today() - clock.local(loan.due_at).date()).days if loan.is_overdue else None


@screen
class Loans(ListScreen[Loan]):
    name = "circulation.loans"
    title = gettext_lazy("借阅与催还")
    section = Section.CIRCULATION
    icon = "book-2"
    order = 15
    permission = "circulation.view_loan"
    words = (gettext_lazy("逾期"), gettext_lazy("催还"), "yuqi", "cuihuan")
    detail = "circulation.loan"
    columns = (
        Column(gettext_lazy("书名"), "item.holding.record.full_title", link=True, roomy=True),
        Column(gettext_lazy("读者"), "patron.name", sort="patron__name_key"),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("条码"), "item.barcode", narrow=False),
        Column(gettext_lazy("借出馆"), "library.label", narrow=False),
        Column(gettext_lazy("应还日期"), "due_at", kind=Kind.DAY, sort="due_at"),
        Column(gettext_lazy("逾期天数"), _days_late, kind=Kind.NUMBER),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=LoanState.choices)
    filters = (
        FlagFilter("overdue", gettext_lazy("已逾期"), where=_is_overdue),
        RelatedFilter(
            "library",
            gettext_lazy("借出馆"),
            field="library",
            rows=lambda request: libraries_visible_to(staff_of(request)),
        ),
        DateFilter("due", gettext_lazy("应还日期"), field="due_at"),
        DateFilter("lent", gettext_lazy("借出日期"), field="lent_at"),
        TextFilter("barcode", gettext_lazy("条码"), field="item__barcode", lookup="istartswith"),
    )
    search_fields = ("item__holding__record__title", "patron__name", "item__barcode")
    search_hint = gettext_lazy("书名、读者姓名、条码")
    order_by = ("-lent_at",)
    empty = gettext_lazy("还没有借阅。在借书台扫读者证，再扫书，就会出现在这里。")
    actions = ACTIONS[:1]

    def rows(self, request: StaffRequest) -> QuerySet[Loan]:
        return queries.loans_visible_to(staff_of(request))


@screen
class LoanPage(DetailScreen[Loan]):
    name = "circulation.loan"
    title = gettext_lazy("借阅")
    listing = "circulation.loans"
    facts = (
        Facts(
            gettext_lazy("借阅"),
            (
                Fact(gettext_lazy("书名"), "item.holding.record.full_title"),
                Fact(gettext_lazy("条码"), "item.barcode"),
                Fact(gettext_lazy("读者"), "patron.name"),
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("所属馆"), "home_library.label"),
                Fact(gettext_lazy("借出馆"), "library.label"),
                Fact(gettext_lazy("借出时间"), "lent_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("应还时间"), "due_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("召回时间"), "recalled_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("续借次数"), "renewals", kind=Kind.NUMBER),
                Fact(gettext_lazy("还书馆"), "returned_to.label"),
                Fact(gettext_lazy("归还时间"), "closed_at", kind=Kind.MOMENT),
            ),
        ),
    )
    actions = ACTIONS
    panel_template = "circulation/console/why_due.html"

    def heading(self, row: Loan) -> str:
        return str(row.item.holding.record.full_title)

    def context(self, request: StaffRequest, row: Loan) -> dict[str, object]:
        """Say why it is due then: the rule as it was, and the steps of the calendar."""
        due = due_date(
            row.terms,
            since=row.lent_at,
            length=row.terms.loan_length,
            timetable=timetable_of(row.library, since=clock.local(row.lent_at).date()),
            card_expires_on=row.patron.expires_on if row.patron else None,
        )
        return {"rule": row.rule, "steps": due.steps, "agrees": due.at == row.due_at}

    def related(self, request: StaffRequest, row: Loan) -> list[Related[Any]]:
        fees = queries.fees_visible_to(staff_of(request)).filter(loan=row)
        notices = row.notices.order_by("-owed_at")
        return [
            Related(
                gettext_lazy("费用"),
                rows=fees,
                columns=(
                    Column(gettext_lazy("事项"), "get_kind_display"),
                    Column(gettext_lazy("应收"), "amount_fen", kind=Kind.FEN),
                    Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
                ),
                empty=gettext_lazy("没有费用。"),
            ),
            Related(
                gettext_lazy("到期与催还通知"),
                rows=notices,
                columns=(
                    Column(gettext_lazy("事项"), "get_kind_display"),
                    Column(gettext_lazy("登记时间"), "owed_at", kind=Kind.MOMENT),
                    Column(gettext_lazy("已通知时间"), "told_at", kind=Kind.MOMENT),
                ),
                empty=gettext_lazy("还没有通知。"),
            ),
        ]


@card(order=12, permission="circulation.view_loan")
def overdue_loans(request: StaffRequest) -> Card | None:
    """Say on the home page how much is overdue."""
    number = queries.loans_visible_to(staff_of(request)).filter(_is_overdue()).count()
    url = reverse("console:circulation.loans") + "?overdue=1&sort=due_at"
    return Card(_("逾期未还"), number=number, url=url, icon="clock", tone=Tone.BAD, note=_("需要催还"))
