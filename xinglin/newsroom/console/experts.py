"""The pool of experts in the console: who makes pieces with the newsroom, and what they agreed to."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import Column, FlagFilter, FormScreen, Kind, ListScreen
from xinglin.console.tones import Chip, Tone
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library
from xinglin.newsroom.models import Expert
from xinglin.newsroom.planning import experts, queries, services


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ExpertForm(forms.Form):
    library = forms.ModelChoiceField(
        label=gettext_lazy("图书馆"), queryset=Library.objects.none(), empty_label=None
    )
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    department = forms.CharField(label=gettext_lazy("科室或院系"), max_length=60)
    position = forms.CharField(label=gettext_lazy("职称"), max_length=60, required=False)
    field = forms.CharField(label=gettext_lazy("擅长"), max_length=200, required=False)
    agreed_on = _day(gettext_lazy("本人同意日期"))
    agreed_until = _day(gettext_lazy("同意到哪天"))
    may_repost = forms.BooleanField(
        label=gettext_lazy("同意发到其他平台"), required=False,
        help_text=gettext_lazy("不勾的，合作的文章只能发本馆网页、公众号和邮件摘要"),
    )  # fmt: skip
    rights = forms.CharField(
        label=gettext_lazy("约定"), max_length=300, required=False,
        help_text=gettext_lazy("署名、删改、稿酬等，写清楚"), widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    active = forms.BooleanField(label=gettext_lazy("合作中"), required=False, initial=True)


def _agreement(expert: Expert) -> Chip:
    if expert.has_agreed:
        return Chip(_("已同意"), Tone.GOOD)
    return Chip(_("已到期") if expert.agreed_on else _("没有登记"), Tone.WAITING)


@screen
class Experts(ListScreen[Expert]):
    """The experts of one's libraries."""

    name = "newsroom.experts"
    title = gettext_lazy("专家库")
    section = Section.NEWSROOM
    icon = "stethoscope"
    order = 38
    permission = queries.VIEW
    words = (gettext_lazy("合作专家"), gettext_lazy("教师"), gettext_lazy("授权"), "zhuanjia")
    detail = "newsroom.expert.edit"
    create = "newsroom.expert.new"
    create_title = gettext_lazy("登记专家")
    columns = (
        Column(gettext_lazy("姓名"), "name", sort="name", link=True),
        Column(gettext_lazy("科室或院系"), "department", sort="department"),
        Column(gettext_lazy("职称"), "position", narrow=False),
        Column(gettext_lazy("擅长"), "field", narrow=False),
        Column(gettext_lazy("本人同意"), _agreement),
        Column(gettext_lazy("同意到哪天"), "agreed_until", sort="agreed_until", kind=Kind.DAY, narrow=False),
        Column(gettext_lazy("合作发布"), "made", sort="made", kind=Kind.NUMBER),
        Column(gettext_lazy("图书馆"), "library.label", sort="library__code", narrow=False),
        Column(gettext_lazy("合作中"), "active", kind=Kind.FLAG),
    )
    filters = (
        FlagFilter("unagreed", gettext_lazy("没有同意或已到期"), where=lambda: ~Q(experts.agreed_now())),
    )
    search_fields = ("name", "department", "field")
    search_hint = gettext_lazy("姓名、科室、擅长")
    order_by = ("department", "name")
    empty = gettext_lazy("还没有登记专家。登记愿意一起做科普的医生和老师，写清本人同意和约定，选题时就能选。")

    def rows(self, request: StaffRequest) -> QuerySet[Expert]:
        return experts.experts_visible_to(staff_of(request))


class _ExpertScreen(FormScreen[Expert]):
    form = ExpertForm
    listing = "newsroom.experts"
    permission = services.CHANGE

    def rows(self, request: StaffRequest) -> QuerySet[Expert]:
        return experts.experts_visible_to(staff_of(request))

    def make_form(
        self, request: StaffRequest, row: Expert | None, data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> forms.Form:  # fmt: skip
        given = self.initial(request, row) if row else {"library": staff_of(request).library_id}
        form = ExpertForm(data, initial=given)
        if row is not None:
            del form.fields["library"]
            return form
        mine = Library.objects.filter(pk__in=access.libraries_of(staff_of(request), services.CHANGE))
        form.fields["library"].queryset = mine  # type: ignore[attr-defined]
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Expert | None) -> Expert:
        typed = dict(form.cleaned_data)
        library: Library = row.library if row else typed.pop("library")
        return experts.keep(library=library, file=experts.ExpertFile(**typed), row=row, by=staff_of(request))


@screen
class NewExpert(_ExpertScreen):
    name = "newsroom.expert.new"
    title = gettext_lazy("登记专家")


@screen
class EditExpert(_ExpertScreen):
    name = "newsroom.expert.edit"
    title = gettext_lazy("修改专家")
    edits = True
