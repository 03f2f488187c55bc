"""JSON answers read without trusting their shape: a value of another type counts as absent."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from xinglin.commons.numbers import whole
from xinglin.literature.errors import AnswerBroken


class Tree:
    """One value of a JSON answer; asking for what is not there gives an empty one."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __getitem__(self, name: str) -> "Tree":
        return Tree(self.value.get(name)) if isinstance(self.value, Mapping) else Tree(None)

    def __bool__(self) -> bool:
        return bool(self.value)

    @property
    def text(self) -> str:
        """A text or a number, as text."""
        if isinstance(self.value, bool) or not isinstance(self.value, (str, int, float)):
            return ""
        return str(self.value).strip()

    @property
    def number(self) -> int | None:
        return None if whole(self.text.removeprefix("-"), digits=9) is None else int(self.text)

    @property
    def items(self) -> list["Tree"]:
        return [Tree(each) for each in self.value] if isinstance(self.value, list) else []

    @property
    def first(self) -> "Tree":
        return next(iter(self.items), Tree(None))

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(each.text for each in self.items if each.text)


def tree_of(body: bytes, source: str) -> Tree:
    """Return an answer that is a JSON object. Raises ``AnswerBroken``."""
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise AnswerBroken(_("%(source)s 的答复不是完整的 JSON。"), source=source) from None
    if not isinstance(value, dict):
        raise AnswerBroken(_("%(source)s 的答复不是 JSON 对象。"), source=source)
    return Tree(value)


def parts_of_date(date: Tree) -> str:
    """Return Crossref's ``date-parts`` as 2020, 2020-03 or 2020-03-07."""
    numbers = [each.number for each in date["date-parts"].first.items]
    year, month, day = [*numbers, None, None, None][:3]
    if not year:
        return ""
    return f"{year:04d}" + (f"-{month:02d}" + (f"-{day:02d}" if day else "") if month else "")
