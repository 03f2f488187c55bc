"""A search as it stands in an address: read from a request, made a query, written back with a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from xinglin.catalog.search.parse import parse
from xinglin.catalog.search.query import Facet, Filters, Query, Sort
from xinglin.commons.numbers import whole
from xinglin.commons.text import plain

LONGEST_VALUE = 200
LAST_PAGE = 500
SORTS = {
    Sort.RELEVANCE: _("相关度"),
    Sort.YEAR_DESCENDING: _("出版年由新到旧"),
    Sort.YEAR_ASCENDING: _("出版年由旧到新"),
    Sort.TITLE: _("题名音序"),
    Sort.NEWEST: _("入库时间"),
}
FACETS = (Facet.LIBRARY, Facet.KIND, Facet.LANGUAGE, Facet.DECADE, Facet.CLASS, Facet.SUBJECT)
# Which parameter of the address narrows by a facet.
PARAMETER_OF = {
    Facet.LIBRARY: "at",
    Facet.KIND: "kind",
    Facet.LANGUAGE: "language",
    Facet.DECADE: "decade",
    Facet.CLASS: "class",
    Facet.SUBJECT: "subject",
}
_TEXTS = ("q", "at", "kind", "language", "class", "subject", "author")


@dataclass(frozen=True)
class Asked:
    """What was asked for. ``values`` holds only what narrows; nonsense in an address is left out."""

    values: Mapping[str, str]
    sort: Sort
    page: int

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> Self:
        """Return what an address asks for."""
        values = {
            name: text for name in _TEXTS if (text := plain(parameters.get(name, "")).strip()[:LONGEST_VALUE])
        }
        for name in ("from", "to", "decade"):
            if (year := _number(parameters.get(name, ""), most=2999)) is not None:
                values[name] = str(year)
        if parameters.get("shelf") == "1":
            values["shelf"] = "1"
        sort = parameters.get("sort", "")
        page = _number(parameters.get("page", ""), most=LAST_PAGE) or 1
        return cls(values, Sort(sort) if sort in {each.value for each in Sort} else Sort.RELEVANCE, page)

    @property
    def text(self) -> str:
        return self.values.get("q", "")

    @property
    def narrows(self) -> bool:
        """Whether anything but the text is asked for."""
        return bool(self.values.keys() - {"q"})

    def query(self, *, size: int, facets: tuple[Facet, ...] = ()) -> Query:
        """Return the query to put to the engine."""
        return Query(
            root=parse(self.text), filters=self._filters(), sort=self.sort, page=self.page, size=size, facets=facets,
            facet_size=12,
        )  # fmt: skip

    def _filters(self) -> Filters:
        decade = self.values.get("decade")
        first, last = self.values.get("from", decade), self.values.get("to")
        if decade is not None:
            first, last = decade, str(int(decade) + 9)
        return Filters(
            year_from=int(first) if first else None,
            year_to=int(last) if last else None,
            languages=self._listed("language"),
            kinds=self._listed("kind"),
            libraries=self._listed("at"),
            on_shelf="shelf" in self.values,
            classes=self._listed("class"),
            authors=self._listed("author"),
            subjects=self._listed("subject"),
        )

    def _listed(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name)
        return (value,) if value else ()

    def url(self, path: str, **changes: str | int | None) -> str:
        """Return the address with some values changed (None: taken away); any change goes to page 1."""
        values: dict[str, str] = {**self.values, "sort": self.sort.value}
        for name, value in changes.items():
            if value is None:
                values.pop(name, None)
            else:
                values[name] = str(value)
        if values["sort"] == Sort.RELEVANCE:
            del values["sort"]
        return f"{path}?{urlencode(values)}" if values else path


def _number(text: str, *, most: int) -> int | None:
    number = whole(text.strip(), digits=5)
    return None if number is None else min(number, most)
