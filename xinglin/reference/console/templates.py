"""A library's own Word templates for its reports."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import PageScreen
from xinglin.console.uploads import UploadForm
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Library
from xinglin.reference import services
from xinglin.reference.models import OrderKind, ReportTemplate
from xinglin.reference.paper import words
from xinglin.reference.queries import MANAGE

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class TemplateForm(UploadForm):
    """Whose template for what."""

    field_order = ("library", "kind", "file")
    library = forms.ModelChoiceField(label=gettext_lazy("图书馆"), queryset=Library.objects.none())
    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=OrderKind.choices)


@screen
class Templates(PageScreen):
    """Download the house's template, change it in Word, send it back."""

    name = "reference.templates"
    title = gettext_lazy("报告模板")
    section = Section.REFERENCE
    icon = "file-text"
    order = 65
    permission = MANAGE
    words = (gettext_lazy("Word"), gettext_lazy("查新报告"))
    template_name = "reference/console/templates.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        mine = libraries_of(staff_of(request), MANAGE)
        rows = ReportTemplate.objects.filter(library__in=mine).select_related("library", "by")
        return {"form": self._form(request), "kinds": OrderKind.choices, "rows": rows}

    def post(self, request: StaffRequest) -> HttpResponse:
        by = staff_of(request)
        if request.POST.get("house") in OrderKind.values:
            kind = OrderKind(request.POST["house"])
            answer = HttpResponse(words.house_template(kind), content_type=WORD)
            answer["Content-Disposition"] = f'attachment; filename="{kind.value}.docx"'
            return answer
        if "drop" in request.POST:
            for kept in ReportTemplate.objects.filter(
                library__in=libraries_of(by, MANAGE), pk=whole(request.POST["drop"]) or 0
            ):
                services.drop_template(template=kept, by=by)
            return redirect("console:reference.templates")
        form, told = self._form(request), dict[str, object]()
        if form.is_valid():
            said = form.cleaned_data
            try:
                services.keep_template(
                    library=said["library"], kind=OrderKind(said["kind"]), file=said["file"],
                    name=said["file"].name or "", by=by,
                )  # fmt: skip
            except Refusal as refusal:
                told["refusal"] = refusal
            else:
                return redirect("console:reference.templates")
        return self.page(request, {**self.context(request), "form": form, **told}, status=422)

    def _form(self, request: StaffRequest) -> TemplateForm:
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = TemplateForm(
            *sent, endings=(".docx",), largest=5 * 1024**2, initial={"library": staff_of(request).library_id}
        )
        field = form.fields["library"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared so above)
        field.queryset = Library.objects.filter(pk__in=libraries_of(staff_of(request), MANAGE), active=True)
        return form
