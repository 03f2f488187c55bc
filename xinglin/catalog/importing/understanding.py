"""A staged row becomes a record in the making: columns filled, keys to match by, copies it names."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from django.utils.translation import gettext_lazy as _

from xinglin.catalog.description import Native, put_into
from xinglin.catalog.importing.copies import NamedCopy, copies_named_in
from xinglin.catalog.importing.kept import Understood, understood_from
from xinglin.catalog.marc import Kind, MatchKeys, facts_of, publisher_key, title_key
from xinglin.catalog.marc.keys import edition_in_title, edition_key, pages_in, volume_key
from xinglin.catalog.models import Flavour, Format, ImportBatch, ImportProfile, ImportRow, Record
from xinglin.catalog.stored import read_stored
from xinglin.commons import clock
from xinglin.commons.errors import Refusal

# Made by position, which the checker of types knows only by name.
_make_record: Callable[..., Record] = Record


class NotBibliographic(Refusal):
    """MARC, but a description of no work: an authority or a holdings record."""

    code = "not_bibliographic"


@dataclass
class Incoming:
    """One record on its way in: the row of the catalogue it would be, not saved."""

    row: ImportRow
    record: Record
    keys: MatchKeys
    copies: list[NamedCopy]
    remarks: list[str] = field(default_factory=list)
    said: Understood | None = None

    @property
    def is_deletion(self) -> bool:
        """Whether the other system says that it has this record no more."""
        return self.said is not None and self.said.is_deletion


def understand(row: ImportRow, batch: ImportBatch, profile: ImportProfile) -> Incoming:
    """Return the record in the making. Raises ``NotBibliographic`` or ``marc.reading.Unreadable``."""
    said = understood_from(row.understood) or _read(row)
    native = Native(
        raw=bytes(row.raw),
        format=Format(batch.format),
        charset=row.charset,
        flavour=Flavour(row.flavour),
    )
    now = clock.now()
    record = _make_record(*_blank_record())
    record.added_at = record.updated_at = now
    put_into(record, said.description, native)
    if not record.agency and profile.agency and 0 < len(said.control_number) <= 100:
        record.agency, record.control_number = profile.agency, said.control_number
    return Incoming(row, record, keys_of(record), copies_named_in(said, profile), list(said.remarks), said)


def _read(row: ImportRow) -> Understood:
    read = read_stored(bytes(row.raw), row.charset)
    facts = facts_of(read.record, read.flavour)
    if facts.kind in (Kind.AUTHORITY, Kind.HOLDINGS):
        what = _("规范记录") if facts.kind is Kind.AUTHORITY else _("馆藏记录（MFHD）")
        raise NotBibliographic(_("这是%(what)s，不是书目记录，未导入；请单独导出书目记录。"), what=what)
    remarks = tuple(remark.sentence for remark in read.remarks)
    # Leader 05, in MARC 21 and UNIMARC alike: "d" is a record that its system has deleted.
    return Understood.of(facts, remarks, is_deletion=read.record.leader[5:6] == "d")


@cache
def _blank_record() -> tuple[object, ...]:
    """Return the defaults of a record in the order of its fields: a row made by name costs five times as much.

    They are shared; every list among them is replaced by ``put_into``.
    """
    return tuple(None if field.primary_key else field.get_default() for field in Record._meta.concrete_fields)


def keys_of(record: Record) -> MatchKeys:
    """Return what a row is matched by; the same for one in the making and one of the catalogue.

    ``marc.match_keys`` says it of a MARC record; here the columns speak, so that a match costs no
    reading of MARC and records without any can be matched too.
    """
    nature = (
        record.kind,
        "file" if record.is_electronic else "paper",
        "tr" if record.original_languages else "own",
    )
    return MatchKeys(
        control=f"{record.agency}:{record.control_number}" if record.agency and record.control_number else "",
        isbns=tuple(record.isbns),
        issns=tuple(record.issns),
        title=record.title_key,
        volume=volume_key(record.volume),
        author=title_key(record.authors[0]) if record.authors else "",
        publisher=publisher_key(record.publisher),
        year=record.year,
        edition=edition_key(record.edition) or edition_in_title(record.title),
        pages=pages_in(record.extent),
        nature="/".join(nature),
    )
