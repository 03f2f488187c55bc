"""Tables: what databases export as CSV or XLSX, and what people type; columns are known by their headings."""

import io
import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _
from lxml import etree, html

from xinglin.commons.numbers import whole
from xinglin.commons.sheets import Row, read_table
from xinglin.literature import cleaning, identifiers
from xinglin.literature.articles import Article, Kind
from xinglin.literature.files import estudy
from xinglin.literature.files.pieces import Unreadable, kind_of, needs_a_title

_COLUMNS: dict[str, tuple[str, ...]] = {
    "title": ("title", "article title", "titles", "题名", "标题", "篇名", "文献题名", "论文题目", "display_name"),
    "authors": ("authors", "author", "author(s)", "author/s", "author full names", "作者", "著者", "责任者"),
    "journal": ("journal", "source title", "source", "publication title", "journal/book", "刊名", "期刊", "来源",
                "文献来源", "出处"),
    "year": ("year", "publication year", "py", "年", "年份", "出版年", "发表年份", "publication_year"),
    "published": ("date", "publication date", "date published", "出版日期", "发表时间", "出版时间"),
    "volume": ("volume", "vl", "卷"),
    "issue": ("issue", "issue number", "number", "期", "期号"),
    "pages": ("pages", "page", "页码", "起止页码", "页"),
    "start": ("start page", "page start", "begin page", "起始页"),
    "end": ("end page", "page end", "结束页"),
    "doi": ("doi", "doi号", "doi link"),
    "pmid": ("pmid", "pubmed id", "entrezuid", "pm"),
    "pmcid": ("pmcid", "pmc id"),
    "issn": ("issn", "issns", "eissn"),
    "isbn": ("isbn",),
    "abstract": ("abstract", "摘要", "文摘"),
    "keywords": ("keywords", "author keywords", "keyword", "关键词", "主题词"),
    "language": ("language", "语种", "language of original document"),
    "kind": ("document type", "publication type", "type", "文献类型", "来源库", "item type", "entrytype"),
    "publisher": ("publisher", "出版者", "出版社"),
    "url": ("url", "link", "链接", "网址"),
    "identity": ("id", "lens id", "eid", "ut (unique wos id)", "序号", "key", "record_id"),
}  # fmt: skip
_BY_HEADING = {heading: name for name, headings in _COLUMNS.items() for heading in headings}
_DETAILS = re.compile(r"^(?P<journal>.+?)\.\s+(?P<date>\d{4}[^;.]*)(?:;(?P<volume>[^(:.]*)(?:\((?P<issue>[^)]*)\))?"
                      r"(?::(?P<pages>[^.]*))?)?\.")  # fmt: skip


def rows_of(data: bytes, name: str) -> Iterator[Row]:
    """Yield the rows of a table; an ``.xls`` that is really a page of HTML, as CNKI's, is read as one.

    Raises ``UnreadableTable``, ``Unreadable``.
    """
    if data.lstrip()[:1] == b"<":
        yield from _html_rows(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("这是旧版 XLS 工作簿；请在表格软件里另存为 XLSX 再导入"))
    else:
        yield from read_table(io.BytesIO(data), name=name)


def _html_rows(data: bytes) -> Iterator[Row]:
    parser = html.HTMLParser(no_network=True, huge_tree=False)
    try:
        page = html.fromstring(data, parser=parser)
    except (etree.ParserError, ValueError):
        raise Unreadable(_("文件不是表格")) from None
    headings: list[str] = []
    for number, row in enumerate(page.iter("tr"), start=1):
        cells = [
            cleaning.clean("".join(str(each) for each in cell.itertext())) for cell in row.iter("td", "th")
        ]
        if not headings:
            headings = cells
        elif any(cells):
            yield Row(number, dict(zip(headings, cells, strict=False)))


def is_known(headings: list[str]) -> bool:
    """Whether a title stands among the headings."""
    return any(_plain(each) in _COLUMNS["title"] or each.startswith("Title-") for each in headings)


def article(cells: Mapping[str, str]) -> Article:
    """Return the article of a row. Raises ``Unreadable``."""
    if any(re.match(r"Title-[\u4e00-\u9fff]+", heading) for heading in cells):
        return estudy.of_row(cells)
    values: dict[str, str] = {}
    extra = []
    for heading, value in cells.items():
        known = _BY_HEADING.get(_plain(heading))
        if known and not values.get(known):
            values[known] = value
        elif value:
            extra.append((heading, value))
    given = dict(extra)
    if (
        "Details" in given and "EntrezUID" in cells
    ):  # PubMed's old CSV: one line of details, authors as Description
        values["authors"] = given.get("Description", "").strip().rstrip(".")
        values.pop("kind", None)
        if found := _DETAILS.match(given["Details"]):
            values |= {name: (found[name] or "").strip() for name in ("journal", "volume", "issue", "pages")}
            values["published"] = found["date"]
    pages = values.get("pages") or "-".join(filter(None, (values.get("start"), values.get("end"))))
    dated = values.get("published", "")
    kind_word = values.get("kind", "")
    return needs_a_title(
        Article(
            title=cleaning.clean_chinese(values.get("title")),
            authors=tuple(cleaning.author(each) for each in _names(values.get("authors", ""))),
            kind=kind_of(kind_word) if kind_word and kind_word.casefold() != "article" else Kind.JOURNAL,
            journal=cleaning.clean(values.get("journal")),
            issns=identifiers.issns_in(re.sub(r"(?<!\d)(\d{7}[\dXx])(?!\d)", r"\1 ", values.get("issn", ""))),
            isbns=tuple(re.findall(r"97[89][\d-]{10,14}", values.get("isbn", ""))),
            year=cleaning.year_in(values.get("year", "") or dated),
            published=cleaning.date_in(dated),
            volume=values.get("volume", ""),
            issue=values.get("issue", ""),
            pages=pages,
            abstract=cleaning.clean_chinese(values.get("abstract")),
            keywords=cleaning.pieces([values.get("keywords", "")]),
            language=values.get("language", ""),
            publisher=values.get("publisher", ""),
            doi=identifiers.clean_doi(values.get("doi", "")) or identifiers.doi_in(given.get("Details", "")),
            pmid=values.get("pmid", "") if whole(values.get("pmid", "")) else "",
            pmcid=values.get("pmcid", ""),
            url=values.get("url", ""),
            source_id=values.get("identity", ""),
            extra=tuple(extra),
        )
    )


def _plain(heading: str) -> str:
    return " ".join(heading.replace("\ufeff", "").split()).casefold()


def _names(text: str) -> tuple[str, ...]:
    """Return the names in one cell: by ``;``, by `` and ``, or by commas where each part is a whole name."""
    if re.search(r"[;；]", text):
        return cleaning.pieces([text])
    if " and " in text:
        return tuple(each.strip() for each in text.split(" and ") if each.strip())
    if cleaning.HAN.search(text):
        return cleaning.chinese_list([text])
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > 1 and all(re.search(r"\s[A-Z]{1,4}\.?$", part) for part in parts):
        return tuple(parts)
    return (text.strip(),) if text.strip() else ()
