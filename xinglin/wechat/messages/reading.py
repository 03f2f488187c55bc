"""Typed fields over the tree: a class names its elements once, and is read by that table.

``text("PicUrl")`` stands where a dataclass default stands; ``read(ImageMessage, tree)`` fills it. A number
that is absent or unreadable becomes None rather than a refusal: the message itself matters more.
"""

from collections.abc import Callable, Mapping
from dataclasses import Field, field, fields
from typing import TypeVar

from xinglin.wechat.jsonvalue import JsonObject, JsonValue, as_list, as_object, as_text

T = TypeVar("T")
Reader = Callable[[JsonObject], object]
_READER = "reader"
_tables: dict[type, tuple[tuple[str, Reader], ...]] = {}


def text(element: str, *, verbatim: bool = False) -> str:
    """A text element; ``verbatim`` keeps the blanks that a person may have typed."""
    return field(default="", metadata={_READER: lambda tree: _scalar(tree, element, verbatim=verbatim)})


def number(element: str) -> int | None:
    """A whole number."""
    return field(default=None, metadata={_READER: lambda tree: _number(tree, element, int)})


def decimal(element: str) -> float | None:
    """A number with a fraction: coordinates."""
    return field(default=None, metadata={_READER: lambda tree: _number(tree, element, float)})


def several(kind: type[T], *path: str) -> tuple[T, ...]:
    """Every element at a path, none, one or many; JSON pushes leave the outer element out."""
    return field(
        default=(), metadata={_READER: lambda tree: tuple(read(kind, leaf) for leaf in _leaves(tree, path))}
    )


def texts(*path: str) -> tuple[str, ...]:
    """The texts of every element at a path."""
    return field(default=(), metadata={_READER: lambda tree: _plain_leaves(tree, path)})


def one(kind: type[T], element: str) -> T | None:
    """One inner element with fields of its own."""
    return field(default=None, metadata={_READER: lambda tree: _inner(kind, tree, element)})


def read(kind: type[T], tree: JsonObject, /, **given: object) -> T:
    """Fill a class from a tree; ``given`` are the fields that the caller already knows."""
    return kind(**{name: reader(tree) for name, reader in _readers(kind)}, **given)


def _readers(kind: type[T]) -> tuple[tuple[str, Reader], ...]:
    if kind not in _tables:
        table = [(each.name, each.metadata[_READER]) for each in _fields(kind) if _READER in each.metadata]
        _tables[kind] = tuple(table)
    return _tables[kind]


def _fields(kind: type) -> tuple[Field[object], ...]:
    return fields(kind)


def _scalar(tree: JsonObject, element: str, *, verbatim: bool) -> str:
    value = as_text(tree.get(element))
    return value if verbatim else value.strip()


def _number(tree: JsonObject, element: str, kind: Callable[[str], T]) -> T | None:
    if element not in tree:
        return None
    try:
        return kind(_scalar(tree, element, verbatim=False))
    except ValueError:
        return None


def _descend(tree: JsonObject, path: tuple[str, ...]) -> list[JsonValue]:
    for name in path[:-1]:
        if name in tree:
            tree = as_object(tree[name])
    return as_list(tree.get(path[-1]))


def _leaves(tree: JsonObject, path: tuple[str, ...]) -> list[JsonObject]:
    return [dict(leaf) for leaf in _descend(tree, path) if isinstance(leaf, Mapping)]


def _plain_leaves(tree: JsonObject, path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(as_text(leaf).strip() for leaf in _descend(tree, path))


def _inner(kind: type[T], tree: JsonObject, element: str) -> T | None:
    inner = tree.get(element)
    return read(kind, dict(inner)) if isinstance(inner, Mapping) else None
