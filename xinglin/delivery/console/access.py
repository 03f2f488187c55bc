"""Readers' applications for electronic titles: grant for a time, or decline with a reason."""

from datetime import timedelta

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.errors import NotFound
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    Fact,
    Facts,
    Kind,
    ListScreen,
    RowScreen,
    offered,
    screen,
)
from xinglin.console.screens import DetailScreen as Detail
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.delivery import queries, services
from xinglin.delivery.console.forms import Reason
from xinglin.delivery.lifecycle import ACCESS_MOVES, AccessState
from xinglin.delivery.models import AccessRequest, DocumentRequest

colour_states(
    AccessRequest,
    {
        AccessState.ASKED: Tone.WAITING,
        AccessState.GRANTED: Tone.GOOD,
        AccessState.DECLINED: Tone.QUIET,
        AccessState.ENDED: Tone.QUIET,
        AccessState.CANCELLED: Tone.QUIET,
    },
)
DECIDE = "delivery.decide_access"


class GrantForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("开通至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    instructions = forms.CharField(
        label=gettext_lazy("使用方法"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("如到馆使用的机位、校外访问的账号怎么领。不要在这里写密码。"),
    )


def _grant_form(
    request: StaffRequest, row: AccessRequest, data: QueryDict | None, files: object
) -> GrantForm:
    until = row.granted_until or min(row.wanted_until, clock.today() + timedelta(days=366))
    return GrantForm(data, initial={"until": until, "instructions": row.instructions})


def _grant(request: StaffRequest, row: AccessRequest, answers: Answers) -> str:
    services.grant_access(
        access_request=row,
        until=answers["until"],
        instructions=answers["instructions"],
        by=staff_of(request),
    )
    return _("已开通到 %(until)s。") % {"until": answers["until"].isoformat()}


def _decline(request: StaffRequest, row: AccessRequest, answers: Answers) -> str:
    services.decline_access(access_request=row, reason=answers["reason"], by=staff_of(request))
    return _("已答复读者。")


ACTIONS = (
    Action("grant", gettext_lazy("开通"), run=_grant, form=_grant_form, permission=DECIDE, icon="key",
           tone=Tone.GOOD, when=offered(ACCESS_MOVES, "grant")),
    Action("extend", gettext_lazy("改期限"), run=_grant, form=_grant_form, permission=DECIDE, icon="calendar",
           when=offered(ACCESS_MOVES, "extend")),
    Action("decline", gettext_lazy("不批准"), run=_decline, form=Reason, permission=DECIDE, icon="x",
           tone=Tone.BAD, when=offered(ACCESS_MOVES, "decline")),
)  # fmt: skip


@screen
class AccessRequests(ListScreen[AccessRequest]):
    name = "delivery.access_requests"
    title = gettext_lazy("数据库访问申请")
    section = Section.SUPPLY
    icon = "key"
    order = 15
    permission = "delivery.view_access"
    words = (gettext_lazy("试用申请"), "fangwenshenqing")
    detail = "delivery.access_request"
    columns = (
        Column(gettext_lazy("数据库"), "database.name", link=True),
        Column(gettext_lazy("读者"), "patron.name"),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("所属馆"), "library.label", narrow=False),
        Column(gettext_lazy("希望用到"), "wanted_until", kind=Kind.DAY, narrow=False),
        Column(gettext_lazy("应答复"), "decide_by", kind=Kind.MOMENT, sort="decide_by", narrow=False),
        Column(gettext_lazy("开通至"), "granted_until", kind=Kind.DAY, sort="granted_until", narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=AccessState.choices)
    search_fields = ("database__name", "patron__name")
    search_hint = gettext_lazy("数据库、读者")
    order_by = ("decide_by",)
    empty = gettext_lazy("没有申请。读者在「我的 → 数据库访问申请」里提出。")
    actions = ACTIONS

    def rows(self, request: StaffRequest) -> QuerySet[AccessRequest]:
        return queries.access_requests_visible_to(staff_of(request))


@screen
class AccessRequestPage(Detail[AccessRequest]):
    name = "delivery.access_request"
    title = gettext_lazy("访问申请")
    listing = "delivery.access_requests"
    facts = (
        Facts(
            gettext_lazy("申请"),
            (
                Fact(gettext_lazy("数据库"), "database.name"),
                Fact(gettext_lazy("读者"), "patron.name"),
                Fact(gettext_lazy("科室"), "patron.department"),
                Fact(gettext_lazy("所属馆"), "library.label"),
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("用途"), "purpose"),
                Fact(gettext_lazy("希望用到"), "wanted_until", kind=Kind.DAY),
                Fact(gettext_lazy("申请时间"), "asked_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("应答复"), "decide_by", kind=Kind.MOMENT),
            ),
        ),
        Facts(
            gettext_lazy("答复"),
            (
                Fact(gettext_lazy("答复时间"), "decided_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("审批人"), "decided_by"),
                Fact(gettext_lazy("开通至"), "granted_until", kind=Kind.DAY),
                Fact(gettext_lazy("使用方法"), "instructions"),
                Fact(gettext_lazy("答复"), "reason"),
            ),
        ),
    )
    actions = ACTIONS


@screen
class Picture(RowScreen[DocumentRequest]):
    """The picture that a request came with; behind the same door as the request."""

    name = "delivery.picture"
    title = gettext_lazy("照片")
    listing = "delivery.requests"
    template_name = "console/page.html"

    def _answer(self, request: StaffRequest, pk: object) -> HttpResponse:
        row = self.row(request, pk)
        if not row.picture:
            raise NotFound(_("这个申请没有照片。"))
        with row.picture.open("rb") as kept:
            answer = HttpResponse(kept.read())
        ending = str(row.picture.name).rpartition(".")[2]
        answer["Content-Type"] = f"image/{'jpeg' if ending == 'jpg' else ending}"
        return answer
