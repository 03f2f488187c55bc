"""CSSCI's text form: 【来源篇名】 begins a record."""

import re
from collections.abc import Iterator

from xinglin.literature import cleaning
from xinglin.literature.articles import Article
from xinglin.literature.files.pieces import Format, Piece, Tags, needs_a_title, split_at

_TAG = re.compile(r"^【([^】]{1,12})】(.*)$")
_READ = frozenset(["来源篇名", "英文篇名", "来源作者", "期刊", "年代卷期", "关键词", "中图类号"])
_PLACE = re.compile(r"^(\d{4})?[,，]?\s*(\d+)?\s*(?:\(0*([^)]*)\))?\s*[:：]?\s*(.*)$")


def split(text: str) -> Iterator[Piece]:
    return split_at(text, lambda line: line.startswith("【来源篇名】"))


def declared(text: str) -> int:
    return len(re.findall(r"^【来源篇名】", text, re.MULTILINE))


def article(piece: Piece) -> Article:
    """Return the article of a record. Raises ``Unreadable``."""
    tags, last = Tags(), ""
    for line in piece.lines:
        if found := _TAG.match(line):
            last = "".join(found[1].split())
            tags.add(last, found[2].strip())
        elif last and line.strip() and not line.startswith("----"):
            tags.add(last, line.strip())
    place = _PLACE.match(tags.first("年代卷期"))
    year, volume, issue, pages = place.groups() if place else (None, None, None, None)
    return needs_a_title(
        Article(
            title=cleaning.clean_chinese(tags.first("来源篇名")),
            other_title=cleaning.clean(tags.first("英文篇名")),
            authors=tuple(cleaning.author(each) for each in cleaning.pieces(tags.all("来源作者"), "/;；")),
            journal=tags.first("期刊"),
            year=int(year) if year else None,
            volume=volume or "",
            issue=issue or "",
            pages=(pages or "").strip("."),
            keywords=cleaning.pieces(tags.all("关键词"), "/;；"),
            class_number=tags.first("中图类号"),
            source="CSSCI",
            extra=tags.rest(_READ),
        )
    )


CSSCI = Format("cssci", "CSSCI", declared, split, article)
