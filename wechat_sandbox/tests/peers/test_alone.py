"""The sandbox taken out of its house: a copy of its folder, and nothing installed but what it declares."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.tests.peers.environment import python_with

FOLDER = Path(__file__).resolve().parents[2]


@pytest.mark.peer
def test_the_sandbox_runs_alone(tmp_path: Path) -> None:
    declared = tomllib.loads((FOLDER / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    python = python_with("sandbox-alone", *declared)
    left_out = shutil.ignore_patterns("tests", "__pycache__")
    shutil.copytree(FOLDER, tmp_path / "wechat_sandbox", ignore=left_out)
    command = [str(python), "-m", "wechat_sandbox", "--port", "0"]
    own = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    with subprocess.Popen(command, cwd=tmp_path, env=own, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[-1].rstrip("/")
            with SandboxClient(address) as client:
                client.add_account("wxalone", kind="S0")
                client.add_person("wang", "王医生")
                client.follow("wxalone", "wang")
                assert client.follower("wxalone", "wang")["following"] is True
        finally:
            process.terminate()


def test_every_package_is_declared() -> None:
    declared = tomllib.loads((FOLDER / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    kept = {file.parent for file in FOLDER.rglob("__init__.py") if "tests" not in file.parts}
    names = {".".join(("wechat_sandbox", *folder.relative_to(FOLDER).parts)) for folder in kept}
    assert names == set(declared)
