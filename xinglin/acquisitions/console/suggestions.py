"""The list of suggestions, the page of one, and the decision on one or many."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from xinglin.acquisitions import finding, queries, services
from xinglin.acquisitions.console.deciding import ACTIONS
from xinglin.acquisitions.console.forms import DeskForm, WorkForm
from xinglin.acquisitions.lifecycle import SuggestionState
from xinglin.acquisitions.models import Suggestion, SuggestionSource, Vote
from xinglin.acquisitions.queries import DECIDE, VIEW
from xinglin.acquisitions.works import Wish
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section
from xinglin.console.registry import card, screen
from xinglin.console.screens import (
    ChoiceFilter,
    Column,
    DetailScreen,
    Fact,
    Facts,
    FormScreen,
    ListScreen,
    Related,
    RelatedFilter,
    TextFilter,
)
from xinglin.console.screens import Kind as Shown
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Library
from xinglin.patrons.queries import find_by_card

colour_states(
    Suggestion,
    {
        SuggestionState.SUGGESTED: Tone.WAITING,
        SuggestionState.CONSIDERED: Tone.ACTIVE,
        SuggestionState.APPROVED: Tone.ACTIVE,
        SuggestionState.ORDERED: Tone.ACTIVE,
        SuggestionState.ARRIVED: Tone.GOOD,
        SuggestionState.DECLINED: Tone.BAD,
        SuggestionState.WITHDRAWN: Tone.QUIET,
    },
)


@card(order=47, permission=DECIDE)
def what_waits(request: StaffRequest) -> Card | None:
    """Tell on the home page how many suggestions wait."""
    waiting = queries.waiting_for_decision(staff_of(request))
    return Card(
        title=gettext_lazy("荐购待处理"),
        number=waiting,
        url=reverse("console:acquisitions.suggestions") + "?sort=-vote_count",
        icon="shopping-cart",
        tone=Tone.WAITING if waiting else Tone.GOOD,
        note=gettext_lazy("读者请图书馆买的书"),
    )


def _libraries(request: StaffRequest) -> QuerySet[Library]:
    return Library.objects.filter(pk__in=libraries_of(staff_of(request), VIEW))


@screen
class Suggestions(ListScreen[Suggestion]):
    """What readers wish; the sheet carries decisions and reasons."""

    name = "acquisitions.suggestions"
    title = gettext_lazy("荐购")
    section = Section.SUPPLY
    icon = "shopping-cart"
    order = 60
    permission = VIEW
    words = (gettext_lazy("读者荐购"), gettext_lazy("推荐购买"), gettext_lazy("采访"))
    detail = "acquisitions.suggestion"
    create = "acquisitions.suggestion.new"
    create_title = gettext_lazy("登记荐购")
    columns = (
        Column(gettext_lazy("编号"), "number", sort="number", link=True),
        Column(gettext_lazy("题名"), "label", sort="title", roomy=True),
        Column(gettext_lazy("ISBN"), "isbn", narrow=False),
        Column(gettext_lazy("著者"), "author", narrow=False),
        Column(gettext_lazy("票数"), "vote_count", kind=Shown.NUMBER, sort="vote_count"),
        Column(gettext_lazy("科室"), "department", sort="department", narrow=False),
        Column(gettext_lazy("图书馆"), "library.label", sort="library__code", narrow=False),
        Column(gettext_lazy("单价"), "price_fen", kind=Shown.FEN, sort="price_fen", narrow=False),
        Column(gettext_lazy("状态"), "state", kind=Shown.STATE),
        Column(gettext_lazy("答复"), "reason", narrow=False),
        Column(
            gettext_lazy("荐购时间"), "suggested_at", kind=Shown.MOMENT, sort="suggested_at", narrow=False
        ),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=SuggestionState.choices)
    filters = (
        RelatedFilter("library", gettext_lazy("图书馆"), field="library", rows=_libraries),
        TextFilter("department", gettext_lazy("科室"), field="department"),
        ChoiceFilter("source", gettext_lazy("来源"), choices=SuggestionSource.choices),
    )
    search_fields = ("number", "title", "isbn", "author")
    search_hint = gettext_lazy("编号、题名、ISBN、著者")
    order_by = ("-suggested_at",)
    empty = gettext_lazy("还没有荐购。读者在手机“荐购”里提交，或在微信里发“荐购 书名”。")
    actions = ACTIONS

    def badge(self, request: HttpRequest) -> int | None:
        return queries.waiting_for_decision(staff_of(request))

    def rows(self, request: StaffRequest) -> QuerySet[Suggestion]:
        return queries.suggestions_visible_to(staff_of(request))


@screen
class SuggestionPage(DetailScreen[Suggestion]):
    """One suggestion: the work, who wishes it, what there is of it already."""

    name = "acquisitions.suggestion"
    title = gettext_lazy("荐购")
    listing = "acquisitions.suggestions"
    edit = "acquisitions.suggestion.edit"
    panel_template = "acquisitions/console/suggestion_panel.html"
    facts = (
        Facts(
            gettext_lazy("图书"),
            (
                Fact(gettext_lazy("题名"), "title"),
                Fact(gettext_lazy("ISBN"), "isbn"),
                Fact(gettext_lazy("著者"), "author"),
                Fact(gettext_lazy("出版社"), "publisher"),
                Fact(gettext_lazy("出版年"), "year"),
                Fact(gettext_lazy("单价"), "price_fen", kind=Shown.FEN),
                Fact(gettext_lazy("分类号"), "class_number"),
            ),
        ),
        Facts(
            gettext_lazy("荐购"),
            (
                Fact(gettext_lazy("状态"), "state", kind=Shown.STATE),
                Fact(gettext_lazy("图书馆"), "library.label"),
                Fact(gettext_lazy("科室"), "department"),
                Fact(gettext_lazy("来源"), "get_source_display"),
                Fact(gettext_lazy("荐购时间"), "suggested_at", kind=Shown.MOMENT),
                Fact(gettext_lazy("决定时间"), "decided_at", kind=Shown.MOMENT),
                Fact(gettext_lazy("答复"), "reason"),
                Fact(gettext_lazy("到馆时间"), "arrived_at", kind=Shown.MOMENT),
                Fact(gettext_lazy("到书说明"), "remark"),
            ),
        ),
    )
    actions = ACTIONS

    def context(self, request: StaffRequest, row: Suggestion) -> dict[str, object]:
        wish = Wish(isbn=row.isbn, title=row.title, author=row.author)
        funds = [] if row.is_decided else queries.funds_for(row, staff_of(request))
        return {
            "held": finding.held(wish),
            "elsewhere": finding.suggested_elsewhere(row),
            "money": [(fund, queries.left_of(fund)) for fund in funds],
        }

    def related(self, request: StaffRequest, row: Suggestion) -> list[Related[Any]]:
        return [
            Related(
                gettext_lazy("荐购人"),
                rows=row.votes.select_related("patron__category"),
                columns=(
                    Column[Vote](gettext_lazy("读者"), str),
                    Column[Vote](gettext_lazy("类别"), "patron.category.name"),
                    Column[Vote](gettext_lazy("科室"), "patron.department"),
                    Column[Vote](gettext_lazy("理由"), "note"),
                    Column[Vote](gettext_lazy("时间"), "at", kind=Shown.MOMENT),
                ),
            )
        ]


@screen
class EditSuggestion(FormScreen[Suggestion]):
    """Complete what a reader wrote."""

    name = "acquisitions.suggestion.edit"
    title = gettext_lazy("补充书目信息")
    listing = "acquisitions.suggestions"
    detail = "acquisitions.suggestion"
    permission = DECIDE
    edits = True
    form = WorkForm
    template_name = "acquisitions/console/work_form.html"

    def initial(self, request: StaffRequest, row: Suggestion | None) -> dict[str, object]:
        price = row.price_fen / 100 if row and row.price_fen is not None else None
        return {**super().initial(request, row), "price": price}

    def save(self, request: StaffRequest, form: forms.Form, row: Suggestion | None) -> Suggestion:
        wish = cast(WorkForm, form).wish()
        return services.describe(suggestion=cast(Suggestion, row), wish=wish, by=staff_of(request))


@screen
class NewSuggestion(FormScreen[Suggestion]):
    """Take a wish down for a reader at the desk."""

    name = "acquisitions.suggestion.new"
    title = gettext_lazy("登记荐购")
    listing = "acquisitions.suggestions"
    detail = "acquisitions.suggestion"
    permission = DECIDE
    form = DeskForm
    template_name = "acquisitions/console/work_form.html"
    hint = gettext_lazy("ISBN 和题名写一样就可以，ISBN 可以用扫描枪或摄像头扫条码；已有人荐购的算作一票。")

    def save(self, request: StaffRequest, form: forms.Form, row: Suggestion | None) -> Suggestion:
        typed = cast(DeskForm, form)
        note = typed.cleaned_data["note"]
        made = services.suggest(
            patron=find_by_card(typed.cleaned_data["card_number"]),
            wish=typed.wish(),
            source=SuggestionSource.DESK,
            note=note,
            insists=bool(note),
            by=staff_of(request),
        )
        return made.suggestion
