"""Libraries: the list, one library, its form, its contacts and its map."""

import re
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    Related,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.consortium import queries, services
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library, LibraryKind
from xinglin.consortium.models.libraries import Weekday
from xinglin.consortium.services.libraries import ContactLine

_AREA = forms.Textarea(attrs={"rows": 4})


class LibraryForm(forms.Form):
    """What is said of a library."""

    name = forms.CharField(label=gettext_lazy("馆名"), max_length=120)
    short_name = forms.CharField(label=gettext_lazy("简称"), max_length=40, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("类型"), choices=LibraryKind.choices, initial=LibraryKind.BRANCH
    )
    introduction = forms.CharField(label=gettext_lazy("馆情简介"), widget=_AREA, required=False)
    specialities = forms.CharField(label=gettext_lazy("特色与专科"), widget=_AREA, required=False)
    rules = forms.CharField(label=gettext_lazy("入馆与借阅规则"), widget=_AREA, required=False)
    address = forms.CharField(label=gettext_lazy("地址"), max_length=200, required=False)
    phone = forms.CharField(label=gettext_lazy("电话"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("邮箱"), required=False)
    latitude = forms.DecimalField(
        label=gettext_lazy("纬度"),
        max_digits=9,
        decimal_places=6,
        required=False,
        help_text=gettext_lazy("与腾讯、高德地图相同的坐标（GCJ-02），例如 39.908823"),
    )
    longitude = forms.DecimalField(label=gettext_lazy("经度"), max_digits=9, decimal_places=6, required=False)
    network_ranges = forms.CharField(
        label=gettext_lazy("网络地址段"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=gettext_lazy("每行一段，例如 10.20.0.0/16"),
    )
    floor_map_caption = forms.CharField(label=gettext_lazy("平面图说明"), max_length=200, required=False)
    is_open_to_public = forms.BooleanField(label=gettext_lazy("对读者公开"), required=False, initial=True)

    def clean_network_ranges(self) -> list[str]:
        """Return the ranges, one a line; the service judges them."""
        return [line for line in re.split(r"[\s,，;；]+", self.cleaned_data["network_ranges"]) if line]


class NewLibraryForm(LibraryForm):
    """A library that is to be added, with its code and its place in the tree."""

    code = forms.CharField(
        label=gettext_lazy("馆代码"),
        max_length=20,
        help_text=gettext_lazy("定下后不再改"),
    )
    parent = forms.ModelChoiceField(
        label=gettext_lazy("上级馆"), queryset=Library.objects.none(), required=False
    )
    field_order = ("code", "parent")


class MapForm(forms.Form):
    picture = forms.FileField(
        label=gettext_lazy("平面图"), help_text=gettext_lazy("PNG、JPEG、GIF 或 WebP，最大 4 MB")
    )


class ContactsForm(forms.Form):
    """The contacts, one a line; the quickest way to put a list in order."""

    contacts = forms.CharField(
        label=gettext_lazy("联系人"),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
        help_text=gettext_lazy("每行一位：事务，姓名，电话，邮箱（用逗号隔开，后三项可空）"),
    )

    def clean_contacts(self) -> list[ContactLine]:
        """Return the contacts, or say which line has too many parts."""
        lines = []
        for line in self.cleaned_data["contacts"].splitlines():
            parts = [part.strip() for part in re.split("[,，]", line)]
            if len(parts) > 4:
                raise forms.ValidationError(_("「%(line)s」有四项以上。"), params={"line": line})
            if parts[0]:
                lines.append(ContactLine(*parts))
        return lines


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


def _close(request: StaffRequest, library: Library, answers: Answers) -> str:
    services.close_library(library=library, reason=answers["reason"], by=staff_of(request))
    return _("已停用，读者不再看到这个馆。")


def _reopen(request: StaffRequest, library: Library, answers: Answers) -> str:
    services.reopen_library(library=library, by=staff_of(request))
    return _("已恢复运行。")


def _set_map(request: StaffRequest, library: Library, answers: Answers) -> str:
    services.set_floor_map(library=library, picture=answers["picture"], by=staff_of(request))
    return _("平面图已更新。")


def _set_contacts(request: StaffRequest, library: Library, answers: Answers) -> str:
    services.set_contacts(library=library, contacts=answers["contacts"], by=staff_of(request))
    return _("联系人已更新。")


def _contacts_form(request: StaffRequest, library: Library, data: object, files: object) -> forms.Form:
    written = "\n".join(
        "，".join(filter(None, (contact.duty, contact.name, contact.phone, contact.email)))
        for contact in library.contacts.all()
    )
    return ContactsForm(request.POST if request.method == "POST" else None, initial={"contacts": written})


ACTIONS: tuple[Action[Library], ...] = (
    Action(
        "contacts",
        gettext_lazy("改联系人"),
        run=_set_contacts,
        form=_contacts_form,
        permission="consortium.change_library",
        icon="phone",
    ),
    Action(
        "map",
        gettext_lazy("换平面图"),
        run=_set_map,
        form=MapForm,
        permission="consortium.change_library",
        icon="map",
    ),
    Action(
        "close",
        gettext_lazy("停用"),
        run=_close,
        form=ReasonForm,
        confirm=gettext_lazy("停用后读者不再看到这个馆，馆藏与读者的记录都保留。"),
        permission="consortium.close_library",
        icon="lock",
        tone=Tone.BAD,
        when=lambda library: library.active,
    ),
    Action(
        "reopen",
        gettext_lazy("恢复运行"),
        run=_reopen,
        permission="consortium.close_library",
        icon="lock-open",
        when=lambda library: not library.active,
    ),
)


@screen
class Libraries(ListScreen[Library]):
    name = "consortium.libraries"
    title = gettext_lazy("成员馆")
    section = Section.CONSORTIUM
    icon = "building-community"
    order = 10
    permission = "consortium.view_library"
    words = (gettext_lazy("分馆"), gettext_lazy("开馆时间"), gettext_lazy("馆情"))
    detail = "consortium.library"
    create = "consortium.library.new"
    create_title = gettext_lazy("新增馆")
    columns = (
        Column(gettext_lazy("代码"), "code", sort="code", link=True),
        Column(gettext_lazy("馆名"), "name", sort="name", link=True),
        Column(gettext_lazy("类型"), "get_kind_display", sort="kind", narrow=False),
        Column(gettext_lazy("上级馆"), "parent.name", sort="parent__name", narrow=False),
        Column(gettext_lazy("电话"), "phone", narrow=False),
        Column(gettext_lazy("对外公开"), "is_open_to_public", kind=Kind.FLAG),
        Column(gettext_lazy("运行中"), "active", kind=Kind.FLAG),
    )
    filters = (
        ChoiceFilter("kind", gettext_lazy("类型"), choices=LibraryKind.choices),
        FlagFilter("closed", gettext_lazy("已停用"), where=Q(active=False)),
    )
    search_fields = ("code", "name", "short_name", "address")
    search_hint = gettext_lazy("代码、馆名、地址")
    order_by = ("code",)
    empty = gettext_lazy("还没有成员馆。请由总馆管理员点「新增馆」。")

    def rows(self, request: StaffRequest) -> QuerySet[Library]:
        return queries.libraries_visible_to(staff_of(request)).select_related("parent")


@screen
class LibraryPage(DetailScreen[Library]):
    name = "consortium.library"
    title = gettext_lazy("成员馆")
    listing = "consortium.libraries"
    edit = "consortium.library.edit"
    actions = ACTIONS
    panel_template = "consortium/hours_panel.html"
    facts = (
        Facts(
            gettext_lazy("基本资料"),
            (
                Fact(gettext_lazy("代码"), "code"),
                Fact(gettext_lazy("类型"), "get_kind_display"),
                Fact(gettext_lazy("上级馆"), "parent.name"),
                Fact(gettext_lazy("简称"), "short_name"),
                Fact(gettext_lazy("地址"), "address"),
                Fact(gettext_lazy("电话"), "phone"),
                Fact(gettext_lazy("邮箱"), "email"),
                Fact(gettext_lazy("对外公开"), "is_open_to_public", kind=Kind.FLAG),
                Fact(gettext_lazy("运行中"), "active", kind=Kind.FLAG),
                Fact(gettext_lazy("网络地址段"), lambda library: "、".join(library.network_ranges)),
            ),
        ),
        Facts(
            gettext_lazy("馆情"),
            (
                Fact(gettext_lazy("简介"), "introduction"),
                Fact(gettext_lazy("特色与专科"), "specialities"),
                Fact(gettext_lazy("规则"), "rules"),
            ),
        ),
    )

    def context(self, request: StaffRequest, row: Library) -> dict[str, object]:
        timetable = queries.timetable_of(row, since=clock.today())
        return {
            "week": [(day.label, timetable.week.get(day.value, ())) for day in Weekday],
            "may_change_hours": request.user.has_perm("consortium.change_hours", row),
        }

    def related(self, request: StaffRequest, row: Library) -> list[Related[Any]]:
        return [
            Related(
                gettext_lazy("联系人"),
                rows=row.contacts.all(),
                columns=(
                    Column(gettext_lazy("事务"), "duty"),
                    Column(gettext_lazy("姓名"), "name"),
                    Column(gettext_lazy("电话"), "phone"),
                ),
                empty=gettext_lazy("还没有联系人；读者在「馆情概览」里会看到这里填的人。"),
            ),
            Related(
                gettext_lazy("馆员"),
                rows=queries.staff_visible_to(staff_of(request)).filter(library=row),
                columns=(Column(gettext_lazy("姓名"), "name"), Column(gettext_lazy("岗位"), "title")),
            ),
        ]


@screen
class NewLibrary(FormScreen[Library]):
    name = "consortium.library.new"
    title = gettext_lazy("新增馆")
    listing = "consortium.libraries"
    permission = "consortium.add_library"
    detail = "consortium.library"
    form = NewLibraryForm

    def make_form(
        self, request: StaffRequest, row: Library | None, data: object, files: object
    ) -> forms.Form:
        form = NewLibraryForm(request.POST if request.method == "POST" else None)
        parents = queries.libraries_visible_to(staff_of(request)).filter(active=True)
        form.fields["parent"] = forms.ModelChoiceField(
            label=gettext_lazy("上级馆"), queryset=parents, required=False
        )
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Library | None) -> Library:
        return services.add_library(by=staff_of(request), **form.cleaned_data)


@screen
class EditLibrary(FormScreen[Library]):
    name = "consortium.library.edit"
    title = gettext_lazy("修改馆的资料")
    listing = "consortium.libraries"
    permission = "consortium.change_library"
    detail = "consortium.library"
    form = LibraryForm
    edits = True

    def initial(self, request: StaffRequest, row: Library | None) -> dict[str, object]:
        ranges = "\n".join(row.network_ranges) if row else ""
        return {**super().initial(request, row), "network_ranges": ranges}

    def save(self, request: StaffRequest, form: forms.Form, row: Library | None) -> Library:
        if row is None:
            raise TypeError("a form that edits has a row")
        return services.amend_library(library=row, by=staff_of(request), **form.cleaned_data)
