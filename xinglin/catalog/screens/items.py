"""Copies: registered, changed and moved along their lifecycle by their own library."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog import queries, services
from xinglin.catalog.lifecycle import CONDITION_DEEDS, CONDITION_MOVES, Condition
from xinglin.catalog.models import Holding, Item, ItemType
from xinglin.catalog.screens.records import Reason
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
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
    Kind,
    ListScreen,
    RelatedFilter,
    TextFilter,
    offered,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library

CHANGE = "catalog.change_item"

colour_states(
    Item,
    {
        Condition.ON_SHELF: Tone.GOOD,
        Condition.ON_ORDER: Tone.WAITING,
        Condition.IN_PROCESS: Tone.WAITING,
        Condition.BINDERY: Tone.ACTIVE,
        Condition.DAMAGED: Tone.BAD,
        Condition.MISSING: Tone.BAD,
        Condition.CLAIMED_RETURNED: Tone.BAD,
        Condition.LOST: Tone.BAD,
        Condition.WITHDRAWN: Tone.QUIET,
    },
    field="condition",
)


def _every_library(request: StaffRequest) -> QuerySet[Any]:
    return Library.objects.filter(active=True)


class ItemForm(forms.Form):
    barcode = forms.CharField(label=gettext_lazy("条码"), max_length=60)
    item_type = forms.ChoiceField(label=gettext_lazy("单册类型"), choices=ItemType.choices)
    volume = forms.CharField(label=gettext_lazy("卷册"), max_length=60, required=False)
    copy = forms.CharField(label=gettext_lazy("复本号"), max_length=20, required=False)
    price = forms.DecimalField(
        label=gettext_lazy("价格（元）"), min_value=0, max_value=1_000_000, decimal_places=2, required=False
    )
    note = forms.CharField(label=gettext_lazy("附注"), max_length=500, required=False)


class NewItemForm(ItemForm):
    condition = forms.ChoiceField(
        label=gettext_lazy("状况"),
        choices=[
            (state.value, state.label)
            for state in (Condition.ON_SHELF, Condition.IN_PROCESS, Condition.ON_ORDER)
        ],
    )


def _facts_from(form: Form) -> dict[str, Any]:
    """Return what a form says of a copy, in a service's words: money in fen."""
    facts = dict(form.cleaned_data)
    price = facts.pop("price")
    return facts | {"price_fen": None if price is None else int(price * 100)}


@screen
class ItemNew(FormScreen[Holding]):
    """A copy under the holding in the address."""

    name = "catalog.item.new"
    title = gettext_lazy("登记单册")
    listing = "catalog.records"
    permission = CHANGE
    edits = True
    detail = "catalog.holding"
    form = NewItemForm

    def rows(self, request: StaffRequest) -> QuerySet[Holding]:
        mine = access.libraries_of(staff_of(request), CHANGE)
        return queries.holdings_visible_to(staff_of(request)).filter(library__in=mine)

    def initial(self, request: StaffRequest, row: Holding | None) -> dict[str, object]:
        return {"item_type": ItemType.BOOK}

    def save(self, request: StaffRequest, form: Form, row: Holding | None) -> Holding:
        assert row is not None  # noqa: S101 (edits = True: the toolkit brought it)
        services.add_item(holding=row, by=staff_of(request), **_facts_from(form))
        return row


@screen
class Items(ListScreen[Item]):
    name = "catalog.items"
    title = gettext_lazy("单册")
    section = Section.CATALOGUING
    icon = "barcode"
    order = 20
    permission = "catalog.view_item"
    words = (gettext_lazy("条码"), gettext_lazy("馆藏"), "danche", "tiaoma")
    detail = "catalog.item"
    columns = (
        Column(gettext_lazy("条码"), "barcode", sort="barcode", link=True),
        Column(gettext_lazy("书名"), "holding.record.full_title"),
        Column(gettext_lazy("索书号"), "holding.call_number", sort="holding__call_number", narrow=False),
        Column(gettext_lazy("馆"), "library.label"),
        Column(gettext_lazy("类型"), "get_item_type_display", narrow=False),
        Column(gettext_lazy("状况"), "condition", kind=Kind.STATE, sort="condition"),
        Column(gettext_lazy("使用中"), "in_use", kind=Kind.FLAG, narrow=False),
        Column(gettext_lazy("登记"), "added_at", kind=Kind.DAY, sort="added_at", narrow=False),
    )
    filters = (
        RelatedFilter("library", gettext_lazy("馆"), field="library", rows=_every_library),
        ChoiceFilter("condition", gettext_lazy("状况"), field="condition", choices=Condition.choices),
        ChoiceFilter("type", gettext_lazy("类型"), field="item_type", choices=ItemType.choices),
        FlagFilter("in_use", gettext_lazy("使用中"), where=Q(in_use=True)),
        TextFilter("call", gettext_lazy("索书号"), field="holding__call_number", lookup="istartswith"),
    )
    search_fields = ("barcode", "holding__record__title")
    search_hint = gettext_lazy("条码、书名")
    order_by = ("-added_at",)
    empty = gettext_lazy("还没有单册。导入带馆藏字段的 MARC，或在书目页登记馆藏和单册。")

    def rows(self, request: StaffRequest) -> QuerySet[Item]:
        return queries.items_visible_to(staff_of(request))


def _mover(deed: str) -> Callable[[StaffRequest, Item, Answers], str]:
    def move(request: StaffRequest, item: Item, answers: Answers) -> str:
        services.change_condition(item=item, deed=deed, by=staff_of(request), reason=answers["reason"])
        return _("已办理“%(deed)s”。") % {"deed": CONDITION_DEEDS[deed]}

    return move


_BAD = {"damage", "miss", "lose", "claim_returned", "withdraw"}


@screen
class ItemPage(DetailScreen[Item]):
    name = "catalog.item"
    title = gettext_lazy("单册")
    listing = "catalog.items"
    edit = "catalog.item.edit"
    facts: Sequence[Facts[Item]] = (
        Facts(
            gettext_lazy("单册"),
            (
                Fact(gettext_lazy("条码"), "barcode"),
                Fact(
                    gettext_lazy("书名"),
                    "holding.record.full_title",
                    link=lambda item: reverse("console:catalog.record", args=[item.holding.record_id]),
                ),
                Fact(gettext_lazy("馆"), "library.name"),
                Fact(gettext_lazy("馆藏地点"), "holding.location"),
                Fact(gettext_lazy("索书号"), "holding.call_number"),
                Fact(gettext_lazy("类型"), "get_item_type_display"),
                Fact(gettext_lazy("状况"), "condition", kind=Kind.STATE),
                Fact(gettext_lazy("使用中"), "in_use", kind=Kind.FLAG),
                Fact(gettext_lazy("卷册"), "volume"),
                Fact(gettext_lazy("复本号"), "copy"),
                Fact(gettext_lazy("价格"), "price_fen", kind=Kind.FEN),
                Fact(gettext_lazy("附注"), "note"),
                Fact(gettext_lazy("单册号"), "pk"),
            ),
        ),
    )
    actions = tuple(
        Action(
            deed,
            title,
            run=_mover(deed),
            form=Reason,
            permission=CHANGE,
            tone=Tone.BAD if deed in _BAD else Tone.ACTIVE,
            when=offered(CONDITION_MOVES, deed, field="condition"),
        )
        for deed, title in CONDITION_DEEDS.items()
    )

    def rows(self, request: StaffRequest) -> QuerySet[Item]:
        return queries.items_visible_to(staff_of(request))

    def offers(self, request: StaffRequest, row: Item) -> list[Action[Item]]:
        """Return the moves only to who may make them at this library."""
        mine = access.libraries_of(staff_of(request), CHANGE)
        return super().offers(request, row) if row.library_id in mine else []


@screen
class ItemEdit(FormScreen[Item]):
    name = "catalog.item.edit"
    title = gettext_lazy("修改单册")
    listing = "catalog.items"
    permission = CHANGE
    edits = True
    detail = "catalog.item"
    form = ItemForm
    version_field = "version"

    def rows(self, request: StaffRequest) -> QuerySet[Item]:
        return queries.items_kept_by(staff_of(request))

    def initial(self, request: StaffRequest, row: Item | None) -> dict[str, object]:
        price = row.price_fen / 100 if row is not None and row.price_fen is not None else None
        return super().initial(request, row) | {"price": price}

    def save(self, request: StaffRequest, form: Form, row: Item | None) -> Item:
        assert row is not None  # noqa: S101 (edits = True: the toolkit brought it)
        return services.change_item(item=row, version=row.version, by=staff_of(request), **_facts_from(form))
