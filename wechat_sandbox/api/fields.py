"""Typed reading of request bodies, with the platform's error for each thing that is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from wechat_sandbox.errors import ApiError


class Fields:
    """One JSON object of a request. ``path`` leads to it, for the hint in the error."""

    def __init__(self, data: Mapping[str, object], path: str = "") -> None:
        self._data = data
        self._path = path

    def __contains__(self, name: str) -> bool:
        return name in self._data

    @property
    def names(self) -> list[str]:
        return list(self._data)

    @property
    def raw(self) -> dict[str, object]:
        return dict(self._data)

    def text(self, name: str, *, error: int, limit: int | None = None, too_long: int | None = None) -> str:
        """A non-empty text, or ``error``; longer than ``limit`` characters is ``too_long``."""
        value = self.optional_text(name)
        if not value:
            raise ApiError(error, f"hint: {self._path}{name}")
        if limit is not None and len(value) > limit:
            raise ApiError(too_long or error, f"hint: {self._path}{name} has {len(value)}, limit {limit}")
        return value

    def optional_text(self, name: str, default: str = "") -> str:
        value = self._data.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise ApiError(47001, f"hint: {self._path}{name} must be a string")

    def integer(self, name: str, *, error: int = 40097, default: int | None = None) -> int:
        """A whole number; the platform also takes one written as a string."""
        value = self._data.get(name, default)
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, int):
            return value
        if isinstance(value, str) and value.removeprefix("-").isdecimal():
            return int(value)
        raise ApiError(error, f"hint: {self._path}{name} must be an integer")

    def flag(self, name: str, default: bool = False) -> bool:
        value = self._data.get(name, default)
        return value not in (False, 0, "0", "false", "", None)

    def child(self, name: str, *, error: int = 40097) -> Fields:
        value = self._data.get(name)
        if not isinstance(value, dict):
            raise ApiError(error, f"hint: {self._path}{name}")
        return Fields(cast("dict[str, object]", value), f"{self._path}{name}.")

    def children(self, name: str, *, error: int = 40097) -> list[Fields]:
        value = self._data.get(name)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise ApiError(error, f"hint: {self._path}{name}")
        items = cast("list[dict[str, object]]", value)
        return [Fields(item, f"{self._path}{name}[{i}].") for i, item in enumerate(items)]

    def texts(self, name: str, *, error: int = 40097) -> list[str]:
        value = self._data.get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ApiError(error, f"hint: {self._path}{name}")
        return cast("list[str]", value)

    def integers(self, name: str, *, error: int = 40097) -> list[int]:
        value = self._data.get(name)
        if not isinstance(value, list):
            raise ApiError(error, f"hint: {self._path}{name}")
        return [Fields({"item": item}, f"{self._path}{name}.").integer("item", error=error) for item in value]


def parse_body(raw: bytes) -> dict[str, object]:
    """The JSON object of a POST. Raises 44002 or 47001."""
    if not raw.strip():
        raise ApiError(44002)
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ApiError(47001) from error
    if not isinstance(data, dict):
        raise ApiError(47001)
    return data
