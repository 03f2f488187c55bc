"""Moves of openids: tried first, looked at, carried out; who became who."""

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

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
    FormScreen,
    Kind,
    ListScreen,
    Related,
    offered,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.wechat import queries
from xinglin.wechat.lifecycle import OPENID_MOVES
from xinglin.wechat.models import Account, Fate, MovedFollower, MoveState, OpenidMove
from xinglin.wechat.services import moving

colour_states(
    OpenidMove,
    {
        MoveState.ASKING: Tone.ACTIVE,
        MoveState.WAITING: Tone.WAITING,
        MoveState.ASKED: Tone.WAITING,
        MoveState.CARRYING: Tone.ACTIVE,
        MoveState.DONE: Tone.GOOD,
        MoveState.FAILED: Tone.BAD,
        MoveState.DROPPED: Tone.QUIET,
    },
)


def _carry_out(request: StaffRequest, move: OpenidMove, answers: Answers) -> str:
    moving.carry_out(move=move, by=staff_of(request))
    return _("已开始迁移，刷新本页看进度。")


def _resume(request: StaffRequest, move: OpenidMove, answers: Answers) -> str:
    moving.resume(move=move, by=staff_of(request))
    return _("已从断开的地方继续查询。")


def _drop(request: StaffRequest, move: OpenidMove, answers: Answers) -> str:
    moving.drop(move=move, by=staff_of(request))
    return _("已放弃，没有改动任何关注者；查到的对应关系已删除。")


ACTIONS = (
    Action[OpenidMove](
        "carry_out", lazy("执行迁移"), run=_carry_out, icon="arrows-exchange", tone=Tone.GOOD,
        permission=moving.RUN, when=offered(OPENID_MOVES, "carry_out"),
        confirm=lazy("关注者的 OpenID 会按试算结果改成新的，不能撤销；绑定、标签、同意和消息都跟着走。请先核对数字。"),
    ),
    Action[OpenidMove](
        "resume_move", lazy("继续"), run=_resume, icon="player-play", permission=moving.RUN,
        when=offered(OPENID_MOVES, "resume_move"),
    ),
    Action[OpenidMove](
        "drop_move", lazy("放弃"), run=_drop, icon="trash", tone=Tone.BAD, permission=moving.RUN,
        when=offered(OPENID_MOVES, "drop_move"),
    ),
)  # fmt: skip


@screen
class Moves(ListScreen[OpenidMove]):
    """Every move, the newest first."""

    name = "wechat.moves"
    title = lazy("关注者迁移")
    section = Section.WECHAT
    icon = "arrows-exchange"
    order = 62
    permission = moving.RUN
    words = ("qianyi", "openid", lazy("账号迁移"), lazy("换号"))
    detail = "wechat.move"
    create = "wechat.move.new"
    create_title = lazy("新的迁移")
    columns = (
        Column(lazy("原公众号"), "source.name", sort="source__name", link=True),
        Column(lazy("新公众号"), "target.name", sort="target__name"),
        Column(lazy("原 AppID"), "from_appid", narrow=False),
        Column(lazy("状态"), "state", kind=Kind.STATE),
        Column(lazy("已查询"), lambda row: f"{row.asked:,} / {row.total:,}"),
        Column(lazy("已迁移"), "moved", kind=Kind.NUMBER),
        Column(lazy("开始时间"), "started_at", kind=Kind.MOMENT, sort="started_at", narrow=False),
        Column(lazy("说明"), "problem", narrow=False),
    )
    tabs = ChoiceFilter("state", lazy("状态"), choices=MoveState.choices)
    order_by = ("-started_at",)
    empty = lazy(
        "没有迁移过。公众号换主体或换类型（账号迁移）以后，关注者的 OpenID 会变；在这里把他们的绑定、标签和同意迁过去。"
    )

    def rows(self, request: StaffRequest) -> QuerySet[OpenidMove]:
        return queries.moves_visible_to(staff_of(request))


class MoveForm(forms.Form):
    source = forms.ModelChoiceField(label=lazy("原公众号"), queryset=Account.objects.none())
    target = forms.ModelChoiceField(
        label=lazy("新公众号"), queryset=Account.objects.none(),
        help_text=lazy("在原公众号里直接改成了新 AppID 的，两处选同一个，并在下面填原来的 AppID"),
    )  # fmt: skip
    from_appid = forms.CharField(
        label=lazy("原 AppID"), max_length=32, required=False, help_text=lazy("不填为原公众号现在的 AppID")
    )


@screen
class NewMove(FormScreen[OpenidMove]):
    """Begin with a dry run."""

    name = "wechat.move.new"
    title = lazy("新的迁移：先试算")
    listing = "wechat.moves"
    detail = "wechat.move"
    permission = moving.RUN
    form = MoveForm
    button = lazy("开始试算")
    done = lazy("已开始试算：只查询、不改动，刷新本页看进度。")
    hint = lazy(
        "请先在公众平台完成账号迁移，并接入新公众号。第一步只试算：查询每位关注者的新 OpenID，核对数字以后再执行。"
    )

    def make_form(
        self, request: StaffRequest, row: OpenidMove | None, data: QueryDict | None,
        files: "MultiValueDict[str, object] | None",
    ) -> Form:  # fmt: skip
        form = MoveForm(data)
        mine = Account.objects.filter(library__in=libraries_of(staff_of(request), moving.RUN))
        for name in ("source", "target"):
            field = form.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- told to the type checker
            field.queryset = mine
        return form

    def save(self, request: StaffRequest, form: Form, row: OpenidMove | None) -> OpenidMove:
        return moving.begin(**form.cleaned_data, by=staff_of(request))


def _counted(fate: Fate) -> Fact[OpenidMove]:
    return Fact(fate.label, lambda move: f"{move.followers.filter(fate=fate).count():,}")


@screen
class MovePage(DetailScreen[OpenidMove]):
    """One move: what the dry run found, and line by line what became of whom."""

    name = "wechat.move"
    title = lazy("关注者迁移")
    listing = "wechat.moves"
    facts = (
        Facts(
            lazy("迁移"),
            (
                Fact(lazy("状态"), "state", kind=Kind.STATE),
                Fact(lazy("说明"), "problem"),
                Fact(lazy("原公众号"), "source.name"),
                Fact(lazy("原 AppID"), "from_appid"),
                Fact(lazy("新公众号"), "target.name"),
                Fact(lazy("新 AppID"), "target.appid"),
                Fact(lazy("发起人"), "started_by"),
                Fact(lazy("开始时间"), "started_at", kind=Kind.MOMENT),
                Fact(lazy("结束时间"), "finished_at", kind=Kind.MOMENT),
                Fact(lazy("接口调用"), "calls", kind=Kind.NUMBER),
            ),
        ),
        Facts(
            lazy("关注者"),
            (
                Fact(lazy("关注者"), "total", kind=Kind.NUMBER),
                Fact(lazy("已查询"), "asked", kind=Kind.NUMBER),
                *(_counted(fate) for fate in Fate),
                Fact(lazy("将并入新公众号里已有的人"), lambda move: f"{moving.to_be_merged(move):,}"),
            ),
        ),
    )
    actions = ACTIONS

    def after(self, row: OpenidMove) -> str:
        return reverse("console:wechat.move", args=[row.pk])

    def related(self, request: StaffRequest, row: OpenidMove) -> list[Related[MovedFollower]]:
        columns = (
            Column[MovedFollower](lazy("关注者"), lambda line: str(line.follower)),
            Column[MovedFollower](lazy("原 OpenID"), "old_openid"),
            Column[MovedFollower](lazy("新 OpenID"), "new_openid"),
            Column[MovedFollower](lazy("结果"), "get_fate_display"),
            Column[MovedFollower](lazy("说明"), "note"),
        )
        worth_a_look = row.followers.exclude(fate__in=(Fate.FOUND, Fate.MOVED)).select_related("follower")
        return [Related(lazy("要留意的关注者"), rows=worth_a_look, columns=columns)]
