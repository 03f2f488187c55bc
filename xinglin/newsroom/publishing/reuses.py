"""Where else an article is told again: answers and menus that link to it or repeat a passage of it.

A withdrawal and a correction ask every place. Rooms above whose answers may repeat an article add theirs by
``add_place``.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.newsroom.blocks import as_plain
from xinglin.newsroom.models import Article, Rumour, RumourState
from xinglin.newsroom.rumours.services import retire
from xinglin.wechat.models import KeywordRule, Menu, MenuState
from xinglin.wechat.services import rules

# So many characters in a row of an article in an answer, and the answer was taken from it.
A_PASSAGE = 16
_BLANK = re.compile(r"[\s，。、；：？！,.;:?!“”\"'（）()《》]+")


@dataclass(frozen=True)
class Told:
    """One row that tells readers something: how a person finds it, and all its words."""

    row: Model
    label: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """A kind of rows that tell readers something, and how one falls silent; without that a person sees to it."""

    name: Words
    told: Callable[[], Iterable[Told]]
    silence: Callable[[Model], object] | None = None


@dataclass(frozen=True)
class Reuse:
    """A row that repeats an article, and how."""

    place: Place
    row: Model
    label: str
    by_link: bool
    passage: str

    def silence(self) -> bool:
        """Let the row say nothing any more; return whether that could be done without a person."""
        if self.place.silence is None:
            return False
        self.place.silence(self.row)
        return True


_places: list[Place] = []


def add_place(place: Place) -> Place:
    """Have a kind of rows looked through when an article is withdrawn or put right."""
    _places.append(place)
    return place


def reuses_of(article: Article) -> list[Reuse]:
    """Return the rows that link to an article or repeat a passage of any text it ever had."""
    address = reverse("mobile:article", args=[article.pk])
    texts = [bare(as_plain(revision.content.blocks)) for revision in article.revisions.all()]
    passages = {text[at : at + A_PASSAGE] for text in texts for at in range(len(text) - A_PASSAGE + 1)}
    found = []
    for place in _places:
        for told in place.told():
            by_link = any(_links(address, words) for words in told.words)
            shared = (passage for words in told.words for passage in _shared(bare(words), passages))
            passage = next(shared, "")
            if by_link or passage:
                found.append(Reuse(place, told.row, told.label, by_link, passage))
    return found


def bare(text: str) -> str:
    """Return a text without blanks and punctuation, as passages are compared."""
    return _BLANK.sub("", text)


def _links(address: str, words: str) -> bool:
    return re.search(re.escape(address) + r"(?!\d)", words) is not None


def _shared(words: str, passages: set[str]) -> Iterator[str]:
    for at in range(len(words) - A_PASSAGE + 1):
        if words[at : at + A_PASSAGE] in passages:
            yield words[at : at + A_PASSAGE]
            return


def _words_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _words_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from _words_of(each)


def _rules() -> Iterator[Told]:
    for rule in KeywordRule.objects.filter(active=True).select_related("account"):
        yield Told(rule, f"{rule.account.name} · {rule.name}", tuple(_words_of(rule.replies)))


def _menus() -> Iterator[Told]:
    for menu in Menu.objects.filter(state=MenuState.PUBLISHED).select_related("account"):
        yield Told(menu, f"{menu.account.name} · {menu}", tuple(_words_of(menu.buttons)))


def _cards() -> Iterator[Told]:
    for card in Rumour.objects.filter(state=RumourState.APPROVED):
        yield Told(card, card.claim, (card.truth, card.sources))


def _switch_off(rule: Model) -> None:
    assert isinstance(rule, KeywordRule)  # noqa: S101 -- told to the type checker
    rules.switch(rule=rule, on=False, by=None)


def _retire(card: Model) -> None:
    assert isinstance(card, Rumour)  # noqa: S101 -- told to the type checker
    retire(rumour=card, by=None)


add_place(Place(_("自动回复"), _rules, _switch_off))
add_place(Place(_("辟谣"), _cards, _retire))
add_place(Place(_("自定义菜单（要由人改）"), _menus))
