"""EndNote's tagged text (``%0 … %W``), and CNKI's habits with it: page counts in %P, ``;;`` in %K, standards."""

import re
from collections.abc import Iterator

from xinglin.literature import cleaning, identifiers
from xinglin.literature.articles import Article, Kind
from xinglin.literature.files.pieces import Format, Piece, Tags, kind_of, needs_a_title, split_at

_TAG = re.compile(r"^%(\S)(?:[ \t](.*)|$)")
_STRAY = re.compile(r"^[A-Za-z]+-[\u4e00-\u9fff]+\s")
_READ = frozenset("0ATJBDNVKXP@RUWGICY98+L~")


def _begins(text: str) -> re.Pattern[str]:
    """Return what begins a record: ``%0``, or the title where a catalogue's export leaves that out."""
    tag = "0" if re.search(r"^%0(?:[ \t]|$)", text, re.MULTILINE) else "T"
    return re.compile(rf"^%{tag}(?:[ \t]|$)", re.MULTILINE)


def split(text: str) -> Iterator[Piece]:
    return split_at(text, _begins(text).match)


def declared(text: str) -> int:
    return len(_begins(text).findall(text))


def tags_of(piece: Piece) -> Tags:
    tags, last = Tags(), ""
    for line in piece.lines:
        if found := _TAG.match(line):
            last = found[1]
            tags.add(last, (found[2] or "").strip())
        elif last and line.strip() and not _STRAY.match(line):
            tags.go_on(last, line)
    return tags


def pages_of(values: list[str]) -> str:
    """Return the pages among values of which some are counts: CNKI writes ``%P 5`` for five pages."""
    ranges = [each for each in values if re.search(r"[-+,–]", each)]
    return ranges[0] if ranges else (values[0] if values and not values[0].isdigit() else "")


def article(piece: Piece) -> Article:
    """Return the article of a record. Raises ``Unreadable``."""
    tags = tags_of(piece)
    kind = kind_of(tags.first("0"))
    if kind == Kind.STANDARD or "标准" in tags.first("~"):
        kind = Kind.STANDARD
    is_cnki = tags.first("W") == "CNKI"
    pages = tags.all("P")
    thesis = kind == Kind.THESIS
    return needs_a_title(
        Article(
            title=cleaning.clean_chinese(tags.first("T")),
            authors=tuple(cleaning.author(each) for each in cleaning.chinese_list(tags.all("A"))),
            kind=kind,
            journal=cleaning.clean(tags.first("J", "B")),
            issns=identifiers.issns_in(tags.first("@")),
            isbns=tuple(re.findall(r"97[89][\d-]{10,14}", tags.first("@"))),
            year=cleaning.year_in(tags.first("D", "8")),
            published=cleaning.date_in(tags.first("8"))
            if tags.first("8")
            else cleaning.date_in(tags.first("D")),
            volume=tags.first("V") if kind != Kind.STANDARD else "",
            issue=tags.first("N"),
            pages=pages_of(pages) if is_cnki else (pages[0] if pages else ""),
            abstract=cleaning.clean_chinese(tags.first("X")),
            keywords=cleaning.pieces(tags.all("K")),
            language=tags.first("G"),
            publisher="" if thesis else tags.first("I"),
            school=tags.first("I") if thesis else "",
            degree=tags.first("9") if thesis else "",
            supervisors=cleaning.chinese_list(tags.all("Y")) if thesis else (),
            place=tags.first("C"),
            number=tags.first("V")
            if kind == Kind.STANDARD
            else (tags.first("@") if kind == Kind.PATENT else ""),
            doi=identifiers.clean_doi(tags.first("R")) or identifiers.doi_in(tags.first("U")),
            pmid=identifiers.find(tags.first("U")).pmid,
            url=cleaning.clean(tags.first("U")),
            source=tags.first("W"),
            source_id=tags.first("M"),
            extra=(
                *(("%+", each) for each in tags.all("+")),
                *(("%L", each) for each in tags.all("L")),
                *tags.rest(_READ),
            ),
        )
    )


REFER = Format("refer", "EndNote", declared, split, article)
