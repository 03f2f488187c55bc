"""Every read of profiles and pushes that depends on who asks."""

from datetime import timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.intelligence.lifecycle import FindingState
from xinglin.intelligence.models import Finding
from xinglin.intelligence.sdi.errors import ProfileUnknown, PushUnknown
from xinglin.intelligence.sdi.lifecycle import MemberState, ProfileState
from xinglin.intelligence.sdi.models import Liaison, Member, Profile, ProfileKind, Push, PushedPaper, Verdict
from xinglin.patrons.models import Patron
from xinglin.patrons.queries import find_by_card

VIEW = "intelligence.view_profile"
CHANGE = "intelligence.change_profile"
# Whoever has it looks after all departments of the library; without it, only after those one is a liaison of.
EVERY = "intelligence.every_profile"
ASSIGN = "intelligence.assign_liaison"
# A paper that was let through this long ago is news no more.
NEWS = timedelta(days=30)


def profiles_visible_to(staff: Staff) -> QuerySet[Profile]:
    """Return the profiles of the departments one looks after, with how many readers each has and what they said."""
    everywhere = access.libraries_of(staff, EVERY)
    seen = Q(library__in=everywhere)
    for liaison in departments_of(staff).exclude(library__in=everywhere):
        seen |= Q(library=liaison.library_id, department__iexact=liaison.department)
    readers = Member.objects.filter(state__in=[MemberState.ACTIVE, MemberState.PAUSED])
    papers = PushedPaper.objects.order_by()
    return (
        Profile.objects.filter(seen)
        .select_related("library", "owner", "changed_by__user")
        .annotate(
            readers=_counted(readers, "profile"),
            useful=_counted(papers.filter(verdict=Verdict.USEFUL), "push__profile"),
            useless=_counted(papers.filter(verdict=Verdict.USELESS), "push__profile"),
        )
    )


def _counted(rows: "QuerySet[Member] | QuerySet[PushedPaper]", path: str) -> Coalesce:
    mine = rows.filter(**{path: OuterRef("pk")}).order_by().values(path)
    return Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0)


def departments_of(staff: Staff) -> QuerySet[Liaison]:
    """Return the departments that one is a liaison of, where one may still look into profiles."""
    return Liaison.objects.filter(staff=staff, library__in=access.libraries_of(staff, VIEW)).select_related(
        "library"
    )


def liaisons_visible_to(staff: Staff) -> QuerySet[Liaison]:
    return Liaison.objects.filter(library__in=access.libraries_of(staff, VIEW)).select_related(
        "library", "staff__user"
    )


def require_care(by: Staff | None, library_id: int, department: str) -> None:
    """Let whoever looks after a department go on. Raises ``NotAllowed``."""
    access.require(by, CHANGE, library_id)
    if by is None or library_id in access.libraries_of(by, EVERY):
        return
    if not departments_of(by).filter(library=library_id, department__iexact=department.strip()).exists():
        raise NotAllowed(_("您只能办理自己负责的科室的定题推送；请在“学科馆员分工”里登记后再办。"))


def reader_for(staff: Staff, card: str, *, department: str | None = None) -> Patron:
    """Return the reader with a card, for whom one looks after their department, or after the one given.

    Raises ``CardUnknown``, ``CardLost``, ``NotAllowed``.
    """
    patron = find_by_card(card)
    require_care(staff, patron.home_library_id, patron.department if department is None else department)
    return patron


def memberships_of(patron: Patron) -> QuerySet[Member]:
    """Return where a reader stands, all but what they switched off; their own first."""
    return (
        Member.objects.filter(patron=patron)
        .exclude(state=MemberState.LEFT)
        .select_related("profile__library", "profile__changed_by__user")
        .order_by("profile__kind", "profile__name", "pk")
    )


def membership(patron: Patron, pk: int) -> Member:
    """Return where a reader stands in a profile, switched off or not. Raises ``ProfileUnknown``."""
    found = (
        Member.objects.filter(patron=patron, profile=pk)
        .select_related("profile__library", "profile__changed_by__user")
        .first()
    )
    if found is None:
        raise ProfileUnknown(_("没有这项推送，可能已经删除；请从“我的文献推送”里打开。"))
    return found


def open_profiles_for(patron: Patron) -> QuerySet[Profile]:
    """Return the subjects and teams of a reader's library, and of those above it, that one may join."""
    return (
        Profile.objects.filter(is_open=True, state=ProfileState.RUNNING, library__in=_lineage(patron))
        .exclude(kind=ProfileKind.READER)
        .exclude(members__in=memberships_of(patron).order_by())
        .select_related("library")
        .order_by("name")
    )


def _lineage(patron: Patron) -> list[int]:
    """A reader's library and those above it: the main library's subjects are for its branches, too."""
    found: list[int] = []
    at: Library | None = patron.home_library
    while at is not None and at.pk not in found:
        found.append(at.pk)
        at = at.parent
    return found


def pushes_of(patron: Patron) -> QuerySet[Push]:
    """Return what was brought to a reader, the newest first, with how many papers each time."""
    found = Push.objects.filter(patron=patron).select_related("profile").annotate(n=Count("papers"))
    return found.order_by("-at", "-pk")


def push_of(patron: Patron, pk: int) -> Push:
    """Return a reader's push. Raises ``PushUnknown``."""
    found = pushes_of(patron).filter(pk=pk).first()
    if found is None:
        raise PushUnknown(_("没有这次推送；请从“我的文献推送”里打开。"))
    return found


def papers_of(push: Push) -> QuerySet[PushedPaper]:
    return (
        push.papers.select_related("publication").prefetch_related("publication__records").order_by("place")
    )


def candidates(topics: list[int]) -> QuerySet[Finding]:
    """Return what may be brought to readers: let through by two people of late, public, not under doubt."""
    found = Finding.objects.filter(
        state=FindingState.RELEASED, topic__public=True, released_at__gte=clock.now() - NEWS, look_again="",
        publication__retracted=False,
    )  # fmt: skip
    if topics:
        found = found.filter(topic__in=topics)
    return (
        found.select_related("publication", "topic")
        .prefetch_related("publication__records")
        .order_by("-released_at", "-pk")
    )
