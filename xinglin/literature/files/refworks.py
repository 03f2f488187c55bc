"""RefWorks' tagged form, and what CNKI, 万方 and 维普 make of it.

CNKI leaves out the blank after a tag (``A1林行众``), writes ``vo`` small, puts the tutor into A3, the
university into PB, and goes on with an abstract on lines without a tag.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from xinglin.literature import cleaning, identifiers
from xinglin.literature.articles import Article, Kind
from xinglin.literature.files.pieces import Format, Piece, Tags, Unreadable, kind_of, needs_a_title, split_at

_KNOWN = frozenset([
    "RT", "SR", "ID", "A1", "A2", "A3", "A4", "A5", "A6", "T1", "T2", "T3", "JF", "JO", "YR", "FD",
    "VO", "IS", "SP", "OP", "K1", "AB", "NO", "ED", "PB", "PP", "SN", "AV", "AD", "AN", "LA", "CL",
    "SF", "OT", "LK", "DO", "CN", "DB", "DS", "IP", "RD", "ST", "UL", "SL", "LL", "CR", "WT", "WV",
    "WP", "OL", "PMID", "PMCID", "URL", "C1", "U1", "U2", "U3", "U4", "U5", "U6", "U7", "U8", "U9",
    "U10", "U11", "U12", "U13", "U14", "U15",
])  # fmt: skip
_TAG = re.compile(r"^(PMCID|PMID|URL|U1[0-5]|[A-Z][A-Z0-9]|vo)(?=[ \t]|$|[^\x00-\x7f])[ \t]*(.*)$")
_BEGINS = re.compile(r"^RT[ \t]")
_READ = frozenset([
    "RT", "A1", "T1", "T2", "JF", "JO", "YR", "FD", "VO", "IS", "SP", "OP", "K1", "AB", "SN", "AD",
    "LA", "DO", "DB", "DS", "LK", "UL", "URL", "PB", "PP", "A3", "CL", "ID", "AN",
])  # fmt: skip


def split(text: str) -> Iterator[Piece]:
    return split_at(text, _BEGINS.match)


def declared(text: str) -> int:
    return len(re.findall(r"^RT[ \t]", text, re.MULTILINE))


def tags_of(piece: Piece) -> Tags:
    tags, last = Tags(), ""
    for line in piece.lines:
        found = _TAG.match(line)
        if found and found[1].upper() in _KNOWN:
            last = found[1].upper()
            tags.add(last, found[2].strip())
        elif last and line.strip():
            tags.go_on(last, line)
    return tags


def article(piece: Piece) -> Article:
    """Return the article of a record. Raises ``Unreadable``."""
    tags = tags_of(piece)
    source = tags.first("DS", "DB")
    if "万方" in source and any(
        cleaning.HAN.search(each) and re.search("[A-Za-z]{3}", each) for each in tags.all("A1")
    ):
        raise Unreadable(
            _(
                "万方的 RefWorks 格式把中英文姓名混在一个字段里，读入会张冠李戴；请改用万方的 NoteExpress 格式导出"
            )
        )
    kind = kind_of(tags.first("RT"))
    pages = tags.first("OP")
    if start := tags.first("SP"):
        joined = pages and pages != start and "-" not in pages
        pages = f"{start}-{pages}" if joined else pages or start
    thesis = kind == Kind.THESIS
    return needs_a_title(
        Article(
            title=cleaning.clean_chinese(tags.first("T1")),
            other_title=cleaning.clean(tags.first("OT")) if source != "CNKI" else "",
            authors=tuple(cleaning.author(each) for each in cleaning.chinese_list(tags.all("A1"))),
            kind=kind,
            journal=cleaning.clean(tags.first("JF", "JO", "T2")),
            journal_short=tags.first("JO"),
            issns=identifiers.issns_in(tags.first("SN")),
            isbns=tuple(re.findall(r"97[89][\d-]{10,14}", tags.first("SN"))),
            year=cleaning.year_in(tags.first("YR", "FD")),
            published=cleaning.date_in(tags.first("FD")) if re.search(r"\d{4}", tags.first("FD")) else "",
            volume=tags.first("VO").lstrip("0"),
            issue=tags.first("IS"),
            pages=pages,
            abstract=cleaning.clean_chinese(tags.first("AB")),
            keywords=cleaning.pieces(tags.all("K1")),
            language=tags.first("LA"),
            publisher="" if thesis else tags.first("PB"),
            school=tags.first("PB") if thesis else "",
            degree=tags.first("CL") if thesis else "",
            supervisors=cleaning.chinese_list(tags.all("A3")) if thesis else (),
            place=tags.first("PP"),
            number=tags.first("ID", "C1") if kind in (Kind.PATENT, Kind.STANDARD) else "",
            doi=identifiers.clean_doi(tags.first("DO")) or identifiers.doi_in(tags.first("LK", "URL")),
            pmid=tags.first("PMID"),
            pmcid=tags.first("PMCID"),
            url=cleaning.clean(tags.first("LK", "URL", "UL")),
            source=source,
            source_id=tags.first("AN", "ID"),
            extra=(*(("AD", each) for each in tags.all("AD")), *tags.rest(_READ)),
        )
    )


REFWORKS = Format("refworks", "RefWorks", declared, split, article)
