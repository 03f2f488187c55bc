"""Databases from a table (CSV or XLSX): every row is taken, or told with the reason why not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons.errors import Refusal
from xinglin.commons.onscreen import Words
from xinglin.commons.sheets import Row, UnreadableTable, read_table
from xinglin.console.uploads import BadRow
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.queries import library_named
from xinglin.eresources import services
from xinglin.eresources.errors import DatabaseUnfit
from xinglin.eresources.models import ContentType, Database, Kind, Language
from xinglin.eresources.services import Entry
from xinglin.patrons.text import date_of

# Heading of the table -> what it says. The first two must be there.
HEADINGS = {
    "代码": "code",
    "名称": "name",
    "网址": "url",
    "别名": "other_name",
    "提供方": "provider",
    "性质": "kind",
    "试用至": "trial_until",
    "类型": "types",
    "学科": "subjects",
    "语种": "languages",
    "一句话介绍": "description",
    "使用指南": "guide",
    "馆外网址": "url_outside",
    "馆内访问说明": "access_in_house",
    "馆外访问说明": "access_outside",
    "视频教程": "video_url",
    "可用馆": "libraries",
}
NEEDED = ("代码", "名称", "网址")
_SEPARATORS = re.compile(r"[、，,;；/\s]+")


@dataclass
class Taken:
    """What became of the rows of a table."""

    added: int = 0
    amended: int = 0
    bad: list[BadRow] = field(default_factory=list)


def listed(text: str) -> list[str]:
    """Return the words of a cell or a field that holds several, each once."""
    return list(dict.fromkeys(word for word in _SEPARATORS.split(text) if word))


def take_table(*, file: BinaryIO, name: str, keeper: Library, by: Staff | None) -> Taken:
    """Add the databases of a table, and amend those whose code the keeper already has.

    Each row is a transaction of its own: a bad one leaves the others alone. Cells that the table does not
    have, or that are empty, change nothing. Raises ``UnreadableTable``.
    """
    rows = list(read_table(file, name=name))
    if not rows:
        raise UnreadableTable(_("表格里没有数据行；第一行写列名，从第二行起一行一个数据库。"))
    absent = [heading for heading in NEEDED if heading not in rows[0].cells]
    if absent:
        raise UnreadableTable(_("表格缺少这些列：%(columns)s。"), columns="、".join(absent))
    taken = Taken()
    for row in rows:
        try:
            with transaction.atomic():
                added = _take(row, keeper, by)
        except Refusal as refusal:
            taken.bad.append(
                BadRow(row.number, str(refusal), "，".join(filter(None, row.cells.values()))[:200])
            )
        else:
            taken.added, taken.amended = taken.added + added, taken.amended + (not added)
    return taken


def _take(row: Row, keeper: Library, by: Staff | None) -> bool:
    """Take one row and say whether it was new."""
    entry, code = _entry(row), row["代码"].casefold()
    known = Database.objects.filter(code=code, keeper=keeper).first()
    if known is None:
        database = services.add_database(code=code, keeper=keeper, by=by, **entry)
    else:
        database = services.amend_database(database=known, version=known.version, by=by, **entry)
    libraries = [_library(written) for written in listed(row["可用馆"])]
    if libraries:
        services.entitle(database=database, libraries=libraries, by=by)
    return known is None


def _entry(row: Row) -> Entry:
    said: dict[str, object] = {}
    for heading, name in HEADINGS.items():
        cell = row[heading]
        if cell and name not in ("code", "libraries"):
            said[name] = cell
    if "types" in said:
        said["types"] = [_code(ContentType.choices, "类型", word) for word in listed(row["类型"])]
    if "languages" in said:
        said["languages"] = [_code(Language.choices, "语种", word) for word in listed(row["语种"])]
    if "subjects" in said:
        said["subjects"] = listed(row["学科"])
    if "kind" in said:
        said["kind"] = _code(Kind.choices, "性质", row["性质"])
    if "trial_until" in said:
        said["trial_until"] = date_of(row["试用至"])
        if said["trial_until"] is None:
            raise DatabaseUnfit(_("试用至「%(cell)s」不是日期，请写成 2026-12-31。"), cell=row["试用至"][:40])
    return cast(Entry, said)


def _code(choices: Iterable[tuple[str, Words]], heading: str, word: str) -> str:
    """Return the code that a cell means, written as the code or as its word."""
    for code, words in choices:
        if word.casefold() == code or word == str(words):
            return code
    known = "、".join(str(words) for _code, words in choices)
    raise DatabaseUnfit(
        _("%(heading)s「%(word)s」不认识；可用的有：%(known)s。"),
        heading=heading,
        word=word[:40],
        known=known,
    )


def _library(written: str) -> Library:
    library = library_named(written)
    if library is None:
        raise DatabaseUnfit(_("可用馆「%(name)s」没有找到；请写馆代码、馆名或简称。"), name=written[:40])
    return library
