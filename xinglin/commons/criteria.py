"""Criteria: by what people may be selected. A room leaves them in its ``criteria.py``; ``audience`` builds
segments of them.

    @criterion("circulation.borrowed", title=_("借过书"), group=_("借阅"), subject=Subject.PATRON,
               params=(Days(default=90),))
    def borrowed(given: Given) -> QuerySet[Loan]:
        return Loan.objects.filter(lent_at__gte=since(given))

The function returns the rows that speak for somebody, and ``key`` is the path from such a row to the person. Who
asks decides how often a person must be among them, so a criterion never counts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.onscreen import Words

Value = int | str
Given = Mapping[str, Value]
Rows = Callable[[Given], QuerySet[Any]]
Choices = Callable[[], Iterable[tuple[str, Words]]]

LONGEST_TEXT = 80


class UnknownCriterion(Refusal):
    """A condition that no room offers, or one with a value that it does not take."""

    code = "unknown_criterion"


class Subject(StrEnum):
    """Whom the rows of a criterion lead to."""

    PATRON = "patron"
    FOLLOWER = "follower"


class ParamKind(StrEnum):
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True)
class Param:
    """One thing that a criterion wants to know."""

    name: str
    title: Words
    kind: ParamKind
    default: Value = ""
    least: int = 0
    most: int = 0
    choices: Choices | None = None

    def clean(self, raw: object) -> Value:
        """Return the value if it is one. Raises ``UnknownCriterion``."""
        if self.kind is ParamKind.NUMBER:
            if isinstance(raw, bool) or not isinstance(raw, int | str) or not str(raw).strip().isdecimal():
                raise self._unfit(raw)
            number = int(str(raw).strip()[:9])
            if not self.least <= number <= self.most:
                raise self._unfit(raw)
            return number
        text = str(raw).replace("\x00", "").strip() if isinstance(raw, str | int) else ""
        if not text or len(text) > LONGEST_TEXT:
            raise self._unfit(raw)
        if self.choices is not None and text not in {str(value) for value, _words in self.choices()}:
            raise self._unfit(raw)
        return text

    def _unfit(self, raw: object) -> UnknownCriterion:
        return UnknownCriterion(
            _("条件的「%(title)s」不能是「%(raw)s」，请重新填写或选择。"), title=self.title, raw=str(raw)[:40]
        )


def Days(default: int = 30, *, most: int = 3650) -> Param:
    """Return the usual question: within how many days."""
    return Param("days", _("最近天数"), ParamKind.NUMBER, default, 1, most)


@dataclass(frozen=True)
class Criterion:
    """One condition that a room offers. ``countable``: being among the rows several times means something."""

    name: str
    title: Words
    group: Words
    subject: Subject
    rows: Rows
    key: str
    params: tuple[Param, ...] = ()
    countable: bool = False

    def clean(self, raw: Mapping[str, object]) -> dict[str, Value]:
        """Return what was asked for, each value checked. Raises ``UnknownCriterion``."""
        unknown = set(raw) - {param.name for param in self.params}
        if unknown:
            raise UnknownCriterion(
                _("条件「%(title)s」没有这一项：%(name)s。"), title=self.title, name=min(unknown)
            )
        return {param.name: param.clean(raw.get(param.name, param.default)) for param in self.params}

    def in_words(self, given: Given) -> str:
        """Return the condition as a person reads it."""
        told = []
        for param in self.params:
            value = given.get(param.name, param.default)
            words = dict(param.choices()) if param.choices else {}
            told.append(f"{param.title} {words.get(str(value), value)}")
        return f"{self.title}（{'，'.join(told)}）" if told else str(self.title)


@dataclass
class Registry:
    """Every criterion of the house; one for the process."""

    criteria: dict[str, Criterion] = field(default_factory=dict)

    def find(self, name: str) -> Criterion:
        """Return a criterion by name. Raises ``UnknownCriterion``."""
        found = self.criteria.get(name)
        if found is None:
            raise UnknownCriterion(
                _("没有「%(name)s」这个条件；它可能随功能关闭了，请换一个。"), name=name[:60]
            )
        return found


registry = Registry()


def criterion(
    name: str,
    *,
    title: Words,
    group: Words,
    subject: Subject,
    key: str = "",
    params: tuple[Param, ...] = (),
    countable: bool = False,
) -> Callable[[Rows], Rows]:
    """Register a function that returns the rows which speak for somebody."""

    def register(rows: Rows) -> Rows:
        registry.criteria[name] = Criterion(
            name, title, group, subject, rows, key or f"{subject.value}_id", params, countable
        )
        return rows

    return register


def since(given: Given) -> datetime:
    """Return the moment from which a period of the last ``days`` runs."""
    return clock.now() - timedelta(days=int(given["days"]))


def discover() -> None:
    """Import every room's ``criteria.py``, once the applications are ready."""
    autodiscover_modules("criteria")
