"""``xinglin map``: draws docs/map.md from what the code really imports, announces and allows.

Nothing here is written by hand, so the map cannot lie; ``make test`` fails when it is stale.
"""

import difflib
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from types import ModuleType

import django
import grimp

import xinglin
from xinglin.commons import bulletin
from xinglin.config import refusal_list

PROJECT = Path(__file__).resolve().parents[2]
MAP = PROJECT / "docs" / "map.md"
REFUSALS = PROJECT / "docs" / "developer" / "refusals.md"


def draw(*, check: bool) -> int:
    """Write the map and the list of refusals, or with ``check`` compare them; return 1 when one is stale."""
    django.setup()
    return max(_write(MAP, _lines(), check), _write(REFUSALS, refusal_list.lines(), check))


def _write(page: Path, lines: Iterable[str], check: bool) -> int:
    text = "\n".join(lines) + "\n"
    old = page.read_text(encoding="utf-8") if page.exists() else ""
    if text == old:
        return 0
    if not check:
        page.write_text(text, encoding="utf-8")
        return 0
    name = str(page.relative_to(PROJECT))
    sys.stderr.writelines(difflib.unified_diff(old.splitlines(True), text.splitlines(True), name, "now", n=0))
    sys.stderr.write(f"{name} is stale: run 'make map' and commit it.\n")
    return 1


def _lines() -> Iterator[str]:
    yield "# The map of the house"
    yield ""
    yield "Drawn by `make map` from imports, events and lifecycles; never edited by hand."
    yield from _rooms()
    yield from _news()
    yield from _workflows()


# -- rooms and imports --------------------------------------------------------------------------


def _room_names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(xinglin.__path__) if module.ispkg)


def _rooms() -> Iterator[str]:
    graph = grimp.build_graph("xinglin", cache_dir=None)
    rooms = _room_names()
    for room in rooms:
        graph.squash_module(f"xinglin.{room}")
    yield from (
        "",
        "## Rooms, and which room calls which",
        "",
        "| room | what it is | calls |",
        "|---|---|---|",
    )
    for room in rooms:
        calls = sorted(
            name.removeprefix("xinglin.")
            for name in graph.find_modules_directly_imported_by(f"xinglin.{room}")
        )
        known = [name for name in calls if name in rooms]
        yield f"| `{room}` | {_purpose(room)} | {', '.join(known) or '–'} |"


def _purpose(room: str) -> str:
    for name in (f"xinglin.{room}", f"xinglin.{room}.apps"):
        try:
            text = inspect.getdoc(importlib.import_module(name))
        except ModuleNotFoundError:
            continue
        if text:
            return text.split("\n", 1)[0].rstrip(".")
    return "–"


# -- events -------------------------------------------------------------------------------------


def _modules_called(name: str) -> Iterator[ModuleType]:
    for found in sorted(pkgutil.walk_packages(xinglin.__path__, "xinglin."), key=lambda module: module.name):
        if found.name.rsplit(".", 1)[-1] == name and ".tests" not in found.name:
            yield importlib.import_module(found.name)


def _news() -> Iterator[str]:
    yield from (
        "",
        "## News: what is announced, and who listens",
        "",
        "| event | when | listeners |",
        "|---|---|---|",
    )
    listeners = bulletin.who_listens()
    for module in _modules_called("events"):
        room = module.__name__.split(".")[1]
        for name, kind in sorted(vars(module).items()):
            if (
                inspect.isclass(kind)
                and issubclass(kind, bulletin.Event)
                and kind.__module__ == module.__name__
            ):
                when = (inspect.getdoc(kind) or "").split("\n", 1)[0].rstrip(".")
                who = ", ".join(
                    f"`{listener.removeprefix('xinglin.')}`" for listener in listeners.get(kind, [])
                )
                yield f"| `{room}.{name}` | {when} | {who or '–'} |"


# -- lifecycles ---------------------------------------------------------------------------------


def _workflows() -> Iterator[str]:
    yield from ("", "## Workflows: what may become what, and by whose hand")
    for module in _modules_called("lifecycle"):
        for name, table in sorted(vars(module).items()):
            if name.endswith("MOVES") and isinstance(table, Mapping):
                yield from ("", f"### `{module.__name__.removeprefix('xinglin.')}.{name}`", "")
                yield from ("| from | deed | to | hand |", "|---|---|---|---|")
                yield from (_move(key, value) for key, value in table.items())


def moves() -> Iterator[str]:
    """Yield every move of every workflow as its line on the map."""
    return (line for line in _workflows() if line.startswith("| ") and not line.startswith("| from"))


def _move(key: tuple[object, str], value: object) -> str:
    start, deed = key
    end, hand = value if isinstance(value, tuple) else (value, "")
    return f"| {_word(start)} | {deed} | {_word(end)} | {hand} |"


def _word(state: object) -> str:
    return str(state.value) if isinstance(state, Enum) else str(state)
