"""Products made and worded in the console."""

from datetime import timedelta

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.console.access import StaffRequest
from xinglin.console.screens import (
    FormScreen,
    screen,
)
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.intelligence.models import Topic
from xinglin.intelligence.products import queries, services
from xinglin.intelligence.products.lifecycle import ProductState
from xinglin.intelligence.products.models import Product, ProductKind

OWN_WAY = (ProductKind.BRIEF, ProductKind.PATENTS)
"""Kinds that are made elsewhere: from a watch, from a table of patents."""
OFFERED = [(kind.value, kind.label) for kind in ProductKind if kind not in OWN_WAY]


class WordingForm(forms.Form):
    title = forms.CharField(label=_("标题"), max_length=120)
    preface = forms.CharField(
        label=_("导语"), required=False, max_length=4_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("写给读者看：这一期有什么值得注意。一行一段。"),
    )  # fmt: skip


class NewProductForm(WordingForm):
    kind = forms.ChoiceField(
        label=_("类型"), choices=[("", _("按模板")), *OFFERED], required=False,
        help_text=_("书目只列参考文献；快报逐篇带摘要；文摘按类目分组，没有归类的专题按研究类型；专题报告加图表；数据分析报告以图表为主。"),
    )  # fmt: skip
    first = forms.DateField(
        label=_("自"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("按复筛发布的日期"),
    )
    last = forms.DateField(label=_("至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


@screen
class NewProduct(FormScreen[Product]):
    name = "intelligence.product.new"
    title = _("编制产品")
    listing = "intelligence.products"
    detail = "intelligence.product"
    permission = queries.WRITE
    form = NewProductForm
    done = _("草稿已编好，内容从现在起固定。看过 PDF 后点“交审”。")

    def make_form(self, request: StaffRequest, row: Product | None, data: object, files: object) -> Form:
        today = clock.today()
        first = today - timedelta(days=6)
        form = NewProductForm(data, files, initial={"first": first, "last": today})  # type: ignore[arg-type]
        allowed = Topic.objects.filter(library__in=libraries_of(staff_of(request), queries.WRITE))
        form.fields = {
            "topic": forms.ModelChoiceField(label=_("专题"), queryset=allowed),
            "template": forms.ModelChoiceField(
                label=_("模板"),
                required=False,
                help_text=_("选了模板，类型、标题、导语可以不填"),
                queryset=queries.templates_visible_to(staff_of(request)).filter(active=True),
            ),
            **{name: form.fields[name] for name in ("kind", "title", "first", "last", "preface")},
        }
        form.fields["title"].required = False
        return form

    def save(self, request: StaffRequest, form: Form, row: Product | None) -> Product:
        said = dict(form.cleaned_data)
        kind = said.pop("kind")
        return services.make(kind=ProductKind(kind) if kind else None, by=staff_of(request), **said)


@screen
class EditProduct(FormScreen[Product]):
    name = "intelligence.product.edit"
    title = _("修改标题和导语")
    listing = "intelligence.products"
    detail = "intelligence.product"
    permission = queries.WRITE
    form = WordingForm
    edits = True
    version_field = "version"

    def rows(self, request: StaffRequest) -> QuerySet[Product]:
        return queries.products_visible_to(staff_of(request)).filter(state=ProductState.DRAFT)

    def make_form(self, request: StaffRequest, row: Product | None, data: object, files: object) -> Form:
        told = {"title": row.title, "preface": row.content.get("preface", "")} if row else {}
        return WordingForm(data, files, initial=told)  # type: ignore[arg-type]

    def save(self, request: StaffRequest, form: Form, row: Product | None) -> Product:
        if row is None:
            raise LookupError("a form that edits has a row")
        return services.reword(product=row, version=row.version, by=staff_of(request), **form.cleaned_data)
