"""Access tokens: replacement, grace, stable tokens, refusals."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.tests.conftest import Api

CALL = "/cgi-bin/getcallbackip"


@pytest.fixture
def program(sandbox: SandboxClient, api: Callable[[str], Api]) -> Api:
    sandbox.add_account("wxtoken", kind="S0")
    return api("wxtoken")


def stable(program: Api, *, force: bool = False) -> dict[str, object]:
    body = {"grant_type": "client_credential", "appid": program.appid, "secret": program.secret}
    answer = program.http.post("/cgi-bin/stable_token", json={**body, "force_refresh": force})
    return dict(answer.json())


def test_an_old_classic_token_lives_five_minutes_more(sandbox: SandboxClient, program: Api) -> None:
    old = program.token
    program.renew()
    assert "ip_list" in program.get(CALL, access_token=old)
    sandbox.advance_clock(301)
    assert program.get(CALL, access_token=old)["errcode"] == 40001
    assert "ip_list" in program.get(CALL)


def test_a_token_expires_after_two_hours(sandbox: SandboxClient, program: Api) -> None:
    sandbox.advance_clock(7200)
    assert program.get(CALL)["errcode"] == 42001


def test_a_stable_token_stays_the_same_and_counts_down(sandbox: SandboxClient, program: Api) -> None:
    first = stable(program)
    sandbox.advance_clock(3600)
    second = stable(program)
    assert first["access_token"] == second["access_token"]
    assert isinstance(second["expires_in"], int)
    assert 3590 <= second["expires_in"] <= 3600
    sandbox.advance_clock(3400)
    renewed = stable(program)
    assert renewed["access_token"] != first["access_token"]
    assert "ip_list" in program.get(CALL, access_token=first["access_token"])


def test_force_takes_the_old_token_at_once_and_not_twice_in_thirty_seconds(
    sandbox: SandboxClient, program: Api
) -> None:
    old = stable(program)["access_token"]
    fresh = stable(program, force=True)["access_token"]
    assert program.get(CALL, access_token=old)["errcode"] == 40001
    assert "ip_list" in program.get(CALL, access_token=fresh)
    assert stable(program, force=True)["errcode"] == 45011
    for _ in range(19):
        sandbox.advance_clock(31)
        assert "access_token" in stable(program, force=True)
    sandbox.advance_clock(31)
    assert stable(program, force=True)["errcode"] == 45009


def test_stable_and_classic_tokens_do_not_touch_each_other(program: Api) -> None:
    fixed = stable(program)["access_token"]
    program.renew()
    assert "ip_list" in program.get(CALL, access_token=fixed)
    assert stable(program)["access_token"] == fixed


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"grant_type": "x"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"appid": "wxnobody"}, 40013),
        ({"secret": "wrong"}, 40125),
    ],
)
def test_each_wrong_thing_has_its_own_code(program: Api, change: dict[str, str], errcode: int) -> None:
    query = {"grant_type": "client_credential", "appid": program.appid, "secret": program.secret}
    answer = program.http.get("/cgi-bin/token", params=query | change).json()
    assert answer["errcode"] == errcode
    assert "rid: " in answer["errmsg"]


def test_an_address_off_the_white_list_is_named(sandbox: SandboxClient, program: Api) -> None:
    sandbox.change_account(program.appid, ip_whitelist=["10.0.0.1"])
    refused = program.renew()
    assert refused["errcode"] == 40164
    assert "127.0.0.1" in str(refused["errmsg"])


@pytest.mark.parametrize(("token", "errcode"), [("", 41001), ("short", 40014), ("x" * 130, 40001)])
def test_a_call_without_a_good_token_is_refused(program: Api, token: str, errcode: int) -> None:
    assert program.get(CALL, access_token=token)["errcode"] == errcode


def test_methods_and_bodies_are_checked(sandbox: SandboxClient, program: Api) -> None:
    assert program.post(CALL, {})["errcode"] == 43001
    assert program.get("/cgi-bin/draft/add")["errcode"] == 43002
    query = {"access_token": program.token}
    for body, errcode in ((b"", 44002), (b"{", 47001), (b"[]", 47001)):
        answer = httpx.post(f"{sandbox.base_url}/cgi-bin/draft/add", params=query, content=body)
        assert (answer.status_code, answer.json()["errcode"]) == (200, errcode)


def test_tokens_are_two_thousand_a_day(sandbox: SandboxClient, program: Api) -> None:
    sandbox.change_account(program.appid, quotas={"/cgi-bin/token": 3})
    assert [program.renew().get("errcode") for _ in range(3)] == [None, None, 45009]
    sandbox.advance_clock(86400)
    assert "access_token" in program.renew()
