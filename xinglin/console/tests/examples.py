"""Example screens over the tables that the console stands on: groups as rows, staff as what belongs to them.

A user sees the groups they are in: that is the "branch" of these tests.
"""

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from django import forms
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.forms import Form
from django.urls import clear_url_caches, include, path, reverse
from django.utils.translation import gettext_lazy as _
from pytest_django.fixtures import Settings

from xinglin.commons import history
from xinglin.commons.errors import Refusal
from xinglin.commons.models import HistoryEntry
from xinglin.console import registry, views
from xinglin.console.access import Place, StaffRequest
from xinglin.console.menu import Card, Section
from xinglin.console.registry import CardEntry
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DateFilter,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    PageScreen,
    Related,
    RelatedFilter,
    RowScreen,
    TextFilter,
)
from xinglin.console.tones import Chip, Tone


class Taken(Refusal):
    code = "taken"


class RenameForm(Form):
    name = forms.CharField(label=_("新名称"), max_length=60)


@transaction.atomic
def rename(*, group: Group, name: str, by: User) -> Group:
    """Rename a group, or refuse a name that another one has."""
    if Group.objects.filter(name=name).exclude(pk=group.pk).exists():
        raise Taken(_("已经有 1 个小组叫「%(name)s」，请换一个名称。"), name=name)
    before, group.name = group.name, name
    group.save()
    history.record(group, "改名", by=by, changes={"名称": f"{before} → {name}"})
    return group


def _rename(request: StaffRequest, group: Group, answers: Answers) -> str:
    rename(group=group, name=answers["name"], by=request.user)
    return "已改名。"


def _close(request: StaffRequest, group: Group, answers: Answers) -> str:
    if group.name.startswith("常设"):
        raise Refusal(_("「%(name)s」是常设小组，不能停用。"), name=group.name)
    rename(group=group, name=f"{group.name}（停用）", by=request.user)
    return "已停用。"


def is_open(group: Group) -> bool:
    return "（停用）" not in group.name


RENAME = Action("rename", _("改名"), run=_rename, form=RenameForm, icon="pencil")
CLOSE = Action(
    "close",
    _("停用"),
    run=_close,
    confirm=_("停用后小组不再出现在选择框里。"),
    tone=Tone.BAD,
    icon="ban",
    when=is_open,
    many=True,
)


class Groups(ListScreen[Group]):
    name = "examples.groups"
    title = _("小组")
    section = Section.PATRONS
    icon = "users"
    order = 10
    words = (_("班组"),)
    permission = "auth.view_group"
    detail = "examples.group"
    create = "examples.group.new"
    create_title = _("新增小组")
    columns = (
        Column(_("名称"), "name", sort="name", link=True),
        Column(_("成员数"), lambda group: len(group.user_set.all()), kind=Kind.NUMBER),
        Column(
            _("状态"),
            lambda group: Chip(_("在用"), Tone.GOOD) if is_open(group) else Chip(_("停用")),
            kind=Kind.STATE,
        ),
        Column(_("编号"), "pk", sort="pk", kind=Kind.NUMBER, narrow=False),
    )
    filters = (
        TextFilter("exactly", _("名称是"), field="name", lookup="exact"),
        FlagFilter("staffed", _("有成员"), where=Q(user__isnull=False)),
        DateFilter("joined", _("成员加入日期"), field="user__date_joined"),
        RelatedFilter(
            "member", _("成员"), field="user", rows=lambda request: User.objects.order_by("username")
        ),
    )
    search_fields = ("name",)
    search_hint = _("小组名称")
    order_by = ("name",)
    page_sizes = (5, 20)
    empty = _("还没有小组；请点右上角「新增小组」。")
    actions = (RENAME, CLOSE)

    def rows(self, request: StaffRequest) -> QuerySet[Group]:
        return Group.objects.filter(pk__in=request.user.groups.all()).prefetch_related("user_set")

    def badge(self, request: StaffRequest) -> int | None:
        return self.rows(request).filter(name__contains="待").count()


class GroupPage(DetailScreen[Group]):
    name = "examples.group"
    title = _("小组")
    listing = "examples.groups"
    edit = "examples.group.edit"
    facts = (
        Facts(
            _("基本信息"),
            (
                Fact(_("名称"), "name"),
                Fact(_("编号"), "pk", kind=Kind.NUMBER),
                Fact(_("负责人"), lambda group: None),
            ),
        ),
    )
    actions = (RENAME, CLOSE)

    def related(self, request: StaffRequest, row: Group) -> list[Related[User]]:
        columns: tuple[Column[User], ...] = (
            Column(_("用户名"), "username"),
            Column(_("加入时间"), "date_joined", kind=Kind.MOMENT),
        )
        return [Related(_("成员"), row.user_set.order_by("username"), columns, more=reverse("console:home"))]


class NewGroup(FormScreen[Group]):
    name = "examples.group.new"
    title = _("新增小组")
    listing = "examples.groups"
    detail = "examples.group"
    form = RenameForm

    def save(self, request: StaffRequest, form: Form, row: Group | None) -> Group:
        group = rename(group=Group(name="新小组"), name=form.cleaned_data["name"], by=request.user)
        request.user.groups.add(group)
        return group


class EditGroup(FormScreen[Group]):
    name = "examples.group.edit"
    title = _("修改小组")
    listing = "examples.groups"
    detail = "examples.group"
    edits = True
    form = RenameForm
    version_field = "name"

    def save(self, request: StaffRequest, form: Form, row: Group | None) -> Group:
        assert row is not None
        return rename(group=row, name=form.cleaned_data["name"], by=request.user)


class Deeds(ListScreen[HistoryEntry]):
    name = "examples.deeds"
    title = _("操作记录")
    section = Section.SYSTEM
    icon = "history"
    tabs = ChoiceFilter("deed", _("操作"), choices=(("改名", _("改名")), ("新增", _("新增"))))
    filters = (DateFilter("at", _("日期"), field="at"),)
    columns = (
        Column(_("时间"), "at", kind=Kind.MOMENT, sort="at"),
        Column(_("操作"), "deed"),
        Column(_("金额"), lambda entry: 123456, kind=Kind.FEN),
        Column(_("有原因"), "reason", kind=Kind.FLAG, export=False),
    )
    order_by = ("-at",)

    def rows(self, request: StaffRequest) -> QuerySet[HistoryEntry]:
        return HistoryEntry.objects.all()


class Desk(PageScreen):
    name = "examples.desk"
    title = _("借还台")
    section = Section.CIRCULATION
    icon = "transfer"
    template_name = "console/home.html"


class GroupChat(RowScreen[Group]):
    name = "examples.chat"
    listing = "examples.groups"
    path = "examples/chats/<int:pk>/say/"
    template_name = "console/home.html"


EXAMPLES = (Groups, GroupPage, NewGroup, EditGroup, Deeds, Desk, GroupChat)


def waiting_card(request: StaffRequest) -> Card:
    return Card(
        _("待取预约"),
        number=12,
        url="/console/",
        icon="bookmark",
        tone=Tone.WAITING,
        note=_("最早一本今天到期"),
    )


@pytest.fixture
def example_screens(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Register the examples, and nothing but them beside the console's own, for one test."""
    # The rights of these tests are Django's own; whose rooms stand above us is not our affair.
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    own = {name: shown for name, shown in registry.screens.items() if "." not in name}
    monkeypatch.setattr(registry, "screens", own | {kind.name: kind() for kind in EXAMPLES})
    monkeypatch.setattr(registry, "cards", [CardEntry(waiting_card, 10, "")])
    monkeypatch.setattr(
        "xinglin.console.access._place_provider", lambda request: Place("第一附属医院分馆", "流通馆员")
    )
    house = ModuleType("xinglin.console.tests.house")
    own_pages = [
        path("sign-in/", views.sign_in, name="sign_in"),
        path("sign-out/", views.sign_out, name="sign_out"),
        *(url for shown in registry.screens.values() for url in shown.urls()),
        path("<path:rest>", views.nothing_here),
    ]
    vars(house)["urlpatterns"] = [path("console/", include((own_pages, "console")))]
    sys.modules[house.__name__] = house
    settings.ROOT_URLCONF = house.__name__
    clear_url_caches()
    yield
    del sys.modules[house.__name__]
    clear_url_caches()
