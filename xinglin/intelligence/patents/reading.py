"""A table of patents read: its columns recognised by their names, every row taken or refused with its reason.

The names are those of the exports in use; a table with others is read by a mapping that the librarian writes.
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

FIELDS = {
    "number": ("公开公告号", "公开号", "公告号", "专利号", "授权公告号", "publicationnumber", "patentnumber", "pn"),
    "title": (
        "标题", "标题中文", "名称", "发明名称", "专利名称", "题名", "title", "titledwpi", "titleenglish", "ti",
    ),
    "applicants": (
        "申请人", "申请专利权人", "当前申请专利权人", "标当前申请专利权人", "专利权人", "当前权利人", "标准化申请人",
        "原始申请专利权人", "assignee", "applicant", "assigneeapplicant", "assigneeapplicantfirst", "pa",
    ),
    "inventors": ("发明人", "发明设计人", "发明设计人中文", "inventor", "inventors", "in"),
    "ipc": ("ipc", "ipc分类号", "ipc主分类号", "ipc主分类", "主分类号", "分类号", "ipccurrent", "ipcclass"),
    "filed": ("申请日", "申请日期", "applicationdate", "filingdate", "ad"),
    "published": ("公开公告日", "公开日", "公告日", "公开日期", "publicationdate", "pd"),
    "country": (
        "公开国别", "国家地区", "受理局", "公开国家地区", "专利国别", "publicationcountry", "countryregion", "country",
    ),
    "family": ("简单同族编号", "同族编号", "扩展同族编号", "inpadoc同族编号", "familyid", "inpadocfamilyid"),
    "abstract": ("摘要", "摘要中文", "abstract", "abstractdwpi", "abstractenglish", "ab"),
}  # fmt: skip
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


def read(rows: Sequence[Row], *, written: str = "") -> Reading:
    """Read a table. ``written`` maps columns by hand, one a line: 申请人=权利人. Raises ``PatentsUnfit``."""
    reading = Reading(declared=len(rows))
    if not rows:
        return reading
    headings = list(dict.fromkeys(heading for row in rows[:50] for heading in row.cells))
    reading.mapping = mapping_of(headings, written)
    known: dict[str, int] = {}
    for row in rows:
        try:
            patent = _patent({name: row[heading] for name, heading in reading.mapping.items()})
            if patent.number in known:
                raise PatentsUnfit(_("公开号和第 %(line)d 行相同") % {"line": known[patent.number]})
        except PatentsUnfit as refusal:
            excerpt = " ".join(filter(None, list(row.cells.values())[:3]))[:80]
            reading.refused.append((row.number, str(refusal), excerpt))
            continue
        known[patent.number] = row.number
        reading.taken.append(patent)
    return reading


def mapping_of(headings: Sequence[str], written: str = "") -> dict[str, str]:
    """Return which column holds what: as written by hand, else the first by the order of the known names.

    Raises ``PatentsUnfit`` where a column that is needed is not found, or the mapping names one that is not there.
    """
    by_hand = _by_hand(headings, written)
    folded = {_folded(heading): heading for heading in reversed(headings)}
    found = {
        name: heading
        for name, names in FIELDS.items()
        if (heading := by_hand.get(name) or next((folded[each] for each in names if each in folded), ""))
    }
    missing = [str(WORDS[name]) for name in NEEDED if name not in found]
    if missing:
        raise PatentsUnfit(
            gettext_lazy("没有认出这些列：%(missing)s。表里的列有：%(there)s。请在“列对应”里写明，例如：公开号=文献号"),
            missing="、".join(missing), there="、".join(headings[:20]),
        )  # fmt: skip
    return found


def _by_hand(headings: Sequence[str], written: str) -> dict[str, str]:
    names = {str(words): name for name, words in WORDS.items()}
    found = {}
    for line in filter(None, map(str.strip, written.splitlines())):
        field_, _sign, heading = (each.strip() for each in line.replace("＝", "=").partition("="))
        if field_ not in names or heading not in headings:
            raise PatentsUnfit(
                gettext_lazy("“列对应”这一行不对：%(line)s。左边写 %(names)s 之一，右边写表里的列名。"),
                line=line[:60], names="、".join(names),
            )  # fmt: skip
        found[names[field_]] = heading
    return found


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
