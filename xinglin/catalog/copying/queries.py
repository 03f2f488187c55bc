"""What is read of copy cataloguing by more than one caller."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying.errors import MainLibraryOnly, SourceUnknown
from xinglin.catalog.copying.models import CopySource, RecordProposal
from xinglin.consortium import access
from xinglin.consortium.models import Library, LibraryKind, Staff


def speaks_for_the_main_library(staff: Staff, permission: str) -> bool:
    """Whether someone has a permission over the whole consortium, or in its main library."""
    if access.has_whole_consortium(staff, permission):
        return True
    main = Library.objects.filter(kind=LibraryKind.MAIN).values_list("pk", flat=True)
    return bool(set(main) & access.libraries_of(staff, permission))


def require_main_library(by: Staff | None, permission: str) -> None:
    """Let a deed go on only by the main library's hand. Raises ``MainLibraryOnly``."""
    if by is not None and not speaks_for_the_main_library(by, permission):
        raise MainLibraryOnly(_("这件事由总馆编目决定；请联系总馆。"))


def sources_offered_to(staff: Staff) -> QuerySet[CopySource]:
    """Return the sources that a cataloguer may copy from."""
    if not access.may_anywhere(staff, "catalog.add_record"):
        return CopySource.objects.none()
    return CopySource.objects.filter(active=True)


def sources_kept_by(staff: Staff) -> QuerySet[CopySource]:
    """Return the sources that someone may change: all of them for the main library, none for others."""
    kept = speaks_for_the_main_library(staff, "catalog.change_record")
    return CopySource.objects.all() if kept else CopySource.objects.none()


def source_by_id(staff: Staff, pk: int) -> CopySource:
    """Return a source to copy from. Raises ``SourceUnknown``."""
    source = sources_offered_to(staff).filter(pk=pk).first()
    if source is None:
        raise SourceUnknown(_("没有这个套录来源，或它已停用；请重新选择。"))
    return source


def proposals_visible_to(staff: Staff) -> QuerySet[RecordProposal]:
    """Return the proposals that someone may read: all for the main library, a branch's own for a branch."""
    proposals = RecordProposal.objects.select_related(
        "record", "library", "proposed_by__user", "decided_by__user"
    ).defer("marc", "before", "record__marc")
    if speaks_for_the_main_library(staff, "catalog.change_record"):
        return proposals
    return proposals.filter(Q(library__in=access.libraries_of(staff, "catalog.change_record")))
