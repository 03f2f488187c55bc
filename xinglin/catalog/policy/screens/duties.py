"""Which library builds which class: the list, and the form, kept by the main library."""

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.classes import caption_of
from xinglin.catalog.copying.queries import speaks_for_the_main_library
from xinglin.catalog.policy import services
from xinglin.catalog.policy.models import ClassDuty, Depth
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Action, Answers, Column, FormScreen, Kind, ListScreen, screen
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library


def duties_kept_by(request: StaffRequest) -> QuerySet[ClassDuty]:
    """Return the duties to those who give them: the main library's cataloguers."""
    kept = speaks_for_the_main_library(staff_of(request), services.PERMISSION)
    return ClassDuty.objects.select_related("library") if kept else ClassDuty.objects.none()


class DutyForm(forms.Form):
    library = forms.ModelChoiceField(label=_("馆"), queryset=Library.objects.filter(active=True))
    number = forms.CharField(label=_("分类号"), max_length=20, help_text=_("例如 R54、R5、Q"))
    depth = forms.ChoiceField(label=_("收藏程度"), choices=Depth.choices, initial=Depth.STUDY)
    fewest_new = forms.IntegerField(label=_("每年至少新增种数"), min_value=0, max_value=100_000, initial=0)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


def _end(request: StaffRequest, duty: ClassDuty, answers: Answers) -> HttpResponse:
    services.end_duty(duty=duty, by=staff_of(request))
    return redirect("console:catalog.duties")


@screen
class Duties(ListScreen[ClassDuty]):
    name = "catalog.duties"
    title = _("建设分工")
    section = Section.CATALOGUING
    icon = "git-branch"
    order = 85
    permission = services.PERMISSION
    words = (_("馆藏政策"), _("协调采购"), "fengong")
    detail = "catalog.duty"
    create = "catalog.duty.new"
    create_title = _("新增分工")
    columns = (
        Column(_("分类号"), "number", sort="key", link=True),
        Column(_("类名"), lambda duty: caption_of(duty.key)),
        Column(_("馆"), "library.name"),
        Column(_("收藏程度"), "get_depth_display"),
        Column(_("每年至少新增种数"), "fewest_new", kind=Kind.NUMBER, narrow=False),
        Column(_("说明"), "note", narrow=False),
    )
    search_fields = ("number", "library__name", "note")
    search_hint = _("类号、图书馆、说明")
    order_by = ("key",)
    actions = (
        Action(
            "end",
            _("取消分工"),
            run=_end,
            confirm=_("取消后，这一类不再由这个馆负责建设。"),
            permission=services.PERMISSION,
            icon="trash",
            tone=Tone.BAD,
            many=True,
        ),
    )
    empty = _("还没有建设分工。总馆编目可以新增，例如 R54 心脏病学由附属心血管医院馆建设。")

    def rows(self, request: StaffRequest) -> QuerySet[ClassDuty]:
        return duties_kept_by(request)


@screen
class NewDuty(FormScreen[ClassDuty]):
    name = "catalog.duty.new"
    title = _("新增分工")
    listing = "catalog.duties"
    form = DutyForm

    def save(self, request: StaffRequest, form: Form, row: ClassDuty | None) -> ClassDuty:
        said = form.cleaned_data
        return services.give_duty(by=staff_of(request), **{**said, "depth": Depth(said["depth"])})


@screen
class EditDuty(FormScreen[ClassDuty]):
    name = "catalog.duty"
    title = _("建设分工")
    listing = "catalog.duties"
    form = DutyForm
    edits = True
    version_field = "version"

    def rows(self, request: StaffRequest) -> QuerySet[ClassDuty]:
        return duties_kept_by(request)

    def save(self, request: StaffRequest, form: Form, row: ClassDuty | None) -> ClassDuty:
        if row is None:
            raise LookupError("a form that edits has a row")
        said = form.cleaned_data
        return services.amend_duty(duty=row, by=staff_of(request), **{**said, "depth": Depth(said["depth"])})
