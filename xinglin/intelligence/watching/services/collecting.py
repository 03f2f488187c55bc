"""Stories taken in: from what was harvested, from a table, or entered by a person. The same story is held once."""

import hashlib
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.numbers import whole
from xinglin.commons.text import comparable, plain, shortened
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.harvest.asking_feeds import normal_address
from xinglin.intelligence.models import Record
from xinglin.intelligence.watching.errors import WatchUnfit
from xinglin.intelligence.watching.feeling import feeling_of
from xinglin.intelligence.watching.models import Item, Origin, Watch
from xinglin.intelligence.watching.queries import NOTE
from xinglin.intelligence.watching.wording import own_words, words_of

LONGEST_TEXT = 20_000


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
        "day": day_of(article.revised or article.published) or timezone.localdate(record.first_seen_at),
    }
    known = Item.objects.select_for_update().filter(watch=watch, key=f"record:{record.pk}").first()
    if known is None:
        hold(watch, f"record:{record.pk}", Origin.HARVESTED, said, record=record)
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
    said = said_of(title, text, publisher, address, day or clock.today())
    key = key_of(said)
    if Item.objects.filter(watch=watch, key=key).exists():
        raise WatchUnfit(_("这一条已经有了（网址相同，或发布者和标题相同）。"))
    item = hold(watch, key, Origin.BY_HAND, said)
    history.record(item, "add", by=by.user if by else None)
    return item


def reword_items(watch: Watch) -> None:
    """Count the stories' words anew, after the watch's own words were changed. Call it in a transaction."""
    items = list(watch.items.select_for_update())
    for item in items:
        _count(item, watch)
    Item.objects.bulk_update(items, ["words"], batch_size=500)


def hold(
    watch: Watch, key: str, origin: Origin, said: dict[str, object], record: Record | None = None
) -> Item:
    item = Item(watch=watch, key=key, origin=origin, record=record, **said)
    _count(item, watch)
    item.save()
    return item


def _count(item: Item, watch: Watch) -> None:
    """Write down a story's words, and its tone unless a person has said it."""
    own = (*own_words(watch.own_words), *own_words(watch.named_words))
    item.words = words_of(f"{item.title}\n{item.text}", own=own, found=frozenset(watch.found_words))
    if item.feeling_by_id is None:
        told = feeling_of(f"{item.title}。{item.text}")
        item.feeling, item.feeling_words = told.feeling, [list(told.good), list(told.bad)]


def said_of(title: str, text: str, publisher: str, address: str, day: date) -> dict[str, object]:
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


def key_of(said: dict[str, object]) -> str:
    """Return what a story is known by: its address with its publisher, else publisher and title."""
    address = normal_address(str(said["address"]))
    known_by = f"{said['publisher']} {address or comparable(str(said['title']))}"
    return hashlib.sha256(known_by.encode()).hexdigest()


def day_of(written: str) -> date | None:
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
