"""A row of the catalogue as MARC in XML, whatever its bytes are.

The record is read again from its own bytes. What XML cannot write (control characters that some
systems leave in their data) is dropped here and only here: the kept bytes stay as they are. A row
without MARC, or whose bytes nobody can read, is described in MARC 21 from its columns.
"""

import re
from dataclasses import dataclass

from xinglin.catalog.marc import ControlField, DataField, Flavour, record_as_xml
from xinglin.catalog.marc import Record as MarcRecord
from xinglin.catalog.marc.model import Field, Subfield
from xinglin.catalog.marc.reading import Unreadable
from xinglin.catalog.marc.writing import MARC21_NAMESPACE, MARCXCHANGE_NAMESPACE
from xinglin.catalog.models import Flavour as StoredFlavour
from xinglin.catalog.models import Kind, Record
from xinglin.catalog.stored import read_stored

UNIMARC_FAMILY = (StoredFlavour.UNIMARC, StoredFlavour.CNMARC)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANK = " "


@dataclass(frozen=True)
class MarcForm:
    """One family of MARC in XML: its namespace and where its schema stands."""

    namespace: str
    schema: str


MARC21 = MarcForm(MARC21_NAMESPACE, "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd")
UNIMARC = MarcForm(MARCXCHANGE_NAMESPACE, "http://www.loc.gov/standards/iso25577/marcxchange-2-0.xsd")


def form_of(record: Record) -> MarcForm:
    """Return the family in which a row is served."""
    return UNIMARC if record.flavour in UNIMARC_FAMILY else MARC21


def marc_xml(record: Record) -> str:
    """Return one ``record`` element with its namespace."""
    marc, flavour = _read(record)
    return record_as_xml(_writable(marc), flavour=flavour, namespace=form_of(record).namespace)


def _read(record: Record) -> tuple[MarcRecord, Flavour]:
    flavour = Flavour(record.flavour) if record.flavour else Flavour.MARC21
    if record.marc:
        try:
            return read_stored(bytes(record.marc), record.charset).record, flavour
        except Unreadable:
            pass
    return _unimarc_of(record) if flavour.is_unimarc_family else _marc21_of(record), flavour


def _writable(marc: MarcRecord) -> MarcRecord:
    """Return the record without what XML has no way to write."""
    return MarcRecord(marc.leader, tuple(_field(field) for field in marc.fields))


def _field(field: Field) -> Field:
    if isinstance(field, ControlField):
        return ControlField(without_controls(field.tag), without_controls(field.value))
    subfields = tuple((without_controls(code), without_controls(value)) for code, value in field.subfields)
    ind1, ind2 = (without_controls(value)[:1] or _BLANK for value in (field.ind1, field.ind2))
    return DataField(without_controls(field.tag), ind1, ind2, subfields)


def without_controls(text: str) -> str:
    """Return text without the characters that XML 1.0 forbids (section 2.2)."""
    return _NOT_XML.sub("", text)


def _data(tag: str, indicators: str, *subfields: Subfield) -> list[DataField]:
    said = tuple((code, value) for code, value in subfields if value)
    return [DataField(tag, indicators[0], indicators[1], said)] if said else []


def _marc21_of(record: Record) -> MarcRecord:
    """Return what the columns say as a minimal MARC 21 record (MARC 21, minimal level)."""
    level = "s" if record.kind == Kind.SERIAL else "m"
    entered, year = f"{record.added_at:%y%m%d}", f"{record.year or 0:04d}" if record.year else "uuuu"
    language = (record.languages or ["und"])[0][:3].ljust(3)
    authors = list(record.authors)
    fields: list[Field] = [
        ControlField("001", str(record.pk)),
        ControlField("005", f"{record.updated_at:%Y%m%d%H%M%S}.0"),
        ControlField("008", f"{entered}s{year}    xx {'|' * 17}{language} d"),
        *(field for isbn in record.isbns for field in _data("020", "  ", ("a", isbn))),
        *(field for issn in record.issns for field in _data("022", "  ", ("a", issn))),
        *(field for number in record.classes for field in _class_field(number)),
        *_data("100", "1 ", ("a", authors[0] if authors else "")),
        *_data(
            "245", "10" if authors else "00",
            ("a", record.title), ("n", record.volume), ("b", record.subtitle), ("c", record.responsibility),
        ),
        *(field for title in record.variant_titles for field in _data("246", "3 ", ("a", title))),
        *_data("250", "  ", ("a", record.edition)),
        *_data(
            "264", " 1", ("a", record.place), ("b", record.publisher), ("c", str(record.year or "")),
        ),
        *_data("300", "  ", ("a", record.extent)),
        *(field for series in record.series for field in _data("490", "0 ", ("a", series))),
        *_data("505", "0 ", ("a", record.contents)),
        *_data("520", "  ", ("a", record.abstract)),
        *(field for subject in record.subjects for field in _data("650", " 4", ("a", subject))),
        *(field for word in record.keywords for field in _data("653", "  ", ("a", word))),
        *(field for author in authors[1:] for field in _data("700", "1 ", ("a", author))),
        *(
            field
            for link in record.links
            for field in _data("856", "40", ("u", link.get("url", "")), ("y", link.get("label", "")))
        ),
    ]  # fmt: skip
    return MarcRecord(f"00000na{level} a2200000 u 4500", tuple(fields))


def _class_field(number: str) -> list[DataField]:
    scheme, colon, rest = number.partition(":")
    return _data("084", "  ", ("a", rest if colon else number), ("2", scheme if colon else "clc"))


def _unimarc_of(record: Record) -> MarcRecord:
    """Return the columns of a UNIMARC record whose bytes cannot be read: number and title are told."""
    general = f"{record.added_at:%Y%m%d}d{record.year or 0:04d}    em y0chiy50      ea"
    fields: list[Field] = [
        ControlField("001", str(record.pk)),
        *(field for isbn in record.isbns for field in _data("010", "  ", ("a", isbn))),
        *_data("100", "  ", ("a", general)),
        *_data("200", "1 ", ("a", record.title), ("e", record.subtitle), ("f", record.responsibility)),
        *_data("210", "  ", ("a", record.place), ("c", record.publisher), ("d", str(record.year or ""))),
        *_data("801", " 0", ("a", "CN"), ("b", record.agency)),
    ]
    return MarcRecord("00000nam0 2200000   450 ", tuple(fields))
