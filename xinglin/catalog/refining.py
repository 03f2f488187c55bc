"""What narrows a search that was just made, said in a word or two: 2015年后, 在架, 附一院馆, 英文, 近五年, 最新.

A text narrows only when every word of it is understood; anything else is somebody else's to answer.
"""

import re
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from xinglin.catalog.asking import Asked
from xinglin.catalog.languages import LANGUAGES
from xinglin.catalog.models import Kind
from xinglin.catalog.search.query import Sort
from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.consortium.queries import library_named

Values = dict[str, str]

_YEAR = r"((?:1[5-9]|20)\d\d)\s*年?"
_SINCE = re.compile(rf"{_YEAR}\s*(?:以后|之后|以来|后|起|至今)")
_UNTIL = re.compile(rf"{_YEAR}\s*(?:以前|之前|前)")
_BETWEEN = re.compile(rf"{_YEAR}\s*(?:-|—|–|~|～|到|至)\s*{_YEAR}")
_ONE_YEAR = re.compile(r"((?:1[5-9]|20)\d\d)\s*年")
_LATELY = re.compile(r"(?:最?近)\s*([0-9]{1,2}|[一二两三四五六七八九十])\s*年")
_NUMERALS = {"两": 2} | {numeral: value for value, numeral in enumerate("一二三四五六七八九十", 1)}
_ON_SHELF = frozenset({"在架", "只看在架", "在馆", "可借", "能借的"})
_NEWEST = frozenset({"最新", "新书优先", "按年份", "按时间"})
_EVERYTHING = frozenset({"全部", "不限", "取消筛选", "重新来"})
_FILLING = re.compile(r"^(?:只看|只要|要|筛选|限)|(?:的|的书|馆藏)$")
_LANGUAGE_OF = {str(name): code for code, name in LANGUAGES.items()} | {
    f"{str(name)[:-1]}语": code for code, name in LANGUAGES.items() if str(name).endswith("文")
}
_MOST_WORDS = 5


def narrowed(text: str, values: Mapping[str, str]) -> Values | None:
    """Return the values of a search narrowed by what a reader added, or None when it is no such thing."""
    words = text.replace("，", " ").replace(",", " ").replace("、", " ").split()
    if not 0 < len(words) <= _MOST_WORDS:
        return None
    result = dict(values)
    for word in words:
        change = _change(word)
        if change is None:
            return None
        result = {name: value for name, value in {**result, **change}.items() if value}
    return result


def said_of(asked: Asked) -> list[str]:
    """Return the filters in force in a reader's words."""
    values = asked.values
    said = []
    if "from" in values or "to" in values:
        said.append(_years(values.get("from", ""), values.get("to", "")))
    if "at" in values:
        library = Library.objects.filter(code=values["at"]).first()
        said.append(library.label if library else values["at"])
    if "language" in values:
        said.append(str(LANGUAGES.get(values["language"], values["language"])))
    if "kind" in values:
        said.append(str(Kind(values["kind"]).label) if values["kind"] in Kind else values["kind"])
    if "shelf" in values:
        said.append(_("在架"))
    if asked.sort is Sort.YEAR_DESCENDING:
        said.append(_("最新优先"))
    return said


def _years(first: str, last: str) -> str:
    if first and last:
        one = _("%(year)s 年") if first == last else _("%(year)s—%(last)s 年")
        return one % {"year": first, "last": last}
    return _("%(year)s 年以来") % {"year": first} if first else _("%(year)s 年以前") % {"year": last}


def _change(word: str) -> Values | None:
    """Return what one word changes; an empty value takes a filter away."""
    if word in _EVERYTHING:
        return dict.fromkeys(("from", "to", "at", "language", "kind", "shelf", "sort"), "")
    if word in _ON_SHELF:
        return {"shelf": "1"}
    if word in _NEWEST:
        return {"sort": Sort.YEAR_DESCENDING.value}
    for understand in (_by_years, _by_name):
        for written in dict.fromkeys((word, _FILLING.sub("", word))):
            if written and (change := understand(written)) is not None:
                return change
    return None


def _by_years(word: str) -> Values | None:
    forms: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Values]], ...] = (
        (_SINCE, lambda found: {"from": found[1], "to": ""}),
        (_UNTIL, lambda found: {"from": "", "to": found[1]}),
        (_BETWEEN, lambda found: {"from": min(found[1], found[2]), "to": max(found[1], found[2])}),
        (_ONE_YEAR, lambda found: {"from": found[1], "to": found[1]}),
        (_LATELY, lambda found: {"from": str(_years_ago(found[1])), "to": ""}),
    )
    for form, change in forms:
        if (found := form.fullmatch(word)) is not None:
            return change(found)
    return None


def _years_ago(written: str) -> int:
    """Return the first of the last so many years, this one counted."""
    return clock.today().year - (_NUMERALS.get(written) or int(written)) + 1


def _by_name(word: str) -> Values | None:
    if word in _LANGUAGE_OF:
        return {"language": _LANGUAGE_OF[word]}
    kind = next((each.value for each in Kind if str(each.label) == word), None)
    if kind is not None:
        return {"kind": kind}
    library = library_named(word)
    return {"at": library.code} if library is not None else None
