"""Ovid's two text forms: field labels of two letters (``TI  - …``) and whole words with indented values."""

import re
from collections.abc import Iterator

from xinglin.literature import cleaning, identifiers
from xinglin.literature.articles import Article, Kind
from xinglin.literature.files.pieces import Format, Piece, Tags, needs_a_title, split_at

_BEGINS = re.compile(r"^<\s*(\d+)\s*\.?\s*>\s*$")
_TAG = re.compile(r"^([A-Z][A-Z0-9])\s{1,2}- ?(.*)$")
_WORDS = {
    "accession number": "AN", "author": "AU", "authors": "AU", "institution": "IN", "title": "TI", "source": "SO",
    "abstract": "AB", "author keywords": "KW", "keywords": "KW", "issn": "IS", "digital object identifier": "DO",
    "publication type": "PT", "language": "LG", "year of publication": "YR", "publisher": "PB",
    "mesh subject headings": "MH",
}  # fmt: skip
_READ = frozenset(["AU", "TI", "SO", "AB", "KW", "IS", "DO", "PT", "LG", "YR", "PB", "MH", "AN", "DB", "VN"])
_SOURCE = re.compile(
    r"^(?P<journal>.*?)\.?\s+(?:(?P<volume>\d+\w*)\s*)?(?:\((?P<issue>[^)]*)\))?\s*(?::\s*(?P<pages>[\w.]+(?:-[\w.]+)?))?\s*[,.;]"
)


def split(text: str) -> Iterator[Piece]:
    return split_at(text, _BEGINS.match)


def declared(text: str) -> int:
    return len(re.findall(r"^<[ \t]*\d+[ \t]*\.?[ \t]*>[ \t]*$", text, re.MULTILINE))


def tags_of(piece: Piece) -> Tags:
    tags, last = Tags(), ""
    for line in piece.lines[1:]:
        if found := _TAG.match(line):
            last = found[1]
            tags.add(last, found[2].strip())
        elif line[:1].strip() and line.strip().casefold() == line.strip().casefold() and len(line) < 60:
            last = _WORDS.get(line.strip().casefold(), line.strip())
            tags.add(last, "")
        elif last and line.strip():
            tags.go_on(last, line)
    return tags


def article(piece: Piece) -> Article:
    """Return the article of a record. Raises ``Unreadable``."""
    tags = tags_of(piece)
    source = cleaning.clean(tags.first("SO"))
    place = _SOURCE.match(source)
    names = [part for each in tags.all("AU") for part in re.split(r";\s+", each)]
    types = cleaning.pieces(tags.all("PT"))
    return needs_a_title(
        Article(
            title=re.sub(r"\.?\s*\[[A-Z][\w ]+\]\.?$", "", cleaning.clean(tags.first("TI"))),
            authors=tuple(
                cleaning.author(re.sub(r"\s*\[[^\]]*\]|\s+\d+(?:,\d+)*\s*$", "", name))
                for name in names
                if name.strip()
            ),
            kind=Kind.PATENT if "Patent" in types else Kind.JOURNAL,
            journal=place["journal"].strip(" .") if place else source.partition(".")[0],
            volume=(place["volume"] or "") if place else "",
            issue=(place["issue"] or "") if place else "",
            pages=(place["pages"] or "") if place else "",
            year=cleaning.year_in(tags.first("YR", "DP")) or cleaning.year_in(source),
            issns=identifiers.issns_in(" ".join(tags.all("IS"))),
            abstract=cleaning.clean(tags.first("AB")),
            keywords=cleaning.pieces(tags.all("KW")),
            mesh=tuple(tags.all("MH")),
            types=types,
            language=tags.first("LG"),
            publisher=tags.first("PB"),
            number=tags.first("PN") if "Patent" in types else "",
            doi=identifiers.doi_in(" ".join(tags.all("DO"))),
            source=tags.first("DB") or "Ovid",
            source_id=tags.first("AN"),
            extra=tags.rest(_READ),
        )
    )


OVID = Format("ovid", "Ovid", declared, split, article)
