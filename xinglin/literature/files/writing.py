"""References written for others: RIS, BibTeX, GB/T 7714 and tables. What we write, we read back."""

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from xinglin.commons import sheets
from xinglin.literature.articles import KIND_WORDS, Article, Author, Kind
from xinglin.literature.citations.gbt7714 import reference

_RIS = {
    Kind.JOURNAL: "JOUR", Kind.PREPRINT: "UNPB", Kind.BOOK: "BOOK", Kind.CHAPTER: "CHAP", Kind.CONFERENCE: "CONF",
    Kind.THESIS: "THES", Kind.NEWSPAPER: "NEWS", Kind.PATENT: "PAT", Kind.STANDARD: "STAND", Kind.REPORT: "RPRT",
    Kind.DATASET: "DATA", Kind.WEB: "ELEC", Kind.OTHER: "GEN",
}  # fmt: skip
_BIBTEX = {
    Kind.JOURNAL: "article", Kind.PREPRINT: "unpublished", Kind.BOOK: "book", Kind.CHAPTER: "incollection",
    Kind.CONFERENCE: "inproceedings", Kind.THESIS: "phdthesis", Kind.NEWSPAPER: "article", Kind.PATENT: "patent",
    Kind.STANDARD: "standard", Kind.REPORT: "techreport", Kind.DATASET: "dataset", Kind.WEB: "online",
}  # fmt: skip
_SPECIAL = re.compile(r"([&%$#_])")


def _name(author: Author) -> str:
    if re.search(r"[\u3400-\u9fff]", author.name) or not author.family:
        return author.name
    return f"{author.family}, {author.given}" if author.given else author.family


def write_ris(articles: Iterable[Article]) -> str:
    """Return articles as RIS."""
    lines: list[str] = []
    for article in articles:
        start, _dash, end = article.pages.partition("-")
        pairs: list[tuple[str, str]] = [
            ("TY", _RIS[article.kind]),
            ("TI", article.title or article.other_title),
        ]
        pairs += [("TT", article.other_title)] if article.title else []
        pairs += [("AU", _name(each)) for each in article.authors]
        pairs += [
            ("T2", article.journal), ("J2", article.journal_short), ("PY", str(article.year or "")),
            ("DA", article.published.replace("-", "/")), ("VL", article.volume), ("IS", article.issue),
            ("SP", start), ("EP", end), *(("SN", each) for each in (*article.issns, *article.isbns)),
            ("DO", article.doi), ("AB", article.abstract), *(("KW", each) for each in article.keywords),
            ("LA", article.language), ("PB", article.publisher or article.school), ("CY", article.place),
            ("M1", article.number), ("UR", article.url), ("DB", article.source),
            ("AN", article.pmid if article.source == "pubmed" else article.source_id),
        ]  # fmt: skip
        lines += [f"{tag}  - {' '.join(value.split())}" for tag, value in pairs if value]
        lines += ["ER  - ", ""]
    return "\r\n".join(lines)


def write_bibtex(articles: Iterable[Article]) -> str:
    """Return articles as BibTeX; keys are first author, year and a counter where two would be the same."""
    used: dict[str, int] = {}
    return "\n".join(_entry(article, _key(article, used)) for article in articles)


def _key(article: Article, used: dict[str, int]) -> str:
    first = article.authors[0] if article.authors else None
    stem = re.sub(r"[^\w\u4e00-\u9fff]", "", (first.family or first.name) if first else "anon") + str(
        article.year or ""
    )
    used[stem] = used.get(stem, 0) + 1
    return stem if used[stem] == 1 else f"{stem}-{used[stem]}"


def _entry(article: Article, key: str) -> str:
    where = "booktitle" if article.kind in (Kind.CONFERENCE, Kind.CHAPTER) else "journal"
    values = {
        "title": article.title or article.other_title,
        "author": " and ".join(
            f"{{{each.name}}}" if each.is_group else _name(each) for each in article.authors
        ),
        where: article.journal,
        "year": str(article.year or ""),
        "volume": article.volume,
        "number": article.issue or article.number,
        "pages": article.pages.replace("-", "--"),
        "doi": article.doi,
        "issn": ", ".join(article.issns),
        "isbn": ", ".join(article.isbns),
        "publisher": article.publisher,
        "school": article.school,
        "address": article.place,
        "language": article.language,
        "keywords": ", ".join(article.keywords),
        "abstract": article.abstract,
        "pmid": article.pmid,
        "url": article.url,
    }
    said = [f"  {name} = {{{_escaped(value)}}}," for name, value in values.items() if value]
    return "\n".join([f"@{_BIBTEX.get(article.kind, 'misc')}{{{key},", *said, "}", ""])


def _escaped(value: str) -> str:
    balanced = value if value.count("{") == value.count("}") else value.replace("{", "(").replace("}", ")")
    return _SPECIAL.sub(r"\\\1", " ".join(balanced.split()))


def write_gbt7714(articles: Iterable[Article]) -> str:
    """Return a numbered list of references by GB/T 7714-2015."""
    return "".join(f"[{number}] {reference(article)}\n" for number, article in enumerate(articles, start=1))


def write_xlsx(articles: Iterable[Article], *, title: str) -> bytes:
    """Return articles as a workbook of one sheet, whose columns our own reader knows."""
    return sheets.xlsx_bytes(title=title, headings=_headings(), rows=_rows(articles))


def _headings() -> list[str]:
    return [
        _("题名"), _("作者"), _("刊名"), _("年"), _("卷"), _("期"), _("页码"), _("DOI"), _("PMID"), _("ISSN"),
        _("文献类型"), _("语种"), _("关键词"), _("摘要"), _("链接"), _("译名"),
    ]  # fmt: skip


def _rows(articles: Iterable[Article]) -> Iterator[list[object]]:
    for article in articles:
        yield [
            article.title or article.other_title, "; ".join(_name(each) for each in article.authors), article.journal,
            article.year or "", article.volume, article.issue, article.pages, article.doi, article.pmid,
            "; ".join(article.issns), str(KIND_WORDS[article.kind]), article.language, "; ".join(article.keywords),
            article.abstract, article.url, article.other_title if article.title else "",
        ]  # fmt: skip
