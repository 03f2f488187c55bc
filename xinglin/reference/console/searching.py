"""The searcher's forms: one search, one document compared, findings and conclusion."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.console.access import StaffRequest
from xinglin.console.registry import screen
from xinglin.console.screens import FormScreen
from xinglin.consortium.access import staff_of
from xinglin.reference import queries, services
from xinglin.reference.console.forms import FindingsForm, RelatedForm, StrategyForm
from xinglin.reference.models import Order
from xinglin.reference.queries import SEARCH


class _OfMyOrder(FormScreen[Order]):
    """A form about an order of which one is the searcher."""

    listing = "reference.orders"
    detail = "reference.order"
    permission = SEARCH
    edits = True

    def rows(self, request: StaffRequest) -> QuerySet[Order]:
        return queries.orders_visible_to(staff_of(request)).filter(searcher=staff_of(request))

    def save(self, request: StaffRequest, form: forms.Form, row: Order | None) -> HttpResponse:
        order = cast(Order, row)
        self.keep(request, order, form.cleaned_data)
        return redirect("console:reference.order", pk=order.pk)

    def keep(self, request: StaffRequest, order: Order, said: dict[str, Any]) -> None:
        raise NotImplementedError


@screen
class NewStrategy(_OfMyOrder):
    """Note one search."""

    name = "reference.strategy.new"
    title = gettext_lazy("记录一次检索")
    form = StrategyForm
    hint = gettext_lazy("检索式照原样保存，记下后不能修改。")

    def initial(self, request: StaffRequest, row: Order | None) -> dict[str, object]:
        return {"searched_on": clock.today()}

    def keep(self, request: StaffRequest, order: Order, said: dict[str, Any]) -> None:
        services.note_strategy(
            order=order, by=staff_of(request), **(said | {"relevant": said["relevant"] or 0})
        )


@screen
class NewRelated(_OfMyOrder):
    """Set a close document beside the project."""

    name = "reference.related.new"
    title = gettext_lazy("添加对比文献")
    form = RelatedForm

    def keep(self, request: StaffRequest, order: Order, said: dict[str, Any]) -> None:
        services.add_related(order=order, by=staff_of(request), **said)


@screen
class Findings(_OfMyOrder):
    """Write what was found and what follows from it."""

    name = "reference.findings"
    title = gettext_lazy("写检索结果与结论")
    form = FindingsForm
    version_field = "version"

    def keep(self, request: StaffRequest, order: Order, said: dict[str, Any]) -> None:
        services.say(order=order, by=staff_of(request), **said)
