"""MEDLINE and NBIB, PubMed's own tagged form. Source: MEDLINE/PubMed Data Element (Field) Descriptions, NLM."""

import re
from collections.abc import Iterator

from xinglin.literature import cleaning, identifiers
from xinglin.literature.articles import Article, Author, Kind, Mark
from xinglin.literature.files.pieces import Format, Piece, Tags, needs_a_title, split_at

_TAG = re.compile(r"^([A-Z][A-Z0-9]{1,3})\s{0,3}- ?(.*)$")
_READ = frozenset([
    "PMID", "TI", "BTI", "TT", "FAU", "AU", "CN", "AD", "AUID", "JT", "TA", "IS", "DP", "VI", "IP",
    "PG", "AB", "OAB", "MH", "OT", "PT", "LA", "PB", "PL", "LID", "AID", "PMC", "STAT", "EDAT", "CRDT",
    "LR", "RIN", "ROF", "EIN", "EFR", "ECI", "CIN", "CON", "ISBN",
])  # fmt: skip
_RELATED = {
    "RIN": ("RetractionIn", Mark.RETRACTED), "ROF": ("RetractionOf", Mark.RETRACTION),
    "EIN": ("ErratumIn", Mark.CORRECTED), "EFR": ("ErratumFor", Mark.CORRECTION),
    "ECI": ("ExpressionOfConcernIn", Mark.CONCERN),
}  # fmt: skip


def _begins(text: str) -> re.Pattern[str]:
    """Return what begins a record: its PMID, or its owner in ERIC's export, which has none."""
    return re.compile(
        r"^PMID- ?" if re.search(r"^PMID-", text, re.MULTILINE) else r"^OWN\s{0,2}-", re.MULTILINE
    )


def declared(text: str) -> int:
    return len(_begins(text).findall(text))


def split(text: str) -> Iterator[Piece]:
    return split_at(text, _begins(text).match)


def tags_of(piece: Piece) -> tuple[Tags, tuple[Author, ...]]:
    """Return the tags, and the authors with the affiliations that follow each of them."""
    tags, last, people = Tags(), "", list[tuple[str, list[str], bool]]()
    for line in piece.lines:
        if found := _TAG.match(line):
            last, value = found[1], found[2].strip()
            tags.add(last, value)
            if last in ("FAU", "CN"):
                people.append((value, [], last == "CN"))
        elif last and line.strip() and line[:1] in " \t":
            tags.go_on(last, line)
            if last in ("FAU", "CN") and people:
                people[-1] = (tags.values[last][-1], people[-1][1], people[-1][2])
        if last == "AD" and people and found:
            people[-1][1].append(found[2].strip())
        elif last == "AD" and people and people[-1][1] and line.strip() and not found:
            people[-1][1][-1] = f"{people[-1][1][-1]} {line.strip()}"
    authors = []
    for name, places, is_group in people:
        made = cleaning.author(name, affiliations=tuple(places))
        authors.append(Author(name=made.name, is_group=True) if is_group else made)
    return tags, tuple(authors) or tuple(cleaning.author(each) for each in tags.all("AU"))


def article(piece: Piece) -> Article:
    """Return the article of a record. Raises ``Unreadable``."""
    tags, authors = tags_of(piece)
    types = tuple(tags.all("PT"))
    places = tags.all("LID", "AID")
    related, marks = [], list[Mark]()
    for tag, (relation, mark) in _RELATED.items():
        for value in tags.all(tag):
            number = identifiers.find(value).pmid
            related.append((relation, f"PMID:{number}" if number else cleaning.clean(value)))
            marks.append(mark)
    if "Retracted Publication" in types:
        marks.append(Mark.RETRACTED)
    if "Retraction of Publication" in types or "Retraction Notice" in types:
        marks.append(Mark.RETRACTION)
    return needs_a_title(
        Article(
            title=cleaning.clean(tags.first("TI", "BTI")),
            other_title=cleaning.clean(tags.first("TT")),
            authors=authors,
            kind=_kind(types, tags),
            journal=cleaning.clean(tags.first("JT", "TA")),
            journal_short=tags.first("TA"),
            issns=identifiers.issns_in(" ".join(tags.all("IS"))),
            isbns=tuple(re.findall(r"97[89][\d-]{10,14}", " ".join(tags.all("ISBN")))),
            year=cleaning.year_in(tags.first("DP")),
            published=cleaning.date_in(tags.first("DP")),
            volume=tags.first("VI"),
            issue=tags.first("IP"),
            pages=tags.first("PG"),
            abstract=cleaning.clean(tags.first("AB", "OAB")),
            keywords=tuple(cleaning.clean(each) for each in tags.all("OT")),
            mesh=tuple(tags.all("MH")),
            types=types,
            language=tags.first("LA"),
            publisher=tags.first("PB"),
            place=tags.first("PL"),
            doi=next((identifiers.clean_doi(each) for each in places if "[doi]" in each), ""),
            pmid=tags.first("PMID").lstrip("0"),
            pmcid=tags.first("PMC"),
            marks=tuple(dict.fromkeys(marks)),
            related=tuple(related),
            entered=cleaning.date_in(tags.first("EDAT", "CRDT")),
            revised=_compact(tags.first("LR")),
            status=tags.first("STAT"),
            source="pubmed" if tags.first("PMID") else tags.first("OWN"),
            source_id=tags.first("PMID").lstrip("0") or tags.first("AID", "AN"),
            extra=tags.rest(_READ),
        )
    )


def _kind(types: tuple[str, ...], tags: Tags) -> Kind:
    if "Preprint" in types:
        return Kind.PREPRINT
    return Kind.BOOK if tags.first("BTI") and not tags.first("JT", "TA") else Kind.JOURNAL


def _compact(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if re.fullmatch(r"\d{8}", text) else cleaning.date_in(text)


MEDLINE = Format("medline", "MEDLINE/NBIB", declared, split, article)
