"""Delivery: modes, tries, replies, faults."""

from __future__ import annotations

import json
import threading

import pytest

from wechat_sandbox.control import ControlError, SandboxClient
from wechat_sandbox.crypto import Envelope, signature
from wechat_sandbox.push import FAILURE_LINE
from wechat_sandbox.tests.conftest import KEY, TOKEN, Bot, Received, text_reply


def hints(sandbox: SandboxClient, appid: str) -> list[object]:
    chat = sandbox.chat(appid, "wang")
    return [b["content"]["text"] for b in chat if b["type"] == "hint"]  # type: ignore[index]


def test_a_text_is_pushed_signed_and_its_reply_shown(sandbox: SandboxClient, bot: Bot, service: str) -> None:
    bot.answer = lambda received: text_reply(received, f"收到 {received['Content']}")
    result = sandbox.send_text(service, "wang", "图书馆📚 ]]> <&>")
    assert (result.verdict, result.text) == ("delivered", "收到 图书馆📚 ]]> <&>")
    query = bot.received[0].query
    assert query["signature"] == signature(TOKEN, query["timestamp"], query["nonce"])
    assert query["openid"] == bot.received[0]["FromUserName"] == sandbox.openid(service, "wang")


def sealed_reply(received: Received, appid: str, content: str) -> str:
    plain = Envelope(KEY, appid).open(received["Encrypt"] or "")
    inner = Received(received.query, plain.encode())
    sealed = Envelope(KEY, appid).seal(text_reply(inner, f"{content} {inner['Content']}"), "0123456789abcdef")
    proof = signature(TOKEN, "1", "n", sealed)
    return (
        f"<xml><Encrypt>{sealed}</Encrypt><MsgSignature>{proof}</MsgSignature>"
        "<TimeStamp>1</TimeStamp><Nonce>n</Nonce></xml>"
    )


@pytest.mark.parametrize("mode", ["safe", "compatible"])
def test_encrypted_modes_seal_the_push_and_open_the_reply(
    sandbox: SandboxClient, bot: Bot, service: str, mode: str
) -> None:
    sandbox.connect(service, bot.url, token=TOKEN, encoding_aes_key=KEY, mode=mode)
    bot.answer = lambda received: sealed_reply(received, service, "密")
    assert sandbox.send_text(service, "wang", "你好").text == "密 你好"
    received = bot.received[0]
    sealed = received["Encrypt"] or ""
    query = received.query
    assert query["encrypt_type"] == "aes"
    assert query["msg_signature"] == signature(TOKEN, query["timestamp"], query["nonce"], sealed)
    assert (received["Content"] is None) == (mode == "safe")


def test_a_plain_reply_in_safe_mode_is_a_failure(sandbox: SandboxClient, bot: Bot, service: str) -> None:
    sandbox.connect(service, bot.url, token=TOKEN, encoding_aes_key=KEY, mode="safe")
    bot.answer = lambda received: "<xml><ToUserName>x</ToUserName></xml>"
    result = sandbox.send_text(service, "wang", "你好")
    assert result.verdict == "malformed"
    assert hints(sandbox, service)[-1] == FAILURE_LINE


def test_three_tries_carry_the_same_body_under_fresh_signatures(
    sandbox: SandboxClient, bot: Bot, service: str
) -> None:
    bot.answer = lambda received: 500
    result = sandbox.send_text(service, "wang", "在吗")
    assert (result.verdict, result.tries) == ("failed", 3)
    assert len({received.body for received in bot.received}) == 1
    assert len({received.query["nonce"] for received in bot.received}) == 3
    assert hints(sandbox, service)[-1] == FAILURE_LINE


def test_a_silent_callback_is_cut_off_and_a_later_try_may_answer(
    sandbox: SandboxClient, bot: Bot, service: str
) -> None:
    sandbox.settings(patience=0.3, pause=0.0)
    over = threading.Event()

    def answer(received: Received) -> str:
        if len(bot.received) < 3:
            over.wait(10)
        return text_reply(received, "终于")

    bot.answer = answer
    result = sandbox.send_text(service, "wang", "慢")
    over.set()
    assert (result.tries, result.text) == (3, "终于")


def test_an_empty_answer_is_no_reply_and_no_retry(sandbox: SandboxClient, bot: Bot, service: str) -> None:
    for said in ("", "success"):
        bot.answer = lambda received, said=said: said  # type: ignore[misc]
        result = sandbox.send_text(service, "wang", "嗯")
        assert (result.verdict, result.tries, result.reply) == ("delivered", 1, None)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ToUserName": "somebody"}, "ToUserName"),
        ({"FromUserName": "gh_other"}, "FromUserName"),
        ({"CreateTime": "soon"}, "CreateTime"),
        ({"MsgType": "poem"}, "poem"),
        ({"Content": ""}, "empty"),
        ({"Content": "字" * 683}, "2049 bytes"),
    ],
)
def test_a_malformed_reply_is_judged_in_words(
    sandbox: SandboxClient, bot: Bot, service: str, change: dict[str, str], reason: str
) -> None:
    bot.answer = lambda received: text_reply(received, "ok", **change)
    result = sandbox.send_text(service, "wang", "你好")
    assert result.verdict == "malformed"
    assert reason in result.problem


@pytest.mark.parametrize(
    "body",
    [
        "oops",
        "<html/>",
        '<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>',
        "<xml>" + "x" * 1_000_001 + "</xml>",
        b"\xff\xfe<xml/>",
    ],
)
def test_hostile_answers_are_failures_not_crashes(
    sandbox: SandboxClient, bot: Bot, service: str, body: str | bytes
) -> None:
    bot.answer = lambda received: body
    assert sandbox.send_text(service, "wang", "你好").verdict == "malformed"


def news(received: Received, count: int) -> str:
    item = "<item><Title>书</Title><Description/><PicUrl/><Url>http://127.0.0.1/</Url></item>"
    return text_reply(received, "x", MsgType="news").replace(
        "</xml>", f"<ArticleCount>{count}</ArticleCount><Articles>{item * count}</Articles></xml>"
    )


def test_a_message_is_answered_with_one_article_an_event_with_eight(
    sandbox: SandboxClient, bot: Bot, service: str
) -> None:
    bot.answer = lambda received: news(received, 9)
    by_text = sandbox.send_text(service, "wang", "新书").reply or {}
    sandbox.unfollow(service, "wang")
    by_event = sandbox.follow(service, "wang").reply or {}
    assert len(by_text["articles"]) == 1  # type: ignore[arg-type]
    assert len(by_event["articles"]) == 8  # type: ignore[arg-type]


def test_a_reply_to_unsubscribe_is_shown_to_nobody(sandbox: SandboxClient, bot: Bot, service: str) -> None:
    bot.answer = lambda received: text_reply(received, "再见")
    assert sandbox.unfollow(service, "wang").reply is None
    assert sandbox.last_reply(service, "wang") is None


def test_who_does_not_follow_cannot_write(sandbox: SandboxClient, bot: Bot, service: str) -> None:
    with pytest.raises(ControlError) as refused:
        sandbox.send_text(service, "li", "你好")
    assert refused.value.code == "not_following"
    assert not bot.received


def test_an_address_that_does_not_echo_is_not_connected(sandbox: SandboxClient, bot: Bot) -> None:
    bot.echoes = False
    sandbox.add_account("wxnew", kind="S0")
    answer = sandbox.connect("wxnew", bot.url, token=TOKEN)
    assert not answer["passed"]
    assert "echostr" in str(answer["problem"])
    assert not sandbox.follow("wxnew", "wang").pushed


@pytest.mark.parametrize(
    ("fault", "requests", "tries"), [("drop", 1, 2), ("lose_answer", 2, 2), ("bad_signature", 1, 1)]
)
def test_faults_strike_once(
    sandbox: SandboxClient, bot: Bot, service: str, fault: str, requests: int, tries: int
) -> None:
    sandbox.fault("push", fault)
    result = sandbox.send_text(service, "wang", "你好")
    assert (len(bot.received), result.tries) == (requests, tries)
    query = bot.received[0].query
    honest = query["signature"] == signature(TOKEN, query["timestamp"], query["nonce"])
    assert honest == (fault != "bad_signature")


def test_an_unknown_fault_is_refused(sandbox: SandboxClient) -> None:
    with pytest.raises(ControlError) as refused:
        sandbox.fault("push", "explode")
    assert refused.value.code == "unknown_fault"


def test_a_mini_program_may_be_pushed_json(sandbox: SandboxClient, bot: Bot) -> None:
    callback = {"url": bot.url, "token": TOKEN, "format": "json", "verified": True}
    sandbox.add_account("wxmini", kind="MINI", callback=callback)
    sandbox.follow("wxmini", "wang")
    bot.received.clear()
    seen: list[dict[str, object]] = []

    def answer(received: Received) -> str:
        seen.append(json.loads(received.body))
        names = {"ToUserName": seen[-1]["FromUserName"], "FromUserName": seen[-1]["ToUserName"]}
        return json.dumps({**names, "CreateTime": 1, "MsgType": "transfer_customer_service"})

    bot.answer = answer
    result = sandbox.send_text("wxmini", "wang", "你好")
    assert (seen[-1]["MsgType"], seen[-1]["Content"]) == ("text", "你好")
    assert result.reply == {"type": "transfer_customer_service", "kf_account": ""}
