"""Stories taken in: from what was harvested, from a table, or entered by a person. The same story is held once."""

import hashlib
from datetime import date, datetime
from io import BytesIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.numbers import whole
from xinglin.commons.sheets import Row, read_table
from xinglin.commons.text import comparable, plain, shortened
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.harvest.asking_feeds import normal_address
from xinglin.intelligence.models import Record
from xinglin.intelligence.watching.errors import WatchUnfit
from xinglin.intelligence.watching.feeling import feeling_of
from xinglin.intelligence.watching.models import Item, ItemImport, Origin, Watch
from xinglin.intelligence.watching.queries import NOTE
from xinglin.intelligence.watching.wording import own_words, words_of

LONGEST_TEXT = 20_000
_NAMES = {
    "title": ("标题", "题名", "title"),
    "text": ("内容", "正文", "摘要", "summary", "text"),
    "publisher": ("发布者", "来源", "媒体", "infoSource", "publisher"),
    "address": ("网址", "链接", "sourceUrl", "url"),
    "day": ("日期", "时间", "发布时间", "pubDate", "date"),
}


@transaction.atomic
def take_harvested(*, watch: Watch) -> int:
    """Take what the topic's feeds and pages have brought or changed since the last time; return how many are new."""
    kept = Watch.objects.select_for_update(of=("self",)).select_related("topic").get(pk=watch.pk)
    names = [each.record_name for each in kept.topic.sources.all() if each.brings_stories]
    brought = Record.objects.filter(source__in=names)
    if kept.taken_until:
        brought = brought.filter(changed_at__gte=kept.taken_until)
    taken = 0
    for record in brought.order_by("changed_at", "pk"):
        taken += take_from_record(watch=kept, record=record)
        kept.taken_until = record.changed_at
    kept.save(update_fields=["taken_until"])
    return taken


@transaction.atomic
def take_from_record(*, watch: Watch, record: Record) -> bool:
    """Hold a harvested story, or its newer wording; return whether it was not held before."""
    article = record.read
    said = {
        "title": shortened(article.title, characters=300),
        "text": article.abstract[:LONGEST_TEXT],
        "publisher": article.journal[:200],
        "address": article.url[:1_000] if normal_address(article.url) else "",
        "day": _day_of(article.revised or article.published) or timezone.localdate(record.first_seen_at),
    }
    known = Item.objects.select_for_update().filter(watch=watch, key=f"record:{record.pk}").first()
    if known is None:
        _hold(watch, f"record:{record.pk}", Origin.HARVESTED, said, record=record)
        return True
    if (known.title, known.text) != (said["title"], said["text"]):
        known.title, known.text = str(said["title"]), str(said["text"])
        known.edits += 1
        _count(known, watch)
        known.save()
    return False


@transaction.atomic
def note_item(
    *,
    watch: Watch,
    title: str,
    text: str = "",
    publisher: str = "",
    address: str = "",
    day: date | None = None,
    by: Staff | None,
) -> Item:
    """Enter a story that a person has seen. Raises ``WatchUnfit`` for one without a title or that is held already."""
    access.require(by, NOTE, watch.topic.library_id)
    said = _said(title, text, publisher, address, day or clock.today())
    key = _key(said)
    if Item.objects.filter(watch=watch, key=key).exists():
        raise WatchUnfit(_("这一条已经有了（网址相同，或发布者和标题相同）。"))
    item = _hold(watch, key, Origin.BY_HAND, said)
    history.record(item, "add", by=by.user if by else None)
    return item


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
        key = _key(said)
        if key in held:
            made.known += 1
            continue
        held.add(key)
        _hold(watch, key, Origin.IMPORTED, said)
        made.taken += 1
    made.save()
    history.record(
        watch,
        "import_table",
        by=by.user if by else None,
        changes={"declared": made.declared, "taken": made.taken},
    )
    return made


def reword_items(watch: Watch) -> None:
    """Count the stories' words anew, after the watch's own words were changed. Call it in a transaction."""
    items = list(watch.items.select_for_update())
    for item in items:
        _count(item, watch)
    Item.objects.bulk_update(items, ["words"], batch_size=500)


def _hold(
    watch: Watch, key: str, origin: Origin, said: dict[str, object], record: Record | None = None
) -> Item:
    item = Item(watch=watch, key=key, origin=origin, record=record, **said)
    _count(item, watch)
    item.save()
    return item


def _count(item: Item, watch: Watch) -> None:
    """Write down a story's words, and its tone unless a person has said it."""
    own = (*own_words(watch.own_words), *own_words(watch.named_words))
    item.words = words_of(f"{item.title}\n{item.text}", own=own)
    if item.feeling_by_id is None:
        told = feeling_of(f"{item.title}。{item.text}")
        item.feeling, item.feeling_words = told.feeling, [list(told.good), list(told.bad)]


def _said_by(row: Row) -> dict[str, object]:
    written = _cell(row, "day")
    day = _day_of(written)
    if written and day is None:
        raise WatchUnfit(_("看不懂日期“%(day)s”；请写成 2026-03-05。"), day=written[:40])
    return _said(
        _cell(row, "title"), _cell(row, "text"), _cell(row, "publisher"), _cell(row, "address"), day or clock.today()
    )  # fmt: skip


def _said(title: str, text: str, publisher: str, address: str, day: date) -> dict[str, object]:
    if not title.strip():
        raise WatchUnfit(_("没有标题。"))
    if day > clock.today():
        raise WatchUnfit(_("日期 %(day)s 还没有到。"), day=day.isoformat())
    if address.strip() and not normal_address(address):
        raise WatchUnfit(_("“%(address)s”不是 http 或 https 网址。"), address=address[:60])
    return {
        "title": shortened(plain(title).strip(), characters=300),
        "text": plain(text).strip()[:LONGEST_TEXT],
        "publisher": plain(publisher).strip()[:200],
        "address": address.strip()[:1_000],
        "day": day,
    }


def _cell(row: Row, what: str) -> str:
    return next((row[name] for name in _NAMES[what] if row[name]), "")


def _key(said: dict[str, object]) -> str:
    """Return what a story is known by: its address with its publisher, else publisher and title."""
    address = normal_address(str(said["address"]))
    known_by = f"{said['publisher']} {address or comparable(str(said['title']))}"
    return hashlib.sha256(known_by.encode()).hexdigest()


def _day_of(written: str) -> date | None:
    """Return the day of a date, a moment, or milliseconds since 1970, in the library's own time."""
    text = written.strip().replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")
    try:
        if len(text) == 13 and (milliseconds := whole(text)) is not None:
            return timezone.localdate(
                datetime.fromtimestamp(milliseconds / 1000, tz=timezone.get_current_timezone())
            )
        moment = datetime.fromisoformat(text)
        return timezone.localdate(moment) if timezone.is_aware(moment) else moment.date()
    except (ValueError, OverflowError, OSError):
        pieces = [whole(piece, digits=4) for piece in text.split(" ")[0].split("-")]
        parts = [piece for piece in pieces if piece is not None]
        return _built(*parts) if len(pieces) == len(parts) == 3 else None


def _built(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
