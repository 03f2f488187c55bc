"""A row as the fifteen elements of Dublin Core (DCMES 1.1, ISO 15836-1), for OAI-PMH and SRU."""

from collections.abc import Iterator

from lxml import etree

from xinglin.catalog.models import Kind, Record
from xinglin.catalog.served.marc_forms import without_controls

DC = "http://purl.org/dc/elements/1.1/"
# DCMI Type Vocabulary, as far as our kinds reach; what has no counterpart there is text.
_TYPES = {
    Kind.MAP: "Image",
    Kind.IMAGE: "Image",
    Kind.AUDIO: "Sound",
    Kind.VIDEO: "MovingImage",
    Kind.KIT: "Collection",
    Kind.SERIAL: "Collection",
}


def elements_of(record: Record, *, address: str = "") -> Iterator[tuple[str, str]]:
    """Yield element names and values in the order of the standard; ``address`` is the page of the record."""
    yield "title", record.full_title
    for title in record.variant_titles:
        yield "title", title
    first, *others = record.authors or [""]
    yield "creator", first
    for text in (*record.subjects, *record.keywords, *record.classes):
        yield "subject", text
    yield "description", record.abstract
    yield "publisher", record.publisher
    for name in others:
        yield "contributor", name
    yield "date", str(record.year or "")
    yield "type", _TYPES.get(Kind(record.kind), "Text")
    yield "type", record.kind
    yield "format", record.extent
    yield "identifier", address
    for isbn in record.isbns:
        yield "identifier", f"urn:isbn:{isbn}"
    for issn in record.issns:
        yield "identifier", f"urn:issn:{issn}"
    for link in record.links:
        yield "identifier", link.get("url", "")
    for language in record.languages:
        yield "language", language
    for series in record.series:
        yield "relation", series


def append_to(parent: etree._Element, record: Record, *, address: str = "") -> None:
    """Write the elements that say something below ``parent``."""
    for name, value in elements_of(record, address=address):
        if text := without_controls(value).strip():
            etree.SubElement(parent, f"{{{DC}}}{name}").text = text
