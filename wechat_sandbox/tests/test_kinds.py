"""The kind switch: 48001 exactly where the privilege table says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wechat_sandbox.api import TABLE
from wechat_sandbox.control import SandboxClient
from wechat_sandbox.kinds import GRANTED, Kind
from wechat_sandbox.tests.conftest import Api

EVERYBODY = {"S0", "S1", "F0", "F1"}
CERTIFIED = {"S1", "F1"}
PRIVILEGES = {
    "/cgi-bin/getcallbackip": EVERYBODY,
    "/cgi-bin/openapi/quota/get": EVERYBODY,
    "/cgi-bin/get_current_selfmenu_info": EVERYBODY,
    "/cgi-bin/media/upload": EVERYBODY,
    "/cgi-bin/material/batchget_material": EVERYBODY,
    "/cgi-bin/draft/add": EVERYBODY,
    "/cgi-bin/ticket/getticket": EVERYBODY,
    "/cgi-bin/menu/create": CERTIFIED | {"F0"},
    "/cgi-bin/message/custom/send": CERTIFIED,
    "/customservice/kfsession/create": CERTIFIED,
    "/cgi-bin/user/get": CERTIFIED,
    "/cgi-bin/tags/get": CERTIFIED,
    "/cgi-bin/message/mass/sendall": CERTIFIED,
    "/cgi-bin/message/mass/send": {"F1"},
    "/cgi-bin/freepublish/submit": CERTIFIED,
    "/cgi-bin/comment/list": CERTIFIED,
    "/datacube/getusersummary": CERTIFIED,
    "/cgi-bin/message/template/send": {"F1"},
    "/cgi-bin/message/subscribe/bizsend": CERTIFIED,
    "/cgi-bin/message/template/subscribe": CERTIFIED,
    "/cgi-bin/qrcode/create": {"F1"},
}


def refused(program: Api, path: str) -> bool:
    entry = TABLE[path][0]
    answer = program.get(path) if entry.method == "GET" else program.post(path, {"any": 1})
    return answer.get("errcode") == 48001


def test_the_same_account_is_refused_by_its_kind(sandbox: SandboxClient, api: Callable[[str], Api]) -> None:
    sandbox.add_account("wxkind", kind="S0")
    program = api("wxkind")
    for kind in sorted(EVERYBODY):
        sandbox.change_account("wxkind", kind=kind)
        allowed = {path for path in PRIVILEGES if not refused(program, path)}
        assert allowed == {path for path, kinds in PRIVILEGES.items() if kind in kinds}, kind


def test_a_personal_account_is_refused_every_statistic(
    sandbox: SandboxClient, api: Callable[[str], Api]
) -> None:
    sandbox.add_account("wxkind", kind="S0")
    program = api("wxkind")
    statistics = [path for path in TABLE if path.startswith("/datacube/")]
    assert len(statistics) >= 21
    assert all(refused(program, path) for path in statistics)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_the_basics(kind: Kind) -> None:
    assert "basic" in GRANTED[kind]


def test_web_authorisation_is_for_certified_service_accounts(sandbox: SandboxClient) -> None:
    import httpx

    sandbox.add_account("wxs1", kind="S1")
    query = "appid=wxs1&redirect_uri=http%3A%2F%2F127.0.0.1%2F&response_type=code&scope=snsapi_base"
    cookie = {"Cookie": "sandbox_person=wang"}
    page = httpx.get(f"{sandbox.base_url}/connect/oauth2/authorize?{query}", headers=cookie)
    assert page.status_code == 400
    assert "没有网页授权权限" in page.text
