"""NoteExpress as CNKI, 万方, 维普 and 中华医学期刊网 write it: ``{Title}: …``, half- or full-width colon."""

import re
from collections.abc import Iterator

from xinglin.literature import cleaning, identifiers
from xinglin.literature.articles import Article, Kind
from xinglin.literature.files.pieces import Format, Piece, Tags, kind_of, needs_a_title, split_at
from xinglin.literature.files.refer import pages_of

_TAG = re.compile(r"^\s*\{([^{}]{1,40})\}\s*[:：][ \t]?(.*)$")
_BEGINS = re.compile(r"^\s*\{Reference Type\}\s*[:：]", re.IGNORECASE)
_READ = frozenset([
    "reference type", "title", "translated title", "author", "journal", "year", "issue", "volume", "pages",
    "keywords", "abstract", "isbn/issn", "url", "doi", "language", "database provider", "author address",
    "translated author", "translated journal", "publisher", "place published", "tertiary author",
    "type of work", "date", "secondary title",
])  # fmt: skip


def split(text: str) -> Iterator[Piece]:
    return split_at(text, _BEGINS.match)


def declared(text: str) -> int:
    return len(re.findall(r"^\s*\{Reference Type\}\s*[:：]", text, re.MULTILINE | re.IGNORECASE))


def tags_of(piece: Piece) -> Tags:
    tags, last = Tags(), ""
    for line in piece.lines:
        if found := _TAG.match(line):
            last = found[1].strip().casefold()
            tags.add(last, found[2].strip())
        elif last and line.strip():
            tags.go_on(last, line)
    return tags


def article(piece: Piece) -> Article:
    """Return the article of a record. Raises ``Unreadable``."""
    tags = tags_of(piece)
    kind = kind_of(tags.first("reference type"))
    thesis = kind == Kind.THESIS
    places = cleaning.pieces(each.partition("|")[0] for each in tags.all("author address"))
    names = cleaning.chinese_list(tags.all("author"))
    return needs_a_title(
        Article(
            title=cleaning.clean_chinese(tags.first("title")),
            other_title=cleaning.clean(tags.first("translated title")),
            authors=tuple(
                cleaning.author(name, affiliations=places if position == 0 else ())
                for position, name in enumerate(names)
            ),
            kind=kind,
            journal=cleaning.clean(tags.first("journal", "secondary title")),
            issns=identifiers.issns_in(tags.first("isbn/issn")),
            isbns=tuple(re.findall(r"97[89][\d-]{10,14}", tags.first("isbn/issn"))),
            year=cleaning.year_in(tags.first("year", "date")),
            published=cleaning.date_in(tags.first("date")),
            volume=tags.first("volume"),
            issue=tags.first("issue"),
            pages=pages_of(tags.all("pages")),
            abstract=cleaning.clean_chinese(tags.first("abstract")),
            keywords=cleaning.pieces(tags.all("keywords")),
            language=tags.first("language"),
            publisher="" if thesis else tags.first("publisher"),
            school=tags.first("publisher") if thesis else "",
            degree=tags.first("type of work") if thesis else "",
            supervisors=cleaning.chinese_list(tags.all("tertiary author")) if thesis else (),
            place=tags.first("place published"),
            number=tags.first("patent number", "number", "isbn/issn")
            if kind in (Kind.PATENT, Kind.STANDARD)
            else "",
            doi=identifiers.clean_doi(tags.first("doi")) or identifiers.doi_in(tags.first("url")),
            url=cleaning.clean(tags.first("url")),
            source=tags.first("database provider"),
            extra=(
                *(("translated author", each.strip()) for each in tags.all("translated author")),
                *(("translated journal", each) for each in tags.all("translated journal")),
                *tags.rest(_READ),
            ),
        )
    )


NOTEEXPRESS = Format("noteexpress", "NoteExpress", declared, split, article)
