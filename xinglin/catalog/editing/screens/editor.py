"""The MARC editor: fields as rows, checked and shown as a card while one types.

The record travels as text (``lines``); the browser makes rows of it and works without them too. Two
cataloguers on one record: both are told while they work, and the second to save is shown what the
first wrote beside the own text, which stays in the form.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog import queries
from xinglin.catalog.editing import saving
from xinglin.catalog.editing.blanks import BLANKS, blank_named
from xinglin.catalog.editing.lines import text_of
from xinglin.catalog.editing.positions import layout_of
from xinglin.catalog.editing.presence import note_editing, others_editing
from xinglin.catalog.editing.tags import rules_of
from xinglin.catalog.errors import RecordChangedMeanwhile
from xinglin.catalog.marc import Flavour
from xinglin.catalog.marc import Record as MarcRecord
from xinglin.catalog.marc.isbd import Area, isbd
from xinglin.catalog.models import Record, RecordState
from xinglin.commons.errors import NotFound, Refusal
from xinglin.commons.history import history_of
from xinglin.commons.numbers import whole
from xinglin.commons.text import plain
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import PageScreen, RowScreen, screen
from xinglin.consortium.access import staff_of

_AREAS: dict[Area, Promise] = {
    Area.TITLE_AREA: gettext_lazy("题名与责任说明"),
    Area.EDITION: gettext_lazy("版本"),
    Area.MATERIAL: gettext_lazy("资料特殊细节"),
    Area.PUBLICATION: gettext_lazy("出版发行"),
    Area.DESCRIPTION: gettext_lazy("载体形态"),
    Area.SERIES: gettext_lazy("丛编"),
    Area.NOTES: gettext_lazy("附注"),
    Area.RESOURCE: gettext_lazy("标识号与获得方式"),
}


@dataclass(frozen=True)
class Difference:
    """A stretch of lines on which two cataloguers differ; either side may be empty."""

    mine: Sequence[str]
    theirs: Sequence[str]


def panel_of(text: str, flavour: Flavour) -> dict[str, object]:
    """Return what stands beside the fields: findings, and the record as a card."""
    parsed, findings = saving.findings_of(text, flavour)
    return {
        "findings": findings,
        "errors": sum(finding.is_error for finding in findings),
        "card": card_of(parsed.record, flavour),
    }


def card_of(record: MarcRecord, flavour: Flavour) -> list[tuple[Promise, str]]:
    """Return the areas of the card with their names, in the order of ISBD."""
    return [(_AREAS[line.area], plain(line.text)) for line in isbd(record, flavour)]


def flavour_named(name: str) -> Flavour:
    """Return a flavour by its name; an unknown one is CNMARC, in which most records here are made."""
    return Flavour(name) if name in set(Flavour) else Flavour.CNMARC


def differences(mine: str, theirs: str) -> list[Difference]:
    """Return where two texts of one record differ, line by line."""
    ours, others = mine.splitlines(), theirs.splitlines()
    matcher = SequenceMatcher(None, ours, others, autojunk=False)
    return [
        Difference(ours[i:j], others[k:m]) for deed, i, j, k, m in matcher.get_opcodes() if deed != "equal"
    ]


def _sheet(text: str, flavour: Flavour) -> dict[str, object]:
    """Return what the editor needs whatever it edits."""
    names = {rule.tag: rule.name for rule in rules_of(flavour).values()}
    return {"text": text, "flavour": flavour.value, "tag_names": names, **panel_of(text, flavour)}


@screen
class Editor(RowScreen[Record]):
    name = "catalog.editor"
    title = gettext_lazy("编辑书目")
    listing = "catalog.records"
    permission = "catalog.change_record"
    template_name = "catalog/editing/editor.html"

    def rows(self, request: StaffRequest) -> QuerySet[Record]:
        return queries.records_visible_to(staff_of(request)).filter(state=RecordState.ACTIVE)

    def heading(self, row: Record) -> str:
        return _("编辑 · %(title)s") % {"title": row.full_title}

    def context(self, request: StaffRequest, row: Record) -> dict[str, object]:
        opened = saving.opened(row)
        return {
            **_sheet(text_of(opened.marc), opened.flavour),
            "version": row.version,
            "charset": opened.charset.upper(),
            "is_converted": bool(row.marc) and opened.charset != row.charset,
            "others": others_editing(row, staff_of(request)),
        }

    def post(self, request: StaffRequest, row: Record) -> HttpResponse:
        text = request.POST.get("record", "")
        seen = request.POST.get("over") or request.POST.get("version", "")
        version = whole(seen) or 0
        try:
            saving.save_amended(record=row, version=version, text=text, by=staff_of(request))
        except RecordChangedMeanwhile as refusal:
            return self._again(request, row, text, refusal, overtaken=True)
        except Refusal as refusal:
            return self._again(request, row, text, refusal)
        messages.success(request, _("已保存。"))
        return redirect("console:catalog.record", pk=row.pk)

    def _again(
        self, request: StaffRequest, row: Record, text: str, refusal: Refusal, *, overtaken: bool = False
    ) -> HttpResponse:
        """Show the editor with what was typed; the version stays the one it was typed over."""
        current = self.row(request, row.pk)
        opened = saving.opened(current)
        context: dict[str, object] = {
            "row": current,
            "title": self.heading(current),
            **self.context(request, current),
            **_sheet(text, opened.flavour),
            "version": request.POST.get("version", ""),
            "refusal": refusal,
            "is_dirty": True,
        }
        if overtaken:
            context |= {
                "overtaken": history_of(current).filter(deed="amend").first(),
                "differences": differences(text, text_of(opened.marc)),
                "current_version": current.version,
            }
        return self.page(request, context, status=refusal.status)


@screen
class EditorNew(PageScreen):
    name = "catalog.editor.new"
    title = gettext_lazy("新增书目")
    section = Section.CATALOGUING
    icon = "square-plus"
    order = 15
    permission = "catalog.add_record"
    words = (gettext_lazy("编目"), "bianmu", "xinzeng")
    template_name = "catalog/editing/editor.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        blank = blank_named(request.GET.get("blank", ""))
        return {**_sheet(blank.text, blank.flavour), "blanks": BLANKS, "blank": blank, "charset": "UTF-8"}

    def post(self, request: StaffRequest) -> HttpResponse:
        text, flavour = request.POST.get("record", ""), flavour_named(request.POST.get("flavour", ""))
        try:
            record = saving.save_new(text=text, flavour=flavour, by=staff_of(request))
        except Refusal as refusal:
            context: dict[str, object] = {
                **self.context(request), **_sheet(text, flavour), "refusal": refusal, "is_dirty": True,
            }  # fmt: skip
            return self.page(request, context, status=refusal.status)
        messages.success(request, _("已新增书目；接着可以登记馆藏。"))
        return redirect("console:catalog.record", pk=record.pk)


@screen
class EditorPanel(PageScreen):
    """The findings and the card, asked for while one types."""

    name = "catalog.editor.panel"
    title = gettext_lazy("校验")
    listing = "catalog.records"
    path = "catalog/editor/panel/"
    permission = "catalog.view_record"
    template_name = "catalog/editing/panel.html"

    def post(self, request: StaffRequest) -> HttpResponse:
        flavour = flavour_named(request.POST.get("flavour", ""))
        return self.page(request, panel_of(request.POST.get("record", ""), flavour))


@screen
class FixedField(PageScreen):
    """The helper for a fixed field: every position with its name and its allowed values."""

    name = "catalog.editor.fixed"
    title = gettext_lazy("定长字段")
    listing = "catalog.records"
    path = "catalog/editor/fixed/"
    permission = "catalog.view_record"
    template_name = "catalog/editing/fixed.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        tag = request.GET.get("tag", "")[:3]
        value, leader = request.GET.get("value", "")[:200], request.GET.get("leader", "")[:24]
        layout = layout_of(tag, leader, flavour_named(request.GET.get("flavour", "")))
        if layout is None:
            raise NotFound(_("%(tag)s 不是定长字段；头标区、CNMARC 的 100 和 MARC 21 的 008 才是。"), tag=tag)
        places = [(position, position.of(value)) for position in layout.positions]
        return {"layout": layout, "tag": tag, "places": places}


@screen
class Presence(RowScreen[Record]):
    """Told every twenty seconds by an open editor; answers with who else has the record open."""

    name = "catalog.editor.presence"
    title = gettext_lazy("正在编辑")
    listing = "catalog.records"
    path = "catalog/editor/<int:pk>/presence/"
    permission = "catalog.change_record"
    template_name = "catalog/editing/presence.html"

    def rows(self, request: StaffRequest) -> QuerySet[Record]:
        return queries.records_visible_to(staff_of(request)).defer("marc")

    def post(self, request: StaffRequest, row: Record) -> HttpResponse:
        staff = staff_of(request)
        note_editing(record=row, by=staff)
        seen = request.POST.get("version", "")
        context: dict[str, object] = {
            "row": row,
            "others": others_editing(row, staff),
            "is_behind": (whole(seen) or row.version) < row.version,
        }
        return self.page(request, context)
