"""Synchronisations of followers: what they did, how far one is, and a button that begins another."""

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import ChoiceFilter, Column, FormScreen, Kind, ListScreen, screen
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.wechat import queries
from xinglin.wechat.models import Account, FollowerSync, SyncState
from xinglin.wechat.services import syncing

SYNC = "wechat.sync_followers"

colour_states(
    FollowerSync,
    {
        SyncState.RUNNING: Tone.ACTIVE,
        SyncState.WAITING: Tone.WAITING,
        SyncState.DONE: Tone.GOOD,
        SyncState.FAILED: Tone.BAD,
    },
)


@screen
class Syncs(ListScreen[FollowerSync]):
    """Every run, the newest first."""

    name = "wechat.syncs"
    title = lazy("关注者同步")
    section = Section.WECHAT
    icon = "refresh"
    order = 60
    permission = "wechat.view_message"
    words = ("tongbu", lazy("粉丝"))
    create = "wechat.sync.new"
    create_title = lazy("现在同步")
    columns = (
        Column(lazy("公众号"), "account.name", sort="account__name"),
        Column(lazy("状态"), "state", kind=Kind.STATE),
        Column(lazy("步骤"), "get_stage_display"),
        Column(lazy("已核对"), lambda row: f"{row.listed:,} / {row.total:,}"),
        Column(lazy("补登关注"), "joined", kind=Kind.NUMBER),
        Column(lazy("补登取消"), "gone", kind=Kind.NUMBER),
        Column(lazy("更新资料"), "detailed", kind=Kind.NUMBER, narrow=False),
        Column(lazy("黑名单"), "blocked", kind=Kind.NUMBER, narrow=False),
        Column(lazy("接口调用"), "calls", kind=Kind.NUMBER, narrow=False),
        Column(lazy("开始时间"), "started_at", kind=Kind.MOMENT, sort="started_at"),
        Column(lazy("说明"), "problem", narrow=False),
    )
    tabs = ChoiceFilter("state", lazy("状态"), choices=SyncState.choices)
    order_by = ("-started_at",)
    empty = lazy("还没有同步过。系统每晚自动同步；也可以点“现在同步”。")

    def rows(self, request: StaffRequest) -> QuerySet[FollowerSync]:
        return queries.syncs_visible_to(staff_of(request))


class SyncForm(forms.Form):
    account = forms.ModelChoiceField(label=lazy("公众号"), queryset=Account.objects.none())
    is_full = forms.BooleanField(
        label=lazy("全量"), required=False, initial=True,
        help_text=lazy("全量核对整个名单，找出漏登的关注和取消；不勾选只补资料"),
    )  # fmt: skip


@screen
class NewSync(FormScreen[FollowerSync]):
    """Begin a synchronisation of one account."""

    name = "wechat.sync.new"
    title = lazy("同步关注者")
    listing = "wechat.syncs"
    permission = SYNC
    form = SyncForm
    button = lazy("开始同步")
    done = lazy("已开始同步，刷新列表看进度。")
    hint = lazy("每页 1 万人，每天名单接口约 500 次；配额用完会自动等到第二天继续。")

    def make_form(
        self, request: StaffRequest, row: FollowerSync | None, data: QueryDict | None,
        files: "MultiValueDict[str, object] | None",
    ) -> Form:  # fmt: skip
        form = SyncForm(data, initial={"is_full": True})
        field = form.fields["account"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- told to the type checker
        field.queryset = Account.objects.filter(
            library__in=libraries_of(staff_of(request), SYNC), active=True
        )
        return form

    def save(self, request: StaffRequest, form: Form, row: FollowerSync | None) -> FollowerSync:
        return syncing.start(**form.cleaned_data, by=staff_of(request))
