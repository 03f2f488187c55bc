"""RIS, read tolerantly: one space or two, CRLF or LF, wrapped lines, lines that are no RIS between records.

Tags follow the Reference Manager specification of 2001 and the later one of 2011; the exports of Scopus,
ProQuest, Lens, Zotero, EndNote, Embase and 维普 differ in which of them they use.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from xinglin.literature import cleaning, identifiers
from xinglin.literature.articles import Article, Kind
from xinglin.literature.files.pieces import Format, Piece, Tags, Unreadable, needs_a_title

_BEGINS = re.compile(r"^\s*TY\s{0,2}-(?:\s|$)")
_ENDS = re.compile(r"^\s*ER\s{0,2}-")
_WIDE = re.compile(r"^\s{0,3}([A-Z][A-Z0-9])  - ?(.*)$")
_NARROW = re.compile(r"^\s{0,3}([A-Z][A-Z0-9])\s{0,2}-(?:\s(.*)|$)")
_KINDS = {
    "JOUR": Kind.JOURNAL, "JFULL": Kind.JOURNAL, "EJOUR": Kind.JOURNAL, "MGZN": Kind.JOURNAL,
    "ABST": Kind.JOURNAL, "INPR": Kind.JOURNAL, "BOOK": Kind.BOOK, "EBOOK": Kind.BOOK, "EDBOOK": Kind.BOOK,
    "CHAP": Kind.CHAPTER, "ECHAP": Kind.CHAPTER, "CONF": Kind.CONFERENCE, "CPAPER": Kind.CONFERENCE,
    "THES": Kind.THESIS, "NEWS": Kind.NEWSPAPER, "PAT": Kind.PATENT, "STAND": Kind.STANDARD, "RPRT": Kind.REPORT,
    "DATA": Kind.DATASET, "ELEC": Kind.WEB, "BLOG": Kind.WEB, "UNPB": Kind.PREPRINT,
}  # fmt: skip
_READ = frozenset([
    "TY", "ER", "TI", "T1", "CT", "TT", "A1", "AU", "T2", "JF", "JO", "JA", "J1", "J2", "BT", "PY",
    "Y1", "DA", "VL", "IS", "CP", "SP", "EP", "AB", "N2", "KW", "DO", "L1", "L2", "L3", "SN", "UR",
    "LK", "AN", "PB", "CY", "LA", "DB", "DP", "ID", "M1", "M3", "C2", "C7", "AD",
])  # fmt: skip


def split(text: str) -> Iterator[Piece]:
    """Yield records from TY to ER. Tags that stand outside of any record are a record without its TY."""
    start, held = 0, list[str]()
    for number, line in enumerate(text.split("\n"), start=1):
        if _BEGINS.match(line) and start:
            yield Piece(start, held)
            start, held = 0, []
        if start or _NARROW.match(line):
            start = start or number
            held.append(line)
        if start and _ENDS.match(line):
            yield Piece(start, held)
            start, held = 0, []
    if start:
        yield Piece(start, held)


def declared(text: str) -> int:
    """Count the lines that begin a record, and the records that have lost theirs."""
    begun = len(re.findall(r"^[^\S\n]*TY[^\S\n]{0,2}-(?:\s|$)", text, re.MULTILINE))
    return begun + sum(1 for piece in split(text) if not _BEGINS.match(piece.lines[0]))


def tags_of(piece: Piece) -> Tags:
    """Return the tags of a record; a line without a tag goes on with the value before it."""
    wide = bool(re.match(r"^\s*TY  -", piece.lines[0]))
    pattern, tags, last = _WIDE if wide else _NARROW, Tags(), ""
    for line in piece.lines:
        if found := pattern.match(line):
            last = found[1]
            tags.add(last, (found[2] or "").strip())
        elif last and line.strip():
            tags.go_on(last, line)
    return tags


def article(piece: Piece) -> Article:
    """Return the article of a record. Raises ``Unreadable``."""
    if not _BEGINS.match(piece.lines[0]):
        raise Unreadable(_("记录没有以 TY 行开始"))
    tags = tags_of(piece)
    kind = _KINDS.get(tags.first("TY").upper(), Kind.OTHER)
    titles = [cleaning.clean_chinese(each) for each in tags.all("TI", "T1", "CT")]
    if not titles and kind == Kind.BOOK:
        titles = [cleaning.clean(each) for each in tags.all("BT", "T2")]
    pages = tags.first("SP")
    end = tags.first("EP")
    if pages and end and "-" not in pages and end != pages:
        pages = f"{pages}-{end}"
    names = [name for each in tags.all("AU", "A1") for name in cleaning.chinese_list([each])]
    dated = tags.first("DA", "PY", "Y1").replace("/", "-").strip("-")
    numbers = " ".join(tags.all("SN"))
    database = tags.first("DB", "DP")
    return needs_a_title(
        Article(
            title=titles[0] if titles else "",
            other_title=cleaning.clean(tags.first("TT")),
            authors=tuple(cleaning.author(name) for name in names),
            kind=kind,
            journal=cleaning.clean(tags.first("JF", "T2", "JO", "BT", "JA", "J2")),
            journal_short=cleaning.clean(tags.first("JA", "J2", "J1", "JO")),
            issns=identifiers.issns_in(numbers),
            isbns=tuple(re.findall(r"97[89][\d-]{10,14}", numbers)),
            year=cleaning.year_in(tags.first("PY", "Y1", "DA")),
            published=cleaning.date_in(dated),
            volume=tags.first("VL"),
            issue=tags.first("IS", "CP"),
            pages=pages or tags.first("C7"),
            abstract=cleaning.clean_chinese(tags.first("AB", "N2")),
            keywords=cleaning.pieces(tags.all("KW")),
            language=tags.first("LA"),
            publisher=tags.first("PB"),
            place=tags.first("CY"),
            number=tags.first("M1") if kind in (Kind.PATENT, Kind.STANDARD, Kind.REPORT) else "",
            doi=identifiers.clean_doi(tags.first("DO"))
            or next((doi for each in tags.all("L3", "M3", "UR") if (doi := identifiers.doi_in(each))), ""),
            pmid=_pmid(tags, database),
            pmcid=identifiers.find(" ".join(tags.all("C2"))).pmcid,
            url=tags.first("UR", "LK"),
            types=tuple(tags.all("M3")),
            source=database,
            source_id=tags.first("AN", "ID"),
            extra=tags.rest(_READ),
        )
    )


def _pmid(tags: Tags, database: str) -> str:
    number = tags.first("AN")
    if (
        number.isdigit()
        and len(number) <= 8
        and ("pubmed" in database.casefold() or "nlm" in database.casefold())
    ):
        return number
    return identifiers.find(" ".join(tags.all("UR", "N1", "AN"))).pmid


RIS = Format("ris", "RIS", declared, split, article)
