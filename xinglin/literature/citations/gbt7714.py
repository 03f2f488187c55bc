"""One reference by GB/T 7714-2015 (sequential numbering). Source: 信息与文献 参考文献著录规则, chapters 4 to 8."""

import re

from xinglin.literature.articles import Article, Author, Kind
from xinglin.literature.cleaning import HAN

_MARKS = {
    Kind.JOURNAL: "J", Kind.PREPRINT: "J", Kind.BOOK: "M", Kind.CHAPTER: "M", Kind.CONFERENCE: "C", Kind.THESIS: "D",
    Kind.NEWSPAPER: "N", Kind.PATENT: "P", Kind.STANDARD: "S", Kind.REPORT: "R", Kind.DATASET: "DS", Kind.WEB: "EB",
    Kind.OTHER: "Z",
}  # fmt: skip
MOST_NAMED = 3
"""More authors than these are 等 or et al. (8.1.2)."""


def reference(article: Article) -> str:
    """Return the reference in one line, with its full stop."""
    title = (article.title or article.other_title).rstrip(" .。")
    online = "/OL" if article.kind in (Kind.WEB, Kind.DATASET, Kind.PREPRINT) or (
        article.kind == Kind.JOURNAL and not (article.volume or article.issue or article.pages) and _address(article)
    ) else ""  # fmt: skip
    mark = f"[{_MARKS[article.kind]}{online}]"
    people = _people(article, chinese=bool(HAN.search(title)))
    if article.kind in (Kind.PATENT, Kind.STANDARD) and article.number:
        title = f"{title}: {article.number}"
    said = f"{people}. {title}{mark}" if people else f"{title}{mark}"
    if article.kind in (Kind.CHAPTER, Kind.CONFERENCE) and article.journal:
        said += f"//{article.journal.rstrip('.')}"
    where = _where(article)
    said += f". {where}" if where else ""
    address = _address(article)
    return f"{said}. {address}." if address else f"{said}."


def _people(article: Article, *, chinese: bool) -> str:
    names = [_name(each) for each in article.authors[:MOST_NAMED]]
    if len(article.authors) > MOST_NAMED:
        names.append("等" if chinese or HAN.search(article.authors[0].name) else "et al")
    return ", ".join(names)


def _name(author: Author) -> str:
    if author.is_group or HAN.search(author.name) or not author.family:
        return author.name
    words = [word for word in re.split(r"[\s.\-]+", author.given) if word]
    initials = [word if re.fullmatch(r"[A-Z]{1,4}", word) else word[0].upper() for word in words]
    letters = " ".join(" ".join(each) for each in initials)
    return f"{author.family.upper()} {letters}".strip()


def _where(article: Article) -> str:
    year = str(article.year or "")
    if article.kind in (Kind.JOURNAL, Kind.PREPRINT, Kind.OTHER):
        issue = f"({article.issue})" if article.issue else ""
        volume = f"{article.volume}{issue}"
        parts = ", ".join(filter(None, (article.journal.rstrip("."), year, volume)))
        return f"{parts}: {article.pages}" if article.pages else parts
    if article.kind == Kind.NEWSPAPER:
        page = f"({article.pages})" if article.pages else ""
        return ", ".join(filter(None, (article.journal, f"{article.published or year}{page}")))
    if article.kind == Kind.PATENT:
        return article.published or year
    if article.kind == Kind.WEB:
        return f"({article.published})" if article.published else ""
    publisher = article.school or article.publisher
    printed = ", ".join(
        filter(None, (f"{article.place}: {publisher}" if article.place and publisher else publisher, year))
    )
    return f"{printed}: {article.pages}" if article.pages and printed else printed


def _address(article: Article) -> str:
    if article.doi:
        return f"DOI: {article.doi}"
    return article.url if article.kind in (Kind.WEB, Kind.DATASET, Kind.PREPRINT) else ""
