"""Templates of products in the console."""

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy as _

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Column, DetailScreen, Fact, Facts, FormScreen, Kind, ListScreen, screen
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Library
from xinglin.intelligence.products import queries, templating
from xinglin.intelligence.products.making_screens import OFFERED
from xinglin.intelligence.products.models import Grouping, ProductTemplate

_FILLED = _("可以写 {topic}、{library}、{first}、{last}，编制时换成专题、图书馆、起止日期")


class TemplateForm(forms.Form):
    name = forms.CharField(label=_("模板"), max_length=60)
    kind = forms.ChoiceField(label=_("类型"), choices=OFFERED)
    title = forms.CharField(label=_("标题"), max_length=120, help_text=_FILLED)
    preface = forms.CharField(
        label=_("导语"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_FILLED,
    )
    grouping = forms.ChoiceField(label=_("分组"), choices=Grouping.choices, initial=Grouping.KIND)
    abstracts = forms.BooleanField(
        label=_("带摘要"),
        required=False,
        initial=True,
        help_text=_("不带，就只列参考文献；书目和数据分析报告本来不带"),
    )
    active = forms.BooleanField(label=_("在用"), required=False, initial=True)


@screen
class Templates(ListScreen[ProductTemplate]):
    name = "intelligence.templates"
    title = _("产品模板")
    section = Section.INTELLIGENCE
    icon = "template"
    order = 72
    permission = queries.VIEW
    words = (_("快报模板"), "moban")
    detail = "intelligence.template"
    create = "intelligence.template.new"
    create_title = _("新建模板")
    columns = (
        Column(_("模板"), "name", sort="name", link=True),
        Column(_("类型"), "get_kind_display", sort="kind"),
        Column(_("标题"), "title", narrow=False),
        Column(_("分组"), "get_grouping_display", narrow=False),
        Column(_("带摘要"), "abstracts", kind=Kind.FLAG, narrow=False),
        Column(_("在用"), "active", kind=Kind.FLAG),
    )
    search_fields = ("name", "title")
    search_hint = _("模板、标题")
    order_by = ("name",)
    empty = _("还没有模板。把每期都一样的标题、导语和排法写成模板，编制产品时选上就不用再填。")

    def rows(self, request: StaffRequest) -> QuerySet[ProductTemplate]:
        return queries.templates_visible_to(staff_of(request))


@screen
class TemplatePage(DetailScreen[ProductTemplate]):
    name = "intelligence.template"
    title = _("产品模板")
    listing = "intelligence.templates"
    edit = "intelligence.template.edit"
    facts = (
        Facts(
            _("模板"),
            (
                Fact(_("图书馆"), "library.name"),
                Fact(_("类型"), "get_kind_display"),
                Fact(_("标题"), "title"),
                Fact(_("导语"), "preface"),
                Fact(_("分组"), "get_grouping_display"),
                Fact(_("带摘要"), "abstracts", kind=Kind.FLAG),
                Fact(_("在用"), "active", kind=Kind.FLAG),
            ),
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[ProductTemplate]:
        return queries.templates_visible_to(staff_of(request))


class _TemplateScreen(FormScreen[ProductTemplate]):
    listing = "intelligence.templates"
    detail = "intelligence.template"
    permission = queries.WRITE
    form = TemplateForm


@screen
class NewTemplate(_TemplateScreen):
    name = "intelligence.template.new"
    title = _("新建模板")

    def make_form(
        self, request: StaffRequest, row: ProductTemplate | None, data: object, files: object
    ) -> Form:
        staff = staff_of(request)
        form = TemplateForm(data)  # type: ignore[arg-type]
        allowed = Library.objects.filter(pk__in=libraries_of(staff, queries.WRITE), active=True)
        form.fields["library"] = forms.ModelChoiceField(
            label=_("图书馆"), queryset=allowed, initial=staff.library_id
        )
        return form

    def save(self, request: StaffRequest, form: Form, row: ProductTemplate | None) -> ProductTemplate:
        return templating.write_template(by=staff_of(request), **form.cleaned_data)


@screen
class EditTemplate(_TemplateScreen):
    name = "intelligence.template.edit"
    title = _("修改模板")
    edits = True

    def rows(self, request: StaffRequest) -> QuerySet[ProductTemplate]:
        return queries.templates_visible_to(staff_of(request))

    def save(self, request: StaffRequest, form: Form, row: ProductTemplate | None) -> ProductTemplate:
        if row is None:
            raise LookupError("a form that edits has a row")
        return templating.write_template(
            library=row.library, row=row, by=staff_of(request), **form.cleaned_data
        )
