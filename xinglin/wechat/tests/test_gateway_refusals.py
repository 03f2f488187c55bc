"""What the gateway refuses: with a reason, and without a trace in the database."""

import httpx
import pytest

from xinglin.consortium.tests.factories import a_library
from xinglin.wechat import crypto
from xinglin.wechat.models import Account, CallbackMode, IncomingMessage
from xinglin.wechat.testing import RunningGateway, an_account
from xinglin.wechat.tests.pushing import KEY, a_text, post, push, signed

pytestmark = pytest.mark.django_db(transaction=True)


def _entities() -> str:
    return '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + a_text("&b;").replace(
        "<![CDATA[&b;]]>", "&b;"
    )


BAD_PUSHES: list[tuple[str | bytes, int]] = [
    ("not xml", 400),
    ("<xml><a></xml>", 400),
    (_entities(), 400),
    ("<xml>" + "<a>" * 50 + "</a>" * 50 + "</xml>", 400),
    (a_text("字" * 400_000), 413),
    ("<xml><MsgType>text</MsgType></xml>", 400),
    (b"\xff\xfe<xml/>", 400),
    (b'{"MsgType": "text"}', 400),
    (b'{"a":' * 20000, 400),
]


@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_a_bad_push_is_refused_with_a_reason_and_not_stored(mode: str, gateway: RunningGateway) -> None:
    account = an_account(a_library("MAIN"), mode=CallbackMode(mode))
    for xml, status in BAD_PUSHES:
        answer = push(gateway.url_of(account), account, xml, mode=mode)
        assert answer.status == status, xml[:60]
        assert any("一" <= letter <= "鿿" for letter in answer.text), xml[:60]
        assert not IncomingMessage.objects.exists(), xml[:60]


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
