"""Every read of intelligence that depends on who asks."""

from django.db.models import Count, Q, QuerySet

from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.lifecycle import DoubtState, FindingState
from xinglin.intelligence.models import Doubt, FileImport, Finding, HandTask, Publication, Run, Source, Topic
from xinglin.literature.articles import Article

VIEW = "intelligence.view_topic"
CHANGE = "intelligence.change_topic"
IMPORT = "intelligence.import_file"
DECIDE = "intelligence.decide_doubt"
SCREEN = "intelligence.screen_paper"
RELEASE = "intelligence.release_paper"


def topics_visible_to(staff: Staff) -> QuerySet[Topic]:
    """Return the topics of the libraries whose intelligence one may look into, with how much waits."""
    return (
        Topic.objects.filter(library__in=access.libraries_of(staff, VIEW))
        .select_related("library")
        .annotate(
            waiting=Count("findings", filter=Q(findings__state=FindingState.FOUND), distinct=True),
            kept=Count("findings", filter=Q(findings__state=FindingState.KEPT), distinct=True),
            released=Count("findings", filter=Q(findings__state=FindingState.RELEASED), distinct=True),
        )
    )


def sources_visible_to(staff: Staff) -> QuerySet[Source]:
    return Source.objects.filter(topic__library__in=access.libraries_of(staff, VIEW)).select_related("topic")


def runs_visible_to(staff: Staff) -> QuerySet[Run]:
    return Run.objects.filter(source__topic__library__in=access.libraries_of(staff, VIEW)).select_related(
        "source__topic"
    )


def tasks_visible_to(staff: Staff) -> QuerySet[HandTask]:
    return HandTask.objects.filter(
        source__topic__library__in=access.libraries_of(staff, VIEW)
    ).select_related("source__topic", "done_by")


def imports_visible_to(staff: Staff) -> QuerySet[FileImport]:
    return FileImport.objects.filter(library__in=access.libraries_of(staff, VIEW)).select_related(
        "library", "topic", "by"
    )


def findings_visible_to(staff: Staff) -> QuerySet[Finding]:
    return Finding.objects.filter(topic__library__in=access.libraries_of(staff, VIEW)).select_related(
        "topic", "publication"
    )


def doubts_visible_to(staff: Staff) -> QuerySet[Doubt]:
    """Return the doubtful pairs for whoever decides them anywhere: records are the consortium's, not a library's."""
    if not access.may_anywhere(staff, DECIDE):
        return Doubt.objects.none()
    return Doubt.objects.select_related("one", "other", "decided_by")


def open_doubts() -> QuerySet[Doubt]:
    return Doubt.objects.filter(state=DoubtState.OPEN)


def topics_for_readers() -> QuerySet[Topic]:
    """Return the topics that readers may see."""
    return Topic.objects.filter(public=True).select_related("library")


def papers_for_readers(topic: Topic) -> QuerySet[Finding]:
    """Return what two people have let through, newest first."""
    return (
        topic.findings.filter(state=FindingState.RELEASED)
        .select_related("publication")
        .order_by("-released_at", "-pk")
    )


def article_of(publication: Publication) -> Article | None:
    """Return the fullest reading of a publication, the source's own before a file's line."""
    records = sorted(
        publication.records.all(), key=lambda each: (each.from_file, -len(each.article), each.pk)
    )
    return records[0].read if records else None
