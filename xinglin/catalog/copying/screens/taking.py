"""One record beside ours, and the deed: copy it and register our holding, or only register the holding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.copying import queries, services
from xinglin.catalog.copying.comparing import Line, compared, side_by_side
from xinglin.catalog.copying.errors import RecordNotCopied
from xinglin.catalog.copying.packing import Unpacked, unpacked
from xinglin.catalog.marc import Verdict
from xinglin.catalog.models import Record
from xinglin.catalog.queries import record_by_id
from xinglin.catalog.screens.marc_view import lines_of
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.console.access import StaffRequest
from xinglin.console.screens import PageScreen, screen
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library


def own_libraries(request: StaffRequest, permission: str) -> QuerySet[Library]:
    """Return the running libraries in which someone has a permission."""
    return Library.objects.filter(pk__in=access.libraries_of(staff_of(request), permission), active=True)


class TakingForm(forms.Form):
    library = forms.ModelChoiceField(
        label=gettext_lazy("馆"), queryset=Library.objects.none(), empty_label=None
    )
    location = forms.CharField(label=gettext_lazy("馆藏地点"), max_length=120, required=False)
    call_number = forms.CharField(label=gettext_lazy("索书号"), max_length=120, required=False)

    def __init__(self, libraries: QuerySet[Library], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["library"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = libraries


@dataclass(frozen=True)
class Beside:
    """One of our records beside the one that came, and the libraries that hold it."""

    record: Record
    lines: Sequence[Line]
    libraries: str


@screen
class Taking(PageScreen):
    name = "catalog.copying.record"
    title = gettext_lazy("比对并套录")
    listing = "catalog.copying"
    template_name = "catalog/copying/record.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        """Show one of our own records, to be taken over."""
        number = whole(request.GET.get("record", ""))
        if number is None:
            raise RecordNotCopied(_("没有指明要登记哪一条书目；请先检索。"))
        record = record_by_id(number)
        initial = {"call_number": record.classes[0] if record.classes else ""}
        form = TakingForm(own_libraries(request, "catalog.change_item"), initial=initial)
        return {"form": form, "ours": _beside(record, record), "theirs": None}

    def post(self, request: StaffRequest) -> HttpResponse:
        deed = request.POST.get("deed", "")
        came = unpacked(request.POST["packed"]) if request.POST.get("packed") else None
        libraries = own_libraries(request, "catalog.change_item")
        if not deed:
            if came is None:
                raise RecordNotCopied(_("没有指明要登记哪一条书目；请先检索。"))
            return self._compare(request, came, TakingForm(libraries, initial=_first_guess(came)))
        form = TakingForm(libraries, request.POST)
        refusal: Refusal | None = None
        if form.is_valid():
            try:
                return self._take(request, deed, came, form)
            except Refusal as refused:
                refusal = refused
        if came is not None:
            return self._compare(request, came, form, refusal)
        record = record_by_id(_number_in(deed))
        shown = {"form": form, "ours": _beside(record, record), "theirs": None, "refusal": refusal}
        return self.page(request, shown, status=refusal.status if refusal else 422)

    def _take(
        self, request: StaffRequest, deed: str, came: Unpacked | None, form: TakingForm
    ) -> HttpResponse:
        staff = staff_of(request)
        facts = form.cleaned_data
        if deed.startswith("hold-") or came is None:
            holding = services.take_over(record=record_by_id(_number_in(deed)), by=staff, **facts)
            said = _("已登记本馆馆藏。")
        else:
            source = queries.source_by_id(staff, came.source_id)
            holding = services.copy_record(
                read=came.read, source=source, by=staff, although_similar=deed == "copy-although", **facts
            )
            said = _("已套录并登记本馆馆藏。")
        messages.success(request, said)
        return redirect("console:catalog.record", holding.record_id)

    def _compare(
        self, request: StaffRequest, came: Unpacked, form: TakingForm, refusal: Refusal | None = None
    ) -> HttpResponse:
        match = next(iter(compared([came.read])), None)
        if match is None:
            raise RecordNotCopied(_("这是规范记录或馆藏记录，不是书目记录，不能套录；请换一条。"))
        ours = Record.objects.in_bulk([record.pk for record in match.match.records])
        shown: dict[str, object] = {
            "form": form,
            "theirs": match,
            "their_lines": side_by_side(None, match.record),
            "marc_lines": lines_of(came.read.raw, came.read.charset),
            "candidates": [_beside(record, match.record) for record in ours.values()],
            "is_same": match.match.verdict is Verdict.SAME,
            "is_new": match.match.verdict is Verdict.DIFFERENT,
            "packed": request.POST["packed"],
            "refusal": refusal,
        }
        return self.page(request, shown, status=refusal.status if refusal else 422 if form.errors else 200)


def _beside(ours: Record, theirs: Record) -> Beside:
    names = ours.holdings.values_list("library__name", flat=True).order_by("library__code").distinct()
    return Beside(ours, side_by_side(ours, theirs), "、".join(names))


def _first_guess(came: Unpacked) -> dict[str, object]:
    """Return what the record suggests for our shelf: its class, which is how a call number begins."""
    match = next(iter(compared([came.read])), None)
    return {"call_number": match.record.classes[0] if match and match.record.classes else ""}


def _number_in(deed: str) -> int:
    return whole(deed.removeprefix("hold-")) or 0
