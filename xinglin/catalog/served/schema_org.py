"""schema.org in readers' pages, as a JSON-LD data block.

A ``<script>`` whose type is not JavaScript is never run, and the content security policy does not
ask about it: HTML's "prepare the script element" returns before the policy is consulted. A test in
Chromium holds us to that.
"""

import json
from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe

from xinglin.catalog.models import Kind, Record
from xinglin.catalog.queries import Availability
from xinglin.catalog.served.oai_formats import page_of

_TYPES = {
    Kind.BOOK: "Book", Kind.SERIAL: "Periodical", Kind.ARTICLE: "ScholarlyArticle", Kind.THESIS: "Thesis",
    Kind.MAP: "Map", Kind.SCORE: "SheetMusic", Kind.AUDIO: "AudioObject", Kind.VIDEO: "VideoObject",
    Kind.IMAGE: "ImageObject", Kind.MANUSCRIPT: "Manuscript", Kind.CONFERENCE: "Book", Kind.STANDARD: "Book",
}  # fmt: skip
# BCP 47, as schema.org asks for inLanguage; ours are those of MARC.
_LANGUAGES = {
    "chi": "zh", "eng": "en", "jpn": "ja", "ger": "de", "fre": "fr", "rus": "ru", "spa": "es", "ita": "it",
    "kor": "ko", "por": "pt", "ara": "ar", "lat": "la",
}  # fmt: skip
_IN_A_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def json_ld(record: Record, availability: Iterable[Availability] = ()) -> dict[str, object]:
    """Return what a search engine is told of a record, and which libraries lend it."""
    is_book = _TYPES.get(Kind(record.kind)) == "Book"
    said: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(Kind(record.kind), "CreativeWork"),
        "@id": page_of(record),
        "url": page_of(record),
        "name": record.full_title,
        "alternateName": list(record.variant_titles),
        "author": [{"@type": "Person", "name": name} for name in record.authors],
        "publisher": {"@type": "Organization", "name": record.publisher} if record.publisher else None,
        "datePublished": str(record.year) if record.year else None,
        "bookEdition": record.edition if is_book else None,
        "isbn": record.isbns[0] if is_book and record.isbns else None,
        "issn": record.issns[0] if record.kind == Kind.SERIAL and record.issns else None,
        "inLanguage": [_LANGUAGES.get(code, code) for code in record.languages],
        "about": [{"@type": "Thing", "name": subject} for subject in record.subjects],
        "keywords": ", ".join(record.keywords),
        "description": record.abstract,
        "isPartOf": [{"@type": "CreativeWorkSeries", "name": name} for name in record.series],
        "offers": [_offer(held) for held in availability],
    }
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def _offer(held: Availability) -> dict[str, object]:
    return {
        "@type": "Offer",
        "businessFunction": "http://purl.org/goodrelations/v1#LeaseOut",
        "availability": "https://schema.org/InStock" if held.on_shelf else "https://schema.org/OutOfStock",
        "offeredBy": {"@type": "Library", "name": held.library.name},
    }


def json_ld_block(record: Record, availability: Iterable[Availability] = ()) -> SafeString:
    """Return the data block for a page of this record; nothing in a title can end it early."""
    text = json.dumps(json_ld(record, availability), ensure_ascii=False).translate(_IN_A_SCRIPT)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 escaped above
