"""The deeds of copy cataloguing."""

from collections.abc import Mapping
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.catalog import services as catalog
from xinglin.catalog.copying.comparing import compared, native_of, row_of
from xinglin.catalog.copying.errors import (
    AlreadyInTheCatalogue,
    RecordNotCopied,
    SourceChangedMeanwhile,
    SourceExists,
)
from xinglin.catalog.copying.models import CopiedRecord, CopySource, SourceCharset, SourceKind
from xinglin.catalog.copying.queries import require_main_library
from xinglin.catalog.description import taken_from
from xinglin.catalog.errors import HoldingExists
from xinglin.catalog.marc import RecordRead, Verdict
from xinglin.catalog.models import Holding, Record
from xinglin.catalog.services.holdings import HoldingFacts
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff


class SourceFacts(TypedDict, total=False):
    """What may be said of a source besides its name."""

    kind: SourceKind | str
    address: str
    database: str
    charset: SourceCharset | str
    record_schema: str
    order: int
    active: bool


@transaction.atomic
def add_source(*, name: str, by: Staff | None, **facts: Unpack[SourceFacts]) -> CopySource:
    """Add a source that all libraries may copy from. Raises ``MainLibraryOnly``, ``SourceExists``."""
    require_main_library(by, "catalog.change_record")
    source = CopySource(name=name, **facts)
    _save_source(source)
    history.record(source, "add", by=by.user if by else None)
    return source


@transaction.atomic
def amend_source(
    *, source: CopySource, version: int, name: str, by: Staff | None, **facts: Unpack[SourceFacts]
) -> CopySource:
    """Change a source. Raises ``MainLibraryOnly``, ``SourceExists``, ``SourceChangedMeanwhile``."""
    require_main_library(by, "catalog.change_record")
    current = CopySource.objects.select_for_update().get(pk=source.pk)
    if current.version != version:
        raise SourceChangedMeanwhile(
            _("您打开后，来源“%(name)s”已被别人修改；请重新打开后再改。"), name=current.name
        )
    said: Mapping[str, object] = {"name": name, **facts}
    changes = {field: [getattr(current, field), value] for field, value in said.items()}
    for field, value in said.items():
        setattr(current, field, value)
    current.version += 1
    _save_source(current)
    differing = {field: pair for field, pair in changes.items() if pair[0] != pair[1]}
    history.record(current, "amend", by=by.user if by else None, changes=differing)
    return current


def _save_source(source: CopySource) -> None:
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:
        raise SourceExists(_("已有名为“%(name)s”的来源；请换一个名称。"), name=source.name) from None


@transaction.atomic
def copy_record(
    *,
    read: RecordRead,
    source: CopySource,
    library: Library,
    by: Staff | None,
    although_similar: bool = False,
    **holding: Unpack[HoldingFacts],
) -> Holding:
    """Copy a record into the catalogue, byte for byte, and register the library's holding of it.

    A title the catalogue has already is never copied a second time; doubtful pairs only when the
    cataloguer has looked at them and says so (``although_similar``).

    Raises ``AlreadyInTheCatalogue``, ``RecordNotCopied``, ``ControlNumberTaken``, ``NotAllowed``.
    """
    access.require(by, "catalog.change_item", library.pk)
    match = next(iter(compared([read])), None)
    if match is None:
        raise RecordNotCopied(_("这是规范记录或馆藏记录，不是书目记录，不能套录；请换一条。"))
    names = "；".join(record.full_title for record in match.match.records[:3])
    if match.match.verdict is Verdict.SAME:
        raise AlreadyInTheCatalogue(
            _("联合目录已有《%(names)s》；请直接登记馆藏，不必再套录一条。"), names=names
        )
    if match.match.verdict is Verdict.REVIEW and not although_similar:
        raise AlreadyInTheCatalogue(
            _("联合目录有疑似相同的《%(names)s》；请先比对，确认不是同一种书后再套录。"), names=names
        )
    record = catalog.add_record(description=taken_from(row_of(read)), native=native_of(read), by=by)
    _take_over(record, library, source=source, by=by)
    return catalog.add_holding(record=record, library=library, by=by, **holding)


@transaction.atomic
def take_over(
    *, record: Record, library: Library, by: Staff | None, **holding: Unpack[HoldingFacts]
) -> Holding:
    """Register a library's holding of a title that stands in the central records already.

    Raises ``HoldingExists``, ``RecordUnknown``, ``NotAllowed``.
    """
    if record.holdings.filter(library=library).exists():
        raise HoldingExists(
            _("%(library)s已经登记了这种书的馆藏；请在书目页上增加单册。"), library=library.label
        )
    made = catalog.add_holding(record=record, library=library, by=by, **holding)
    _take_over(record, library, source=None, by=by)
    return made


def _take_over(record: Record, library: Library, *, source: CopySource | None, by: Staff | None) -> None:
    CopiedRecord.objects.get_or_create(
        library=library, record=record, defaults={"source": source, "by": by, "at": clock.now()}
    )
    changes = {"library": library.code, "source": source.name if source else ""}
    history.record(record, "copy", by=by.user if by else None, changes=changes)
