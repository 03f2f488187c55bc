"""Doubtful pairs: two records beside each other, what agrees and what does not, and a person's word on it."""

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    ChoiceFilter,
    Column,
    DetailScreen,
    Fact,
    Facts,
    Kind,
    ListScreen,
    offered,
    screen,
)
from xinglin.console.screens.actions import Answers
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.intelligence import queries, services
from xinglin.intelligence.lifecycle import DOUBT_MOVES, DoubtState
from xinglin.intelligence.models import Doubt, Record
from xinglin.literature.citations import reference

FACTS: dict[str, Promise] = {
    "title": _("题名"), "numbers": _("题名里的数字"), "authors": _("作者"), "year": _("年"), "journal": _("刊名"),
    "volume": _("卷"), "issue": _("期"), "pages": _("页码"), "doi": _("DOI"), "pmid": _("PMID"),
    "number": _("专利或标准号"), "native": _("来源编号"),
}  # fmt: skip

colour_states(
    Doubt, {DoubtState.OPEN: Tone.WAITING, DoubtState.SAME: Tone.GOOD, DoubtState.DIFFERENT: Tone.QUIET}
)


def _words(codes: list[str]) -> str:
    return "、".join(str(FACTS.get(each, each)) for each in codes)


def _unite(request: StaffRequest, row: Doubt, answers: Answers) -> Words:
    services.decide_doubt(doubt=row, deed="unite", by=staff_of(request))
    return _("已合为一篇；两条来源记录都保留，随时可以再分开。")


def _part(request: StaffRequest, row: Doubt, answers: Answers) -> Words:
    services.decide_doubt(doubt=row, deed="part", by=staff_of(request))
    return _("已记为不同的文献，以后不会再自动合并。")


ACTIONS = (
    Action(
        "unite",
        _("同一篇"),
        _unite,
        permission=queries.DECIDE,
        when=offered(DOUBT_MOVES, "unite"),
        many=True,
        icon="copy-check",
    ),
    Action(
        "part",
        _("不是同一篇"),
        _part,
        permission=queries.DECIDE,
        when=offered(DOUBT_MOVES, "part"),
        many=True,
        tone=Tone.BAD,
    ),
)


def _open(request: StaffRequest) -> int:
    return queries.doubts_visible_to(staff_of(request)).filter(state=DoubtState.OPEN).count()


@screen
class Doubts(ListScreen[Doubt]):
    """Pairs that the machine will not decide."""

    name = "intelligence.doubts"
    title = _("疑似重复")
    section = Section.INTELLIGENCE
    icon = "copy-check"
    order = 70
    permission = queries.DECIDE
    words = (_("查重"), _("去重"), "chachong")
    detail = "intelligence.doubt"
    columns = (
        Column(_("一条"), lambda each: each.one.article.get("title", ""), link=True),
        Column(_("另一条"), lambda each: each.other.article.get("title", "")),
        Column(_("相同"), lambda each: _words(each.for_it), narrow=False),
        Column(_("不同"), lambda each: _words(each.against)),
        Column(_("状态"), "state", kind=Kind.STATE),
        Column(_("提出时间"), "made_at", sort="made_at", kind=Kind.MOMENT, narrow=False),
    )
    tabs = ChoiceFilter("state", _("状态"), choices=DoubtState.choices)
    search_fields = ("one__article__title", "other__article__title")
    search_hint = _("题名")
    order_by = ("-made_at",)
    actions = ACTIONS
    empty = _("没有拿不准的重复。机器有把握的已经合并，每一篇的来源记录都留着。")

    def rows(self, request: StaffRequest) -> QuerySet[Doubt]:
        return queries.doubts_visible_to(staff_of(request))

    def badge(self, request: StaffRequest) -> int:
        return _open(request)


@screen
class DoubtPage(DetailScreen[Doubt]):
    """One pair, field by field."""

    name = "intelligence.doubt"
    title = _("疑似重复")
    listing = "intelligence.doubts"
    panel_template = "intelligence/pair.html"
    actions = ACTIONS
    facts = (
        Facts(
            _("机器的理由"),
            (
                Fact(_("状态"), "state", kind=Kind.STATE),
                Fact(_("相同"), lambda each: _words(each.for_it)),
                Fact(_("不同"), lambda each: _words(each.against)),
                Fact(_("判断人"), lambda each: each.decided_by.first_name if each.decided_by else ""),
                Fact(_("判断时间"), "decided_at", kind=Kind.MOMENT),
            ),
        ),
    )

    def heading(self, row: Doubt) -> str:
        return str(row.one.article.get("title", ""))[:60]

    def rows(self, request: StaffRequest) -> QuerySet[Doubt]:
        return queries.doubts_visible_to(staff_of(request))

    def context(self, request: StaffRequest, row: Doubt) -> dict[str, object]:
        return {"lines": _side_by_side(row.one, row.other), "one": row.one, "other": row.other}


def _side_by_side(one: Record, other: Record) -> list[tuple[object, str, str, bool]]:
    left, right = one.read, other.read
    lines: list[tuple[object, str, str]] = [
        (_("引文"), reference(left), reference(right)),
        (_("题名"), left.title, right.title),
        (_("译名"), left.other_title, right.other_title),
        (_("作者"), "; ".join(a.name for a in left.authors), "; ".join(a.name for a in right.authors)),
        (_("刊名"), left.journal, right.journal),
        (_("年"), str(left.year or ""), str(right.year or "")),
        (_("卷"), left.volume, right.volume),
        (_("期"), left.issue, right.issue),
        (_("页码"), left.pages, right.pages),
        (_("DOI"), left.doi, right.doi),
        (_("PMID"), left.pmid, right.pmid),
        (_("摘要"), left.abstract[:400], right.abstract[:400]),
    ]
    return [(name, a, b, a != b) for name, a, b in lines if a or b]
