"""The dark menu on the left, the search over it, and the cards of the home page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from pypinyin import lazy_pinyin

from xinglin.commons.onscreen import Words
from xinglin.console import registry
from xinglin.console.access import StaffRequest, may
from xinglin.console.registry import card
from xinglin.console.tones import Tone

if TYPE_CHECKING:
    from xinglin.console.screens.pages import Screen

# So many lines fit on a screen: a menu of no more of them stands open as a whole.
FITS = 14

__all__ = ["Card", "MenuEntry", "MenuGroup", "Section", "card", "cards_of", "menu_of"]


class Section(Enum):
    """The rooms of the house as the menu groups them, in its order: words and icon."""

    CIRCULATION = (_("流通"), "transfer")
    CATALOGUING = (_("编目"), "books")
    PATRONS = (_("读者"), "users")
    WECHAT = (_("微信"), "message-circle")
    NEWSROOM = (_("宣传"), "speakerphone")
    AUDIENCE = (_("受众"), "target")
    STATISTICS = (_("统计"), "chart-bar")
    ERESOURCES = (_("资源"), "database")
    REFERENCE = (_("咨询"), "help-hexagon")
    LEARNING = (_("讲座培训"), "school")
    SUPPLY = (_("文献服务"), "file-download")
    INTELLIGENCE = (_("情报"), "radar-2")
    CONSORTIUM = (_("联盟"), "building-community")
    SYSTEM = (_("系统"), "settings")

    @property
    def words(self) -> Words:
        """What the section is called."""
        return self.value[0]

    @property
    def icon(self) -> str:
        """Its outline icon."""
        return self.value[1]


@dataclass(frozen=True)
class Card:
    """One card of the home page: a number that asks for work, and where the work is done."""

    title: Words
    number: int | None = None
    url: str = ""
    icon: str = "clipboard-list"
    tone: Tone = Tone.ACTIVE
    note: Words = ""


@dataclass(frozen=True)
class MenuEntry:
    """One line of the menu, for one request."""

    title: str
    url: str
    icon: str
    badge: int | None
    current: bool
    sought_by: str


@dataclass(frozen=True)
class MenuGroup:
    """A section with the entries that the user may open."""

    section: Section
    entries: Sequence[MenuEntry]
    open: bool = True

    @property
    def waiting(self) -> int:
        """How much waits behind the entries, said on the section's line while it is folded."""
        return sum(entry.badge or 0 for entry in self.entries)


@lru_cache(maxsize=1024)
def _named(shown: "Screen", section: Section, language: str) -> tuple[str, str]:
    """Return an entry's title, and what the search over the menu compares: words, pinyin and initials."""
    title = str(shown.title)
    sounds = lazy_pinyin(title)
    more = (str(word) for word in (section.words, *shown.words))
    return title, " ".join((title, *more, "".join(sounds), "".join(sound[:1] for sound in sounds))).lower()


def _lit(request: StaffRequest) -> str:
    """Return the name of the entry to light: that of the screen shown, or of the one whose action is asked."""
    shown = (request.resolver_match.url_name or "") if request.resolver_match else ""
    here = registry.screens.get(shown.removesuffix(".do_many").removesuffix(".do"))
    return here.lights if here else ""


def menu_of(request: StaffRequest) -> list[MenuGroup]:
    """Return the menu of the user: only what they may open, badges counted, empty sections left out.

    A long menu is folded but for the section of the page shown.
    """
    lit, language = _lit(request), get_language() or ""
    entries: dict[Section, list[MenuEntry]] = {section: [] for section in Section}
    for shown in sorted(registry.screens.values(), key=lambda each: (each.order, each.name)):
        if shown.section is None or not may(request, shown.permission):
            continue
        title, sought_by = _named(shown, shown.section, language)
        entries[shown.section].append(
            MenuEntry(
                title=title,
                url=reverse(f"console:{shown.name}"),
                icon=shown.icon,
                badge=shown.badge(request) or None,
                current=shown.name == lit,
                sought_by=sought_by,
            )
        )
    groups = [MenuGroup(section, found) for section, found in entries.items() if found]
    if sum(len(group.entries) for group in groups) <= FITS:
        return groups
    return [replace(group, open=any(entry.current for entry in group.entries)) for group in groups]


def cards_of(request: StaffRequest) -> list[Card]:
    """Return the cards of the user's home page, in order."""
    made = [entry.make(request) for entry in registry.cards if may(request, entry.permission)]
    return [each for each in made if each is not None]
