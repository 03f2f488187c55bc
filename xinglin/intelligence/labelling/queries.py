"""Every read of headings and filings."""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.labelling.lifecycle import FilingState
from xinglin.intelligence.labelling.models import Filing, Heading
from xinglin.intelligence.learning.studies import Study, studies_of
from xinglin.intelligence.models.screening import Finding, Screening
from xinglin.intelligence.queries import VIEW
from xinglin.literature.articles import Article

FILED = "file"
"""The deed of the look by which a person has said where a paper belongs, be it nowhere."""
WITH_FILINGS = Prefetch("filings", queryset=Filing.objects.select_related("heading", "by"))


def headings_visible_to(staff: Staff) -> QuerySet[Heading]:
    """Return the headings of one's libraries, with how many papers stand under each and how many wait."""
    counted = {
        name: Count("filings", filter=Q(filings__state=state), distinct=True)
        for name, state in (
            ("taken", FilingState.TAKEN),
            ("suggested", FilingState.SUGGESTED),
            ("refused", FilingState.REFUSED),
        )
    }
    return (
        Heading.objects.filter(topic__library__in=access.libraries_of(staff, VIEW))
        .select_related("topic__library")
        .annotate(**counted)
    )


def filed(findings: "QuerySet[Finding]") -> "QuerySet[Finding]":
    """Return the findings that a person has filed."""
    return findings.filter(Exists(Screening.objects.filter(finding=OuterRef("pk"), deed=FILED)))


def filings_of(finding: Finding, state: FilingState) -> list[Filing]:
    """Return the filings of one state, headings before study types. Ask with ``WITH_FILINGS``."""
    rows = [each for each in finding.filings.all() if each.state == state]
    return sorted(rows, key=lambda each: (each.study != "", each.heading_id or 0, _place(each.study)))


def studies_shown(finding: Finding, article: Article) -> tuple[Study, ...]:
    """Return the study types of a paper: those that a person has taken, else what its words claim.

    What a person has refused is left out. Ask with ``WITH_FILINGS``.
    """
    rows = [each for each in finding.filings.all() if each.study]
    taken = {Study(each.study) for each in rows if each.state == FilingState.TAKEN}
    refused = {Study(each.study) for each in rows if each.state == FilingState.REFUSED}
    if taken:
        return tuple(study for study in Study if study in taken)
    return tuple(study for study in studies_of(article) if study not in refused)


def taken_among(findings: "QuerySet[Finding]") -> QuerySet[Filing]:
    """Return what people have filed of these papers."""
    return Filing.objects.filter(finding__in=findings.order_by().values("pk"), state=FilingState.TAKEN)


def chosen(filings: Iterable[Filing]) -> tuple[set[int], set[str]]:
    """Return the headings, by number, and the study types of filings."""
    rows = list(filings)
    return {each.heading_id for each in rows if each.heading_id}, {each.study for each in rows if each.study}


def _place(study: str) -> int:
    return list(Study).index(Study(study)) if study else -1
