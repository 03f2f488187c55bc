"""Tags: the list, the form, and taking in a table of readers with their tags."""

from django import forms
from django.db.models import Count, Q, QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.audience import queries
from xinglin.audience.models import Dimension, Tag
from xinglin.audience.services import importing
from xinglin.audience.services import tags as services
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Column,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    PageScreen,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Chip, Tone
from xinglin.consortium.access import staff_of

VIEW = "audience.view_tag"
CHANGE_DIMENSION = "audience.change_dimension"


def _kind(tag: Tag) -> Chip | str:
    return Chip(_("敏感"), Tone.WAITING) if tag.dimension.is_sensitive else ""


def _carried(tag: Tag) -> int | None:
    """Of sensitive tags nobody is counted here: that would open every sealed text."""
    return None if tag.dimension.is_sensitive else getattr(tag, "times", 0)


@screen
class Tags(ListScreen[Tag]):
    """Every tag of the consortium, with how many carry it."""

    name = "audience.tags"
    title = lazy("标签")
    section = Section.AUDIENCE
    icon = "tags"
    order = 40
    permission = VIEW
    words = ("biaoqian", lazy("维度"))
    create = "audience.tag.new"
    create_title = lazy("新增标签")
    columns = (
        Column(lazy("维度"), "dimension.name", sort="dimension__position"),
        Column(lazy("标签"), "name", sort="name",
               link=lambda row: reverse("console:audience.tag.edit", args=[row.pk])),
        Column("", _kind, export=False),
        Column(lazy("读者自选"), "dimension.is_declared", kind=Kind.FLAG, narrow=False),
        Column(lazy("有效天数"), "dimension.days_valid", kind=Kind.NUMBER, narrow=False),
        Column(lazy("人数"), _carried, kind=Kind.NUMBER),
        Column(lazy("使用中"), "active", kind=Kind.FLAG),
    )  # fmt: skip
    filters = (
        RelatedFilter(
            "dimension", lazy("维度"), field="dimension", rows=lambda request: Dimension.objects.all()
        ),
        FlagFilter("sensitive", lazy("敏感"), where=Q(dimension__is_sensitive=True)),
    )
    search_fields = ("name", "dimension__name")
    search_hint = lazy("标签、维度")
    order_by = ("dimension__position", "position")
    page_sizes = (100, 200)
    empty = lazy("没有标签。")

    def rows(self, request: StaffRequest) -> QuerySet[Tag]:
        return Tag.objects.select_related("dimension").annotate(times=Count("carried__follower"))


class TagForm(forms.Form):
    """What may be changed of a tag."""

    name = forms.CharField(label=lazy("名称"), max_length=30)
    position = forms.IntegerField(label=lazy("顺序"), min_value=0, max_value=999, initial=50)
    active = forms.BooleanField(label=lazy("使用中"), required=False, initial=True)


class NewTagForm(TagForm):
    dimension = forms.ModelChoiceField(label=lazy("维度"), queryset=Dimension.objects.filter(active=True))
    field_order = ("dimension", "name")


@screen
class NewTag(FormScreen[Tag]):
    name = "audience.tag.new"
    title = lazy("新增标签")
    listing = "audience.tags"
    form = NewTagForm
    permission = CHANGE_DIMENSION

    def save(self, request: StaffRequest, form: Form, row: Tag | None) -> Tag:
        return services.save_tag(**form.cleaned_data, by=staff_of(request))


@screen
class EditTag(FormScreen[Tag]):
    name = "audience.tag.edit"
    title = lazy("修改标签")
    listing = "audience.tags"
    form = TagForm
    edits = True
    permission = CHANGE_DIMENSION
    version_field = "version"

    def save(self, request: StaffRequest, form: Form, row: Tag | None) -> Tag:
        if row is None:
            raise LookupError("a form that edits has a row")
        return services.save_tag(dimension=row.dimension, tag=row, **form.cleaned_data, by=staff_of(request))


class UploadForm(forms.Form):
    """A table of readers and tags."""

    file = forms.FileField(label=lazy("表格（CSV 或 XLSX）"))


@screen
class ImportTags(PageScreen):
    """Take in who carries what, and say of each row what became of it."""

    name = "audience.tags.import"
    title = lazy("导入标签")
    section = Section.AUDIENCE
    icon = "file-import"
    order = 50
    permission = services.CHANGE
    template_name = "audience/console/import.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        return {"form": UploadForm(), "words": [str(tag) for tag in queries.tags_in_use()[:6]]}

    def post(self, request: StaffRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        context = {**self.context(request), "form": form}
        if form.is_valid():
            file = form.cleaned_data["file"]
            context["found"] = importing.take(file=file, name=file.name, by=staff_of(request))
        return self.page(request, context, status=200 if form.is_valid() else 422)
