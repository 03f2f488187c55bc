"""JSON as the platform sends and our columns keep it: the types, and reading that never trusts a shape."""

from collections.abc import Mapping, Sequence

from xinglin.commons.numbers import whole

JsonValue = str | int | float | bool | None | Sequence["JsonValue"] | Mapping[str, "JsonValue"]
JsonObject = dict[str, JsonValue]


def as_object(value: JsonValue) -> JsonObject:
    """Return the value if it is an object, else an empty one."""
    return dict(value) if isinstance(value, Mapping) else {}


def as_list(value: JsonValue) -> list[JsonValue]:
    """Return a list: the platform writes an object where there is one and an array where there are several."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def as_text(value: JsonValue) -> str:
    """Return the text of a scalar; an absent value and a structure have none."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) else ""


def as_int(value: JsonValue, default: int = 0) -> int:
    """Return a whole number, also one that arrives as a string (sheet §7)."""
    if isinstance(value, bool | int | float):
        return int(value)
    text = as_text(value).strip()
    return default if whole(text.removeprefix("-")) is None else int(text)
