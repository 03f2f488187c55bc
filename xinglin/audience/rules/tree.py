"""The rule of a segment as a typed tree, and the only way from JSON to it.

{"all": [{"tag": 12}, {"not": {"tag": 31, "weight": 50}},
         {"any": [{"did": "opened", "days": 30, "times": 2},
                  {"fits": "circulation.borrowed", "given": {"days": 90}, "times": 1}]}]}
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from xinglin.audience.errors import RuleUnfit
from xinglin.audience.models.people import Did
from xinglin.commons import criteria
from xinglin.wechat.jsonvalue import JsonObject, JsonValue

DEEPEST = 6
MOST_NODES = 60
LONGEST_PERIOD = 3650
MOST_TIMES = 1000
DEEDS = {kind.name.lower(): kind for kind in Did}


@dataclass(frozen=True)
class All:
    """Every part holds; without parts it holds for everybody."""

    of: tuple["Node", ...] = ()


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds; without parts it holds for nobody."""

    of: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Not:
    of: "Node"


@dataclass(frozen=True)
class HasTag:
    """Carries a tag, with at least this weight."""

    tag: int
    weight: int = 0


@dataclass(frozen=True)
class Behaved:
    """Did something at least so many times in the last days; of one column when that is named."""

    kind: Did
    days: int
    times: int = 1
    column: int | None = None


@dataclass(frozen=True)
class Fits:
    """Is, at least so many times, among the rows of a criterion that a room offers."""

    criterion: str
    given: Mapping[str, criteria.Value] = field(default_factory=dict, hash=False)
    times: int = 1


Node = All | AnyOf | Not | HasTag | Behaved | Fits


def read(raw: object) -> Node:
    """Return a tree from JSON, with every word of it checked. Raises ``RuleUnfit``, ``UnknownCriterion``."""
    count = iter(range(MOST_NODES))
    return _read(raw, 1, count)


def _read(raw: object, depth: int, count: Iterator[int]) -> Node:
    if next(count, None) is None:
        raise RuleUnfit(_("规则最多 %(most)d 个条件，请拆成几个分群。"), most=MOST_NODES)
    if depth > DEEPEST:
        raise RuleUnfit(_("规则最多嵌套 %(most)d 层。"), most=DEEPEST)
    if not isinstance(raw, dict) or not raw:
        raise RuleUnfit(_("规则里有读不懂的条件；请在编辑器里重新添加。"))
    match raw:
        case {"all": list(parts)} if len(raw) == 1:
            return All(tuple(_read(part, depth + 1, count) for part in parts))
        case {"any": list(parts)} if len(raw) == 1:
            return AnyOf(tuple(_read(part, depth + 1, count) for part in parts))
        case {"not": part} if len(raw) == 1:
            return Not(_read(part, depth + 1, count))
        case {"tag": tag} if not set(raw) - {"tag", "weight"}:
            return HasTag(_number(tag, 1, 2**31 - 1), _number(raw.get("weight", 0), 0, 100))
        case {"did": str(kind)} if kind in DEEDS and not set(raw) - {"did", "days", "times", "column"}:
            column = raw.get("column")
            return Behaved(
                DEEDS[kind],
                _number(raw.get("days", 30), 1, LONGEST_PERIOD),
                _number(raw.get("times", 1), 1, MOST_TIMES),
                None if column in (None, "") else _number(column, 1, 2**31 - 1),
            )
        case {"fits": str(name)} if not set(raw) - {"fits", "given", "times"}:
            given = raw.get("given", {})
            clean = criteria.registry.find(name).clean(given if isinstance(given, dict) else {})
            return Fits(name, clean, _number(raw.get("times", 1), 1, MOST_TIMES))
    raise RuleUnfit(_("规则里有读不懂的条件；请在编辑器里重新添加。"))


def _number(raw: object, least: int, most: int) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | str) or not str(raw).strip().isdecimal():
        raise RuleUnfit(_("规则里的「%(raw)s」应是数字。"), raw=str(raw)[:20])
    number = int(str(raw).strip()[:12])
    if not least <= number <= most:
        raise RuleUnfit(
            _("规则里的数字 %(number)d 应在 %(least)d 与 %(most)d 之间。"),
            number=number,
            least=least,
            most=most,
        )
    return number


def write(node: Node) -> JsonObject:
    """Return the JSON of a tree; ``read(write(node))`` is the tree again."""
    match node:
        case All(parts):
            return {"all": [write(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [write(part) for part in parts]}
        case Not(part):
            return {"not": write(part)}
        case HasTag(tag, weight):
            return {"tag": tag, "weight": weight} if weight else {"tag": tag}
        case Behaved(kind, days, times, column):
            told: JsonObject = {"did": kind.name.lower(), "days": days, "times": times}
            return {**told, "column": column} if column else told
        case Fits(name, given, times):
            values: dict[str, JsonValue] = dict(given)
            return {"fits": name, "given": values, "times": times}


def leaves(node: Node) -> Iterator[HasTag | Behaved | Fits]:
    """Yield every condition of a tree."""
    match node:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case HasTag() | Behaved() | Fits():
            yield node


def tags_of(node: Node) -> set[int]:
    """Return the tags that a tree names."""
    return {leaf.tag for leaf in leaves(node) if isinstance(leaf, HasTag)}
