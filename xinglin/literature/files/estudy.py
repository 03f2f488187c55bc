"""CNKI's E-Study / 知网研学 and self-defined (自定义) forms: ``Title-题名: …``; the keys are its XLS columns too."""

import re
from collections.abc import Iterator, Mapping

from xinglin.literature import cleaning, identifiers
from xinglin.literature.articles import Article
from xinglin.literature.files.pieces import Format, Piece, Tags, kind_of, needs_a_title, split_at

_TAG = re.compile(r"^\s*(DataType|[A-Za-z]{2,20}-[\u4e00-\u9fff]{1,8})\s*[:：][ \t]?(.*)$")
_FIRST = re.compile(r"^\s*(DataType|SrcDatabase)(?:-[\u4e00-\u9fff]+)?\s*[:：]")
_READ = frozenset([
    "DataType", "Title", "Author", "Source", "Year", "PubTime", "Keyword", "Summary", "Period", "Roll",
    "Page", "PageCount", "SrcDatabase", "Organ", "Link", "DOI", "ISSN", "CLC",
])  # fmt: skip


def _begins(text: str) -> re.Pattern[str]:
    """Return what begins a record in this file: its first tag, whichever of the two forms it is."""
    first = next((found[1] for line in text.split("\n") if (found := _FIRST.match(line))), "DataType")
    return re.compile(rf"^\s*{first}(?:-[\u4e00-\u9fff]+)?\s*[:：]", re.MULTILINE)


def split(text: str) -> Iterator[Piece]:
    return split_at(text, _begins(text).match)


def declared(text: str) -> int:
    return len(_begins(text).findall(text))


def tags_of(piece: Piece) -> Tags:
    tags, last = Tags(), ""
    for line in piece.lines:
        if found := _TAG.match(line):
            last = found[1].partition("-")[0]
            tags.add(last, found[2].strip())
        elif last and line.strip():
            tags.go_on(last, line)
    return tags


def article(piece: Piece) -> Article:
    """Return the article of a record. Raises ``Unreadable``."""
    return of_tags(tags_of(piece))


def of_row(cells: Mapping[str, str]) -> Article:
    """Return the article of a row of CNKI's XLS export, whose headings are these tags."""
    tags = Tags()
    for heading, value in cells.items():
        tags.add(heading.partition("-")[0].strip(), value)
    return of_tags(tags)


def of_tags(tags: Tags) -> Article:
    link = tags.first("Link")
    name = re.search(r"FileName=([A-Za-z0-9.]+)", link, re.IGNORECASE)
    places = cleaning.pieces(tags.all("Organ"))
    names = cleaning.chinese_list(tags.all("Author"))
    return needs_a_title(
        Article(
            title=cleaning.clean_chinese(tags.first("Title")),
            authors=tuple(
                cleaning.author(each, affiliations=places if position == 0 else ())
                for position, each in enumerate(names)
            ),
            kind=kind_of(tags.first("SrcDatabase") or tags.first("DataType")),
            journal=cleaning.clean(tags.first("Source")),
            issns=identifiers.issns_in(tags.first("ISSN")),
            year=cleaning.year_in(tags.first("Year")) or cleaning.year_in(tags.first("PubTime")),
            published=cleaning.date_in(tags.first("PubTime")),
            volume=tags.first("Roll"),
            issue=tags.first("Period"),
            pages=tags.first("Page"),
            abstract=cleaning.clean_chinese(tags.first("Summary")),
            keywords=cleaning.pieces(tags.all("Keyword")),
            class_number=tags.first("CLC"),
            doi=identifiers.clean_doi(tags.first("DOI")) or identifiers.doi_in(link),
            url=link,
            source="CNKI",
            source_id=name[1].upper() if name else "",
            extra=tags.rest(_READ),
        )
    )


ESTUDY = Format("estudy", "CNKI E-Study / 自定义", declared, split, article)
