"""Title lists: a provider's KBART file takes the place of the one before it."""

from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons import clock, history
from xinglin.commons.sheets import UnreadableTable, read_table
from xinglin.commons.text import plain
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.eresources import kbart
from xinglin.eresources.errors import TitleListUnfit
from xinglin.eresources.models import Database, LicensedTitle, TitleList
from xinglin.eresources.queries import CHANGE
from xinglin.eresources.services.databases import locked_database
from xinglin.eresources.text import name_key_of

_AT_ONCE = 2000
# Where the row stood, why it was not taken, what it said.
Refused = tuple[int, str, str]


@transaction.atomic
def take_title_list(
    *, database: Database, name: str, file: BinaryIO, file_name: str, by: Staff | None
) -> TitleList:
    """Take a KBART file as the list of that name; what stood in the list before is replaced as a whole.

    The file is read before the database's row is locked. A file of which no row can be taken replaces nothing.

    Raises ``UnreadableTable``, ``TitleListUnfit``, ``NotAllowed``.
    """
    access.require(by, CHANGE, database.keeper_id)
    name = plain(name).strip()[:120]
    if not name:
        raise TitleListUnfit(_("请写清单的名称，如“2026 全库”；下次用同样的名称导入会替换它。"))
    titles, refused, declared = _read(file, file_name)
    if not titles:
        row, reason, _text = refused[0]
        raise TitleListUnfit(
            _("%(n)d 行都不能导入，原来的清单没有改动。第 %(row)d 行：%(reason)s"),
            n=declared, row=row, reason=reason,
        )  # fmt: skip
    kept = locked_database(database, by)
    taken, made = TitleList.objects.update_or_create(
        database=kept,
        name=name,
        defaults={
            "file_name": file_name[:200],
            "declared": declared,
            "taken": len(titles),
            "refused": refused,
            "at": clock.now(),
            "by": by,
        },
    )
    replaced, _of = (0, {}) if made else taken.titles.all().delete()
    for title in titles:
        title.title_list = taken
    LicensedTitle.objects.bulk_create(titles, batch_size=_AT_ONCE)
    history.record(
        kept,
        "import_table",
        by=by.user if by else None,
        changes={"list": name, "file": file_name[:200], "taken": len(titles), "refused": len(refused),
                 "replaced": replaced},
    )  # fmt: skip
    return taken


@transaction.atomic
def end_title_list(*, title_list: TitleList, by: Staff | None) -> None:
    """Strike a list with its titles. Raises ``NotAllowed``."""
    kept = locked_database(title_list.database, by)
    history.record(
        kept,
        "remove",
        by=by.user if by else None,
        changes={"list": title_list.name, "titles": title_list.taken},
    )
    title_list.delete()


def _read(file: BinaryIO, file_name: str) -> tuple[list[LicensedTitle], list[Refused], int]:
    """Return the titles of a file, the rows that are none, and how many rows there were."""
    rows = list(read_table(file, name=file_name, by_line=True))
    if not rows:
        raise UnreadableTable(_("文件里没有数据行；第一行是 KBART 的列名，从第二行起一行一种。"))
    absent = kbart.absent_columns(rows[0])
    if absent:
        raise UnreadableTable(
            _("这不是 KBART 文件：缺少 %(columns)s 列；请向数据库商索取 KBART 清单。"),
            columns="、".join(absent),
        )
    titles: list[LicensedTitle] = []
    refused: list[Refused] = []
    for row in rows:
        try:
            listed = kbart.listed(row)
        except kbart.RowUnfit as unfit:
            refused.append((row.number, str(unfit), "，".join(filter(None, row.cells.values()))[:200]))
        else:
            titles.append(
                LicensedTitle(
                    **{**vars(listed), "numbers": list(listed.numbers)}, title_key=name_key_of(listed.title)
                )
            )
    return titles, refused, len(rows)
