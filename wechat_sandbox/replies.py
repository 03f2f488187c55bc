"""Reads what a callback answers and judges it by the platform's rules for passive replies."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

from wechat_sandbox.crypto import EnvelopeError, envelope_of, signature, signature_matches
from wechat_sandbox.state import Account, Mode
from wechat_sandbox.wire import MalformedXml, XmlFields, child_text, parse_xml, to_xml
from wechat_sandbox.world import World

TEXT_BYTES = 2048
NEWS_ITEMS = 8
ONE_ARTICLE_ONLY = frozenset(
    {"text", "image", "voice", "video", "shortvideo", "news", "location", "link", "file"}
)
"""Triggers that may be answered with a single article (page "回复图文消息")."""


class BadReply(ValueError):
    """The user sees the platform's failure line instead."""


@dataclass
class Reply:
    """A reply that will be shown; ``warnings`` are things the platform lets pass in silence."""

    type: str
    content: dict[str, object]
    plain: str
    warnings: list[str] = field(default_factory=list)


def read_reply(world: World, account: Account, openid: str, trigger: str, body: bytes) -> Reply | None:
    """Return the reply, ``None`` for an empty one. Raises ``BadReply`` with the reason."""
    if body.strip() in (b"", b"success"):
        return None
    try:
        if account.callback.format == "json" and body.lstrip().startswith(b"{"):
            body = to_xml(cast(XmlFields, json.loads(body))).encode()
        root = parse_xml(body)
        plain = body.decode()
        if root.find("Encrypt") is not None:
            plain = _open(account, root)
            root = parse_xml(plain.encode())
        elif account.callback.mode is Mode.SAFE:
            raise BadReply("in safe mode the reply must be encrypted")
    except (MalformedXml, ValueError, TypeError, RecursionError) as error:
        raise BadReply(str(error)) from error
    return _judge(world, account, openid, trigger, root, plain)


def _open(account: Account, root: etree._Element) -> str:
    sealed = child_text(root, "Encrypt") or ""
    given = child_text(root, "MsgSignature") or ""
    stamp, nonce = child_text(root, "TimeStamp") or "", child_text(root, "Nonce") or ""
    if account.callback.mode is Mode.PLAIN:
        raise BadReply("the reply is encrypted although the account is in plain mode")
    if not signature_matches(signature(account.callback.token, stamp, nonce, sealed), given):
        raise BadReply("wrong MsgSignature")
    try:
        return envelope_of(account.callback.encoding_aes_key, account.appid).open(sealed)
    except EnvelopeError as error:
        raise BadReply(f"cannot decrypt the reply: {error}") from error


def _judge(
    world: World, account: Account, openid: str, trigger: str, root: etree._Element, plain: str
) -> Reply:
    if child_text(root, "ToUserName") != openid:
        raise BadReply(f"ToUserName is {child_text(root, 'ToUserName')!r}, not the follower's openid")
    if child_text(root, "FromUserName") != account.gh_id:
        raise BadReply(f"FromUserName is {child_text(root, 'FromUserName')!r}, not {account.gh_id}")
    if not (child_text(root, "CreateTime") or "").isdecimal():
        raise BadReply("CreateTime is not a whole number of seconds")
    type_ = (child_text(root, "MsgType") or "").lower()
    judge = _JUDGES.get(type_)
    if judge is None:
        raise BadReply(f"MsgType {type_!r} is not a passive reply")
    warnings: list[str] = []
    content = judge(_Question(world, account, trigger, root, warnings))
    return Reply(type=type_, content=content, plain=plain, warnings=warnings)


@dataclass
class _Question:
    """One reply under judgement."""

    world: World
    account: Account
    trigger: str
    root: etree._Element
    warnings: list[str]

    def text(self, path: str) -> str:
        return child_text(self.root, path) or ""

    def media(self, path: str, type_: str) -> str:
        media_id = self.text(path)
        media = self.world.state.media.get(media_id)
        if media is None or media.appid != self.account.appid:
            raise BadReply(f"{path} {media_id!r} is not a media of this account")
        if media.type != type_:
            raise BadReply(f"{path} is of type {media.type}, not {type_}")
        if media.expires is not None and media.expires <= self.world.clock.now():
            raise BadReply(f"{path} has expired; temporary media live three days")
        return media_id


def _text(asked: _Question) -> dict[str, object]:
    found = asked.root.find("Content")
    text = "" if found is None else found.text or ""
    if not text.strip():
        raise BadReply("Content is empty")
    size = len(text.encode())
    if size > TEXT_BYTES:
        raise BadReply(f"Content has {size} bytes; at most {TEXT_BYTES}")
    return {"text": text}


def _image(asked: _Question) -> dict[str, object]:
    return {"media_id": asked.media("Image/MediaId", "image")}


def _voice(asked: _Question) -> dict[str, object]:
    return {"media_id": asked.media("Voice/MediaId", "voice")}


def _video(asked: _Question) -> dict[str, object]:
    return {
        "media_id": asked.media("Video/MediaId", "video"),
        "title": asked.text("Video/Title"),
        "description": asked.text("Video/Description"),
    }


def _music(asked: _Question) -> dict[str, object]:
    if not asked.text("Music/ThumbMediaId"):
        asked.warnings.append("Music has no ThumbMediaId, the one field the page calls required")
    return {
        "title": asked.text("Music/Title"),
        "description": asked.text("Music/Description"),
        "url": asked.text("Music/MusicUrl"),
    }


def _news(asked: _Question) -> dict[str, object]:
    items = asked.root.findall("Articles/item")
    if not items:
        raise BadReply("news without an article")
    if asked.text("ArticleCount") != str(len(items)):
        raise BadReply(f"ArticleCount is {asked.text('ArticleCount')!r}, there are {len(items)} articles")
    limit = 1 if asked.trigger in ONE_ARTICLE_ONLY else NEWS_ITEMS
    if len(items) > limit:
        asked.warnings.append(f"{len(items)} articles; only the first {limit} are shown for {asked.trigger}")
    articles: list[dict[str, object]] = []
    for item in items[:limit]:
        url = child_text(item, "Url") or ""
        if not child_text(item, "Title"):
            asked.warnings.append("an article has no Title")
        if not url.startswith(("http://", "https://")):
            asked.warnings.append(f"Url {url!r} is not an http address")
        articles.append(
            {
                "title": child_text(item, "Title") or "",
                "description": child_text(item, "Description") or "",
                "picurl": child_text(item, "PicUrl") or "",
                "url": url,
            }
        )
    return {"articles": articles}


def _transfer(asked: _Question) -> dict[str, object]:
    return {"kf_account": asked.text("TransInfo/KfAccount")}


_JUDGES: dict[str, Callable[[_Question], dict[str, object]]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "music": _music,
    "news": _news,
    "transfer_customer_service": _transfer,
}
