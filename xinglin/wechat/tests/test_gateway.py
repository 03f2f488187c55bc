"""The gateway over real HTTP, on PostgreSQL: what it accepts, what it refuses, and that nothing is done twice."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path

import httpx
import pytest

from xinglin.commons import clock
from xinglin.consortium.tests.factories import a_library
from xinglin.wechat import crypto
from xinglin.wechat.capabilities import AccountKind
from xinglin.wechat.conversation import Incoming, registry
from xinglin.wechat.gateway.desk import Pace
from xinglin.wechat.models import (
    Account,
    CallbackMode,
    Follower,
    IncomingMessage,
    KeywordRule,
    MessageState,
    OutgoingMessage,
    OutgoingState,
)
from xinglin.wechat.replies import Reply, Text, to_plain
from xinglin.wechat.services import accounts
from xinglin.wechat.testing import AES_KEY, RunningGateway, an_account, running_gateway, until
from xinglin.wechat.tests.pushing import KEY, a_text, an_event, post, push, signed

pytestmark = pytest.mark.django_db(transaction=True)

# The platform's patience, a tenth of it.
BRISK = Pace(deadline=0.4, cut_off=0.5)


@pytest.fixture
def account() -> Account:
    return an_account(a_library("MAIN"))


@pytest.fixture
def personal() -> Account:
    return an_account(a_library("MAIN"), kind=AccountKind.S0)


@pytest.fixture
def gateway() -> Iterator[RunningGateway]:
    with running_gateway(pace=BRISK) as running:
        yield running


@pytest.fixture
def slow() -> Iterator[threading.Event]:
    """Texts that nobody claims are answered only when the event is set; each run is counted."""
    ready = threading.Event()

    def answer(incoming: Incoming) -> Reply | None:
        _runs.append(incoming.text)
        ready.wait(10)
        return Text(f"迟来的{incoming.text}")

    _runs.clear()
    registry.fallbacks.insert(0, (-1, answer))
    yield ready
    ready.set()
    registry.fallbacks.remove((-1, answer))


_runs: list[str] = []


def a_rule(account: Account, keyword: str, *replies: str) -> None:
    KeywordRule.objects.create(
        account=account,
        name=keyword,
        keywords=[{"text": keyword, "how": "exact"}],
        replies=[to_plain(Text(reply)) for reply in replies],
    )
    accounts.touch(account)


# ---- modes ------------------------------------------------------------------------------------------------


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


# ---- refusals ---------------------------------------------------------------------------------------------


def _entities() -> str:
    return '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + a_text("&b;").replace(
        "<![CDATA[&b;]]>", "&b;"
    )


@pytest.mark.parametrize(
    ("xml", "status"),
    [
        ("not xml", 400),
        ("<xml><a></xml>", 400),
        (_entities(), 400),
        ("<xml>" + "<a>" * 50 + "</a>" * 50 + "</xml>", 400),
        (a_text("字" * 400_000), 413),
        ("<xml><MsgType>text</MsgType></xml>", 400),
        (b"\xff\xfe<xml/>", 400),
        (b'{"MsgType": "text"}', 400),
        (b'{"a":' * 20000, 400),
    ],
)
@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_a_bad_push_is_refused_with_a_reason_and_not_stored(
    mode: str, xml: str | bytes, status: int, gateway: RunningGateway
) -> None:
    account = an_account(a_library("MAIN"), mode=CallbackMode(mode))
    answer = push(gateway.url_of(account), account, xml, mode=mode)
    assert answer.status == status and any("一" <= letter <= "鿿" for letter in answer.text)
    assert not IncomingMessage.objects.exists()


def test_a_wrong_signature_a_bad_cipher_and_another_appid_are_told_apart(
    account: Account, gateway: RunningGateway
) -> None:
    url = gateway.url_of(account)
    assert post(f"{url}?signature=0&timestamp=1&nonce=2", b"<xml/>", account).status == 403
    assert post(url, b"<xml/>", account).status == 403

    def encrypted(cipher: str) -> int:
        query = f"?msg_signature={signed('1', '2', cipher)}&timestamp=1&nonce=2"
        return post(url + query, f"<xml><Encrypt>{cipher}</Encrypt></xml>".encode(), account).status

    assert encrypted("!!!") == 400
    assert encrypted("AAAA") == 400
    assert encrypted(crypto.encrypt(a_text("x").encode(), KEY, "wx0000000000000000")) == 400
    assert not IncomingMessage.objects.exists()


def test_a_plain_push_to_an_account_in_safe_mode_is_refused(
    account: Account, gateway: RunningGateway
) -> None:
    assert push(gateway.url_of(account), account, a_text("x"), mode="plain").status == 400


def test_an_unknown_address_and_an_unknown_method_are_refused(
    account: Account, gateway: RunningGateway
) -> None:
    assert httpx.get(f"{gateway.address}/wechat/callback/nobody").status_code == 404
    assert httpx.delete(gateway.url_of(account)).status_code == 405


@pytest.mark.parametrize(
    "content",
    [
        "字" * 10_000,
        "😀👨‍👩‍👧",
        "a\x00b\x08c",
        "\u202eabc",
        "<!DOCTYPE x>",
        "%s %(x)s {}",
        "'; drop table x; --",
    ],
)
def test_whatever_a_reader_may_type_is_stored_and_answered(
    content: str, account: Account, gateway: RunningGateway
) -> None:
    answer = push(gateway.url_of(account), account, a_text(content))
    assert answer.status == 200 and answer.reply != Text("")
    stored = IncomingMessage.objects.get()
    assert stored.text == content.replace("\x00", "").replace("\x08", "")


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


# ---- once -------------------------------------------------------------------------------------------------


def test_a_retried_message_is_handled_once_and_gets_the_same_answer(
    account: Account, gateway: RunningGateway, slow: threading.Event
) -> None:
    slow.set()
    answers = [push(gateway.url_of(account), account, a_text("问")).reply for _ in range(3)]
    assert answers == [Text("迟来的问")] * 3 and _runs == ["问"]
    assert IncomingMessage.objects.get().tries == 3


@pytest.mark.race
def test_many_tries_at_once_are_one_handling(
    account: Account, gateway: RunningGateway, slow: threading.Event
) -> None:
    slow.set()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: push(gateway.url_of(account), account, a_text("问")), range(8)))
    assert {answer.reply.content for answer in answers if isinstance(answer.reply, Text)} == {"迟来的问"}
    assert _runs == ["问"] and IncomingMessage.objects.count() == 1


@pytest.mark.race
def test_tries_that_reach_two_processes_are_one_handling(
    account: Account, gateway: RunningGateway, slow: threading.Event
) -> None:
    with running_gateway(pace=Pace(deadline=3, cut_off=4)) as other, ThreadPoolExecutor(2) as pool:
        first = pool.submit(push, other.url_of(account), account, a_text("问"))
        assert until(lambda: bool(_runs))
        second = pool.submit(push, other.url_of(account), account, a_text("问"))
        slow.set()
        assert first.result().reply == second.result().reply == Text("迟来的问")
    assert _runs == ["问"]


@pytest.mark.race
def test_messages_of_many_followers_at_once_are_all_stored_and_all_answered(
    account: Account, gateway: RunningGateway
) -> None:
    a_rule(account, "开放时间", "8:00")
    with httpx.Client() as http, ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(
                lambda number: push(
                    gateway.url_of(account),
                    account,
                    a_text("开放时间", openid=f"o{number % 40}", message_id=number),
                    http=http,
                ),
                range(200),
            )
        )
    assert until(lambda: IncomingMessage.objects.filter(state=MessageState.ANSWERED).count() == 200)
    # On a machine so busy that four seconds pass, the platform hears nothing yet and the reply goes another way.
    otherwise = [answer for answer in answers if answer.reply != Text("8:00")]
    assert {(answer.status, answer.text) for answer in otherwise} <= {(200, "success")}
    assert IncomingMessage.objects.filter(is_late=True).count() == len(otherwise)
    assert OutgoingMessage.objects.count() == len(otherwise)
    assert Follower.objects.count() == 40


def test_two_events_of_one_second_are_two(account: Account, gateway: RunningGateway) -> None:
    for key in ("A", "B", "A"):
        push(gateway.url_of(account), account, an_event("VIEW", key=key))
    assert sorted(IncomingMessage.objects.values_list("event_key", "tries")) == [("A", 2), ("B", 1)]


def test_who_left_and_comes_back_is_somebody_new(account: Account, gateway: RunningGateway) -> None:
    url = gateway.url_of(account)
    for second, event in enumerate(("subscribe", "unsubscribe", "subscribe")):
        assert push(url, account, an_event(event, created=1700000000 + second)).status == 200
    former, present = Follower.objects.order_by("pk")
    assert former.erased_at and not former.is_following and former.openid != "o1"
    assert present.openid == "o1" and present.is_following
    assert push(url, account, an_event("unsubscribe", created=1700000001)).status == 200, "a late retry"
    assert Follower.objects.get(openid="o1").is_following


def test_a_job_report_makes_nobody_a_follower(account: Account, gateway: RunningGateway) -> None:
    xml = an_event("MASSSENDJOBFINISH").replace(
        "</xml>", "<MsgID>7</MsgID><Status>send success</Status></xml>"
    )
    assert push(gateway.url_of(account), account, xml).body == b"success"
    assert not Follower.objects.get().is_following


# ---- five seconds -----------------------------------------------------------------------------------------


def test_a_late_answer_is_sent_afterwards_where_the_account_may(
    account: Account, gateway: RunningGateway, slow: threading.Event
) -> None:
    assert push(gateway.url_of(account), account, a_text("问")).body == b"success"
    assert push(gateway.url_of(account), account, a_text("问")).body == b"success"
    slow.set()
    assert until(OutgoingMessage.objects.exists)
    sent = OutgoingMessage.objects.get()
    assert sent.state == OutgoingState.QUEUED and sent.reply["content"] == "迟来的问"
    assert push(gateway.url_of(account), account, a_text("问")).body == b"success", "not said twice"
    assert OutgoingMessage.objects.count() == 1 and _runs == ["问"]


def test_where_the_account_can_only_answer_a_retry_gets_the_finished_answer(
    personal: Account, gateway: RunningGateway, slow: threading.Event
) -> None:
    url = gateway.url_of(personal)
    with pytest.raises(httpx.ReadTimeout):
        push(url, personal, a_text("问"), timeout=BRISK.cut_off)
    slow.set()
    assert push(url, personal, a_text("问")).reply == Text("迟来的问")
    assert _runs == ["问"] and not OutgoingMessage.objects.exists()
    assert IncomingMessage.objects.get().lapsed_at is None


def test_the_last_try_says_how_to_fetch_the_answer(
    personal: Account, gateway: RunningGateway, slow: threading.Event
) -> None:
    url = gateway.url_of(personal)
    for _ in range(2):
        with pytest.raises(httpx.ReadTimeout):
            push(url, personal, a_text("问"), timeout=BRISK.cut_off)
    last = push(url, personal, a_text("问")).reply
    assert isinstance(last, Text) and "回复 1" in last.content
    slow.set()
    assert until(OutgoingMessage.objects.exists)
    assert push(url, personal, a_text("1", message_id=2)).reply == Text("迟来的问")


def test_an_answer_that_the_platform_never_came_back_for_waits_for_the_reader(
    personal: Account, gateway: RunningGateway, slow: threading.Event
) -> None:
    with pytest.raises(httpx.ReadTimeout):
        push(gateway.url_of(personal), personal, a_text("问"), timeout=BRISK.cut_off)
    slow.set()
    assert until(OutgoingMessage.objects.exists)
    assert OutgoingMessage.objects.get().state == OutgoingState.WAITING


# ---- killed -----------------------------------------------------------------------------------------------


def test_what_a_killed_gateway_had_in_hand_is_picked_up(
    account: Account, gateway: RunningGateway, slow: threading.Event
) -> None:
    """A row as a killed process leaves it: stored, claimed by a worker whose lock nobody holds."""
    slow.set()
    push(gateway.url_of(account), account, a_text("问"))
    _runs.clear()
    IncomingMessage.objects.update(state=MessageState.HANDLING, claimed_by=2**31 - 1, reply=None)
    assert push(gateway.url_of(account), account, a_text("问")).reply == Text("迟来的问"), "by the next try"
    IncomingMessage.objects.update(state=MessageState.HANDLING, claimed_by=2**31 - 1, reply=None)
    assert until(OutgoingMessage.objects.exists), "or without one"
    assert IncomingMessage.objects.get().state == MessageState.ANSWERED
    assert _runs == ["问", "问"]


def test_a_message_that_kills_its_handler_again_and_again_is_given_to_a_person(
    account: Account, gateway: RunningGateway, slow: threading.Event
) -> None:
    slow.set()
    push(gateway.url_of(account), account, a_text("问"))
    IncomingMessage.objects.update(state=MessageState.HANDLING, claimed_by=2**31 - 1, reply=None, runs=3)
    assert until(lambda: IncomingMessage.objects.get().state == MessageState.FAILED)
    assert IncomingMessage.objects.get().needs_person


@pytest.mark.parametrize(
    "written", ['"', "\\", '\\"', "{}", "NULL", "", "a,b", '{"a","b"}', "'; --", "📚\n\t", "%s %(a)s"]
)
def test_what_stands_in_a_message_is_stored_as_it_stands(
    written: str, account: Account, gateway: RunningGateway
) -> None:
    assert (
        push(gateway.url_of(account), account, an_event("VIEW", key=written, openid="o" + written)).status
        == 200
    )
    row = IncomingMessage.objects.select_related("follower").get()
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


# ---- corpus -----------------------------------------------------------------------------------------------


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
