"""The whole way against the pretend WeChat: its phone, its retries, its API, on both kinds of account."""

import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client

from wechat_sandbox.control import SandboxClient
from xinglin.consortium.tests.factories import a_library
from xinglin.patrons.tests.factories import a_patron
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.client.errors import NotAuthorised
from xinglin.wechat.conversation import Incoming, registry
from xinglin.wechat.gateway.desk import Pace
from xinglin.wechat.jsonvalue import JsonValue
from xinglin.wechat.models import (
    AccessToken,
    Account,
    Binding,
    CallbackMode,
    Follower,
    IncomingMessage,
    MenuState,
    OutgoingMessage,
    OutgoingState,
)
from xinglin.wechat.replies import Reply, Text
from xinglin.wechat.services import accounts, bindings, menus, outgoing, tell
from xinglin.wechat.testing import AES_KEY, TOKEN, RunningGateway, an_account, running_gateway, until

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 1.0


@pytest.fixture
def gateway() -> Iterator[RunningGateway]:
    with running_gateway(pace=Pace(deadline=PATIENCE * 0.8, cut_off=PATIENCE)) as running:
        yield running


def said(sandbox: SandboxClient, account: Account) -> list[str]:
    """The texts on the phone, oldest first."""
    contents = [line["content"] for line in sandbox.chat(account.appid, "wang")]
    return [str(content["text"]) for content in contents if isinstance(content, dict) and "text" in content]


def connected(sandbox: SandboxClient, gateway: RunningGateway, kind: str, mode: str = "safe") -> Account:
    """An account that the sandbox and we both know, its callback verified, with one follower."""
    appid = f"wxsandbox{kind}"
    made = sandbox.add_account(appid, kind=kind)
    account = an_account(
        a_library(), kind=kind, appid=appid, mode=CallbackMode(mode), secret=str(made["secret"])
    )
    verified = sandbox.connect(
        appid, gateway.url_of(account), token=TOKEN, encoding_aes_key=AES_KEY, mode=mode
    )
    assert verified["passed"], verified
    sandbox.follow(appid, "wang")
    return account


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
@pytest.mark.parametrize("kind", ["S0", "F1"])
def test_a_reader_follows_binds_and_leaves(
    kind: str, mode: str, sandbox: SandboxClient, gateway: RunningGateway
) -> None:
    account = connected(sandbox, gateway, kind, mode)
    assert "欢迎关注" in said(sandbox, account)[-1]
    patron = a_patron(account.library, name="王建国")
    code = bindings.issue_code(patron=patron, by=None)
    assert "绑定成功" in (sandbox.send_text(account.appid, "wang", f"绑定 {code}").text or "")
    follower = Binding.objects.get().follower
    assert follower.openid == sandbox.openid(account.appid, "wang") and follower.is_following
    sandbox.do(account.appid, "wang", "unfollow")
    assert not Binding.objects.exists()


def test_a_slow_answer_reaches_the_reader_on_a_retry_of_a_personal_account(
    sandbox: SandboxClient, gateway: RunningGateway, slow: threading.Event
) -> None:
    account = connected(sandbox, gateway, "S0")
    threading.Timer(PATIENCE * 1.2, slow.set).start()
    result = sandbox.send_text(account.appid, "wang", "慢问题")
    assert result.text == "迟来的慢问题" and result.tries == 2
    assert _runs == ["慢问题"]


def test_a_slow_answer_is_sent_as_a_customer_service_message_where_the_account_may(
    sandbox: SandboxClient, gateway: RunningGateway, slow: threading.Event
) -> None:
    account = connected(sandbox, gateway, "S1")
    result = sandbox.send_text(account.appid, "wang", "慢问题")
    assert result.tries == 1 and not result.text
    slow.set()
    assert until(OutgoingMessage.objects.exists)
    outgoing.deliver(message_id=OutgoingMessage.objects.get().pk)
    assert OutgoingMessage.objects.get().state == OutgoingState.SENT
    assert said(sandbox, account)[-1] == "迟来的慢问题"


def test_faults_of_the_network_lose_and_double_nothing(
    sandbox: SandboxClient, gateway: RunningGateway
) -> None:
    account = connected(sandbox, gateway, "F1")
    for fault in ("lose_answer", "duplicate", "bad_signature"):
        sandbox.fault("push", fault, times=1)
        sandbox.send_text(account.appid, "wang", f"帮助{fault}")
    stored = IncomingMessage.objects.filter(kind="text").values_list("text", flat=True)
    assert sorted(stored) == sorted(set(stored))
    assert {"帮助lose_answer", "帮助duplicate"} <= set(stored)


def test_the_probe_finds_what_the_account_may_do(sandbox: SandboxClient, gateway: RunningGateway) -> None:
    account = connected(sandbox, gateway, "S0")
    assert accounts.probe_account(account=account)["custom_menu"] == "48001"
    assert accounts.keep_own_menu(account=account)["menu"]
    with pytest.raises(NotAuthorised, match="没有该接口的权限"):
        client_for(account).custom.send_text("o", "x")


def test_the_probe_finds_a_certified_account_without_the_privilege_of_comments(
    sandbox: SandboxClient, gateway: RunningGateway
) -> None:
    account = connected(sandbox, gateway, "S1")
    found = accounts.probe_account(account=account)
    assert (found["comment"], found["custom_menu"], found["subscription_notice"]) == ("ok", "ok", "ok")
    assert account.may(Capability.COMMENT)
    sandbox.change_account(account.appid, comment_privilege=False)
    assert accounts.probe_account(account=account)["comment"] == "48001"
    assert not account.may(Capability.COMMENT)


def test_a_menu_is_published_and_its_buttons_answer(sandbox: SandboxClient, gateway: RunningGateway) -> None:
    account = connected(sandbox, gateway, "F1")
    buttons: list[JsonValue] = [
        {"name": "服务", "sub_button": [{"name": "帮助", "type": "click", "key": "HELP"}]}
    ]
    menu = menus.publish(menu=menus.draft(account=account, buttons=buttons, by=None), by=None)
    assert menu.state == MenuState.PUBLISHED
    assert "您可以直接发送" in (sandbox.click_menu(account.appid, "wang", "0.0").text or "")


def test_a_message_by_hand_reaches_the_phone_and_the_window_is_counted(
    sandbox: SandboxClient, gateway: RunningGateway
) -> None:
    account = connected(sandbox, gateway, "F1")
    sandbox.send_text(account.appid, "wang", "帮助")
    follower = Follower.objects.get()
    sent = tell(follower=follower, reply=Text("您预约的书到了"))
    outgoing.deliver(message_id=sent.pk)
    assert said(sandbox, account)[-1] == "您预约的书到了"
    outgoing.deliver(message_id=sent.pk)
    assert said(sandbox, account).count("您预约的书到了") == 1


def test_a_token_that_the_platform_drops_is_replaced_once(
    sandbox: SandboxClient, gateway: RunningGateway
) -> None:
    account = connected(sandbox, gateway, "F1")
    client = client_for(account)
    client.user.page()
    sandbox.fault("api", "expire_token", times=1)
    client.user.page()
    assert AccessToken.objects.get().generation <= 2


def test_web_authorisation_knows_the_follower(sandbox: SandboxClient, gateway: RunningGateway) -> None:
    account = connected(sandbox, gateway, "F1")
    browser = Client()
    asked = browser.get(f"/m/wx/{account.path}/").headers["Location"]
    back = urlsplit(sandbox.authorize("wang", asked))
    assert browser.get(f"{back.path}?{back.query}").headers["Location"] == "/m/me/"
    assert "绑定读者证" in browser.get("/m/bind/").content.decode()
    again = browser.get(f"{back.path}?{back.query}")
    assert again.headers["Location"] == "/m/me/", "a code and a state are good once"


_runs: list[str] = []


@pytest.fixture
def slow() -> Iterator[threading.Event]:
    """Texts about something slow are answered only when the event is set."""
    ready = threading.Event()

    def answer(incoming: Incoming) -> Reply | None:
        if "慢" not in incoming.text:
            return None
        _runs.append(incoming.text)
        ready.wait(15)
        return Text(f"迟来的{incoming.text}")

    _runs.clear()
    registry.fallbacks.insert(0, (-1, answer))
    yield ready
    ready.set()
    registry.fallbacks.remove((-1, answer))
