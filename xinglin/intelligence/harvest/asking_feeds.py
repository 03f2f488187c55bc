"""Feeds: polled with conditional requests; a story is known by its number, its address and its title.

A story that reads otherwise later is a new version of the same record. Two polls that share no story may have lost
some between them, and a site that turns machines away becomes a task for a person.
"""

import calendar
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

import feedparser
from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.commons.bulletin import announce
from xinglin.commons.text import comparable
from xinglin.intelligence.events import RunFinished
from xinglin.intelligence.harvest.storing import Reading, Stored, find_for, store
from xinglin.intelligence.lifecycle import ItemState, RunState, SourceState
from xinglin.intelligence.models import HandTask, Record, Run, RunItem, Source, SourceKind
from xinglin.literature import cleaning
from xinglin.literature.articles import Article, Kind
from xinglin.literature.errors import SourceTrouble
from xinglin.literature.sources import pace, robots
from xinglin.literature.sources.pages import Page, fetch_page

MOST_ITEMS = 2_000
PER_SECOND = 0.5
"""How often one site is asked, whoever of us asks."""
_TRACKING = re.compile(r"^(?:utm_\w+|spm|from|share\w*|timestamp|isappinstalled)$", re.IGNORECASE)
_TURNED_AWAY = (401, 403, 412, 418, 451)


@dataclass(frozen=True)
class Story:
    """One entry of a feed."""

    number: str
    address: str
    title: str
    summary: str = ""
    published: str = ""
    publisher: str = ""

    @property
    def key(self) -> str:
        """Return what it is known by: whose it is and its address, else its own number, else its title.

        The publisher belongs to it: where many send their readers to one front page, the address alone is nobody's.
        """
        address = normal_address(self.address)
        if address:
            return f"{self.publisher} {address}".strip()
        return self.number or hashlib.sha256(comparable(self.title).encode()).hexdigest()


def poll(source: Source, run: Run) -> Run:
    """Ask a feed once. Call it outside of transactions."""
    run.requests += 1
    try:
        if source.kind == SourceKind.WEB and not robots.allowed(source.query):
            return _turned_away(source, run, _("网站的 robots.txt 不让程序读这一页，已转为人工查看"))
        pace.take_turn(f"site {urlsplit(source.query).netloc}"[:255], per_second=PER_SECOND)
        page = fetch_page(source.query, etag=source.etag, modified=source.modified)
    except SourceTrouble as error:
        run.note, run.troubles = str(error), run.troubles + 1
        Source.objects.filter(pk=source.pk, failing_since=None).update(failing_since=clock.now())
        Source.objects.filter(pk=source.pk).update(failure=str(error)[:300])
        return _close(run, RunState.PARTIAL)
    return _taken(source, run, page)


@transaction.atomic
def _taken(source: Source, run: Run, page: Page) -> Run:
    source = Source.objects.select_for_update().get(pk=source.pk)
    if page.status in (404, 410):
        source.state, source.failure = SourceState.PAUSED, _("网址已取消（%(code)d）") % {"code": page.status}
        source.save()
        run.note = source.failure
        return _close(run, RunState.PARTIAL)
    if page.status in _TURNED_AWAY:
        return _turned_away(
            source, run, _("网站不让程序访问（%(code)d），已转为人工查看") % {"code": page.status}
        )
    if page.moved_to:
        source.query = page.moved_to
    source.etag, source.modified = page.etag[:200], page.modified[:80]
    source.last_ok_at, source.failing_since, source.failure = clock.now(), None, ""
    source.save()
    if page.status == 304:
        run.note = _("没有变化")
        return _close(run, RunState.DONE)
    stories, run.note = _stories(source, page.body)
    take_stories(source, run, stories)
    return _close(run, RunState.DONE)


def _stories(source: Source, body: bytes) -> tuple[list[Story], str]:
    if source.kind == SourceKind.WEB:
        from xinglin.intelligence.harvest.asking_pages import stories_on

        return stories_on(body, source.query)
    return stories_of(body)


@transaction.atomic
def _turned_away(source: Source, run: Run, why: str) -> Run:
    """Leave a source to people: the site keeps machines out."""
    source.state, source.failure = SourceState.BY_HAND, why
    source.save(update_fields=["state", "failure"])
    HandTask.objects.create(source=source, reason=why)
    run.note = why
    return _close(run, RunState.PARTIAL)


def take_stories(source: Source, run: Run, stories: Sequence[Story]) -> Stored:
    """Write a poll's stories down; raise a task when it shares none with what was known. Call it in a transaction."""
    name = source.record_name
    keys = {each.key[:300] for each in stories}
    known = Record.objects.filter(source=name)
    if stories and known.exists() and not known.filter(number__in=keys).exists():
        HandTask.objects.create(source=source, reason=_("两次之间可能漏了消息：请到网站核对，并缩短间隔"))
    stored = Stored()
    for together in _rounds(stories):
        part = store([Reading(name, each.key, _article(each, source)) for each in together])
        stored.new += part.new
        stored.changed += part.changed
        find_for(source.topic, part.all)
    RunItem.objects.bulk_create(
        [RunItem(run=run, number=each[:120], state=ItemState.GOT) for each in sorted(keys)],
        ignore_conflicts=True,
    )
    run.declared = len(stories)
    run.new_records += len(stored.new)
    run.changed_records += len(stored.changed)
    run.save()
    return stored


def _rounds(stories: Sequence[Story]) -> list[list[Story]]:
    """Part a poll so that no story stands twice in a round: an edit listed beside what it edits is a version."""
    rounds: list[dict[str, Story]] = []
    for each in stories:
        place = next((round_ for round_ in rounds if each.key not in round_), None)
        if place is None:
            place = {}
            rounds.append(place)
        place[each.key] = each
    return [list(round_.values()) for round_ in rounds]


def stories_of(body: bytes) -> tuple[list[Story], str]:
    """Return the entries of a feed, and what is wrong with it; bytes are ours, feedparser fetches nothing."""
    feed = feedparser.parse(body, resolve_relative_uris=False, sanitize_html=True)
    stories = [
        Story(
            number=str(each.get("id", "")),
            address=str(each.get("link", "")),
            title=cleaning.clean(str(each.get("title", ""))),
            summary=cleaning.clean(str(each.get("summary", "")))[:4000],
            published=_moment(each.get("published_parsed") or each.get("updated_parsed")),
            publisher=cleaning.clean(str(feed.feed.get("title", "")))[:200],
        )
        for each in feed.entries[:MOST_ITEMS]
    ]
    warning = _("内容不合规范：%(why)s") % {"why": str(feed.bozo_exception)[:120]} if feed.bozo else ""
    return [each for each in stories if each.title], warning


def normal_address(address: str) -> str:
    """Return an address as one page has it: no fragment, no tracking words, no slash at the end."""
    parts = urlsplit(address.strip())
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    query = "&".join(
        each for each in parts.query.split("&") if each and not _TRACKING.match(each.partition("=")[0])
    )
    return urlunsplit(("https", parts.netloc.casefold(), parts.path.rstrip("/"), query, ""))


def _article(story: Story, source: Source) -> Article:
    return Article(
        title=story.title, kind=Kind.WEB, abstract=story.summary, url=story.address, published=story.published[:10],
        revised=story.published,
        year=cleaning.year_in(story.published), journal=story.publisher,
        source=source.record_name, source_id=story.key,
    )  # fmt: skip


def _moment(parsed: object) -> str:
    if not isinstance(parsed, tuple):
        return ""
    return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat()


@transaction.atomic
def _close(run: Run, state: RunState) -> Run:
    run.state, run.finished_at = state, clock.now()
    run.save()
    announce(RunFinished(run_id=run.pk))
    return run
