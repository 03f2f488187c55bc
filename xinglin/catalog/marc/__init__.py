"""MARC as libraries have it: read any file without losing a record, say what it says, write it back.

for reading in read_file(stream):          # ISO 2709, MARCXML or pasted text, by its bytes
    match reading:
        case RecordRead():    facts_of(reading.record, reading.flavour)
        case RefusedRecord(): reading.reason                # a whole Chinese sentence
"""

from xinglin.catalog.marc.detect import Form, flavour_of, form_of
from xinglin.catalog.marc.errors import UnwritableRecord
from xinglin.catalog.marc.facts import (
    BibFacts,
    Kind,
    Link,
    LocalHolding,
    Name,
    NameKind,
    Subject,
    facts_of,
)
from xinglin.catalog.marc.files import read_file, read_record
from xinglin.catalog.marc.iso2709 import read_iso2709
from xinglin.catalog.marc.keys import MatchKeys, Verdict, compare, match_keys, publisher_key, title_key
from xinglin.catalog.marc.marcxml import read_marcxml
from xinglin.catalog.marc.model import ControlField, DataField, Field, Flavour, Record, Subfield
from xinglin.catalog.marc.numbers import Isbn, isbn10, isbn13, isbns_in, issn, unified_book_number
from xinglin.catalog.marc.reading import Reading, RecordRead, RefusedRecord, Remark
from xinglin.catalog.marc.textpaste import read_text
from xinglin.catalog.marc.writing import record_as_xml, write_iso2709, write_marcxml

__all__ = [
    "BibFacts",
    "ControlField",
    "DataField",
    "Field",
    "Flavour",
    "Form",
    "Isbn",
    "Kind",
    "Link",
    "LocalHolding",
    "MatchKeys",
    "Name",
    "NameKind",
    "Reading",
    "Record",
    "RecordRead",
    "RefusedRecord",
    "Remark",
    "Subfield",
    "Subject",
    "UnwritableRecord",
    "Verdict",
    "compare",
    "facts_of",
    "flavour_of",
    "form_of",
    "isbn10",
    "isbn13",
    "isbns_in",
    "issn",
    "match_keys",
    "publisher_key",
    "read_file",
    "read_iso2709",
    "read_marcxml",
    "read_record",
    "read_text",
    "record_as_xml",
    "title_key",
    "unified_book_number",
    "write_iso2709",
    "write_marcxml",
]
