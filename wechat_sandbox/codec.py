"""Turns the sandbox's dataclasses into JSON and back, so that a snapshot is one readable file."""

from __future__ import annotations

import base64
import types
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: object) -> object:
    """Dataclasses become objects, bytes base64, enums their value, sets sorted lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(key): to_plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(inner) for inner in value]
    if isinstance(value, set):
        return sorted(str(inner) for inner in value)
    return value


def from_plain(kind: type[T], data: object) -> T:
    """Rebuild a value. Unknown keys are refused so that a stale snapshot cannot half load."""
    return cast(T, _reader(cast(Hashable, kind))(data))


@cache
def _reader(kind: Hashable) -> Callable[[object], object]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        inner = _reader(next(a for a in arguments if a is not type(None)))
        return lambda data: None if data is None else inner(data)
    if origin is list:
        each = _reader(arguments[0])
        return lambda data: [each(item) for item in _expected(list, data)]
    if origin is set:
        return lambda data: set(_expected(list, data))
    if origin is dict:
        each = _reader(arguments[1])
        return lambda data: {key: each(item) for key, item in _expected(dict, data).items()}
    if isinstance(kind, type):
        return _class_reader(kind)
    return lambda data: data


def _class_reader(kind: type) -> Callable[[object], object]:
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if issubclass(kind, Enum):
        return lambda data: kind(data)
    if kind is bytes:
        return lambda data: base64.b64decode(_expected(str, data))
    if kind is float:
        return lambda data: float(data if isinstance(data, int) else _expected(float, data))
    if kind in (int, str, bool):
        return lambda data: _expected(kind, data)
    return lambda data: data


def _expected(kind: type[T], data: object) -> T:
    """The data when it is of this very type: a boolean is no number here."""
    if type(data) is not kind:
        raise ValueError(f"expected {kind.__name__}, found {data!r}"[:200])
    return data


def _dataclass_reader(kind: type) -> Callable[[object], object]:
    hints = get_type_hints(kind)

    def read(data: object) -> object:
        if not isinstance(data, dict):
            raise ValueError(f"{kind.__name__}: expected an object, found {data!r}"[:200])
        unknown = data.keys() - hints.keys()
        if unknown:
            raise ValueError(f"{kind.__name__}: unknown field {', '.join(sorted(map(str, unknown)))}")
        try:
            values = {name: _reader(hints[name])(value) for name, value in data.items()}
            return kind(**values)
        except TypeError as error:
            raise ValueError(f"{kind.__name__}: {error}") from error

    return read
