"""BibTeX. Entries are cut out by us, line by line, and each is read by bibtexparser: a broken one is refused alone."""

import logging
import re
from collections.abc import Iterator
from functools import lru_cache

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from django.utils.translation import gettext_lazy as _

from xinglin.literature import cleaning, identifiers
from xinglin.literature.articles import Article, Kind
from xinglin.literature.files.pieces import Format, Piece, Unreadable, needs_a_title, split_at

_BEGINS = re.compile(r"^\s*@\s*(?!comment|string|preamble)([A-Za-z]+)\s*[{(]", re.IGNORECASE)
_KEY = re.compile(r"^(\s*@\s*[A-Za-z]+\s*[{(])([^,=\n]*)(,)")
_KINDS = {
    "article": Kind.JOURNAL, "book": Kind.BOOK, "booklet": Kind.BOOK, "inbook": Kind.CHAPTER,
    "incollection": Kind.CHAPTER, "inproceedings": Kind.CONFERENCE, "conference": Kind.CONFERENCE,
    "proceedings": Kind.CONFERENCE, "phdthesis": Kind.THESIS, "mastersthesis": Kind.THESIS, "thesis": Kind.THESIS,
    "techreport": Kind.REPORT, "report": Kind.REPORT, "patent": Kind.PATENT, "standard": Kind.STANDARD,
    "online": Kind.WEB, "electronic": Kind.WEB, "dataset": Kind.DATASET, "unpublished": Kind.PREPRINT,
}  # fmt: skip
_READ = frozenset([
    "title", "author", "journal", "journaltitle", "booktitle", "year", "date", "month", "volume",
    "number", "pages", "abstract", "keywords", "doi", "pmid", "issn", "isbn", "url", "publisher",
    "address", "school", "language", "shorttitle",
])  # fmt: skip
# Its parser tells of every oddity at length; ours are told to the person who imports.
logging.getLogger("bibtexparser").setLevel(logging.ERROR)


@lru_cache(maxsize=1)
def _latex() -> list[LatexDecodingMiddleware]:
    """Made once: it builds its tables anew each time."""
    return [LatexDecodingMiddleware()]


def split(text: str) -> Iterator[Piece]:
    return split_at(text, _BEGINS.match)


def declared(text: str) -> int:
    return len(
        re.findall(
            r"^[ \t]*@[ \t]*(?!comment|string|preamble)[A-Za-z]+\s*[{(]", text, re.MULTILINE | re.IGNORECASE
        )
    )


def article(piece: Piece) -> Article:
    """Return the article of one entry. Raises ``Unreadable``."""
    begun = _BEGINS.match(piece.lines[0])
    # Vendors put blanks and colons into keys, which is no BibTeX; the key is theirs, not ours.
    text = _KEY.sub(lambda found: f"{found[1]}{''.join(found[2].split()) or 'x'},", piece.text, count=1)
    library = parse_string(text, append_middleware=_latex() if "\\" in text else None)
    if not library.entries or begun is None:
        reason = str(library.failed_blocks[0].error) if library.failed_blocks else ""
        raise Unreadable(_("BibTeX 条目的括号不配对或字段有误（%(why)s）"), why=reason[:100])
    fields = {
        name.casefold(): _bare(str(each.value)) for name, each in library.entries[0].fields_dict.items()
    }
    kind = _KINDS.get(begun[1].casefold(), Kind.OTHER)
    published = fields.get("date") or " ".join(filter(None, (fields.get("year"), fields.get("month"))))
    return needs_a_title(
        Article(
            title=cleaning.clean(fields.get("title")),
            authors=tuple(
                cleaning.author(each)
                for each in re.split(r"\s+and\s+", " ".join(fields.get("author", "").split()))
                if each.strip()
            ),
            kind=kind,
            journal=cleaning.clean(
                fields.get("journal") or fields.get("journaltitle") or fields.get("booktitle")
            ),
            issns=identifiers.issns_in(fields.get("issn", "")),
            isbns=tuple(re.findall(r"97[89][\d-]{10,14}", fields.get("isbn", ""))),
            year=cleaning.year_in(published),
            published=cleaning.date_in(published),
            volume=fields.get("volume", ""),
            issue=fields.get("number", "") if kind not in (Kind.PATENT, Kind.STANDARD, Kind.REPORT) else "",
            pages=re.sub(r"-{2,}|–", "-", fields.get("pages", "")),
            abstract=cleaning.clean(fields.get("abstract")),
            keywords=cleaning.pieces([fields.get("keywords", "")], ",;，；"),
            language=fields.get("language", ""),
            publisher=fields.get("publisher", ""),
            school=fields.get("school", ""),
            place=fields.get("address", ""),
            number=fields.get("number", "") if kind in (Kind.PATENT, Kind.STANDARD, Kind.REPORT) else "",
            doi=identifiers.clean_doi(fields.get("doi", "")),
            pmid=fields.get("pmid", ""),
            url=fields.get("url", ""),
            source_id=library.entries[0].key,
            extra=tuple((name, value) for name, value in fields.items() if name not in _READ and value),
        )
    )


def _bare(value: str) -> str:
    """Return a value without the braces that only protect capitals."""
    return (
        re.sub(r"(?<!\\)[{}]", "", value).replace("\\&", "&").replace("\\%", "%").replace("\\_", "_").strip()
    )


BIBTEX = Format("bibtex", "BibTeX", declared, split, article)
