"""Records: the list, one record with its MARC and what the libraries hold of it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Count, F, Func, IntegerField, OrderBy, Q, QuerySet, Value
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog import discovery, queries, services
from xinglin.catalog.copying.screens.proposals import suggest
from xinglin.catalog.editing.basket import pick_for_export
from xinglin.catalog.languages import name_of_language
from xinglin.catalog.models import Flavour, Holding, Item, Record, RecordState
from xinglin.catalog.models import Kind as RecordKind
from xinglin.catalog.screens.marc_view import lines_of
from xinglin.catalog.search.errors import IndexNotReady
from xinglin.catalog.search.parse import parse
from xinglin.catalog.search.query import Query
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
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
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library

MOST_FOUND = 1000
# What the index found, best first, kept on the request from the search to the order.
_FOUND = "_catalog_found"

colour_states(
    Record,
    {RecordState.ACTIVE: Tone.GOOD, RecordState.MERGED: Tone.QUIET, RecordState.DELETED: Tone.BAD},
)


class Reason(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


def _delete(request: StaffRequest, record: Record, answers: Answers) -> HttpResponse:
    services.delete_record(record=record, by=staff_of(request), reason=answers["reason"])
    return redirect("console:catalog.records")


def _all_libraries(request: StaffRequest) -> QuerySet[Any]:
    return Library.objects.filter(active=True)


@screen
class Records(ListScreen[Record]):
    name = "catalog.records"
    title = gettext_lazy("书目")
    section = Section.CATALOGUING
    icon = "book-2"
    order = 10
    permission = "catalog.view_record"
    words = (gettext_lazy("图书"), gettext_lazy("联合目录"), "shumu")
    template_name = "catalog/editing/records.html"
    detail = "catalog.record"
    create = "catalog.editor.new"
    create_title = gettext_lazy("新增书目")
    actions = (pick_for_export,)
    columns = (
        Column(gettext_lazy("题名"), "full_title", sort="title_pinyin", link=True, roomy=True),
        Column(gettext_lazy("责任者"), lambda record: "；".join(record.authors[:3]), narrow=False),
        Column(gettext_lazy("出版者"), "publisher", narrow=False),
        Column(gettext_lazy("出版年"), lambda record: str(record.year or ""), sort="year"),
        Column("ISBN", lambda record: " ".join(record.isbns), narrow=False),
        Column(gettext_lazy("分类号"), lambda record: " ".join(record.classes[:2]), narrow=False),
        Column(gettext_lazy("馆数"), "held_by", kind=Kind.NUMBER),
        Column(gettext_lazy("入库"), "added_at", sort="added_at", kind=Kind.DAY, narrow=False),
    )
    filters = (
        RelatedFilter("library", gettext_lazy("收藏馆"), field="holdings__library", rows=_all_libraries),
        ChoiceFilter("kind", gettext_lazy("类型"), field="kind", choices=RecordKind.choices),
        ChoiceFilter("flavour", gettext_lazy("机读格式"), field="flavour", choices=Flavour.choices),
        DateFilter("added", gettext_lazy("入库日期"), field="added_at"),
        FlagFilter("unheld", gettext_lazy("没有馆藏"), where=Q(holdings__isnull=True)),
    )
    search_hint = gettext_lazy("书名、作者、ISBN、主题、拼音")
    order_by = ("-added_at",)
    empty = gettext_lazy("目录还是空的。请从“导入”上传 MARC 文件，书目会出现在这里。")

    def rows(self, request: StaffRequest) -> QuerySet[Record]:
        held = Count("holdings__library", distinct=True)
        visible = queries.records_visible_to(staff_of(request))
        return visible.annotate(held_by=held).defer("marc", "abstract", "contents")

    def search(self, request: StaffRequest, rows: QuerySet[Record], text: str) -> QuerySet[Record]:
        """Search through the index, as readers do; by title alone while this node has none."""
        try:
            found = discovery.engine().search(Query(root=parse(text), size=MOST_FOUND))
        except IndexNotReady:
            return rows.filter(Q(title__icontains=text) | Q(isbns__contains=[text]))
        best = [hit.record_id for hit in found.hits]
        setattr(request, _FOUND, best)
        if found.total > len(best) and "export" not in request.GET:
            said = _("共找到 %(total)d 种，下面是最符合的 %(shown)d 种；再加一个词，范围会小一些。")
            messages.info(request, said % {"total": found.total, "shown": len(best)})
        return rows.filter(pk__in=best)

    def best_first(self, request: StaffRequest) -> OrderBy | None:
        best: list[int] | None = getattr(request, _FOUND, None)
        if best is None:
            return None
        ids = Value(best, output_field=ArrayField(BigIntegerField()))
        return Func(ids, F("pk"), function="array_position", output_field=IntegerField()).asc()


def _url_of_item(item: Item) -> str:
    return reverse("console:catalog.item", args=[item.pk])


def _url_of_holding(holding: Holding) -> str:
    return reverse("console:catalog.holding", args=[holding.pk])


@screen
class RecordPage(DetailScreen[Record]):
    name = "catalog.record"
    title = gettext_lazy("书目")
    listing = "catalog.records"
    edit = "catalog.editor"
    facts: Sequence[Facts[Record]] = (
        Facts(
            gettext_lazy("书目"),
            (
                Fact(gettext_lazy("题名"), "full_title"),
                Fact(gettext_lazy("责任说明"), "responsibility"),
                Fact(gettext_lazy("版本"), "edition"),
                Fact(
                    gettext_lazy("出版"),
                    lambda record: "，".join(
                        part for part in (record.place, record.publisher, str(record.year or "")) if part
                    ),
                ),
                Fact(gettext_lazy("载体形态"), "extent"),
                Fact(gettext_lazy("丛编"), lambda record: "；".join(record.series)),
                Fact("ISBN", lambda record: " ".join(record.isbns)),
                Fact("ISSN", lambda record: " ".join(record.issns)),
                Fact(gettext_lazy("分类号"), lambda record: "；".join(record.classes)),
                Fact(gettext_lazy("主题"), lambda record: "；".join([*record.subjects, *record.keywords])),
                Fact(gettext_lazy("语种"), lambda record: "、".join(map(name_of_language, record.languages))),
                Fact(gettext_lazy("类型"), "get_kind_display"),
                Fact(gettext_lazy("来源"), lambda record: f"{record.agency} {record.control_number}".strip()),
                Fact(gettext_lazy("机读格式"), lambda record: _written(record)),
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("版次"), "version", kind=Kind.NUMBER),
            ),
        ),
    )
    actions = (
        pick_for_export,
        suggest,
        Action(
            "delete",
            gettext_lazy("删除书目"),
            run=_delete,
            form=Reason,
            permission="catalog.change_record",
            icon="trash",
            tone=Tone.BAD,
            when=lambda record: record.state == RecordState.ACTIVE and not record.holdings.exists(),
        ),
    )
    panel_template = "catalog/console/marc.html"

    def rows(self, request: StaffRequest) -> QuerySet[Record]:
        return queries.records_visible_to(staff_of(request))

    def context(self, request: StaffRequest, row: Record) -> dict[str, object]:
        return {
            "marc_lines": lines_of(bytes(row.marc), row.charset),
            "reader_url": reverse("mobile:record", args=[row.pk]),
            "hold_url": reverse("console:catalog.holding.new", args=[row.pk])
            if request.user.has_perm("catalog.change_item") and row.is_active
            else "",
        }

    def related(self, request: StaffRequest, row: Record) -> list[Related[Any]]:
        staff = staff_of(request)
        holdings = queries.holdings_visible_to(staff).filter(record=row).annotate(copies=Count("items"))
        items = (
            queries.items_visible_to(staff).filter(holding__record=row).order_by("library__code", "barcode")
        )
        return [
            Related(
                gettext_lazy("馆藏"),
                rows=holdings.order_by("library__code", "call_number"),
                columns=(
                    Column(gettext_lazy("馆"), "library.name", link=_url_of_holding),
                    Column(gettext_lazy("馆藏地点"), "location"),
                    Column(gettext_lazy("索书号"), "call_number"),
                    Column(gettext_lazy("册数"), "copies", kind=Kind.NUMBER),
                ),
                empty=gettext_lazy("还没有馆登记这种书的馆藏。"),
            ),
            Related(
                gettext_lazy("单册"),
                rows=items,
                columns=(
                    Column(gettext_lazy("条码"), "barcode", link=_url_of_item),
                    Column(gettext_lazy("馆"), "library.name"),
                    Column(gettext_lazy("类型"), "get_item_type_display"),
                    Column(gettext_lazy("状态"), "condition", kind=Kind.STATE),
                    Column(gettext_lazy("价格"), "price_fen", kind=Kind.FEN),
                ),
                more=f"{reverse('console:catalog.items')}?{urlencode({'q': row.title})}",
                empty=gettext_lazy("还没有单册。"),
            ),
            Related(
                gettext_lazy("来自导入"),
                rows=queries.import_rows_visible_to(staff).filter(record=row).order_by("-batch__uploaded_at"),
                columns=(
                    Column(
                        gettext_lazy("批次"),
                        "batch.file_name",
                        link=lambda each: reverse("console:catalog.import_row", args=[each.pk]),
                    ),
                    Column(gettext_lazy("序号"), "number", kind=Kind.NUMBER),
                    Column(gettext_lazy("结果"), "outcome", kind=Kind.STATE),
                    Column(gettext_lazy("上传时间"), "batch.uploaded_at", kind=Kind.MOMENT),
                ),
                empty=gettext_lazy("不是由您可见的导入带来的。"),
            ),
        ]


def _written(record: Record) -> str:
    if not record.marc:
        return _("没有 MARC 数据")
    return " · ".join((record.get_flavour_display(), record.get_format_display(), record.charset))
