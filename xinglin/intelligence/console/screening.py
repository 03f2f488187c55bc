"""The gate: papers of topics, seen twice, each look with its reason; retracted ones to be seen again."""

from collections.abc import Callable

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
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
    FlagFilter,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    offered,
    screen,
)
from xinglin.console.screens.actions import Answers
from xinglin.console.tones import Chip, Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.intelligence import queries, services
from xinglin.intelligence.console.parting import PARTING
from xinglin.intelligence.labelling import queries as labelling
from xinglin.intelligence.labelling import screens as filing
from xinglin.intelligence.labelling.lifecycle import FilingState
from xinglin.intelligence.lifecycle import FINDING_MOVES, FindingState
from xinglin.intelligence.models import Filing, Finding, Record, Screening
from xinglin.literature.articles import MARK_WORDS, Mark
from xinglin.literature.citations import reference

DEEDS = {
    "keep": _("初筛入选"), "drop": _("排除"), "release": _("复筛发布"), "recall": _("撤回"), "reopen": _("重新筛选"),
    "propose": _("推荐为选题"), "file": _("归类"),
}  # fmt: skip

colour_states(
    Finding,
    {
        FindingState.FOUND: Tone.WAITING, FindingState.KEPT: Tone.ACTIVE, FindingState.RELEASED: Tone.GOOD,
        FindingState.DROPPED: Tone.QUIET,
    },
)  # fmt: skip


SUGGESTED = Filing.objects.filter(finding=OuterRef("pk"), state=FilingState.SUGGESTED)


class KeepForm(forms.Form):
    reason = forms.CharField(label=_("说明"), max_length=200, required=False)


class DropForm(forms.Form):
    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        help_text=_("常用：主题不符、研究类型不符、不是研究论文、语种不符、内容重复、质量存疑、已撤稿"),
    )


def _deed(name: str, said: Words) -> Callable[[StaffRequest, Finding, Answers], Words]:
    def run(request: StaffRequest, row: Finding, answers: Answers) -> Words:
        services.decide(finding=row, deed=name, reason=str(answers.get("reason", "")), by=staff_of(request))
        return said

    return run


def _action(
    name: str, said: Words, *, form: type[forms.Form] | None, tone: Tone, icon: str
) -> Action[Finding]:
    return Action(
        name,
        DEEDS[name],
        _deed(name, said),
        form=form,
        permission=queries.RELEASE if name in ("release", "recall") else queries.SCREEN,
        when=offered(FINDING_MOVES, name),
        many=True,
        tone=tone,
        icon=icon,
    )


ACTIONS = (
    _action("keep", _("已入选，等另一位馆员复筛。"), form=None, tone=Tone.ACTIVE, icon="check"),
    _action("release", _("已发布给读者。"), form=None, tone=Tone.GOOD, icon="send"),
    _action("drop", _("已排除。"), form=DropForm, tone=Tone.BAD, icon="x"),
    _action("recall", _("已从读者那里撤回。"), form=DropForm, tone=Tone.BAD, icon="arrow-back-up"),
    _action("reopen", _("已放回待初筛。"), form=None, tone=Tone.QUIET, icon="refresh"),
)


def _propose(request: StaffRequest, row: Finding, answers: Answers) -> Words:
    made = services.propose_paper(finding=row, by=staff_of(request))
    return _("已放进宣传的选题池：%(title)s") % {"title": made.title}


PAGE_ACTIONS: tuple[Action[Finding], ...] = (
    *ACTIONS,
    filing.FILE,
    filing.TAKE,
    Action(
        "propose", _("推荐为选题"), _propose, permission=queries.RELEASE, icon="bulb", tone=Tone.QUIET,
        when=lambda row: row.state == FindingState.RELEASED and not row.screenings.filter(deed="propose").exists(),
    ),
    *PARTING,
)  # fmt: skip


def _remark(finding: Finding) -> Chip | str:
    if finding.publication.retracted:
        return Chip(str(MARK_WORDS[Mark.RETRACTED]), Tone.BAD)
    return Chip(_("须重看"), Tone.WAITING) if finding.look_again else ""


@screen
class ScreeningList(ListScreen[Finding]):
    """Papers of all topics at the gate."""

    name = "intelligence.screening"
    title = _("筛选")
    section = Section.INTELLIGENCE
    icon = "filter-check"
    order = 20
    permission = queries.VIEW
    words = (_("初筛"), _("复筛"), "shaixuan")
    detail = "intelligence.finding"
    columns = (
        Column(_("题名"), "publication.title", link=True, roomy=True),
        Column(_("提示"), _remark),
        Column(_("刊名"), "publication.journal", sort="publication__journal", narrow=False),
        Column(_("年"), "publication.year", sort="publication__year"),
        Column(_("专题"), "topic.name", sort="topic__name", narrow=False),
        Column(_("归类"), filing.told),
        Column(_("相关度"), "score", sort="score", kind=Kind.NUMBER, narrow=False),
        Column(_("状态"), "state", kind=Kind.STATE),
        Column(_("发现时间"), "found_at", sort="found_at", kind=Kind.MOMENT, narrow=False),
    )
    tabs = ChoiceFilter("state", _("状态"), choices=FindingState.choices)
    filters = (
        RelatedFilter(
            "topic",
            _("专题"),
            field="topic",
            rows=lambda request: queries.topics_visible_to(staff_of(request)),
        ),
        *filing.FILTERS,
        FlagFilter("unfiled", _("归类待确认"), where=Q(Exists(SUGGESTED))),
        FlagFilter("again", _("须重看"), where=~Q(look_again="")),
        FlagFilter("retracted", _("已撤稿"), where=Q(publication__retracted=True)),
    )
    search_fields = ("publication__title", "publication__authors", "publication__journal", "publication__doi")
    search_hint = _("题名、作者、刊名、DOI")
    order_by = ("-score", "-found_at")
    blank_last = frozenset({"score"})
    actions = (*ACTIONS, filing.TAKE)
    empty = _("没有要筛选的文献。来源取到新文献后会出现在这里。")

    def rows(self, request: StaffRequest) -> QuerySet[Finding]:
        return queries.findings_visible_to(staff_of(request)).prefetch_related(labelling.WITH_FILINGS)


@screen
class FindingPage(DetailScreen[Finding]):
    """One paper at the gate: what it says, from which sources, and every look at it."""

    name = "intelligence.finding"
    title = _("文献")
    listing = "intelligence.screening"
    panel_template = "intelligence/paper.html"
    history = False
    actions = PAGE_ACTIONS
    facts = (
        Facts(
            _("文献"),
            (
                Fact(_("状态"), "state", kind=Kind.STATE),
                Fact(_("提示"), _remark),
                Fact(_("专题"), "topic.name"),
                Fact(_("作者"), "publication.authors"),
                Fact(_("刊名"), "publication.journal"),
                Fact(_("年"), "publication.year"),
                Fact(_("DOI"), "publication.doi"),
                Fact(_("PMID"), "publication.pmid"),
            ),
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Finding]:
        return queries.findings_visible_to(staff_of(request))

    def context(self, request: StaffRequest, row: Finding) -> dict[str, object]:
        articles = [record.read for record in row.publication.records.all()]
        best = max(articles, key=lambda each: len(each.abstract), default=None)
        return {
            "abstract": best.abstract if best else "",
            "citation": reference(best) if best else "",
            "mesh": best.mesh[:20] if best else (),
            "asked_why": "why" in request.GET,
            "reasons": services.why_here(row) if "why" in request.GET else None,
        }

    def related(
        self, request: StaffRequest, row: Finding
    ) -> "list[Related[Screening] | Related[Filing] | Related[Record]]":
        return [
            Related(
                _("谁看过"),
                rows=row.screenings.select_related("by"),
                columns=(
                    Column[Screening](_("决定"), lambda each: str(DEEDS.get(each.deed, each.deed))),
                    Column[Screening](_("理由"), "reason"),
                    Column[Screening](_("筛选人"), lambda each: each.by.first_name if each.by else ""),
                    Column[Screening](_("时间"), "at", kind=Kind.MOMENT),
                ),
                empty=_("还没有人看过。"),
            ),
            Related(
                _("归类"),
                rows=row.filings.select_related("heading", "by").order_by("study", "pk"),
                columns=filing.FILING_COLUMNS,
                empty=_("还没有归类，机器也没有建议。点“归类”。"),
            ),
            Related(
                _("来源记录"),
                rows=row.publication.records.all(),
                columns=(
                    Column[Record](_("来源"), "source"),
                    Column[Record](_("编号"), "number"),
                    Column[Record](_("版本"), "version", kind=Kind.NUMBER),
                    Column[Record](_("首次见到"), "first_seen_at", kind=Kind.MOMENT),
                    Column[Record](_("内容变更"), "changed_at", kind=Kind.MOMENT, narrow=False),
                ),
            ),
        ]
