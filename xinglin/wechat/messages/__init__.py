"""Pushes of the platform as typed classes: ``parse`` what was decrypted, ``dedup_key`` to know a retry.

An unknown kind is never an error: it becomes ``UnknownMessage`` or ``UnknownEvent`` with all its fields.
"""

import hashlib
import uuid

from django.utils.translation import gettext_lazy as _

from xinglin.commons.numbers import whole
from xinglin.wechat.errors import BadMessage
from xinglin.wechat.jsonvalue import JsonObject, as_text
from xinglin.wechat.messages.events import EVENTS, Event, UnknownEvent
from xinglin.wechat.messages.kinds import MESSAGES, Message, UnknownMessage
from xinglin.wechat.messages.reading import read
from xinglin.wechat.messages.tree import bare, read_json, read_xml

LONGEST_NAME = 128
FIRST_BIGGER_THAN_TIME = 2**53


def parse(body: bytes) -> Message:
    """Read one push, XML or JSON by its first character.

    Raises ``BadMessage`` when it is neither, or has no type.
    """
    return from_fields(read_json(body) if bare(body)[:1] == b"{" else read_xml(body))


def from_fields(fields: JsonObject) -> Message:
    """Make the typed message of a tree, also of one that was stored.

    Third-party platforms are sent pushes with an ``InfoType`` instead: they are unknown messages of that kind.

    Raises ``BadMessage`` without a type, or with a time that is no number. Who sent it is for the gateway to ask.
    """
    kind = (as_text(fields.get("MsgType")) or as_text(fields.get("InfoType"))).strip().lower()
    created = whole(as_text(fields.get("CreateTime")).strip() or "0")
    if not kind:
        raise BadMessage(_("消息缺少类型。"))
    if len(as_text(fields.get("FromUserName")).strip()) > LONGEST_NAME or len(kind) > LONGEST_NAME:
        raise BadMessage(_("消息的发送者或类型超过 %(limit)d 个字符。"), limit=LONGEST_NAME)
    if created is None or created >= FIRST_BIGGER_THAN_TIME:
        raise BadMessage(_("消息的时间不是一个整数。"))
    if kind == "event":
        return _event(fields, created)
    message_id = as_text(fields.get("MsgId")) or as_text(fields.get("MsgID"))
    return read(
        MESSAGES.get(kind, UnknownMessage),
        fields,
        created=created,
        kind=kind,
        message_id=message_id.strip(),
        fields=fields,
    )


def _event(fields: JsonObject, created: int) -> Event:
    name = as_text(fields.get("Event")).strip().upper()
    if len(name) > LONGEST_NAME:
        raise BadMessage(_("消息的发送者或类型超过 %(limit)d 个字符。"), limit=LONGEST_NAME)
    return read(
        EVENTS.get(name, UnknownEvent), fields, created=created, kind="event", event=name, fields=fields
    )


def dedup_key(appid: str, message: Message) -> uuid.UUID:
    """Return what a retry of the same push shares with it (sheet §6).

    The message id alone has collided in practice, so sender and second belong to the key. It is a digest: the
    key outlives an unfollow, the openid must not.
    """
    words = "\0".join([appid, message.from_user, str(message.created), message.kind, message.identity])
    return uuid.UUID(bytes=hashlib.blake2b(words.encode(), digest_size=16).digest())
