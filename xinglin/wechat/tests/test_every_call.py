"""Every call of the protocol sheet is in both: a method of our client, and an entry of the sandbox."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from types import NoneType
from typing import Any, get_origin, get_type_hints

import httpx
import pytest

from wechat_sandbox.api import TABLE
from xinglin.wechat.client import File, WeChatClient
from xinglin.wechat.jsonvalue import JsonObject

Sent = tuple[str, str]


class Heard(Exception):
    """The request went out; nobody answers it."""


class FixedToken:
    def current(self) -> str:
        return "token"

    def replace(self, rejected: str) -> str:
        return "another"


def something(kind: object) -> object:
    """A value of a type that a method of the client takes."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if kind is JsonObject or get_origin(kind) is dict:
        return {"touser": "o1", "msgtype": "text", "text": {"content": "好"}}
    if get_origin(kind) is Mapping:
        return {"thing1": "1"}
    if get_origin(kind) in (list, Sequence):
        (inner, *_more) = getattr(kind, "__args__", (str,))
        return [something(inner) if inner in (str, int) else something(JsonObject)]
    made: dict[object, object] = {
        str: "1", int: 1, bool: True, float: 1.0, date: date(2026, 11, 1), File: File("a.png", b"png"),
    }  # fmt: skip
    if kind in made:
        return made[kind]
    return next(something(each) for each in getattr(kind, "__args__", ()) if each is not NoneType)


def ways(method: Callable[..., object]) -> Iterator[dict[str, object]]:
    """The arguments of a method: only those it needs, all at once, and each optional one by itself."""
    hints = get_type_hints(method, localns={"JsonValue": object})
    parameters = inspect.signature(method).parameters
    needed = {name: something(hints[name]) for name, each in parameters.items() if each.default is each.empty}
    optional = {name: something(hints[name]) for name in parameters if name not in needed}
    yield needed
    yield needed | optional
    for name, value in optional.items():
        yield needed | {name: value}
    for name, each in needed.items():
        if isinstance(each, Enum):
            yield from (needed | {name: other} for other in type(each))


@pytest.fixture(scope="module")
def sent() -> set[Sent]:
    """What all methods of the client ask for."""
    heard: set[Sent] = set()

    def listen(request: httpx.Request) -> httpx.Response:
        heard.add((request.method, request.url.path))
        raise Heard

    http = httpx.Client(transport=httpx.MockTransport(listen))
    client = WeChatClient(appid="wx1", secret="s", tokens=FixedToken(), http=http)
    for group in (name for name in vars(WeChatClient) if not name.startswith("_") and name != "close"):
        api: Any = getattr(client, group)
        for name in (each for each in dir(api) if not each.startswith("_")):
            method = getattr(api, name)
            if callable(method):
                tried = [_try(method, arguments) for arguments in ways(method)]
                assert any(tried), f"{group}.{name} asked for nothing"
    return heard


def _try(method: Callable[..., object], arguments: dict[str, object]) -> bool:
    """Whether a request went out; a method may refuse what cannot be combined."""
    try:
        found = method(**arguments)
        if inspect.isgenerator(found):
            next(found)
    except Heard:
        return True
    except ValueError:
        return False
    return False


def test_the_sandbox_answers_every_call_of_the_client(sent: set[Sent]) -> None:
    known = {
        (method, path)
        for path, entries in TABLE.items()
        for entry in entries
        for method in (("GET", "POST") if entry.method == "ANY" else (entry.method,))
    }
    assert sent <= known


def test_the_client_has_a_method_for_every_call_of_the_sandbox(sent: set[Sent]) -> None:
    assert set(TABLE) - {path for _method, path in sent} == set()
