"""Ruling the sandbox: clock, snapshot, reset, restart, odd events, its own door."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from wechat_sandbox.control import ControlError, SandboxClient
from wechat_sandbox.testing import running_sandbox
from wechat_sandbox.tests.conftest import Bot

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = {
    "people": [{"key": "wang", "nickname": "王医生"}],
    "accounts": [{"appid": "wxlib", "kind": "S1", "name": "图书馆"}],
}


def test_a_snapshot_brings_everything_back(sandbox: SandboxClient, service: str) -> None:
    sandbox.send_text(service, "wang", "你好")
    snapshot = sandbox.snapshot()
    sandbox.send_text(service, "wang", "后来")
    sandbox.advance_clock(1000)
    sandbox.restore(snapshot)
    assert sandbox.snapshot()["state"] == snapshot["state"]
    said = [b["content"]["text"] for b in sandbox.chat(service, "wang") if b["by"] == "person"]  # type: ignore[index]
    assert said == ["你好"]


@pytest.mark.parametrize(
    "change", [{"format": 99}, {"state": {"accounts": []}}, {"state": {"unheard": 1}}, {"clock": 3}]
)
def test_a_spoilt_snapshot_changes_nothing(
    sandbox: SandboxClient, service: str, change: dict[str, object]
) -> None:
    before = sandbox.snapshot()
    with pytest.raises(ControlError) as refused:
        sandbox.restore({**before, **change})
    assert refused.value.code == "bad_snapshot"
    assert sandbox.snapshot()["state"] == before["state"]


def test_the_same_seed_gives_the_same_names() -> None:
    openids = set()
    for _ in range(2):
        with running_sandbox(SCENARIO, seed=7) as sandbox:
            openids.add((sandbox.openid("wxlib", "wang"), str(sandbox.account("wxlib")["secret"])))
    assert len(openids) == 1


def test_reset_goes_back_to_the_scenario_of_the_start() -> None:
    with running_sandbox(SCENARIO) as sandbox:
        sandbox.follow("wxlib", "wang")
        sandbox.add_account("wxmore", kind="S0")
        sandbox.reset()
        assert sandbox.account("wxlib")["followers"] == 0
        with pytest.raises(ControlError, match="no_such_account"):
            sandbox.account("wxmore")
        sandbox.reset(empty=True)
        assert sandbox.request("GET", "/accounts") == []


def test_the_clock_moves_forward_only_and_may_stand_still(sandbox: SandboxClient) -> None:
    start = sandbox.set_clock("2026-12-24T18:00:00")
    assert str(start["iso"]).startswith("2026-12-24T18:00:0")
    with pytest.raises(ControlError, match="clock_backwards"):
        sandbox.advance_clock(-1)
    frozen = sandbox.request("POST", "/clock", {"freeze": True})
    assert sandbox.clock() == frozen
    later = sandbox.advance_clock(60)
    assert float(str(later["now"])) - float(str(frozen["now"])) == 60


def test_odd_events_are_pushed_word_for_word(sandbox: SandboxClient, bot: Bot, service: str) -> None:
    fields = {"ExpiredTime": 1442401156, "Inner": {"item": [{"A": "甲"}, {"A": "乙"}]}}
    sandbox.do(service, "wang", "emit", event="qualification_verify_success", fields=fields)
    body = bot.received[-1].body.decode()
    assert "<Event><![CDATA[qualification_verify_success]]></Event>" in body
    assert "<ExpiredTime>1442401156</ExpiredTime>" in body
    assert "<Inner><item><A><![CDATA[甲]]></A></item><item><A><![CDATA[乙]]></A></item></Inner>" in body


def test_only_a_certified_service_account_learns_where_people_are(
    sandbox: SandboxClient, bot: Bot, service: str
) -> None:
    sandbox.do(service, "wang", "report_location", latitude="31.2", longitude="121.4")
    assert (bot.received[-1]["Event"], bot.received[-1]["Latitude"]) == ("LOCATION", "31.2")
    sandbox.change_account(service, kind="S1")
    with pytest.raises(ControlError, match="no_location_reports"):
        sandbox.do(service, "wang", "report_location")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/accounts", {"appid": "wx1", "kind": "S9"}),
        ("/accounts", {"appid": "wx1", "colour": 5}),
        ("/accounts", {"appid": "wx1", "secrets": "x"}),
        ("/accounts", {"appid": "wx1", "callback": {"url": "ftp://x", "token": "abc"}}),
        ("/people", {"key": "not a name"}),
        ("/clock", {"set": "tomorrow"}),
        ("/clock", {"advance": "much"}),
        ("/faults", {"on": "moon", "action": "drop"}),
    ],
)
def test_wrong_requests_are_refused_in_words(
    sandbox: SandboxClient, path: str, body: dict[str, object]
) -> None:
    with pytest.raises(ControlError):
        sandbox.request("POST", path, body)


def test_the_door_is_shut_to_other_origins(sandbox: SandboxClient) -> None:
    foreign = httpx.get(f"{sandbox.base_url}/sandbox/accounts", headers={"Host": "evil.example"})
    assert foreign.status_code == 400
    simple = httpx.post(
        f"{sandbox.base_url}/sandbox/reset", content="{}", headers={"Content-Type": "text/plain"}
    )
    assert simple.json()["code"] == "not_json"


@contextmanager
def program(*options: str, end: int) -> Iterator[SandboxClient]:
    """The sandbox as a program of its own, ended by a signal."""
    command = [sys.executable, "-m", "wechat_sandbox", "--port", "0", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            with SandboxClient(process.stdout.readline().split()[-1].rstrip("/")) as sandbox:
                yield sandbox
            process.send_signal(end)
            process.wait(timeout=20)
        finally:
            process.kill()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_restart_keeps_what_was_there(tmp_path: Path, end: int) -> None:
    with program("--state-dir", str(tmp_path), end=end) as sandbox:
        sandbox.add_account("wxkept", kind="S1", name="留下的")
        sandbox.follow("wxkept", "wang")
    with program("--state-dir", str(tmp_path), end=end) as sandbox:
        assert sandbox.account("wxkept")["followers"] == 1


def test_only_loopback_addresses_are_taken() -> None:
    command = [sys.executable, "-m", "wechat_sandbox", "--host", "0.0.0.0"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 2
    assert "not a loopback address" in answer.stderr


def test_a_taken_port_is_named() -> None:
    with running_sandbox() as sandbox:
        port = sandbox.base_url.rpartition(":")[2]
        command = [sys.executable, "-m", "wechat_sandbox", "--port", port]
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 1
    assert f"Port {port}" in answer.stderr
