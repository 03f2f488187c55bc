"""Stories taken in from a table, row by row; what the table says anew is looked through for words."""

from io import BytesIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.sheets import Row, read_table
from xinglin.commons.text import plain
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.watching.errors import WatchUnfit
from xinglin.intelligence.watching.models import Item, ItemImport, Origin, Watch
from xinglin.intelligence.watching.queries import NOTE
from xinglin.intelligence.watching.services.collecting import day_of, hold, key_of, said_of
from xinglin.intelligence.watching.services.finding_words import find_words

_NAMES = {
    "title": ("标题", "题名", "title"),
    "text": ("内容", "正文", "摘要", "summary", "text"),
    "publisher": ("发布者", "来源", "媒体", "infoSource", "publisher"),
    "address": ("网址", "链接", "sourceUrl", "url"),
    "day": ("日期", "时间", "发布时间", "pubDate", "date"),
}


@transaction.atomic
def import_items(*, watch: Watch, data: bytes, name: str, by: Staff | None) -> ItemImport:
    """Take a table of stories in: each row is taken, known already, or refused with its reason.

    Raises ``UnreadableTable``, ``WatchUnfit`` for a table without a column of titles.
    """
    access.require(by, NOTE, watch.topic.library_id)
    rows = list(read_table(BytesIO(data), name=name))
    if rows and not any(heading in rows[0].cells for heading in _NAMES["title"]):
        raise WatchUnfit(
            _("表格里没有“标题”列；列名用：标题、内容、发布者、网址、日期。现有：%(now)s"),
            now="、".join(list(rows[0].cells)[:10]),
        )
    made = ItemImport(
        watch=watch, file_name=plain(name)[-200:], declared=len(rows), by=by.user if by else None
    )
    held = set(Item.objects.filter(watch=watch).values_list("key", flat=True))
    for row in rows:
        try:
            said = _said_by(row)
        except WatchUnfit as refusal:
            made.refused.append([row.number, str(refusal), _cell(row, "title")[:60]])
            continue
        key = key_of(said)
        if key in held:
            made.known += 1
            continue
        held.add(key)
        hold(watch, key, Origin.IMPORTED, said)
        made.taken += 1
    made.save()
    if made.taken:
        find_words(watch=watch)
    history.record(
        watch,
        "import_table",
        by=by.user if by else None,
        changes={"declared": made.declared, "taken": made.taken},
    )
    return made


def _said_by(row: Row) -> dict[str, object]:
    written = _cell(row, "day")
    day = day_of(written)
    if written and day is None:
        raise WatchUnfit(_("看不懂日期“%(day)s”；请写成 2026-03-05。"), day=written[:40])
    return said_of(
        _cell(row, "title"), _cell(row, "text"), _cell(row, "publisher"), _cell(row, "address"), day or clock.today()
    )  # fmt: skip


def _cell(row: Row, what: str) -> str:
    return next((row[name] for name in _NAMES[what] if row[name]), "")
