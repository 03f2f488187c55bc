"""A staged row becomes a record in the making: columns filled, keys to match by, copies it names."""

from dataclasses import dataclass, field
from functools import cache

from django.db.models.base import ModelState
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


def understand(
    row: ImportRow, batch: ImportBatch, profile: ImportProfile, *, with_copies: bool = True
) -> Incoming:
    """Return the record in the making; a preview has no use for its copies.

    Raises ``NotBibliographic`` or ``marc.reading.Unreadable``.
    """
    said = understood_from(row.understood) or _read(row)
    native = Native(
        raw=bytes(row.raw),
        format=Format(batch.format),
        charset=row.charset,
        flavour=Flavour(row.flavour),
    )
    now = clock.now()
    record = _blank_record()
    record.added_at = record.updated_at = now
    put_into(record, said.description, native)
    if not record.agency and profile.agency and 0 < len(said.control_number) <= 100:
        record.agency, record.control_number = profile.agency, said.control_number
    copies = copies_named_in(said, profile) if with_copies else []
    return Incoming(row, record, keys_of(record), copies, list(said.remarks), said)


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
def _blank_columns() -> dict[str, object]:
    """Return the defaults of a record by column.

    They are shared; every list among them is replaced by ``put_into``.
    """
    columns = [field for field in Record._meta.concrete_fields if not field.primary_key]
    return {"id": None, **{field.attname: field.get_default() for field in columns}}


def _blank_record() -> Record:
    """Return a record with nothing in it, as Django unpickles one: through ``__init__`` it costs ten times as much."""
    record = Record.__new__(Record)
    record.__dict__.update(_blank_columns())
    record._state = ModelState()
    return record


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
