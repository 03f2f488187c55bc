"""The manual against the code: every setting, command, event, state and error code is in it."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import xinglin
from xinglin.commons.bulletin import Event
from xinglin.config import command, map_of_the_house
from xinglin.config.refusal_list import every_refusal

PROJECT = Path(__file__).resolve().parents[1]
DOCS = PROJECT / "docs"


@pytest.fixture(scope="module")
def manual() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md")))


def modules(ending: str) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(xinglin.__path__, "xinglin."):
        if found.name.rsplit(".", 1)[-1] == ending and ".tests" not in found.name:
            yield importlib.import_module(found.name)


def test_every_setting_is_described() -> None:
    code = (PROJECT / "xinglin" / "config" / "settings.py").read_text(encoding="utf-8")
    used = set(re.findall(r"environment\.\w+\(\s*\"([A-Z_]+)\"", code))
    described = set(
        re.findall(r"^\| `([A-Z_]+)`", (DOCS / "operator" / "settings.md").read_text("utf-8"), re.M)
    )
    assert used == described


def test_every_command_is_described() -> None:
    page = (DOCS / "operator" / "commands.md").read_text(encoding="utf-8")
    assert [name for name in command.OURS if f"`xinglin {name}" not in page] == []
    assert [part for part in command.PARTS if f"`{part}`" not in page] == []


def test_every_event_says_when_it_is_announced_and_is_on_the_map(manual: str) -> None:
    events = [
        kind
        for module in modules("events")
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, Event) and kind.__module__ == module.__name__
    ]
    assert len(events) > 20
    assert [kind.__name__ for kind in events if f".{kind.__name__}`" not in manual] == []


def test_every_move_of_every_workflow_is_on_the_map(manual: str) -> None:
    moves = list(map_of_the_house.moves())
    assert len(moves) > 20
    assert [move for move in moves if move not in manual] == []


def test_every_refusal_has_a_code_of_its_own_shape() -> None:
    refusals = every_refusal()
    assert len(refusals) > 20
    assert [kind.__name__ for kind in refusals if not re.fullmatch(r"[a-z0-9_.]+", kind.code)] == []
    assert [kind.__name__ for kind in refusals if not kind.__doc__] == []


def test_every_refusal_is_in_the_manual() -> None:
    page = (DOCS / "developer" / "refusals.md").read_text(encoding="utf-8")
    assert sorted({kind.code for kind in every_refusal() if f"`{kind.code}`" not in page}) == []


def test_links_between_pages_of_the_manual_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(PROJECT)} → {target}"
        for page in (PROJECT / "README.md", *DOCS.rglob("*.md"))
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
