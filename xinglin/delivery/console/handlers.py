"""Who works at the desk of a library, on screen: with which skills, and how much at once."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Action, Answers, Column, FormScreen, Kind, ListScreen, screen
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library, Staff
from xinglin.delivery import queries, services
from xinglin.delivery.console.choices import libraries_governed, offer
from xinglin.delivery.models import Handler, Skill
from xinglin.delivery.services.policy import CHANGE


class HandlerForm(forms.Form):
    library = forms.ModelChoiceField(label=gettext_lazy("受理馆"), queryset=Library.objects.none())
    staff = forms.ModelChoiceField(label=gettext_lazy("馆员"), queryset=Staff.objects.none())
    skills = forms.MultipleChoiceField(
        label=gettext_lazy("擅长"), choices=Skill.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    most_open = forms.IntegerField(
        label=gettext_lazy("最多同时处理"), min_value=1, max_value=1000, initial=20
    )


def _off(request: StaffRequest, row: Handler, answers: Answers) -> str:
    services.amend_handler(handler=row, active=False, by=staff_of(request))
    return _("已离岗，不再分到新申请。")


def _on(request: StaffRequest, row: Handler, answers: Answers) -> str:
    services.amend_handler(handler=row, active=True, by=staff_of(request))
    return _("已到岗。")


@screen
class Handlers(ListScreen[Handler]):
    name = "delivery.handlers"
    title = gettext_lazy("受理人")
    section = Section.SUPPLY
    icon = "users"
    order = 66
    permission = queries.VIEW
    words = (gettext_lazy("分工"), "shouliren")
    create = "delivery.put_handler"
    create_title = gettext_lazy("排人")
    columns = (
        Column(gettext_lazy("受理馆"), "library.label", sort="library__code"),
        Column(gettext_lazy("馆员"), "staff"),
        Column(gettext_lazy("擅长"), lambda row: "、".join(row.skill_words)),
        Column(gettext_lazy("最多同时处理"), "most_open", kind=Kind.NUMBER),
        Column(gettext_lazy("在岗"), "active", kind=Kind.FLAG),
        Column(gettext_lazy("上次分到"), "given_at", kind=Kind.MOMENT, narrow=False),
    )
    empty = gettext_lazy("还没有排人：申请留在本馆的公共队列里，谁都可以受理。")
    actions = (
        Action("off", gettext_lazy("离岗"), run=_off, permission=CHANGE, icon="player-pause",
               when=lambda row: row.active),
        Action("on", gettext_lazy("到岗"), run=_on, permission=CHANGE, icon="player-play",
               when=lambda row: not row.active),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[Handler]:
        return queries.handlers_visible_to(staff_of(request))


@screen
class PutHandler(FormScreen[Handler]):
    name = "delivery.put_handler"
    title = gettext_lazy("排受理人")
    listing = "delivery.handlers"
    permission = CHANGE
    form = HandlerForm

    def make_form(self, request: StaffRequest, row: Handler | None, data: Any, files: Any) -> forms.Form:
        form = HandlerForm(data)
        libraries = libraries_governed(request)
        offer(form, "library", libraries)
        offer(form, "staff", Staff.objects.filter(active=True, library__in=libraries).select_related("user"))
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Handler | None) -> Handler:
        given = form.cleaned_data
        return services.put_handler(
            staff=given["staff"],
            library=given["library"],
            skills=[Skill(each) for each in given["skills"]],
            most_open=given["most_open"],
            by=staff_of(request),
        )
