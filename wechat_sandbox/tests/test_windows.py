"""When an account may write of its own accord, and how often."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.tests.conftest import Api, Bot


@pytest.fixture
def program(service: str, api: Callable[[str], Api]) -> Api:
    return api(service)


def write(program: Api, openid: str, **changes: object) -> object:
    body = {"touser": openid, "msgtype": "text", "text": {"content": "您好"}, **changes}
    return program.post("/cgi-bin/message/custom/send", body)["errcode"]


def test_a_message_allows_five_answers_within_48_hours(
    sandbox: SandboxClient, service: str, program: Api
) -> None:
    openid = sandbox.openid(service, "wang")
    sandbox.advance_clock(61)
    assert write(program, openid) == 45015
    sandbox.send_text(service, "wang", "你好")
    assert [write(program, openid) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    sandbox.send_text(service, "wang", "还在吗")
    sandbox.advance_clock(48 * 3600 - 5)
    program.renew()
    assert write(program, openid) == 0
    sandbox.advance_clock(10)
    assert write(program, openid) == 45015


def test_following_and_tapping_allow_three_within_a_minute(
    sandbox: SandboxClient, service: str, program: Api
) -> None:
    openid = sandbox.openid(service, "wang")
    assert [write(program, openid) for _ in range(4)] == [0, 0, 0, 45047]
    menu = {
        "button": [
            {"type": "click", "name": "搜", "key": "K"},
            {"type": "view", "name": "网", "url": "http://a.b/"},
        ]
    }
    program.post("/cgi-bin/menu/create", menu)
    sandbox.advance_clock(61)
    sandbox.click_menu(service, "wang", "1")
    assert write(program, openid) == 45015
    sandbox.click_menu(service, "wang", "0")
    assert [write(program, openid) for _ in range(4)] == [0, 0, 0, 45047]


def test_whom_nobody_may_write_to(sandbox: SandboxClient, service: str, program: Api) -> None:
    openid = sandbox.openid(service, "wang")
    assert write(program, "o" + "x" * 27) == 40003
    sandbox.unfollow(service, "wang")
    assert write(program, openid) == 43004
    sandbox.follow(service, "wang")
    program.post("/cgi-bin/tags/members/batchblacklist", {"openid_list": [openid]})
    assert write(program, openid) == 43019


@pytest.mark.parametrize(
    ("message", "errcode"),
    [
        ({"msgtype": "poem"}, 40008),
        ({"text": {"content": ""}}, 44004),
        ({"text": {"content": "字" * 700}}, 45002),
        ({"msgtype": "image", "image": {"media_id": "nothing"}}, 40007),
        ({"msgtype": "news", "news": {"articles": [{"title": "a", "url": "http://a/"}] * 2}}, 45008),
        ({"msgtype": "news", "news": {"articles": []}}, 44003),
        ({"customservice": {"kf_account": "nobody@x"}}, 65401),
    ],
)
def test_messages_are_validated_before_anything_is_spent(
    sandbox: SandboxClient, service: str, program: Api, message: dict[str, object], errcode: int
) -> None:
    openid = sandbox.openid(service, "wang")
    assert write(program, openid, **message) == errcode
    assert [write(program, openid) for _ in range(3)] == [0, 0, 0]


def test_typing_needs_a_fresh_interaction(sandbox: SandboxClient, service: str, program: Api) -> None:
    body = {"touser": sandbox.openid(service, "wang"), "command": "Typing"}
    path = "/cgi-bin/message/custom/typing"
    assert program.post(path, body)["errcode"] == 0
    assert program.post(path, body)["errcode"] == 45081
    assert program.post(path, {**body, "command": "CancelTyping"})["errcode"] == 0
    assert program.post(path, {**body, "command": "Sing"})["errcode"] == 45072
    sandbox.advance_clock(31)
    assert program.post(path, body)["errcode"] == 45080


def test_an_item_of_a_message_menu_answers_with_its_id(
    sandbox: SandboxClient, bot: Bot, service: str, program: Api
) -> None:
    choice = {"head_content": "满意吗", "list": [{"id": "101", "content": "满意"}], "tail_content": ""}
    write(program, sandbox.openid(service, "wang"), msgtype="msgmenu", msgmenu=choice)
    sandbox.do(service, "wang", "text", content="满意", bizmsgmenuid="101")
    assert (bot.received[-1]["Content"], bot.received[-1]["bizmsgmenuid"]) == ("满意", "101")
