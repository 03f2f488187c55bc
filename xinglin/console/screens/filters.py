"""Filters of a list. Each reads its own words of the address bar; a value it cannot read is refused."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from xinglin.commons.clock import SHANGHAI
from xinglin.commons.errors import Refusal
from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.values import M

Choice = tuple[str, Words]
Choices = Iterable[tuple[object, Words]]


class UnreadableFilter(Refusal):
    """The address bar holds a filter value that means nothing."""

    code = "unreadable_filter"


@dataclass(frozen=True)
class Control:
    """A filter as its template draws it."""

    template: str
    name: str
    title: Words
    value: str = ""
    until: str = ""
    choices: Sequence[Choice] = ()
    told: str = ""

    @property
    def names(self) -> list[str]:
        """The words of the address bar that belong to it."""
        return (
            [f"{self.name}_from", f"{self.name}_to"] if self.template.endswith("days.html") else [self.name]
        )


@dataclass(frozen=True)
class Filter:
    """Something a list can be narrowed by; ``name`` is its word in the address bar."""

    name: str
    title: Words
    template: ClassVar[str]

    def narrow(self, rows: QuerySet[M], request: StaffRequest) -> QuerySet[M]:
        """Return the rows that fit what the address bar says. Raises ``UnreadableFilter``."""
        raise NotImplementedError

    def control(self, request: StaffRequest) -> Control:
        """Return how it is drawn, with the value it has now."""
        value = given(request, self.name)
        return Control(self.template, self.name, self.title, value=value, told=value)

    def unreadable(self, value: str) -> UnreadableFilter:
        """Return the refusal of a value."""
        return UnreadableFilter(
            _("筛选条件「%(title)s」的值「%(value)s」无法识别，请重新选择。"),
            title=self.title,
            value=value[:40],
        )


def given(request: StaffRequest, name: str) -> str:
    """Return a word of the address bar, stripped; NUL, which no database takes, left out."""
    query: QueryDict = request.GET
    return query.get(name, "").replace("\x00", "").strip()


@dataclass(frozen=True)
class TextFilter(Filter):
    """A field of text, by a lookup of the ORM."""

    field: str
    lookup: str = "icontains"
    template: ClassVar[str] = "console/filters/text.html"

    def narrow(self, rows: QuerySet[M], request: StaffRequest) -> QuerySet[M]:
        text = given(request, self.name)
        return rows.filter(**{f"{self.field}__{self.lookup}": text}) if text else rows


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """One of a few values. As ``tabs`` of a list it shows their counts."""

    choices: Choices | Callable[[StaffRequest], Choices]
    field: str = ""
    template: ClassVar[str] = "console/filters/choice.html"

    @property
    def column(self) -> str:
        """The ORM path that holds the value."""
        return self.field or self.name

    def options(self, request: StaffRequest) -> list[Choice]:
        """Return the values with their words."""
        found = self.choices(request) if callable(self.choices) else self.choices
        return [(str(value), words) for value, words in found]

    def narrow(self, rows: QuerySet[M], request: StaffRequest) -> QuerySet[M]:
        value = given(request, self.name)
        if not value:
            return rows
        if value not in dict(self.options(request)):
            raise self.unreadable(value)
        return rows.filter(**{self.column: value})

    def control(self, request: StaffRequest) -> Control:
        options, value = self.options(request), given(request, self.name)
        told = str(dict(options).get(value, ""))
        return Control(self.template, self.name, self.title, value=value, choices=options, told=told)


@dataclass(frozen=True)
class RelatedFilter(Filter):
    """One of the rows that the user may see of another model; at most 500 are offered."""

    field: str
    rows: Callable[[StaffRequest], QuerySet[Model]]
    template: ClassVar[str] = "console/filters/choice.html"

    def narrow(self, rows: QuerySet[M], request: StaffRequest) -> QuerySet[M]:
        value = given(request, self.name)
        if not value:
            return rows
        try:
            known = self.rows(request).filter(pk=value).exists()
        except (ValueError, ValidationError):
            known = False
        if not known:
            raise self.unreadable(value)
        return rows.filter(**{self.field: value})

    def control(self, request: StaffRequest) -> Control:
        value = given(request, self.name)
        options: list[Choice] = [(str(row.pk), str(row)) for row in self.rows(request)[:500]]
        told = str(dict(options).get(value, value))
        return Control(self.template, self.name, self.title, value=value, choices=options, told=told)


@dataclass(frozen=True)
class FlagFilter(Filter):
    """A tick: only rows that fit a condition; a function where the condition looks at the clock."""

    where: Q | Callable[[], Q]
    template: ClassVar[str] = "console/filters/flag.html"

    def narrow(self, rows: QuerySet[M], request: StaffRequest) -> QuerySet[M]:
        if not given(request, self.name):
            return rows
        return rows.filter(self.where if isinstance(self.where, Q) else self.where())

    def control(self, request: StaffRequest) -> Control:
        value = given(request, self.name)
        return Control(self.template, self.name, self.title, value=value, told=str(_("是")) if value else "")


@dataclass(frozen=True)
class DateFilter(Filter):
    """From one day to another, both included, as the library's calendar has them."""

    field: str
    template: ClassVar[str] = "console/filters/days.html"

    def narrow(self, rows: QuerySet[M], request: StaffRequest) -> QuerySet[M]:
        first, last = self._day(request, "from"), self._day(request, "to")
        moments = isinstance(_field_at(rows.model, self.field), DateTimeField)
        if first:
            rows = rows.filter(**{f"{self.field}__gte": _midnight(first) if moments else first})
        if last:
            after = last + timedelta(days=1)
            rows = rows.filter(**{f"{self.field}__lt": _midnight(after) if moments else after})
        return rows

    def control(self, request: StaffRequest) -> Control:
        first, last = given(request, f"{self.name}_from"), given(request, f"{self.name}_to")
        told = str(_("%(first)s 至 %(last)s") % {"first": first or "…", "last": last or "…"})
        return Control(
            self.template, self.name, self.title, value=first, until=last, told=told if first or last else ""
        )

    def _day(self, request: StaffRequest, side: str) -> date | None:
        text = given(request, f"{self.name}_{side}")
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
            _midnight(day + timedelta(days=1))
        except (ValueError, OverflowError):
            raise self.unreadable(text) from None
        return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def _field_at(model: type[Model], path: str) -> object:
    """Return the field at the end of an ORM path; None for an annotation."""
    field: object = None
    for name in path.split("__"):
        known = {each.name: each for each in model._meta.get_fields()}
        field = known.get(name)
        model = getattr(field, "related_model", None) or model
    return field
