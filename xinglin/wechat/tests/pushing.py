"""The platform's side of a push, written for tests alone: signs, encrypts, posts, and reads the answer."""

import hashlib
import secrets
import threading
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from xinglin.wechat import crypto
from xinglin.wechat.gateway.desk import Pace
from xinglin.wechat.messages.tree import read_xml
from xinglin.wechat.models import Account, KeywordRule
from xinglin.wechat.replies import Reply, Text, parse_reply, to_plain
from xinglin.wechat.services import accounts
from xinglin.wechat.testing import AES_KEY, TOKEN

KEY = crypto.key_bytes(AES_KEY)
# The platform's patience, a tenth of it.
BRISK = Pace(deadline=0.4, cut_off=0.5)
# For what is answered at once, on a machine that may be busy.
PATIENT = Pace(deadline=3, cut_off=4)


class Slow(threading.Event):
    """What a slow handler waits for; ``runs`` are the texts that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[str] = []


def a_rule(account: Account, keyword: str, *replies: str) -> None:
    """A rule of an account that gateways know of at once."""
    KeywordRule.objects.create(
        account=account,
        name=keyword,
        keywords=[{"text": keyword, "how": "exact"}],
        replies=[to_plain(Text(reply)) for reply in replies],
    )
    accounts.touch(account)


def signed(*parts: str) -> str:
    return hashlib.sha1("".join(sorted([TOKEN, *parts])).encode()).hexdigest()


def a_text(content: str, *, openid: str = "o1", created: int = 1700000000, message_id: int = 1) -> str:
    content = content.replace("]]>", "]]]]><![CDATA[>")
    return (
        f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{content}]]></Content><MsgId>{message_id}</MsgId></xml>"
    )


def an_event(event: str, *, key: str = "", openid: str = "o1", created: int = 1700000000) -> str:
    return (
        f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        f"<Event><![CDATA[{event}]]></Event><EventKey><![CDATA[{key}]]></EventKey></xml>"
    )


@dataclass
class Answer:
    status: int
    body: bytes
    was_encrypted: bool = False

    @property
    def reply(self) -> Reply:
        return parse_reply(self.body).reply

    @property
    def text(self) -> str:
        return self.body.decode()


def push(
    url: str,
    account: Account,
    xml: str | bytes,
    *,
    mode: str = "safe",
    timeout: float = 10,
    http: httpx.Client | None = None,
) -> Answer:
    """Send one push as the platform does in a mode, and decrypt the answer."""
    body = xml if isinstance(xml, bytes) else xml.encode("utf-8", "surrogatepass")
    timestamp, nonce = "1700000000", secrets.token_hex(4)
    query = {"signature": signed(timestamp, nonce), "timestamp": timestamp, "nonce": nonce, "openid": "o1"}
    if mode != "plain":
        encrypted = crypto.encrypt(body, KEY, account.appid)
        query |= {"encrypt_type": "aes", "msg_signature": signed(timestamp, nonce, encrypted)}
        wrapped = f"<Encrypt><![CDATA[{encrypted}]]></Encrypt>".encode()
        head = b"<xml><ToUserName><![CDATA[gh_1]]></ToUserName>"
        body = (
            body.replace(b"</xml>", wrapped + b"</xml>")
            if mode == "compatible"
            else head + wrapped + b"</xml>"
        )
    return post(f"{url}?{urlencode(query)}", body, account, timeout=timeout, http=http)


def post(
    url: str, body: bytes, account: Account, *, timeout: float = 10, http: httpx.Client | None = None
) -> Answer:
    send = http.post if http is not None else httpx.post
    response = send(url, content=body, headers={"Content-Type": "text/xml"}, timeout=timeout)
    if b"<Encrypt>" not in response.content:
        return Answer(response.status_code, response.content)
    sealed = read_xml(response.content)
    parts = [str(sealed[name]) for name in ("TimeStamp", "Nonce", "Encrypt")]
    assert sealed["MsgSignature"] == signed(*parts)
    return Answer(response.status_code, crypto.decrypt(parts[2], KEY, account.appid), was_encrypted=True)
