"""The pure core: a request of the platform to a message, a reply to the body of the answer. No I/O, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from xinglin.wechat import crypto
from xinglin.wechat.errors import BadMessage, BadSignature
from xinglin.wechat.jsonvalue import JsonObject, as_text
from xinglin.wechat.messages import from_fields
from xinglin.wechat.messages.events import Event
from xinglin.wechat.messages.kinds import Message
from xinglin.wechat.messages.tree import bare, read_json, read_xml
from xinglin.wechat.models import CallbackMode
from xinglin.wechat.replies import Envelope, Reply, build
from xinglin.wechat.replies.xml import element

LONGEST_ECHO = 256
Query = Mapping[str, str]


@dataclass(frozen=True)
class Keys:
    """What is needed to read the pushes of an account and to seal the answers."""

    appid: str
    token: str
    mode: str
    aes_keys: Sequence[bytes] = ()


@dataclass(frozen=True)
class Push:
    """A checked message, and whether its answer has to be encrypted."""

    message: Message
    is_encrypted: bool


def check_url(keys: Keys, query: Query) -> str:
    """Return the echo that proves the address to be ours (protocol sheet §2). Always plain, even in safe mode.

    Raises ``BadSignature``.
    """
    _check(query.get("signature", ""), keys, query)
    return query.get("echostr", "")[:LONGEST_ECHO]


def open_push(keys: Keys, query: Query, body: bytes) -> Push:
    """Check and read one push in whichever mode it was sent.

    An encrypted part is preferred to the plain fields beside it (compatible mode): only it is signed together
    with its content. An account in safe mode takes nothing else.

    Raises ``CallbackRefused``: signature, decryption, XML or JSON.
    """
    if "signature" in query:
        _check(query["signature"], keys, query)
    elif "msg_signature" not in query:
        raise BadSignature(_("请求没有签名，不是微信服务器发来的。"))
    tree = _read(body)
    encrypted = as_text(tree.get("Encrypt")).strip()
    if encrypted and (keys.aes_keys or keys.mode == CallbackMode.SAFE):
        _check(query.get("msg_signature", ""), keys, query, encrypted)
        inner = crypto.decrypt_with_any(encrypted, keys.aes_keys, keys.appid)
        return Push(_with_sender(from_fields(_read(inner))), is_encrypted=True)
    if keys.mode == CallbackMode.SAFE:
        raise BadMessage(
            _("账号设为安全模式，收到的消息却没有加密；请把公众平台的消息加解密方式也设为安全模式。")
        )
    if "signature" not in query:
        raise BadSignature(_("请求没有签名，不是微信服务器发来的。"))
    return Push(_with_sender(from_fields(tree)), is_encrypted=False)


def body_of(
    keys: Keys, push: Push, reply: Reply, *, created: int, nonce: str, random16: bytes | None = None
) -> bytes:
    """Return the body of the answer; ``success`` where there is nothing to say (sheet §5)."""
    message = push.message
    envelope = Envelope(to_user=message.from_user, from_user=message.to_user, created=created, reply=reply)
    xml = build(envelope, answering_event=isinstance(message, Event))
    if not xml:
        return b"success"
    if not push.is_encrypted:
        return xml.encode()
    encrypted = crypto.encrypt(xml.encode(), keys.aes_keys[0], keys.appid, random16=random16)
    signed = crypto.signature(keys.token, str(created), nonce, encrypted)
    parts = (
        element("Encrypt", encrypted),
        element("MsgSignature", signed),
        f"<TimeStamp>{created}</TimeStamp>",
        element("Nonce", nonce),
    )
    return f"<xml>{''.join(parts)}</xml>".encode()


def _check(claimed: str, keys: Keys, query: Query, *more: str) -> None:
    crypto.check_signature(claimed, keys.token, query.get("timestamp", ""), query.get("nonce", ""), *more)


def _with_sender(message: Message) -> Message:
    """Return a message that somebody sent at some time: else there is nobody to answer, and no retry to know."""
    if not message.from_user or not message.to_user or not message.created:
        raise BadMessage(_("消息缺少发送者、接收者或时间。"))
    return message


def _read(body: bytes) -> JsonObject:
    return read_json(body) if bare(body)[:1] == b"{" else read_xml(body)
