"""From what a MARC record says to the columns of a row: the one place that knows both."""

from collections.abc import Iterable

from xinglin.catalog.description import UNTITLED, Description
from xinglin.catalog.marc import BibFacts
from xinglin.catalog.models import Kind
from xinglin.commons.text import plain

_LONGEST_NUMBER = 100


def description_of(facts: BibFacts) -> Description:
    """Return a MARC record's facts as a description; over-long control numbers are left out of matching."""
    title = plain(facts.title)
    fallback = next(map(plain, (*facts.variant_titles, *facts.parallel_titles, *facts.series)), UNTITLED)
    is_numbered = bool(facts.agency and facts.control_number and len(facts.control_number) <= _LONGEST_NUMBER)
    return Description(
        title=title or fallback,
        subtitle=plain(facts.subtitle),
        volume=plain(" ".join(filter(None, (facts.part_number, facts.part_name)))),
        variant_titles=_texts((*facts.parallel_titles, *facts.variant_titles)),
        responsibility=plain(facts.responsibility),
        authors=_texts(
            name.original_script or name.name
            for name in sorted(facts.names, key=lambda name: not name.is_main)
        ),
        edition=plain(facts.edition),
        place=plain("；".join(facts.places)),
        publisher=plain(facts.publishers[0]) if facts.publishers else "",
        year=facts.year,
        extent=plain(facts.extent),
        series=_texts(facts.series),
        isbns=facts.isbns,
        issns=facts.issns,
        identifiers=_texts((facts.unified_book_number, *(isbn.given for isbn in facts.invalid_isbns))),
        classes=_texts(
            number if scheme == "clc" else f"{scheme}:{number}" for scheme, number in facts.classes
        ),
        subjects=_texts(subject.text for subject in facts.subjects),
        keywords=_texts(facts.keywords),
        languages=_codes(facts.languages),
        original_languages=_codes(facts.original_languages),
        kind=Kind(facts.kind.value),
        is_electronic=facts.is_electronic,
        links=tuple(
            {"url": plain(link.url), "label": plain(link.label)} for link in facts.links if _is_web(link.url)
        ),
        abstract=plain(facts.abstract),
        contents=plain(facts.contents),
        agency=plain(facts.agency)[:60] if is_numbered else "",
        control_number=plain(facts.control_number) if is_numbered else "",
    )


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for value in values if (text := plain(value))))


def _codes(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plain(value)[:10] for value in values))


def _is_web(url: str) -> bool:
    """Whether a link may be shown to a browser: 856 is outside text, and "javascript:" is an address too."""
    return url.lower().startswith(("http://", "https://"))
