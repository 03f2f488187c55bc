"""The gateway over real HTTP, on PostgreSQL: what it takes, in every mode, and keeps as it came."""

from datetime import timedelta
from itertools import count
from pathlib import Path

import httpx
import pytest

from xinglin.commons import clock
from xinglin.consortium.tests.factories import a_library
from xinglin.wechat.models import Account, CallbackMode, IncomingMessage, MessageState
from xinglin.wechat.replies import Text
from xinglin.wechat.testing import AES_KEY, RunningGateway, an_account, until
from xinglin.wechat.tests.pushing import a_rule, a_text, an_event, push, signed

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_address_is_verified_by_its_echo_in_every_mode(account: Account, gateway: RunningGateway) -> None:
    query = {"signature": signed("1", "2"), "timestamp": "1", "nonce": "2", "echostr": "5927782489442352469"}
    answer = httpx.get(gateway.url_of(account), params=query)
    assert (answer.status_code, answer.content) == (200, b"5927782489442352469")
    assert httpx.get(gateway.url_of(account), params=query | {"nonce": "3"}).status_code == 403


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_a_text_is_answered_in_the_mode_of_the_account(mode: str, gateway: RunningGateway) -> None:
    account = an_account(a_library("MAIN"), mode=CallbackMode(mode))
    a_rule(account, "开放时间", "8:00–22:00 📚 ]]> <&>")
    answer = push(gateway.url_of(account), account, a_text("开放时间"), mode=mode)
    assert answer.reply == Text("8:00–22:00 📚 ]]> <&>")
    assert answer.was_encrypted == (mode != "plain")
    message = IncomingMessage.objects.get()
    assert message.state == MessageState.ANSWERED and message.matched_by.startswith("rule:")


def test_the_former_key_is_good_while_the_platform_still_uses_it(
    account: Account, gateway: RunningGateway
) -> None:
    account.aes_key = "B" * 43
    account.version += 1
    account.save()
    assert push(gateway.url_of(account), account, a_text("帮助")).status == 200
    assert IncomingMessage.objects.exists()


TYPED = (
    "字" * 10_000,
    "😀👨‍👩‍👧",
    "a\x00b\x08c",
    "\u202eabc",
    "<!DOCTYPE x>",
    "%s %(x)s {}",
    "'; drop table x; --",
)


def test_whatever_a_reader_may_type_is_stored_and_answered(account: Account, gateway: RunningGateway) -> None:
    for number, content in enumerate(TYPED, 1):
        answer = push(gateway.url_of(account), account, a_text(content, message_id=number))
        assert answer.status == 200 and answer.reply != Text(""), content[:20]
        stored = IncomingMessage.objects.latest("pk")
        assert stored.text == content.replace("\x00", "").replace("\x08", "")
    assert IncomingMessage.objects.count() == len(TYPED)


def test_half_a_surrogate_pair_in_a_json_push_is_stored_without_it(
    account: Account, gateway: RunningGateway
) -> None:
    head = b'{"ToUserName":"gh_1","FromUserName":"o1","CreateTime":1700000000,"MsgId":5,'
    body = head + b'"MsgType":"text","Content":"a\\ud83d\\u0000b"}'
    assert push(gateway.url_of(account), account, body).status == 200
    assert IncomingMessage.objects.get().text == "a\ufffdb"


def test_an_unknown_kind_is_kept_whole_and_acknowledged(account: Account, gateway: RunningGateway) -> None:
    xml = an_event("hologram_shown").replace("</xml>", "<Colour>blue</Colour></xml>")
    assert push(gateway.url_of(account), account, xml).body == b"success"
    assert IncomingMessage.objects.get().payload["Colour"] == "blue"


def test_what_stands_in_a_message_is_stored_as_it_stands(account: Account, gateway: RunningGateway) -> None:
    for written in ('"', "\\", '\\"', "{}", "NULL", "", "a,b", '{"a","b"}', "'; --", "📚\n\t", "%s %(a)s"):
        xml = an_event("VIEW", key=written, openid="o" + written)
        assert push(gateway.url_of(account), account, xml).status == 200, written
        row = IncomingMessage.objects.select_related("follower").latest("pk")
        assert (row.event_key, row.payload["EventKey"]) == (written.strip(), written)
        assert row.follower.openid == ("o" + written).strip()


def test_a_moved_clock_and_a_changed_account_reach_the_gateway(
    account: Account, gateway: RunningGateway
) -> None:
    url = gateway.url_of(account)
    assert push(url, account, a_text("续借规定")).status == 200
    a_rule(account, "续借规定", "可续借两次。")
    seen = count(2)
    assert until(
        lambda: push(url, account, a_text("续借规定", message_id=next(seen))).reply == Text("可续借两次。")
    )
    clock.move(timedelta(days=3))
    assert until(
        lambda: (
            push(url, account, a_text("续借规定", message_id=next(seen))).status == 200
            and IncomingMessage.objects.latest("pk").received_at > clock.now() - timedelta(minutes=1)
        )
    )


@pytest.mark.corpus
def test_every_recorded_callback_is_stored_and_acknowledged(
    shared: Path, account: Account, gateway: RunningGateway
) -> None:
    files = sorted((shared / "data/wechat/callback").iterdir())
    with httpx.Client() as http:
        for file in files:
            assert push(gateway.url_of(account), account, file.read_bytes(), http=http).status == 200, (
                file.name
            )
    # Some recordings are the same push in another layout; the rest is all there.
    assert IncomingMessage.objects.exclude(payload={}).count() > len(files) / 2
    assert AES_KEY not in str(list(IncomingMessage.objects.values_list("payload", flat=True)))
