"""A table of patents read: its columns recognised by their names, every row taken or refused with its reason.

The names are those of the exports in use; a table with others is read by the columns that a librarian has chosen.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.sheets import Row
from xinglin.commons.text import plain
from xinglin.intelligence.patents.errors import PatentsUnfit

# The names of columns as exports have them, folded by ``_folded``; the first that a table has is taken. Sources:
# - 智慧芽 (PatSnap): its search help (analytics.zhihuiya.com/search_helper) names the fields, 公开(公告)号,
#   简单同族编号, INPADOC同族编号; programs that read its tables name 标题, 标题(译)(简体中文), 摘要(译)(简体中文),
#   [标]当前申请(专利权)人, [标]原始申请(专利权)人, 受理局, IPC分类号, IPC主分类号. Several people are parted by |;
#   within one a comma parts family and given name.
# - Derwent Innovation: programs that read its tables name Publication Number, Title - DWPI, Title (English),
#   Title (Original language), Abstract - DWPI, Assignee/Applicant, Assignee - DWPI, Assignee - Standardized,
#   Optimized Assignee, Inventor - DWPI, IPC - Current, IPC - Current - DWPI, Application Date,
#   Publication Country Code. A line may stand above the headings.
# - CNIPA and 万方: 公开（公告）号, 申请（专利权）人, 发明（设计）人, 公开（公告）日, 主分类号, 国别省市代码.
# - incoPat: no published table was found; the names are those that its screens use.
# What none of them names is mapped by a person.
FIELDS = {
    "number": (
        "公开公告号",
        "公开号",
        "公告号",
        "专利号",
        "授权公告号",
        "文献号",
        "publicationnumber",
        "patentnumber",
        "pn",
    ),
    "title": (
        "标题",
        "标题中文",
        "标题译简体中文",
        "名称",
        "发明名称",
        "专利名称",
        "题名",
        "title",
        "titledwpi",
        "titleenglish",
        "titleoriginallanguage",
        "ti",
    ),
    "applicants": (
        "申请人",
        "申请专利权人",
        "标当前申请专利权人",
        "当前申请专利权人",
        "标原始申请专利权人",
        "原始申请专利权人",
        "专利权人",
        "当前权利人",
        "标准化申请人",
        "assigneeapplicant",
        "assigneestandardized",
        "assigneedwpi",
        "optimizedassignee",
        "assigneeapplicantfirst",
        "assignee",
        "applicant",
        "applicants",
        "pa",
    ),
    "inventors": ("发明人", "发明设计人", "发明设计人中文", "inventor", "inventors", "inventordwpi", "in"),
    "ipc": (
        "ipc分类号",
        "ipc",
        "ipc主分类号",
        "ipc主分类",
        "主分类号",
        "分类号",
        "ipccurrent",
        "ipccurrentdwpi",
        "ipcclass",
    ),
    "filed": ("申请日", "申请日期", "applicationdate", "filingdate", "ad"),
    "published": ("公开公告日", "公开日", "公告日", "公开日期", "publicationdate", "pd"),
    "country": (
        "受理局",
        "公开国别",
        "国家地区",
        "公开国家地区",
        "专利国别",
        "国省代码",
        "国别省市代码",
        "publicationcountrycode",
        "publicationcountry",
        "publicationcountryregion",
        "countryregion",
        "country",
    ),
    "family": (
        "简单同族编号",
        "同族编号",
        "扩展同族编号",
        "inpadoc同族编号",
        "familyid",
        "inpadocfamilyid",
        "dwpiaccessionnumber",
    ),
    "abstract": (
        "摘要",
        "摘要中文",
        "摘要译简体中文",
        "abstract",
        "abstractdwpi",
        "abstractenglish",
        "abstractoriginallanguage",
        "ab",
    ),
}
WORDS = {
    "number": gettext_lazy("公开号"), "title": gettext_lazy("标题"), "applicants": gettext_lazy("申请人"),
    "inventors": gettext_lazy("发明人"), "ipc": gettext_lazy("IPC"), "filed": gettext_lazy("申请日"),
    "published": gettext_lazy("公开日"), "country": gettext_lazy("国别"), "family": gettext_lazy("同族编号"),
    "abstract": gettext_lazy("摘要"),
}  # fmt: skip
NEEDED = ("number", "title")
_NUMBER = re.compile(r"^[A-Z]{2}[A-Z0-9]{4,20}$")
_SEVERAL = re.compile(r"\s*[;；|\n\r]+\s*")
_DAY = re.compile(r"^(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?(?:[ T].*)?$")
_CLASS = re.compile(r"([A-H])\s*(\d{2})\s*([A-Z])(?:\s*(\d{1,4}))?")


@dataclass(frozen=True)
class Patent:
    """One patent document as a table tells of it; days are written 2024-03-07, or not at all."""

    number: str
    title: str
    applicants: tuple[str, ...] = ()
    inventors: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    filed: str = ""
    published: str = ""
    country: str = ""
    family: str = ""
    abstract: str = ""

    def as_plain(self) -> dict[str, object]:
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }

    @classmethod
    def from_plain(cls, told: Mapping[str, object]) -> "Patent":
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in told.items()
        }
        return cls(**fields)


@dataclass
class Reading:
    """What came of a table: declared = taken + refused."""

    declared: int = 0
    taken: list[Patent] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)


def read(rows: Sequence[Row], mapping: Mapping[str, str]) -> Reading:
    """Read the rows of a table by the columns that hold its fields: each is taken, or refused with its reason."""
    reading = Reading(declared=len(rows), mapping=dict(mapping))
    known: dict[str, int] = {}
    for row in rows:
        try:
            patent = _patent({name: row[heading] for name, heading in mapping.items()})
            if patent.number in known:
                raise PatentsUnfit(_("公开号和第 %(line)d 行相同") % {"line": known[patent.number]})
        except PatentsUnfit as refusal:
            excerpt = " ".join(filter(None, list(row.cells.values())[:3]))[:80]
            reading.refused.append((row.number, str(refusal), excerpt))
            continue
        known[patent.number] = row.number
        reading.taken.append(patent)
    return reading


def headings_of(rows: Sequence[Row]) -> list[str]:
    """Return the names of a table's columns, in their order."""
    return list(dict.fromkeys(heading for row in rows[:50] for heading in row.cells))


def recognised(headings: Sequence[str]) -> dict[str, str]:
    """Return which column holds which field, by the names that are known; of two the first of ``FIELDS``."""
    folded = {_folded(heading): heading for heading in reversed(headings)}
    return {
        name: heading
        for name, names in FIELDS.items()
        if (heading := next((folded[each] for each in names if each in folded), ""))
    }


def are_headings(cells: Sequence[str]) -> bool:
    """Tell the row of headings from lines that stand above it."""
    return all(name in recognised([each for each in cells if each.strip()]) for name in NEEDED)


def _folded(heading: str) -> str:
    """Return a heading for comparison: without brackets, marks and spaces, in one width and case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", heading).casefold())


def _patent(cells: Mapping[str, str]) -> Patent:
    number = re.sub(r"[\s./-]", "", unicodedata.normalize("NFKC", cells["number"])).upper()
    if not number:
        raise PatentsUnfit(_("没有公开号"))
    if not _NUMBER.match(number):
        raise PatentsUnfit(_("公开号“%(number)s”看不懂，应当像 CN112345678A") % {"number": number[:30]})
    title = plain(cells["title"]).strip()
    if not title:
        raise PatentsUnfit(_("没有标题"))
    return Patent(
        number=number,
        title=title[:500],
        applicants=_several(cells.get("applicants", "")),
        inventors=_several(cells.get("inventors", "")),
        classes=_classes(cells.get("ipc", "")),
        filed=_day(cells.get("filed", ""), WORDS["filed"]),
        published=_day(cells.get("published", ""), WORDS["published"]),
        country=_country(cells.get("country", ""), number),
        family=cells.get("family", "").strip()[:80],
        abstract=plain(cells.get("abstract", "")).strip()[:5_000],
    )


def _several(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in map(str.strip, _SEVERAL.split(plain(written))) if each))[:200]


def _classes(written: str) -> tuple[str, ...]:
    """Return the classes as subclass or subclass with main group: A61K, A61K31."""
    found: Iterable[re.Match[str]] = _CLASS.finditer(unicodedata.normalize("NFKC", written).upper())
    return tuple(dict.fromkeys("".join(filter(None, each.groups())) for each in found))[:100]


def _day(written: str, what: object) -> str:
    text = written.strip()
    if not text or text in ("-", "—"):
        return ""
    found = _DAY.match(text)
    try:
        return date(*map(int, found.groups())).isoformat() if found else _not_a_day(text, what)
    except ValueError:
        return _not_a_day(text, what)


def _not_a_day(text: str, what: object) -> str:
    raise PatentsUnfit(_("%(what)s“%(text)s”看不懂") % {"what": what, "text": text[:30]})


def _country(written: str, number: str) -> str:
    """Return the office's two letters: of its column where it holds them, else those that the number begins with."""
    text = unicodedata.normalize("NFKC", written).strip().upper()
    return text if re.fullmatch(r"[A-Z]{2}", text) else number[:2]
