"""What the columns of a spreadsheet mean, guessed from their headings; a librarian has the last word."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.marc import isbn13


class Meaning(models.TextChoices):
    """What a column may say about a book."""

    TITLE = "title", _("题名")
    SUBTITLE = "subtitle", _("副题名")
    VOLUME = "volume", _("卷册")
    AUTHOR = "author", _("责任者")
    PUBLISHER = "publisher", _("出版者")
    PLACE = "place", _("出版地")
    YEAR = "year", _("出版年")
    EDITION = "edition", _("版本")
    ISBN = "isbn", _("ISBN")
    CLASS = "class", _("分类号")
    SUBJECT = "subject", _("主题词")
    SERIES = "series", _("丛编")
    EXTENT = "extent", _("页数")
    LANGUAGE = "language", _("语种")
    ABSTRACT = "abstract", _("摘要")
    PRICE = "price", _("价格")
    CALL_NUMBER = "call_number", _("索书号")
    BARCODE = "barcode", _("条码")
    LOCATION = "location", _("馆藏地点")


_SAID: dict[Meaning, str] = {
    Meaning.TITLE: "书名 题名 正题名 正书名 图书名称 名称 书刊名 资料名称 title",
    Meaning.SUBTITLE: "副书名 副题名 其他题名信息 subtitle",
    Meaning.VOLUME: "卷册 卷次 册次 分册 卷册号 volume",
    Meaning.AUTHOR: "作者 责任者 著者 编者 主编 著译者 编著者 作者名 责任说明 第一责任者 author authors",
    Meaning.PUBLISHER: "出版社 出版者 出版单位 出版机构 publisher",
    Meaning.PLACE: "出版地 place",
    Meaning.YEAR: "出版年 出版年份 出版日期 出版时间 出版年月 年份 year pubyear",
    Meaning.EDITION: "版次 版本 版本项 edition",
    Meaning.ISBN: "isbn isbn号 isbn13 isbn10 书号 标准书号 国际标准书号 图书编号",
    Meaning.CLASS: "分类号 中图分类号 中图法分类号 中图分类 分类 类号 clc",
    Meaning.SUBJECT: "主题 主题词 关键词 subject subjects",
    Meaning.SERIES: "丛书 丛书名 丛编 丛编名 series",
    Meaning.EXTENT: "页数 页码 载体形态 pages extent",
    Meaning.LANGUAGE: "语种 语言 文种 language",
    Meaning.ABSTRACT: "摘要 内容提要 内容简介 提要 简介 abstract",
    Meaning.PRICE: "价格 定价 单价 码洋 书价 price",
    Meaning.CALL_NUMBER: "索书号 索取号 排架号 callnumber callno",
    Meaning.BARCODE: "条码 条码号 条形码 条形码号 图书条码 馆藏条码 barcode",
    Meaning.LOCATION: "馆藏地 馆藏地点 馆藏位置 馆藏地址 藏书地点 典藏地 location",
}
_BY_WORD: Mapping[str, Meaning] = {
    word: meaning for meaning, words in _SAID.items() for word in words.split()
}


def guessed(headings: Sequence[str]) -> dict[str, Meaning]:
    """Return what the headings mean, each meaning given once, to the column that says it first."""
    found: dict[str, Meaning] = {}
    for heading in headings:
        meaning = Meaning.ISBN if isbn13(heading) else _BY_WORD.get(_bare(heading))
        if meaning is not None and meaning not in found.values():
            found[heading] = meaning
    return found


def _bare(heading: str) -> str:
    """Return a heading without what stands in brackets, blanks, stars and units: 定价（元）* is 定价."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    return re.sub(r"\(.*?\)|\[.*?\]|[\s*:：/_.-]|元$", "", text)
