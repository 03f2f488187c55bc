"""Every refusal of the house: its code, its status, when it is raised. Feeds docs/developer/refusals.md."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import xinglin
from xinglin.commons.errors import Refusal


def every_refusal() -> list[type[Refusal]]:
    """Return the refusals of all rooms, by room and code."""
    found: set[type[Refusal]] = set()
    for module in pkgutil.walk_packages(xinglin.__path__, "xinglin."):
        if module.name.rsplit(".", 1)[-1] == "errors":
            kinds = vars(importlib.import_module(module.name)).values()
            found.update(kind for kind in kinds if inspect.isclass(kind) and issubclass(kind, Refusal))
    return sorted(found, key=lambda kind: (kind.__module__, kind.code, kind.__name__))


def lines() -> Iterator[str]:
    """Yield the page of the manual."""
    yield "# 拒绝代码 · Refusals"
    yield ""
    yield "Drawn by `make map`. A program reads the code, a person the sentence."
    yield ""
    yield "| code | status | when | room |"
    yield "|---|---|---|---|"
    for kind in every_refusal():
        room = kind.__module__.split(".")[1]
        when = " ".join((inspect.getdoc(kind) or "").split("\n\n", 1)[0].split())
        yield f"| `{kind.code}` | {kind.status} | {when} | {room} |"
