"""The list of orders, the page of one, and what may be done there; which when, the lifecycle table says."""

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.urls import URLPattern, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section
from xinglin.console.registry import card, screen
from xinglin.console.screens import (
    Action,
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
from xinglin.reference import queries, services
from xinglin.reference.console.actions import ACTIONS
from xinglin.reference.console.forms import CitationEntryForm, EntryForm
from xinglin.reference.console.related import related_of
from xinglin.reference.lifecycle import State
from xinglin.reference.models import Order, OrderKind, Report
from xinglin.reference.queries import MANAGE, REVIEW, SEARCH, VIEW
from xinglin.reference.serving import contract_of, file_of

Files = MultiValueDict[str, object] | None

colour_states(
    Order,
    {
        State.SUBMITTED: Tone.WAITING,
        State.QUOTED: Tone.WAITING,
        State.ACCEPTED: Tone.WAITING,
        State.SEARCHING: Tone.ACTIVE,
        State.DRAFTING: Tone.ACTIVE,
        State.IN_REVIEW: Tone.ACTIVE,
        State.ISSUED: Tone.GOOD,
        State.DISPUTED: Tone.BAD,
        State.ARCHIVED: Tone.QUIET,
        State.WITHDRAWN: Tone.QUIET,
        State.DRAFT: Tone.QUIET,
    },
)


@card(order=45, permission=VIEW)
def what_waits(request: StaffRequest) -> Card | None:
    """Tell on the home page how many orders wait for this person."""
    waiting = queries.waiting_for(staff_of(request)).count()
    return Card(
        title=gettext_lazy("查新查引待办"),
        number=waiting,
        url=reverse("console:reference.orders") + "?mine=on",
        icon="file-certificate",
        tone=Tone.WAITING if waiting else Tone.GOOD,
        note=gettext_lazy("等您受理、检索或审核"),
    )


def _libraries(request: StaffRequest) -> QuerySet[Library]:
    return Library.objects.filter(pk__in=libraries_of(staff_of(request), VIEW))


def _promised(order: Order) -> Chip | str:
    if order.promised_on is None:
        return ""
    day = f"{order.promised_on:%Y-%m-%d}"
    return Chip(_("%(day)s 已过") % {"day": day}, Tone.BAD) if order.is_late else day


@screen
class Orders(ListScreen[Order]):
    """The orders of one's libraries."""

    name = "reference.orders"
    title = gettext_lazy("查新查引")
    section = Section.REFERENCE
    icon = "file-certificate"
    order = 20
    permission = VIEW
    words = (gettext_lazy("科技查新"), gettext_lazy("收录引用"), "chaxin", "chayin")
    detail = "reference.order"
    create = "reference.order.new"
    create_title = gettext_lazy("登记委托")
    columns = (
        Column(gettext_lazy("编号"), "number", sort="number", link=True),
        Column(gettext_lazy("类型"), "get_kind_display", sort="kind", narrow=False),
        Column(gettext_lazy("项目名称"), "title", roomy=True),
        Column(gettext_lazy("委托人"), "client_name", sort="client_name"),
        Column(gettext_lazy("状态"), "state", kind=Shown.STATE),
        Column(
            gettext_lazy("约定完成日"),
            _promised,
            sort="promised_on",
            sheet=lambda order: order.promised_on or "",
        ),
        Column(gettext_lazy("查新员"), "searcher.name", narrow=False),
        Column(gettext_lazy("审核员"), "reviewer.name", narrow=False),
        Column(gettext_lazy("费用"), "fee_fen", kind=Shown.FEN, narrow=False),
        Column(
            gettext_lazy("提交时间"), "submitted_at", kind=Shown.MOMENT, sort="submitted_at", narrow=False
        ),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=State.choices)
    filters = (
        ChoiceFilter("kind", gettext_lazy("类型"), choices=OrderKind.choices),
        RelatedFilter("library", gettext_lazy("受理馆"), field="library", rows=_libraries),
        FlagFilter("mine", gettext_lazy("等我办理"), where=Q()),
        FlagFilter("late", gettext_lazy("已过约定日"), where=queries.is_late),
    )
    search_hint = gettext_lazy("编号、项目名称、委托人、合同编号")
    order_by = ("-submitted_at", "-pk")
    empty = gettext_lazy("还没有委托。读者在手机上提交，或在这里点“登记委托”。")

    def rows(self, request: StaffRequest) -> QuerySet[Order]:
        rows = queries.orders_visible_to(staff_of(request))
        if (
            request.GET.get("mine")
            and request.resolver_match
            and request.resolver_match.url_name == self.name
        ):
            rows = rows.filter(pk__in=queries.waiting_for(staff_of(request)).values("pk"))
        return rows

    def search(self, request: StaffRequest, rows: QuerySet[Order], text: str) -> QuerySet[Order]:
        return queries.matching(rows, text)


def _numbered(points: list[str]) -> str:
    return "\n".join(f"{number}. {point}" for number, point in enumerate(points, 1))


@screen
class OrderPage(DetailScreen[Order]):
    """One order: what is wanted, what was agreed, what was searched, and the report."""

    name = "reference.order"
    title = gettext_lazy("委托")
    listing = "reference.orders"
    panel_template = "reference/console/order_panel.html"
    facts = (
        Facts(
            gettext_lazy("委托"),
            (
                Fact(gettext_lazy("编号"), "number"),
                Fact(gettext_lazy("类型"), "get_kind_display"),
                Fact(gettext_lazy("状态"), "state", kind=Shown.STATE),
                Fact(gettext_lazy("受理馆"), "library.name"),
                Fact(gettext_lazy("委托人"), "client_name"),
                Fact(gettext_lazy("委托单位"), "client_unit"),
                Fact(gettext_lazy("联系电话"), "client_phone"),
                Fact(gettext_lazy("邮箱"), "client_email"),
                Fact(gettext_lazy("目的"), "get_purpose_display"),
                Fact(gettext_lazy("希望完成日"), "wanted_by", kind=Shown.DAY),
            ),
        ),
        Facts(
            gettext_lazy("受理"),
            (
                Fact(
                    gettext_lazy("合同"),
                    lambda order: (
                        order.contract_number
                        and _("%(number)s（打开 PDF）") % {"number": order.contract_number}
                    ),
                    link=lambda order: reverse("console:reference.order.contract", args=[order.pk]),
                ),
                Fact(gettext_lazy("费用"), "fee_fen", kind=Shown.FEN),
                Fact(gettext_lazy("约定完成日"), _promised),
                Fact(gettext_lazy("委托人确认"), "agreed_at", kind=Shown.MOMENT),
                Fact(gettext_lazy("查新员"), "searcher.name"),
                Fact(gettext_lazy("审核员"), "reviewer.name"),
            ),
        ),
        Facts(
            gettext_lazy("内容"),
            (
                Fact(gettext_lazy("项目名称"), "title"),
                Fact(gettext_lazy("英文名称"), "title_foreign"),
                Fact(gettext_lazy("范围"), "get_scope_display"),
                Fact(gettext_lazy("成员"), lambda order: "；".join(order.members)),
                Fact(gettext_lazy("检索词"), lambda order: "；".join(order.keywords)),
                Fact(gettext_lazy("查新点"), lambda order: _numbered(order.points)),
                Fact(gettext_lazy("科学技术要点或论文清单"), "content"),
                Fact(gettext_lazy("检索结果"), "findings"),
                Fact(gettext_lazy("结论"), "conclusion"),
            ),
        ),
    )
    actions = ACTIONS

    def offers(self, request: StaffRequest, row: Order) -> list[Action[Order]]:
        """Leave the searcher's and the reviewer's deeds to those who were named."""
        staff, shown = staff_of(request), super().offers(request, row)
        theirs = {SEARCH: row.searcher_id, REVIEW: row.reviewer_id}
        return [each for each in shown if theirs.get(each.permission, staff.pk) == staff.pk]

    def context(self, request: StaffRequest, row: Order) -> dict[str, object]:
        by = staff_of(request)
        return {
            "writing": row.state in (State.SEARCHING, State.DRAFTING) and row.searcher_id == by.pk,
            "is_citation": row.kind == OrderKind.CITATION,
            "counts": queries.citations_of(row) if row.kind == OrderKind.CITATION else [],
        }

    def related(self, request: StaffRequest, row: Order) -> list[Related[Any]]:
        return related_of(row)

    def urls(self) -> list[URLPattern]:
        return [
            *super().urls(),
            self.route("reference/report/<int:pk>.<slug:form>", self._report, ".report"),
            self.route(f"{self.row_address}contract.pdf", self._contract, ".contract"),
        ]

    def _contract(self, request: StaffRequest, pk: int) -> HttpResponse:
        """Show the contract, to be signed at the desk or kept, to those who may see the order."""
        return contract_of(self.row(request, pk))

    def _report(self, request: StaffRequest, pk: int, form: str) -> HttpResponse:
        """Hand out the file of a report, to those who may see its order."""
        report = Report.objects.select_related("order").filter(pk=pk).first()
        self.row(request, report.order_id if report else 0)
        return cast(HttpResponse, file_of(cast(Report, report), form))


class _NewOrder(FormScreen[Order]):
    listing = "reference.orders"
    detail = "reference.order"
    permission = MANAGE
    kind: OrderKind
    done = gettext_lazy("已登记委托。")

    def make_form(
        self, request: StaffRequest, row: Order | None, data: QueryDict | None, files: Files
    ) -> forms.Form:
        form = self.form(data)
        rows = Library.objects.filter(pk__in=libraries_of(staff_of(request), MANAGE), active=True)
        front: dict[str, forms.Field] = {
            "library": forms.ModelChoiceField(
                label=gettext_lazy("受理馆"), queryset=rows, initial=staff_of(request).library_id
            ),
            "client_name": forms.CharField(label=gettext_lazy("委托人"), max_length=60),
        }
        form.fields = {**front, **form.fields}
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Order | None) -> Order:
        typed, by = cast(EntryForm, form), staff_of(request)
        said = typed.entry()
        library, client = said.pop("library"), said.pop("client_name")
        order = services.draft(
            kind=self.kind, library=library, patron=None, client_name=client, by=by, **said
        )
        return services.submit(order=order, patron=None, by=by)


@screen
class NewNovelty(_NewOrder):
    """Take down a novelty search for somebody at the desk."""

    name = "reference.order.new"
    title = gettext_lazy("登记查新委托")
    form = EntryForm
    kind = OrderKind.NOVELTY


@screen
class NewCitation(_NewOrder):
    """Take down a citation report for somebody at the desk."""

    name = "reference.order.new_citation"
    title = gettext_lazy("登记查收查引委托")
    section = Section.REFERENCE
    icon = "quote"
    order = 25
    form = CitationEntryForm
    kind = OrderKind.CITATION
