"""Menus: limits, both shapes, conditional ones, and the events of every button."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from wechat_sandbox.control import ControlError, SandboxClient
from wechat_sandbox.samples import picture
from wechat_sandbox.tests.conftest import Api, Bot

CLICK = {"type": "click", "name": "搜书", "key": "SEARCH"}


@pytest.fixture
def program(service: str, api: Callable[[str], Api]) -> Api:
    return api(service)


def create(program: Api, *buttons: object) -> object:
    return program.post("/cgi-bin/menu/create", {"button": list(buttons)})["errcode"]


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([], 40016),
        ([CLICK] * 4, 40016),
        ([{**CLICK, "name": "六个汉字长名"}], 40018),
        ([{**CLICK, "name": ""}], 40018),
        ([{**CLICK, "type": "dance"}], 40017),
        ([{**CLICK, "key": "k" * 129}], 40019),
        ([{"type": "view", "name": "网", "url": "ftp://a"}], 40055),
        ([{"type": "view", "name": "网", "url": "http://a/" + "b" * 1020}], 40020),
        ([{"name": "更多", "sub_button": [CLICK] * 6}], 40023),
        ([{"name": "更多", "sub_button": [{**CLICK, "name": "字" * 21}]}], 40025),
        ([{"name": "更多", "sub_button": [{**CLICK, "sub_button": [CLICK]}]}], 40022),
        ([{"type": "miniprogram", "name": "小", "appid": "wx"}], 40035),
    ],
)
def test_each_limit_has_its_own_code(program: Api, buttons: list[object], errcode: int) -> None:
    assert create(program, *buttons) == errcode
    assert program.get("/cgi-bin/menu/get")["errcode"] == 46003


def test_escaped_characters_are_refused(program: Api) -> None:
    body = b'{"button":[{"type":"click","name":"\\u641c","key":"K"}]}'
    answer = program.http.post(
        "/cgi-bin/menu/create", params={"access_token": program.token}, content=body
    ).json()
    assert answer["errcode"] == 40033


def test_a_menu_made_on_the_site_stops_showing_when_the_server_is_connected(
    sandbox: SandboxClient, bot: Bot, api: Callable[[str], Api]
) -> None:
    sandbox.add_account("wxsite", kind="S0", site_menu={"button": [CLICK]})
    program = api("wxsite")
    path = "/cgi-bin/get_current_selfmenu_info"
    assert program.get(path)["is_menu_open"] == 1
    sandbox.connect("wxsite", bot.url, token="abc123")
    after = program.get(path)
    assert after["is_menu_open"] == 0
    assert after["selfmenu_info"] == {"button": [CLICK]}


def test_conditional_menus_are_asked_newest_first(sandbox: SandboxClient, service: str, program: Api) -> None:
    openid = sandbox.openid(service, "wang")
    tag = program.post("/cgi-bin/tags/create", {"tag": {"name": "教师"}})["tag"]["id"]  # type: ignore[index]
    special = {"button": [{**CLICK, "name": "教师"}], "matchrule": {"tag_id": str(tag)}}
    add = "/cgi-bin/menu/addconditional"
    assert program.post(add, special)["errcode"] == 65303
    create(program, CLICK)
    assert program.post(add, {**special, "matchrule": {}})["errcode"] == 65304
    assert program.post(add, {**special, "matchrule": {"sex": "1"}})["errcode"] == 65320
    program.post(add, {"button": [{**CLICK, "name": "安卓"}], "matchrule": {"client_platform_type": 2}})
    menuid = program.post(add, special)["menuid"]

    def seen() -> object:
        return program.post("/cgi-bin/menu/trymatch", {"user_id": openid})["button"][0]["name"]  # type: ignore[index]

    assert seen() == "安卓"
    program.post("/cgi-bin/tags/members/batchtagging", {"tagid": tag, "openid_list": [openid]})
    assert seen() == "教师"
    program.post("/cgi-bin/menu/delconditional", {"menuid": menuid})
    assert seen() == "安卓"
    assert len(program.get("/cgi-bin/menu/get")["conditionalmenu"]) == 1  # type: ignore[arg-type]
    program.get("/cgi-bin/menu/delete")
    assert program.get("/cgi-bin/menu/get")["errcode"] == 46003


def test_every_button_pushes_its_own_event(
    sandbox: SandboxClient, bot: Bot, service: str, program: Api
) -> None:
    special = ["scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin"]
    subs = [{"type": kind, "name": kind, "key": f"key {kind}"} for kind in special]
    program_button = {
        "type": "miniprogram",
        "name": "小",
        "appid": "wxm",
        "pagepath": "p",
        "url": "http://a.b/",
    }
    place = {"type": "location_select", "name": "位", "key": "near"}
    view = {"type": "view", "name": "网", "url": "http://a.b/c"}
    assert (
        create(
            program,
            {"name": "更多", "sub_button": subs},
            view,
            {"name": "又", "sub_button": [program_button, place]},
        )
        == 0
    )
    scanned = sandbox.click_menu(service, "wang", "0.0", scan_result="http://q.r/")
    assert scanned.open == "http://q.r/"
    push = bot.received[-1]
    assert (push["Event"], push["EventKey"]) == ("scancode_push", "key scancode_push")
    assert push["ScanCodeInfo/ScanResult"] == "http://q.r/"
    assert sandbox.click_menu(service, "wang", "0.1", scan_result="978").open == ""
    sandbox.click_menu(service, "wang", "0.2")
    event, image = bot.received[-2:]
    assert event["SendPicsInfo/PicList/item/PicMd5Sum"] == hashlib.md5(picture()).hexdigest()
    assert image["MsgType"] == "image"
    assert sandbox.click_menu(service, "wang", "1").open == "http://a.b/c"
    assert (bot.received[-1]["Event"], bot.received[-1]["EventKey"]) == ("VIEW", "http://a.b/c")
    sandbox.click_menu(service, "wang", "2.0")
    assert (bot.received[-1]["Event"], bot.received[-1]["EventKey"]) == ("view_miniprogram", "p")
    sandbox.click_menu(service, "wang", "2.1", latitude="31.2", longitude="121.4", label="东区")
    event, message = bot.received[-2:]
    assert event["SendLocationInfo/Label"] == message["Label"] == "东区"
    before = len(bot.received)
    with pytest.raises(ControlError, match="opens_submenu"):
        sandbox.click_menu(service, "wang", "0")
    assert len(bot.received) == before
