"""Categories of readers."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Column, FormScreen, Kind, ListScreen, screen
from xinglin.consortium.access import staff_of
from xinglin.patrons import services
from xinglin.patrons.console.forms import EditCategoryForm, NewCategoryForm
from xinglin.patrons.models import PatronCategory, Right


@screen
class Categories(ListScreen[PatronCategory]):
    name = "patrons.categories"
    title = gettext_lazy("读者类别")
    section = Section.PATRONS
    icon = "category"
    order = 40
    permission = "patrons.view_patron"
    detail = "patrons.category.edit"
    create = "patrons.category.new"
    create_title = gettext_lazy("新增类别")
    columns = (
        Column(gettext_lazy("代码"), "code", sort="code"),
        Column(gettext_lazy("名称"), "name", sort="name", link=True),
        Column(
            gettext_lazy("权利"),
            lambda category: "、".join(str(Right(right).label) for right in category.rights),
            narrow=False,
        ),
        Column(gettext_lazy("有效期（月）"), "months_valid", kind=Kind.NUMBER),
        Column(gettext_lazy("使用中"), "active", kind=Kind.FLAG),
    )
    search_fields = ("code", "name")
    search_hint = gettext_lazy("代码、名称")
    order_by = ("code",)
    empty = gettext_lazy("还没有读者类别。请先由总馆新增，例如医师、护士、学生。")

    def rows(self, request: StaffRequest) -> QuerySet[PatronCategory]:
        return PatronCategory.objects.all()


@screen
class NewCategory(FormScreen[PatronCategory]):
    name = "patrons.category.new"
    title = gettext_lazy("新增读者类别")
    listing = "patrons.categories"
    permission = "patrons.change_category"
    form = NewCategoryForm

    def save(self, request: StaffRequest, form: forms.Form, row: PatronCategory | None) -> PatronCategory:
        return services.add_category(by=staff_of(request), **form.cleaned_data)


@screen
class EditCategory(FormScreen[PatronCategory]):
    name = "patrons.category.edit"
    title = gettext_lazy("修改读者类别")
    listing = "patrons.categories"
    permission = "patrons.change_category"
    form = EditCategoryForm
    edits = True

    def save(self, request: StaffRequest, form: forms.Form, row: PatronCategory | None) -> PatronCategory:
        if row is None:
            raise TypeError("a form that edits has a row")
        return services.amend_category(category=row, by=staff_of(request), **form.cleaned_data)
