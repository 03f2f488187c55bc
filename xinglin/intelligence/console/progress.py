"""Screening from above: advice when it may be enough, agreement of the screeners, and papers to be checked blindly."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Column,
    DetailScreen,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    screen,
)
from xinglin.console.screens.actions import Answers
from xinglin.console.tones import Chip, Tone
from xinglin.consortium.access import staff_of
from xinglin.intelligence import progress, queries, services
from xinglin.intelligence.learning import TARGET, too_few
from xinglin.intelligence.lifecycle import FindingState
from xinglin.intelligence.models import Finding, Topic
from xinglin.intelligence.queries import article_of

LOOK = {"keep": _("入选"), "drop": _("排除")}


def _advised(topic: Topic) -> Chip | str:
    advice = progress.advice_for(topic)
    if not advice.screened:
        return ""
    return Chip(_("可以考虑停"), Tone.GOOD) if advice.enough else Chip(_("接着筛"), Tone.WAITING)


@screen
class Progress(ListScreen[Topic]):
    """The topics of one's libraries and how far each has been screened."""

    name = "intelligence.progress"
    title = _("筛选进度")
    section = Section.INTELLIGENCE
    icon = "chart-bar"
    order = 22
    permission = queries.VIEW
    words = (_("停止建议"), _("一致性"), "kappa", "jindu")
    detail = "intelligence.progress.topic"
    columns = (
        Column(_("专题"), "name", sort="name", link=True),
        Column(_("图书馆"), "library.label", sort="library__code", narrow=False),
        Column(_("待初筛"), "waiting", sort="waiting", kind=Kind.NUMBER),
        Column(_("待复筛"), "kept", sort="kept", kind=Kind.NUMBER),
        Column(_("已发布"), "released", sort="released", kind=Kind.NUMBER, narrow=False),
        Column(_("建议"), _advised),
    )
    search_fields = ("name",)
    search_hint = _("专题")
    order_by = ("name",)
    empty = _("还没有专题。")

    def rows(self, request: StaffRequest) -> QuerySet[Topic]:
        return queries.topics_visible_to(staff_of(request))


@screen
class TopicProgress(DetailScreen[Topic]):
    """One topic: the reckoning behind the advice, the agreement of each two screeners, what they differ on."""

    name = "intelligence.progress.topic"
    title = _("筛选进度")
    listing = "intelligence.progress"
    panel_template = "intelligence/progress.html"
    history = False

    def rows(self, request: StaffRequest) -> QuerySet[Topic]:
        return queries.topics_visible_to(staff_of(request))

    def context(self, request: StaffRequest, row: Topic) -> dict[str, object]:
        kept = row.findings.filter(state__in=[FindingState.KEPT, FindingState.RELEASED]).count()
        dropped = row.findings.filter(state=FindingState.DROPPED).count()
        return {
            "advice": progress.advice_for(row),
            "target": round(100 * TARGET),
            "pairs": progress.agreements(row),
            "kept_now": kept,
            "dropped_now": dropped,
            "learns": not too_few(kept, dropped),
            "check": f"{reverse('console:intelligence.checks')}?topic={row.pk}",
            "waiting": f"{reverse('console:intelligence.screening')}?topic={row.pk}&state=found",
        }

    def related(self, request: StaffRequest, row: Topic) -> "list[Related[Finding]]":
        disputed = {finding.pk: (look, opinion) for finding, look, opinion in progress.disputed(row)}
        rows = row.findings.filter(pk__in=disputed).select_related("publication").order_by("pk")
        return [
            Related(
                _("意见不同的"),
                rows=rows,
                columns=(
                    Column[Finding](
                        _("题名"), "publication.title",
                        link=lambda each: reverse("console:intelligence.finding", args=[each.pk]),
                    ),
                    Column[Finding](_("初筛"), lambda each: LOOK[disputed[each.pk][0].deed]),
                    Column[Finding](_("抽查"), lambda each: LOOK["keep" if disputed[each.pk][1].keeps else "drop"]),
                    Column[Finding](_("抽查人"), lambda each: disputed[each.pk][1].by.first_name),
                ),
                empty=_("没有。"),
            )
        ]  # fmt: skip


def _would_keep(request: StaffRequest, row: Finding, answers: Answers) -> Words:
    services.give_opinion(finding=row, keeps=True, by=staff_of(request))
    return _("记下了：会入选。")


def _would_drop(request: StaffRequest, row: Finding, answers: Answers) -> Words:
    services.give_opinion(finding=row, keeps=False, by=staff_of(request))
    return _("记下了：会排除。")


def _abstract(finding: Finding) -> str:
    article = article_of(finding.publication)
    return article.abstract[:400] if article else ""


@screen
class Checks(ListScreen[Finding]):
    """Papers that somebody else has judged, without the judgement: what would you have done?"""

    name = "intelligence.checks"
    title = _("一致性抽查")
    section = Section.INTELLIGENCE
    icon = "users-group"
    order = 24
    permission = queries.SCREEN
    words = (_("盲评"), "kappa", "choucha")
    columns = (
        Column(_("题名"), "publication.title", roomy=True),
        Column(_("摘要"), _abstract, narrow=False, roomy=True),
        Column(_("刊名"), "publication.journal", narrow=False),
        Column(_("年"), "publication.year"),
        Column(_("专题"), "topic.name"),
    )
    filters = (
        RelatedFilter(
            "topic",
            _("专题"),
            field="topic",
            rows=lambda request: queries.topics_visible_to(staff_of(request)),
        ),
    )
    order_by = ("chance",)
    actions = (
        Action(
            "would_keep", _("会入选"), _would_keep, permission=queries.SCREEN, tone=Tone.GOOD, icon="check", many=True
        ),
        Action("would_drop", _("会排除"), _would_drop, permission=queries.SCREEN, tone=Tone.BAD, icon="x", many=True),
    )  # fmt: skip
    empty = _("没有要抽查的：别人初筛过、您还没有看过的文献会按固定的随机次序出现在这里，看不到别人的决定。")

    def rows(self, request: StaffRequest) -> QuerySet[Finding]:
        return progress.to_check(staff_of(request)).prefetch_related("publication__records")
