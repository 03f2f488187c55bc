"""A gold set of Chinese pairs, built from real records: the same paper as CNKI, 万方 and PubMed would give it,
and papers that only look the same.

Records are read from the exports of CNKI, 万方, 中华医学期刊网 and CSSCI beside the project. What a second
database does to a record is what the research found it to do: traditional characters and full-width signs,
issue 07 and 7, pages with a plus, authors in one line, ``<正>``, a DOI that only one has, an English title with
the Chinese one behind it and authors in pinyin.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import opencc
from pypinyin import Style, lazy_pinyin

from xinglin.literature.articles import Article, Author, Kind
from xinglin.literature.cleaning import HAN
from xinglin.literature.files import read

_FILES = ("chinese/cnki/*", "chinese/cnki_noteexpress/*", "chinese/wanfang/*", "chinese/cssci/*")
_WIDE = str.maketrans({"(": "（", ")": "）", ",": "，", ":": "：", "-": "—", "0": "０", "1": "１", "2": "２"})
_TRADITIONAL = opencc.OpenCC("s2t")
_SWAPS = (
    ("大鼠", "小鼠"), ("2型", "1型"), ("男性", "女性"), ("老年", "儿童"), ("高", "低"), ("术前", "术后"),
    ("教师", "学生"), ("研究", "调查"), ("中学", "小学"), ("影响", "意义"), ("中国", "美国"),
    ("分析", "综述"), ("模型", "系统"),
)  # fmt: skip


@dataclass(frozen=True)
class Labelled:
    """Two records and whether they are one publication; ``how`` says what the pair tries."""

    one: Article
    other: Article
    same: bool
    how: str


def records(home: Path) -> list[Article]:
    """Return the Chinese records of the exports, those with a title, an author and a journal."""
    found = [
        article.but(source="", source_id="")
        for pattern in _FILES
        for path in sorted(home.glob(pattern))
        for article in read(path.read_bytes(), name=path.name).articles
    ]
    return [each for each in found if HAN.search(each.title) and each.authors and len(each.title) >= 8]


def pairs(home: Path) -> Iterator[Labelled]:
    """Yield the pairs, positives and hard negatives."""
    articles = records(home)
    for article in articles:
        yield Labelled(article, _as_wanfang(article), True, "cnki × wanfang")
        yield Labelled(article, _in_traditional(article), True, "simplified × traditional")
        if article.other_title:
            yield Labelled(_as_wanfang(article), _as_pubmed(article), True, "wanfang × pubmed")
        yield from _look_alikes(article)
    for one, other in pairwise(articles):
        if one.journal and one.title != other.title:
            neighbour = other.but(
                journal=one.journal, year=one.year, volume=one.volume, issue=one.issue, issns=one.issns,
                pages=_later(one.pages), doi="",
            )  # fmt: skip
            yield Labelled(one, neighbour, False, "same issue")
            yield Labelled(one, neighbour.but(authors=one.authors), False, "same issue, same authors")


def _as_wanfang(article: Article) -> Article:
    """The same paper as the other database writes it."""
    issue = article.issue.lstrip("0") if article.issue.startswith("0") else article.issue.zfill(2)
    return article.but(
        title=article.title.translate(_WIDE), issue=issue if article.issue else "", doi="", abstract="", keywords=(),
        pages=article.pages.replace("-", "－"), authors=tuple(Author(name=each.name) for each in article.authors[:3]),
    )  # fmt: skip


def _in_traditional(article: Article) -> Article:
    convert = _TRADITIONAL.convert
    return article.but(
        title=convert(article.title), journal=convert(article.journal), doi="",
        authors=tuple(Author(name=convert(each.name)) for each in article.authors),
    )  # fmt: skip


def _as_pubmed(article: Article) -> Article:
    """The same paper as PubMed writes it: English title in brackets, pinyin names, the pages cut short."""
    first, _dash, last = article.pages.partition("-")
    short = f"{first}-{last[-1]}" if len(first) == len(last) and first[:-1] == last[:-1] else article.pages
    return Article(
        title=f"[{article.other_title}].", journal="", year=article.year, volume=article.volume,
        issue=article.issue.lstrip("0"), pages=short, issns=article.issns, language="chi",
        authors=tuple(_in_pinyin(each) for each in article.authors),
    )  # fmt: skip


def _in_pinyin(author: Author) -> Author:
    sounds = lazy_pinyin(author.name, style=Style.NORMAL)
    family, given = sounds[0].capitalize(), "".join(each[0].upper() for each in sounds[1:])
    return Author(name=f"{family} {given}", family=family, given=given)


def _look_alikes(article: Article) -> Iterator[Labelled]:
    """What is another publication by the same people in the same journal."""
    first, second = (
        article.but(title=f"{article.title}(一)"),
        article.but(title=f"{article.title}(二)", doi=""),
    )
    yield Labelled(first, second.but(pages=_later(article.pages)), False, "parts")
    yield Labelled(first, second.but(pages=""), False, "parts without pages")
    notice = article.but(title=f"《{article.title}》勘误", pages=_later(article.pages), doi="")
    yield Labelled(article, notice, False, "erratum")
    abstract = article.but(
        kind=Kind.CONFERENCE,
        number="",
        journal="全国学术会议论文汇编",
        volume="",
        issue="",
        pages="12",
        doi="",
        issns=(),
    )
    yield Labelled(article, abstract, False, "meeting abstract")
    thesis = article.but(
        kind=Kind.THESIS, journal="", volume="", issue="", pages="", doi="", issns=(), school="某某大学",
        year=(article.year or 2020) - 2,
    )  # fmt: skip
    yield Labelled(article, thesis, False, "thesis before the paper")
    for word, other in _SWAPS:
        if word in article.title:
            swapped = article.but(
                title=article.title.replace(word, other, 1), pages=_later(article.pages), doi=""
            )
            yield Labelled(article, swapped, False, "one word other")
            yield Labelled(article, swapped.but(pages=""), False, "one word other, no page")
            break


def _later(pages: str) -> str:
    first = "".join(each for each in pages.partition("-")[0] if each.isdigit())
    return f"{int(first) + 7}-{int(first) + 10}" if first else "401-404"
