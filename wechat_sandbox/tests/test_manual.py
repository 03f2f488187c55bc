"""The manual against the code."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

from starlette.routing import Route

from wechat_sandbox.control_api.deeds import DEEDS
from wechat_sandbox.faults import API_FAULTS, PUSH_FAULTS
from wechat_sandbox.fleet import DEFAULT_DEEDS, Plan
from wechat_sandbox.kinds import Kind
from wechat_sandbox.manual import PAGE, calls_page
from wechat_sandbox.server import create_app
from wechat_sandbox.state import Callback, Mode
from wechat_sandbox.testing import running_sandbox
from wechat_sandbox.world import Settings, World

DOCS = PAGE.parent
MANUAL = "\n".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))


def test_the_page_of_calls_is_as_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == calls_page()


def test_every_control_address_is_in_the_manual() -> None:
    routes = [route for route in create_app(World()).routes if isinstance(route, Route)]
    paths = {re.sub(r":\w+}", "}", one.path) for one in routes if one.path.startswith("/sandbox/")}
    assert len(paths) > 30
    assert not {path for path in paths if path not in MANUAL}


def test_every_deed_fault_setting_and_field_is_in_the_manual() -> None:
    names = {*DEEDS, *PUSH_FAULTS, *API_FAULTS, *DEFAULT_DEEDS, *Kind, *Mode}
    names |= {field.name for kind in (Settings, Callback, Plan) for field in fields(kind)}
    assert not {name for name in names if f"`{name}`" not in MANUAL}


def test_the_scenario_of_the_manual_works() -> None:
    page = (DOCS / "scenarios.md").read_text(encoding="utf-8")
    example = re.search(r"```json\n(.*?)```", page, re.DOTALL)
    assert example is not None
    with running_sandbox(json.loads(example[1])) as sandbox:
        accounts = sandbox.request("GET", "/accounts")
        assert isinstance(accounts, list)
        assert len(accounts) == 2


def test_no_page_links_into_nothing() -> None:
    for path in (*DOCS.glob("*.md"), DOCS.parent / "README.md"):
        for target in re.findall(r"\]\((?!http)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), (path, target)


def test_nothing_of_any_other_program_is_imported() -> None:
    own = Path(__file__).resolve().parents[1]
    for path in own.rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            imported = re.match(r"\s*(?:from|import) (xinglin|django)\b", line)
            assert not imported, (path, line)
