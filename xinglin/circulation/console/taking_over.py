"""Loans and holds from another system: a table, tried out first, then taken."""

from io import BytesIO

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import services
from xinglin.circulation.services.taking_over import Outcome, Taken
from xinglin.commons.errors import Refusal
from xinglin.commons.sheets import read_table
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import PageScreen, screen
from xinglin.console.uploads import BadRow, UploadForm
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library

# More than this is brought in several files: it is done while the librarian waits.
MOST_ROWS = 3000
KINDS = (("loans", gettext_lazy("未还的借阅")), ("holds", gettext_lazy("未完成的预约")))


class TakeOverForm(UploadForm):
    """Which library, what, and the table."""

    library = forms.ModelChoiceField(label=gettext_lazy("馆"), queryset=Library.objects.none())
    kind = forms.ChoiceField(label=gettext_lazy("内容"), choices=KINDS)


@screen
class TakeOver(PageScreen):
    name = "circulation.take_over"
    title = gettext_lazy("接收原系统数据")
    section = Section.CIRCULATION
    icon = "table-import"
    order = 70
    permission = "circulation.import_loan"
    words = (gettext_lazy("导入"), gettext_lazy("迁移"), "daoru")
    template_name = "circulation/console/take_over.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        return {"form": self._form(request)}

    def post(self, request: StaffRequest) -> HttpResponse:
        form = self._form(request)
        context: dict[str, object] = {"form": form}
        if form.is_valid():
            try:
                context |= self._take(request, form)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
        return self.page(request, context, status=422 if form.errors else 200)

    def _form(self, request: StaffRequest) -> TakeOverForm:
        staff, sent = staff_of(request), request.method == "POST"
        form = TakeOverForm(
            request.POST if sent else None,
            request.FILES if sent else None,
            initial={"library": staff.library},
        )
        field = form.fields["library"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared so above)
        field.queryset = Library.objects.filter(pk__in=access.libraries_of(staff, self.permission))
        form.order_fields(["library", "kind", "file"])
        return form

    def _take(self, request: StaffRequest, form: TakeOverForm) -> dict[str, object]:
        file, dry_run = form.cleaned_data["file"], "take" not in request.POST
        rows = list(read_table(BytesIO(file.read()), name=file.name or ""))
        if len(rows) > MOST_ROWS:
            form.add_error(None, _("一次最多 %(most)d 行，请分成几个文件。") % {"most": MOST_ROWS})
            return {}
        taken = services.take_over(
            kind=form.cleaned_data["kind"],
            rows=rows,
            library=form.cleaned_data["library"],
            dry_run=dry_run,
            by=staff_of(request),
        )
        texts = {row.number: "，".join(row.cells.values()) for row in rows}
        return {"dry_run": dry_run, **_counted(taken), "bad_rows": _bad(taken, texts)}


def _counted(taken: list[Taken]) -> dict[str, object]:
    counts: dict[str, object] = {"total": len(taken)}
    for each in Outcome:
        counts[each.value] = sum(one.outcome == each for one in taken)
    return counts


def _bad(taken: list[Taken], texts: dict[int, str]) -> list[BadRow]:
    refused = [one for one in taken if one.outcome == Outcome.REFUSED]
    return [BadRow(one.number, one.words, texts.get(one.number, "")) for one in refused]
