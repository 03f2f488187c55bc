"""One row of an office's table, read into a reader's file; pure, given what is known of the consortium."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Refusal
from xinglin.consortium.models import Library
from xinglin.patrons.imports import cells
from xinglin.patrons.imports.cells import BadCell
from xinglin.patrons.models import PatronCategory

Value = str | date | Library | PatronCategory | None


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell, in words."""

    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """What a row says: values by field (blank cells left out), or what is wrong with it."""

    number: int
    into: Library
    values: Mapping[str, Value] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def is_sound(self) -> bool:
        return not self.problems

    @property
    def card_number(self) -> str:
        return str(self.values.get("card_number", ""))

    @property
    def staff_number(self) -> str:
        return str(self.values.get("staff_number", ""))

    @property
    def library(self) -> Library:
        """The home library told by the row; without one, the library that the file is for."""
        told = self.values.get("library")
        return told if isinstance(told, Library) else self.into


@dataclass(frozen=True)
class Known:
    """What rows refer to: categories and libraries by every name, where one may import, where by default."""

    categories: Mapping[str, PatronCategory]
    libraries: Mapping[str, Library]
    importable: frozenset[int]
    into: Library

    @classmethod
    def now(cls, *, into: Library, importable: set[int]) -> "Known":
        """Return what is known at present."""
        libraries: dict[str, Library] = {}
        names = Counter(
            name.casefold()
            for library in Library.objects.filter(active=True)
            for name in {library.code, library.name, library.short_name} - {""}
        )
        for library in Library.objects.filter(active=True):
            for name in (library.code, library.name, library.short_name):
                if name and names[name.casefold()] == 1:
                    libraries[name.casefold()] = library
        categories = {
            name.casefold(): category
            for category in PatronCategory.objects.filter(active=True)
            for name in (category.code, category.name)
        }
        return cls(categories, libraries, frozenset(importable), into)


def read_row(*, number: int, row: Mapping[str, str], mapping: Mapping[str, str], known: Known) -> Reading:
    """Return what a row says. Never raises: whatever is wrong becomes a problem of the row."""
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for key, heading in mapping.items():
        written = row.get(heading, "").strip()
        if not written:
            continue
        try:
            values[key] = _value(key, cells.text_of(key, written), known)
        except Refusal as refusal:
            problems.append(Problem(heading, written, str(refusal)))
    told_wrong = {problem.column for problem in problems}
    problems.extend(
        Problem(mapping[key], "", str(_("这一格是空的，必须填写。")))
        for key in ("card_number", "name")
        if key not in values and mapping[key] not in told_wrong
    )
    return Reading(number, known.into, values if not problems else {}, tuple(problems))


def _value(key: str, text: str, known: Known) -> Value:
    match key:
        case "card_number":
            return cells.card_number(text)
        case "staff_number":
            return cells.staff_number(text)
        case "phone":
            return cells.phone(text)
        case "email":
            return cells.email(text)
        case "expires_on":
            return cells.expiry(text)
        case "category":
            return _category(text, known)
        case "library":
            return _library(text, known)
        case "name":
            return " ".join(text.split())
    return text


def _category(text: str, known: Known) -> PatronCategory:
    category = known.categories.get(text.casefold())
    if category is None:
        names = sorted({each.name for each in known.categories.values()})
        raise BadCell(
            _("没有这个读者类别；现有：%(names)s。"), names="、".join(names[:12]) or _("（还没有）")
        )
    return category


def _library(text: str, known: Known) -> Library:
    library = known.libraries.get(text.casefold())
    if library is None:
        raise BadCell(_("没有这个馆；请写馆代码或全名。"))
    if library.pk not in known.importable:
        raise BadCell(_("您没有向这个馆导入读者的权限。"))
    return library


def contradictions(readings: Sequence[Reading], *, headings: Mapping[str, str]) -> dict[int, Problem]:
    """Return a problem for each sound row that contradicts another: same card or staff number, else different.

    All of them are refused, not all but the first: a file means the same in any order. Rows that say
    the same twice do not contradict.
    """
    found: dict[int, Problem] = {}
    by_card: dict[str, list[Reading]] = defaultdict(list)
    by_staff: dict[tuple[int, str], list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.is_sound:
            by_card[reading.card_number].append(reading)
            if reading.staff_number:
                by_staff[reading.library.pk, reading.staff_number].append(reading)
    for card, same in by_card.items():
        if any(reading.values != same[0].values for reading in same):
            found |= _refuse(same, headings["card_number"], card)
    for (_library_id, number), same in by_staff.items():
        if len({reading.card_number for reading in same}) > 1:
            found |= _refuse(same, headings["staff_number"], number)
    return found


def _refuse(same: Sequence[Reading], heading: str, value: str) -> dict[int, Problem]:
    numbers = [reading.number for reading in same]
    shown = "、".join(str(number) for number in numbers[:8])
    reason = str(_("第 %(rows)s 行都用了这个号码，内容却不同；请只留对的一行。")) % {"rows": shown}
    return {number: Problem(heading, value, reason) for number in numbers}
