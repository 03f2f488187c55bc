"""Narrowing a topic's papers: by words, heading, study type, year, journal and the month of their release."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from xinglin.commons.onscreen import Words
from xinglin.intelligence.labelling.lifecycle import FilingState
from xinglin.intelligence.labelling.models import Filing
from xinglin.intelligence.labelling.queries import taken_among
from xinglin.intelligence.learning.studies import STUDY_WORDS, Study
from xinglin.intelligence.models import Finding

LONGEST_SEARCH = 80
MOST_WORDS = 8
MOST_CHOICES = 12
FACETS: dict[str, Promise] = {
    "heading": gettext_lazy("类目"), "study": gettext_lazy("研究类型"), "year": gettext_lazy("年份"),
    "journal": gettext_lazy("期刊"), "month": gettext_lazy("发布月份"),
}  # fmt: skip


FILED_BY = {"heading": "heading__name", "study": "study"}
"""What people have filed papers by, and where it stands in a filing."""


@dataclass(frozen=True)
class Choice:
    """One value of a facet: what it is called, how many papers it has, and the address that chooses it."""

    label: str
    papers: int
    address: str
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One way of narrowing; ``all_address`` takes its choice back."""

    title: Words
    choices: tuple[Choice, ...]
    all_address: str

    @property
    def is_narrowed(self) -> bool:
        return any(each.chosen for each in self.choices)


@dataclass(frozen=True)
class Narrowed:
    """The papers that fit, what was asked for, and the facets over them."""

    papers: "QuerySet[Finding]"
    asked: dict[str, str]
    facets: tuple[Facet, ...]

    @property
    def query(self) -> str:
        """What was asked for, as the end of an address."""
        return urlencode(self.asked)


def narrow(papers: "QuerySet[Finding]", given: Mapping[str, str]) -> Narrowed:
    """Narrow papers by what an address says; what makes no sense in it narrows nothing.

    A facet is counted without its own choice, so that another value of it can be taken instead.
    """
    asked = {
        name: value
        for name in ("q", *FACETS)
        if (value := given.get(name, "").replace("\x00", "").strip()[:400]) and _makes_sense(name, value)
    }
    asked.update({"q": asked["q"][:LONGEST_SEARCH]} if "q" in asked else {})
    facets = tuple(
        _facet(name, str(title), _narrowed(papers, {k: v for k, v in asked.items() if k != name}), asked)
        for name, title in FACETS.items()
    )
    return Narrowed(_narrowed(papers, asked), asked, tuple(each for each in facets if each.choices))


def _makes_sense(name: str, value: str) -> bool:
    if name == "year":
        return value.isdecimal() and len(value) == 4
    if name == "study":
        return value in STUDY_WORDS
    return name != "month" or _month(value) is not None


def _month(value: str) -> date | None:
    try:
        return date.fromisoformat(f"{value}-01")
    except ValueError:
        return None


def _narrowed(papers: "QuerySet[Finding]", asked: Mapping[str, str]) -> "QuerySet[Finding]":
    for word in asked.get("q", "").split()[:MOST_WORDS]:
        papers = papers.filter(
            Q(publication__title__icontains=word)
            | Q(publication__authors__icontains=word)
            | Q(publication__journal__icontains=word)
        )
    if "year" in asked:
        papers = papers.filter(publication__year=int(asked["year"]))
    if "journal" in asked:
        papers = papers.filter(publication__journal=asked["journal"])
    for name, field in FILED_BY.items():
        if name in asked:
            filed = Filing.objects.filter(state=FilingState.TAKEN, **{field: asked[name]})
            papers = papers.filter(pk__in=filed.values("finding"))
    month = _month(asked["month"]) if "month" in asked else None
    if month is not None:
        first = datetime(month.year, month.month, 1, tzinfo=timezone.get_current_timezone())
        # The 1st of the month that the 32nd day from the 1st lies in is the next one's.
        papers = papers.filter(
            released_at__gte=first, released_at__lt=(first + timedelta(days=32)).replace(day=1)
        )
    return papers


def _released_in() -> TruncMonth:
    return TruncMonth("released_at", tzinfo=timezone.get_current_timezone())


def _facet(name: str, title: str, papers: "QuerySet[Finding]", asked: Mapping[str, str]) -> Facet:
    papers = papers.order_by()
    if name in FILED_BY:
        field = FILED_BY[name]
        filed = taken_among(papers).exclude(**{field: None if name == "heading" else ""}).order_by()
        counted = list(filed.values_list(field).annotate(n=Count("pk")).order_by("-n", field)[:MOST_CHOICES])
        word = (lambda value: str(STUDY_WORDS[Study(value)])) if name == "study" else str
        values = [(value, word(value), n) for value, n in counted]
    elif name == "year":
        rows = papers.exclude(publication__year=None).values_list("publication__year")
        counted = list(rows.annotate(n=Count("pk")).order_by("-publication__year")[:MOST_CHOICES])
        values = [(str(year), str(year), n) for year, n in counted]
    elif name == "journal":
        titles = papers.exclude(publication__journal="").values_list("publication__journal")
        counted = list(titles.annotate(n=Count("pk")).order_by("-n", "publication__journal")[:MOST_CHOICES])
        values = [(journal, journal, n) for journal, n in counted]
    else:
        months = papers.exclude(released_at=None).annotate(_in=_released_in()).values_list("_in")
        counted = list(months.annotate(n=Count("pk")).order_by("-_in")[:MOST_CHOICES])
        values = [(f"{each:%Y-%m}", f"{each:%Y-%m}", n) for each, n in counted]
    others = {key: value for key, value in asked.items() if key != name}
    choices = tuple(
        Choice(label, n, "?" + urlencode({**others, name: value}), asked.get(name) == value)
        for value, label, n in values
    )
    return Facet(title, choices, "?" + urlencode(others))
