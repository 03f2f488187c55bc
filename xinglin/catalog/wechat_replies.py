"""Searching in the chat: 「搜 心电图」, a bare or scanned ISBN, 「更多」, and a number to look closer.

Works on every kind of account: a numbered text, and a signed link that knows the reader (an
uncertified personal account has neither menu nor web authorisation).
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog import discovery, queries, refining
from xinglin.catalog.asking import Asked
from xinglin.catalog.discovery import Discovery, Found
from xinglin.catalog.errors import ItemUnknown, RecordUnknown
from xinglin.catalog.missing.services import note_missed
from xinglin.catalog.models import Record
from xinglin.catalog.queries import Availability
from xinglin.catalog.search.numbers import number_in
from xinglin.catalog.search.parse import parse
from xinglin.catalog.search.query import Query
from xinglin.commons.numbers import whole
from xinglin.commons.text import shortened
from xinglin.wechat.conversation import Incoming, command, fallback, menu_key, on_event, registry, step
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_list, as_object, as_text
from xinglin.wechat.messages.events import ScanCode
from xinglin.wechat.replies import Article, News, Reply, Text, link
from xinglin.wechat.rules.wording import tidy

STATE = "catalog.search"
PAGE = 6
_TITLE = 34
_QUERY = 60
# What fits a personal link: a character may take twelve of its 500.
_IN_LINK = 40
_NUMBER = re.compile(r"第?\s*([0-9]{1,4})\s*[本种条个]?")
_NEXT = frozenset({"更多", "下一页", "下页", "more", "n"})
_PREVIOUS = frozenset({"上一页", "上页", "p"})
_SUGGEST = gettext_lazy("需要这本书？直接写给我们就行，馆员会看到。")


@dataclass(frozen=True)
class Place:
    """Where someone stands in a result: what was asked, which page, the records shown, and the one opened last.

    The records of earlier pages stay: who turned to 7-12 still sees 1-6 on the phone and may name them.
    """

    text: str
    page: int
    record_ids: tuple[int, ...]
    opened: int = 0
    narrowed: tuple[tuple[str, str], ...] = ()

    @property
    def asked(self) -> Asked:
        """The search with all that narrows it, as it would stand in an address."""
        return Asked.read({"q": self.text, "page": str(self.page), **dict(self.narrowed)})

    def numbered(self, number: int) -> int | None:
        """Return the record that stands under a number, or None."""
        return self.record_ids[number - 1] if 0 < number <= len(self.record_ids) else None

    def as_state(self) -> JsonObject:
        return {
            "text": self.text,
            "page": self.page,
            "record_ids": list(self.record_ids),
            "opened": self.opened,
            "narrowed": dict(self.narrowed),
        }

    @classmethod
    def of(cls, state: JsonObject) -> "Place":
        ids = tuple(as_int(value) for value in as_list(state.get("record_ids")))
        page, opened = max(1, as_int(state.get("page"), 1)), as_int(state.get("opened"))
        narrowed = tuple((name, as_text(value)) for name, value in as_object(state.get("narrowed")).items())
        return cls(as_text(state.get("text")), page, ids, opened, narrowed)


def record_in_last_answer(incoming: Incoming, argument: str) -> Record | None:
    """Return the record that a reader names after a search: 「1」, 「第 1 本」, or nothing for the one just shown.

    For commands of rooms above (「预约 1」). None when no search is remembered or no record is meant.
    """
    state = incoming.recall(STATE)
    if state is None:
        return None
    place = Place.of(state)
    wanted: int | None = place.opened or (place.record_ids[0] if len(place.record_ids) == 1 else None)
    if argument.strip():
        number = _NUMBER.fullmatch(tidy(argument))
        wanted = place.numbered(int(number[1])) if number else None
        # A single card carries no number: whoever writes 1 means it.
        if wanted is None and number and number[1] == "1" and place.opened:
            wanted = place.opened
    if wanted is None:
        return None
    try:
        return queries.record_by_id(wanted)
    except RecordUnknown:
        return None


_WORDS = ("搜", "搜书", "查书", "找书", "检索")


@command(*_WORDS, title=gettext_lazy("检索馆藏"), example="搜 心电图", order=10)
def search_books(incoming: Incoming, argument: str) -> Reply | None:
    """Answer 「搜 …」 with the first page of what is found."""
    if not argument:
        return _how_to_search(incoming)
    return _page(incoming, Place(argument, 1, ()))


@command("查")
def look_up(incoming: Incoming, argument: str) -> Reply | None:
    """Answer 「查 …」 where a blank follows: 查新 and 查收查引 are other services."""
    is_apart = not incoming.text[1:2].strip()
    return search_books(incoming, argument) if is_apart else None


@menu_key("SEARCH", title=gettext_lazy("检索馆藏"))
def search_by_menu(incoming: Incoming) -> Reply | None:
    """Tell how to search, in the chat and on the page."""
    return _how_to_search(incoming)


@step(STATE)
def look_closer(incoming: Incoming, state: JsonObject) -> Reply | None:
    """Turn the page, or open the record whose number was sent."""
    place = Place.of(state)
    word = incoming.text.casefold()
    if word in _NEXT:
        return _page(incoming, replace(place, page=place.page + 1))
    if word in _PREVIOUS and place.page > 1:
        return _page(incoming, replace(place, page=place.page - 1))
    number = whole(word, digits=4)
    if number is None:
        return _narrower(incoming, place)
    wanted = place.numbered(number)
    if wanted is None:
        return Text(_("请回复 1 到 %(last)d 之间的序号。") % {"last": len(place.record_ids)})
    record = queries.record_by_id(wanted)
    incoming.remember(STATE, replace(place, opened=record.pk).as_state())
    return _card(incoming, record, queries.availability(record))


def _narrower(incoming: Incoming, place: Place) -> Reply | None:
    """Answer 「2015年后」, 「在架」 or a library's name with the same search narrowed; None for any other text."""
    values = refining.narrowed(incoming.text, dict(place.narrowed))
    if values is None:
        return None
    return _page(incoming, Place(place.text, 1, (), narrowed=tuple(values.items())), keep=place)


@fallback(order=20)
def answer_number(incoming: Incoming) -> Reply | None:
    """Answer a text that is nothing but an ISBN or ISSN, in any shape, when we have it or it is a valid one."""
    return _by_number(incoming, incoming.text)


@on_event("SCANCODE_WAITMSG", "SCANCODE_PUSH")
def answer_scan(incoming: Incoming) -> Reply | None:
    """Answer a scanned barcode: a book's ISBN, or the label of one of our copies."""
    message = incoming.message
    if not isinstance(message, ScanCode) or message.scanned is None:
        return None
    # A bar code arrives as "EAN_13,9787…", the kind of code first.
    scanned = message.scanned.result.rpartition(",")[2].strip()
    if not scanned or "://" in scanned:
        return None
    return _by_number(incoming, scanned) or _by_barcode(incoming, scanned)


def _by_number(incoming: Incoming, text: str) -> Reply | None:
    number = number_in(text)
    if number is None:
        return None
    found = discovery.discover(Query(root=parse(number), size=PAGE, forgiving=False))
    if found.total == 1 and found.found:
        only = found.found[0]
        incoming.remember(STATE, Place(number, 1, (only.record.pk,)).as_state())
        return _card(incoming, only.record, only.availability)
    if found.total:
        return _page(incoming, Place(number, 1, ()))
    if len(number) != 13:
        return None
    said = _("联盟各馆都没有 ISBN 为 %(isbn)s 的书。") % {"isbn": number}
    return Text("\n".join((said + _how_to_suggest(), str(_SUGGEST))))


def _by_barcode(incoming: Incoming, barcode: str) -> Reply | None:
    try:
        item = queries.item_by_barcode(barcode)
    except ItemUnknown as unknown:
        return Text(str(unknown))
    record = item.holding.record
    _remember_one(incoming, barcode, record)
    return _card(incoming, record, queries.availability(record))


def _remember_one(incoming: Incoming, text: str, record: Record) -> None:
    incoming.remember(STATE, Place(text, 1, (record.pk,), record.pk).as_state())


def _page(incoming: Incoming, place: Place, *, keep: Place | None = None) -> Reply:
    """Answer with one page of a search. ``keep``: where to go on from when nothing is found."""
    asked, page = place.asked, place.page
    result = discovery.discover(asked.query(size=PAGE))
    filters = refining.said_of(asked)
    if not result.found:
        if keep is not None:
            return Text(
                _("「%(text)s」里没有符合“%(filters)s”的。回复「全部」看不加条件的结果。")
                % {"text": shortened(place.text, characters=_QUERY), "filters": "，".join(filters)}
            )
        note_missed(asked, library_id=incoming.account.library_id)
        return _nothing(place.text, page)
    shown = place.record_ids
    before, after = shown[: (page - 1) * PAGE], shown[page * PAGE :]
    ids = (*before, *(found.record.pk for found in result.found), *after)
    incoming.remember(STATE, replace(place, record_ids=ids, opened=0).as_state())
    lines = [_heading(result, place.text, page)]
    if filters:
        lines.append(_("（%(filters)s；回复「全部」取消）") % {"filters": "，".join(filters)})
    lines.extend(_line(number, found) for number, found in enumerate(result.found, (page - 1) * PAGE + 1))
    lines.append(_what_next(result, page))
    there = {**dict(place.narrowed), "q": place.text[:_IN_LINK]}
    everything = incoming.link(f"/m/search/?{urlencode(there)}")
    lines.append(link(_("在网页中筛选、排序"), everything))
    return Text("\n".join(lines))


def _heading(result: Discovery, text: str, page: int) -> str:
    shown = shortened(text, characters=_QUERY)
    facts = {"text": shown, "total": result.total, "page": page}
    if result.did_you_mean:
        return _("没有找到「%(text)s」，您要找的是「%(meant)s」吗？相近的有 %(total)d 种：") % {
            **facts, "meant": result.did_you_mean,
        }  # fmt: skip
    if result.forgiven:
        return _("没有完全符合「%(text)s」的书，相近的有 %(total)d 种：") % facts
    if page > 1:
        return _("「%(text)s」共 %(total)d 种，第 %(page)d 页：") % facts
    return _("「%(text)s」找到 %(total)d 种：") % facts


def _line(number: int, found: Found) -> str:
    record = found.record
    source = " ".join(
        part for part in (_first_author(record), record.publisher, str(record.year or "")) if part
    )
    title = shortened(record.full_title, characters=_TITLE)
    return f"{number}. {title}\n    {shortened(source, characters=_TITLE)} · {_in_short(found)}"


def _in_short(found: Found) -> str:
    if found.on_shelf:
        return _("在架 %(on_shelf)d 册") % {"on_shelf": found.on_shelf}
    if found.copies:
        return _("%(copies)d 册均不在架，可预约") % {"copies": found.copies}
    if found.held_at:
        return _("%(libraries)s有馆藏") % {"libraries": "、".join(found.held_at[:3])}
    return _("电子版") if found.record.is_electronic else _("暂无馆藏")


def _first_author(record: Record) -> str:
    if not record.authors:
        return ""
    return record.authors[0] if len(record.authors) == 1 else _("%(name)s 等") % {"name": record.authors[0]}


def _what_next(result: Discovery, page: int) -> str:
    hints = [_("回复序号看馆藏")]
    # The room of holds is above this one: the hint is given where somebody answers it.
    if registry.command_for("预约 1") is not None:
        hints.append(_("回复「预约 序号」直接预约"))
    if result.total > page * PAGE:
        hints.append(_("回复「更多」看下一页，「在架」「2015年后」或馆名缩小范围"))
    return "，".join(hints) + "。"


def _nothing(text: str, page: int) -> Reply:
    if page > 1:
        return Text(_("后面没有了。回复序号看馆藏，或换个词再搜，例如「搜 心力衰竭」。"))
    sentence = _("没有找到「%(text)s」。请换个说法，少写几个字，或只写作者、ISBN 再试。") % {
        "text": shortened(text, characters=_QUERY)
    }
    return Text(f"{sentence}{_how_to_suggest()}\n{_SUGGEST}")


def _how_to_suggest() -> str:
    """Hint at suggesting a purchase; that room is above this one: only where somebody answers it."""
    answered = registry.command_for("荐购 1") is not None
    return _("想请图书馆购买，回复「荐购 书名或 ISBN」。") if answered else ""


def _card(incoming: Incoming, record: Record, held: list[Availability] | tuple[Availability, ...]) -> Reply:
    description = [
        " / ".join(part for part in (_first_author(record), record.publisher, str(record.year or "")) if part)
    ]
    description.extend(
        _("%(library)s：在架 %(on_shelf)d／共 %(copies)d 册")
        % {"library": each.library.label, "on_shelf": each.on_shelf, "copies": each.copies}
        for each in held[:5]
    )
    if not held:
        description.append(_("联盟各馆暂无馆藏。"))
    url = incoming.link(f"/m/record/{record.pk}/")
    return News([Article(shortened(record.full_title, characters=60), "\n".join(description), "", url)])


def _how_to_search(incoming: Incoming) -> Reply:
    page = link(_("打开检索页"), incoming.link("/m/search/"))
    return Text(
        _("回复「搜」加书名、作者或主题，例如「搜 心电图」；也可以直接发送 ISBN。\n%(page)s") % {"page": page}
    )


# Commands of their own file; here, for the conversation finds a room's commands by this module.
from xinglin.catalog.watching import replies as watching_replies  # noqa: E402, F401
