"""The list of columns, and the form that adds or changes one."""

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import Column, FormScreen, Kind, ListScreen
from xinglin.consortium.access import has_whole_consortium, staff_of
from xinglin.newsroom import models, queries, services
from xinglin.newsroom.models import ColumnKind
from xinglin.newsroom.review.gate import steps_of

CHANGE = "newsroom.change_column"


class AmendForm(forms.Form):
    """What may be changed of a column once articles stand in it."""

    name = forms.CharField(label=_("名称"), max_length=30)
    introduction = forms.CharField(label=_("说明"), max_length=200, required=False)
    needs_review = forms.BooleanField(
        label=_("须审核"), required=False, help_text=_("须审核的栏目，一个人不能自行发布")
    )
    needs_gatekeeper = forms.BooleanField(
        label=_("须医学把关"),
        required=False,
        help_text=_("健康内容须由有执业资格的把关人审核；勾选后同时须审核"),
    )
    position = forms.IntegerField(label=_("顺序"), min_value=0, max_value=999, initial=50)
    active = forms.BooleanField(label=_("使用中"), required=False, initial=True)


class AddForm(AmendForm):
    """A new column: its code and kind are fixed from then on."""

    code = forms.SlugField(
        label=_("代码"), max_length=30, help_text=_("用在网址里，只用小写字母、数字和连字符")
    )
    kind = forms.ChoiceField(label=_("类型"), choices=ColumnKind.choices)
    field_order = ("code", "kind", "name")


@screen
class Columns(ListScreen[models.Column]):
    """Every column of the consortium."""

    name = "newsroom.columns"
    title = _("栏目")
    section = Section.NEWSROOM
    icon = "layout-list"
    order = 50
    permission = queries.VIEW
    words = ("lanmu",)
    create = "newsroom.column.new"
    create_title = _("新增栏目")
    columns = (
        Column(
            _("名称"),
            "name",
            sort="name",
            link=lambda row: reverse("console:newsroom.column.edit", args=[row.pk]),
        ),
        Column(_("类型"), "get_kind_display"),
        Column(_("须审核"), "needs_review", kind=Kind.FLAG),
        Column(_("须医学把关"), "needs_gatekeeper", kind=Kind.FLAG),
        Column(
            _("审核步骤"),
            lambda row: (
                " → ".join(str(step.hand.label) for step in steps_of(row)) if row.needs_review else ""
            ),
            link=lambda row: (
                reverse("console:newsroom.column.steps", args=[row.pk]) if row.needs_review else ""
            ),
        ),
        Column(_("已发布文章"), "shows", sort="shows", kind=Kind.NUMBER),
        Column(_("顺序"), "position", sort="position", kind=Kind.NUMBER, narrow=False),
        Column(_("使用中"), "active", kind=Kind.FLAG),
    )
    order_by = ("position",)

    def rows(self, request: StaffRequest) -> QuerySet[models.Column]:
        return queries.columns_with_articles().prefetch_related("steps")


class _OnlyTheConsortium(FormScreen[models.Column]):
    """Columns are the same for all libraries, so only who looks after all of them changes one."""

    listing = "newsroom.columns"
    permission = CHANGE

    def rows(self, request: StaffRequest) -> QuerySet[models.Column]:
        whole = has_whole_consortium(staff_of(request), CHANGE)
        return models.Column.objects.all() if whole else models.Column.objects.none()


@screen
class NewColumn(_OnlyTheConsortium):
    """Add a column."""

    name = "newsroom.column.new"
    title = _("新增栏目")
    form = AddForm

    def save(self, request: StaffRequest, form: forms.Form, row: models.Column | None) -> models.Column:
        typed = dict(form.cleaned_data)
        typed.pop("active")
        return services.add_column(**typed, by=staff_of(request))


@screen
class EditColumn(_OnlyTheConsortium):
    """Change a column."""

    name = "newsroom.column.edit"
    title = _("修改栏目")
    form = AmendForm
    edits = True

    def save(self, request: StaffRequest, form: forms.Form, row: models.Column | None) -> models.Column:
        if row is None:
            raise LookupError("a column is changed on its own page")
        return services.amend_column(column=row, **form.cleaned_data, by=staff_of(request))
