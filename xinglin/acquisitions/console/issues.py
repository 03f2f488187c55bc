"""Check-in of issues, what is late, and the letters about it."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.acquisitions import queries, services
from xinglin.acquisitions.console.forms import CancelForm
from xinglin.acquisitions.console.offering import libraries_to_see
from xinglin.acquisitions.models import Claim, Issue, IssueState
from xinglin.acquisitions.queries import SERIAL, VIEW_ORDER
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    ListScreen,
    RelatedFilter,
)
from xinglin.console.screens import Kind as Shown
from xinglin.console.tones import Chip, Tone, colour_states
from xinglin.consortium.access import staff_of

colour_states(
    Issue, {IssueState.EXPECTED: Tone.WAITING, IssueState.CAME: Tone.GOOD, IssueState.MISSING: Tone.BAD}
)


def _check_in(request: StaffRequest, row: Issue, answers: Answers) -> str:
    services.check_in(issue=row, by=staff_of(request))
    return _("已登记到馆：%(issue)s。") % {"issue": row}


def _claim(request: StaffRequest, row: Issue, answers: Answers) -> str:
    made = services.claim(issue=row, by=staff_of(request))
    said = _("已写好第 %(round)d 次催缺信，在“催缺信”里。") % {"round": made.round}
    return said + (made.why_not or _("几分钟内寄给书商。"))


def _give_up(request: StaffRequest, row: Issue, answers: Answers) -> str:
    services.give_up(issue=row, note=answers["reason"], by=staff_of(request))
    return _("已登记不会来了。")


def _late(issue: Issue) -> Chip | str:
    return Chip(_("迟到"), Tone.BAD) if issue.is_late else ""


@screen
class Issues(ListScreen[Issue]):
    """Check-in: one click an issue, or many ticked."""

    name = "acquisitions.issues"
    title = gettext_lazy("期刊签到")
    section = Section.SUPPLY
    icon = "calendar-check"
    order = 72
    permission = VIEW_ORDER
    words = (gettext_lazy("记到"), gettext_lazy("催缺"))
    columns = (
        Column(gettext_lazy("刊名"), "subscription.title", sort="subscription__title"),
        Column(gettext_lazy("期"), "label"),
        Column(gettext_lazy("收藏馆"), "subscription.library.label", narrow=False),
        Column(gettext_lazy("份数"), "subscription.copies", kind=Shown.NUMBER, narrow=False),
        Column(gettext_lazy("预计到馆"), "expected_on", kind=Shown.DAY, sort="expected_on"),
        Column(gettext_lazy("到馆"), "came_on", kind=Shown.DAY, narrow=False),
        Column(gettext_lazy("状态"), "state", kind=Shown.STATE),
        Column(gettext_lazy("提示"), _late),
        Column(gettext_lazy("已催"), "claim_count", kind=Shown.NUMBER, narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=IssueState.choices)
    filters = (
        RelatedFilter(
            "library", gettext_lazy("收藏馆"), field="subscription__library", rows=libraries_to_see
        ),
        FlagFilter("late", gettext_lazy("只看迟到"), where=queries.is_late),
    )
    search_fields = ("subscription__title", "subscription__issn")
    search_hint = gettext_lazy("刊名、ISSN")
    order_by = ("expected_on",)
    empty = gettext_lazy("没有预计到馆的期刊。")
    actions = (
        Action("check_in", gettext_lazy("到了"), run=_check_in, permission=SERIAL, icon="check", tone=Tone.GOOD,
               when=lambda row: row.state != IssueState.CAME, many=True),
        Action("claim", gettext_lazy("催缺"), run=_claim, permission=SERIAL, icon="mail",
               when=lambda row: row.is_late, many=True),
        Action("give_up", gettext_lazy("不会来了"), run=_give_up, form=CancelForm, permission=SERIAL, icon="x",
               tone=Tone.BAD, when=lambda row: row.state == IssueState.EXPECTED),
    )  # fmt: skip

    def badge(self, request: HttpRequest) -> int | None:
        return queries.number_late(staff_of(request))

    def rows(self, request: StaffRequest) -> QuerySet[Issue]:
        return queries.issues_visible_to(staff_of(request))


def mailed(claim: Claim) -> Chip:
    """Return what became of a letter: mailed, on its way, or why not."""
    if claim.mailed_at:
        return Chip(_("已寄出"), Tone.GOOD)
    return Chip(_("没有寄出"), Tone.BAD) if claim.why_not else Chip(_("待寄"), Tone.WAITING)


@screen
class Claims(ListScreen[Claim]):
    """The letters to vendors."""

    name = "acquisitions.claims"
    title = gettext_lazy("催缺信")
    section = Section.SUPPLY
    icon = "mail"
    order = 73
    permission = VIEW_ORDER
    words = (gettext_lazy("催缺"), "cuique")
    detail = "acquisitions.claim"
    columns = (
        Column(
            gettext_lazy("刊名"), "issue.subscription.title", sort="issue__subscription__title", link=True
        ),
        Column(gettext_lazy("期"), "issue.label"),
        Column(gettext_lazy("第几次"), "round", kind=Shown.NUMBER, sort="round"),
        Column(gettext_lazy("书商"), "issue.subscription.vendor.name", narrow=False),
        Column(gettext_lazy("时间"), "at", kind=Shown.MOMENT, sort="at"),
        Column(gettext_lazy("邮件"), mailed),
        Column(gettext_lazy("催询人"), "by", narrow=False),
    )
    filters = (
        RelatedFilter(
            "library", gettext_lazy("收藏馆"), field="issue__subscription__library", rows=libraries_to_see
        ),
        FlagFilter("by_hand", gettext_lazy("只看要另外发送的"), where=queries.is_not_mailed),
    )
    search_fields = ("issue__subscription__title", "issue__subscription__vendor__name")
    search_hint = gettext_lazy("刊名、书商")
    order_by = ("-at", "-pk")
    empty = gettext_lazy("还没有催过；在“期刊签到”里勾选迟到的，点“催缺”。")

    def rows(self, request: StaffRequest) -> QuerySet[Claim]:
        return queries.claims_visible_to(staff_of(request))


@screen
class ClaimPage(DetailScreen[Claim]):
    """One letter, to be read and copied."""

    name = "acquisitions.claim"
    title = gettext_lazy("催缺信")
    listing = "acquisitions.claims"
    history = False  # it stands with the issue
    facts = (
        Facts(
            gettext_lazy("催缺信"),
            (
                Fact(gettext_lazy("刊名"), "issue.subscription.title"),
                Fact(gettext_lazy("期"), "issue.label"),
                Fact(gettext_lazy("第几次"), "round", kind=Shown.NUMBER),
                Fact(gettext_lazy("时间"), "at", kind=Shown.MOMENT),
                Fact(gettext_lazy("催询人"), "by"),
                Fact(gettext_lazy("邮件"), mailed),
                Fact(gettext_lazy("寄往"), "mailed_to"),
                Fact(gettext_lazy("寄出时间"), "mailed_at", kind=Shown.MOMENT),
                Fact(gettext_lazy("没有寄出"), "why_not"),
                Fact(gettext_lazy("正文"), "letter"),
            ),
        ),
    )
