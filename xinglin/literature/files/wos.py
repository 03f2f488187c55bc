"""Web of Science's field-tagged form (``FN``, ``PT J … ER``), also with a BOM or as ISI's older export."""

import re
from collections.abc import Iterator

from xinglin.literature import cleaning, identifiers
from xinglin.literature.articles import Article, Kind
from xinglin.literature.files.pieces import Format, Piece, Tags, needs_a_title, split_at

_TAG = re.compile(r"^([A-Z][A-Z0-9])(?: (.*)|$)")
_KINDS = {"J": Kind.JOURNAL, "B": Kind.BOOK, "S": Kind.CHAPTER, "P": Kind.PATENT, "C": Kind.CONFERENCE}
_READ = frozenset([
    "PT", "AU", "AF", "TI", "SO", "JI", "LA", "DT", "ID", "DE", "AB", "C1", "SN", "EI", "BN", "PY",
    "PD", "VL", "IS", "BP", "EP", "AR", "DI", "PM", "UT", "PU", "PI", "PN",
])  # fmt: skip
_SPLIT_VALUES = frozenset({"AU", "AF", "C1", "CR", "BE", "FU"})


def split(text: str) -> Iterator[Piece]:
    for piece in split_at(text, re.compile(r"^PT \S").match):
        ends = [at for at, line in enumerate(piece.lines) if line.strip() == "ER"]
        yield Piece(piece.line, piece.lines[: ends[0]] if ends else piece.lines)


def declared(text: str) -> int:
    return len(re.findall(r"^PT \S", text, re.MULTILINE))


def tags_of(piece: Piece) -> Tags:
    tags, last = Tags(), ""
    for line in piece.lines:
        if found := _TAG.match(line):
            last = found[1]
            tags.add(last, (found[2] or "").strip())
        elif last and line.startswith("  ") and line.strip():
            if last in _SPLIT_VALUES:
                tags.add(last, line.strip())
            else:
                tags.go_on(last, line)
    return tags


def article(piece: Piece) -> Article:
    """Return the article of a record. Raises ``Unreadable``."""
    tags = tags_of(piece)
    begin, end = tags.first("BP"), tags.first("EP")
    return needs_a_title(
        Article(
            title=cleaning.clean(tags.first("TI")),
            authors=tuple(cleaning.author(each) for each in tags.all("AF") or tags.all("AU")),
            kind=_KINDS.get(tags.first("PT"), Kind.JOURNAL),
            journal=cleaning.clean(tags.first("SO")),
            journal_short=tags.first("JI", "J9"),
            issns=identifiers.issns_in(" ".join(tags.all("SN", "EI"))),
            isbns=tuple(re.findall(r"97[89][\d-]{10,14}", " ".join(tags.all("BN")))),
            year=cleaning.year_in(tags.first("PY")),
            published=cleaning.date_in(f"{tags.first('PY')} {tags.first('PD')}"),
            volume=tags.first("VL"),
            issue=tags.first("IS"),
            pages=f"{begin}-{end}" if begin and end and begin != end else begin or tags.first("AR"),
            abstract=cleaning.clean(tags.first("AB")),
            keywords=cleaning.pieces(tags.all("DE", "ID")),
            types=cleaning.pieces(tags.all("DT")),
            language=tags.first("LA"),
            publisher=tags.first("PU"),
            place=tags.first("PI"),
            number=tags.first("PN"),
            doi=identifiers.clean_doi(tags.first("DI")),
            pmid=tags.first("PM"),
            source="Web of Science",
            source_id=tags.first("UT"),
            extra=(*(("C1", each) for each in tags.all("C1")), *tags.rest(_READ)),
        )
    )


WOS = Format("wos", "Web of Science", declared, split, article)
