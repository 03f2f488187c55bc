"""Checks the messages that an account sends of its own accord and turns them into bubbles."""

from __future__ import annotations

from collections.abc import Callable

from wechat_sandbox import media
from wechat_sandbox.api.articles import cards
from wechat_sandbox.api.calls import Call
from wechat_sandbox.api.fields import Fields
from wechat_sandbox.errors import ApiError
from wechat_sandbox.publishing import shown_articles
from wechat_sandbox.state import Draft

TEXT_BYTES = 2048


def custom_message(call: Call) -> tuple[str, dict[str, object]]:
    """The type and content of a customer-service message. Raises 40008 and each type's own errors."""
    type_ = call.body.text("msgtype", error=40008)
    reader = _READERS.get(type_)
    if reader is None:
        raise ApiError(40008, f"hint: {type_}")
    return _SHOWN_AS.get(type_, type_), reader(call, call.body.child(type_, error=44004))


def text_of(fields: Fields) -> str:
    content = fields.text("content", error=44004)
    if len(content.encode()) > TEXT_BYTES:
        raise ApiError(45002, f"hint: {len(content.encode())} bytes, limit {TEXT_BYTES}")
    return content


def media_of(call: Call, fields: Fields, name: str, *types: str) -> str:
    """A media_id of this account of one of the types. Raises 41006, 40007 or 40004."""
    found = media.find(call.world, call.account, fields.optional_text(name))
    if found.type not in types:
        raise ApiError(40004, f"hint: {name} is {found.type}")
    return found.media_id


def draft_of(call: Call, fields: Fields) -> Draft:
    """A draft of this account by its ``media_id``. Raises 40007."""
    found = call.account.drafts.get(fields.text("media_id", error=40007))
    if found is None:
        raise ApiError(40007)
    return found


def _text(call: Call, fields: Fields) -> dict[str, object]:
    return {"text": text_of(fields)}


def _image(call: Call, fields: Fields) -> dict[str, object]:
    return {"media_id": media_of(call, fields, "media_id", "image")}


def _voice(call: Call, fields: Fields) -> dict[str, object]:
    return {"media_id": media_of(call, fields, "media_id", "voice")}


def _video(call: Call, fields: Fields) -> dict[str, object]:
    if "thumb_media_id" in fields:
        media_of(call, fields, "thumb_media_id", "thumb", "image")
    return {
        "media_id": media_of(call, fields, "media_id", "video"),
        "title": fields.optional_text("title"),
        "description": fields.optional_text("description"),
    }


def _music(call: Call, fields: Fields) -> dict[str, object]:
    media_of(call, fields, "thumb_media_id", "thumb", "image")
    return {
        "title": fields.optional_text("title"),
        "description": fields.optional_text("description"),
        "url": fields.text("musicurl", error=40066),
    }


def _news(call: Call, fields: Fields) -> dict[str, object]:
    articles = fields.children("articles", error=44003)
    if not articles:
        raise ApiError(44003)
    if len(articles) > 1:
        raise ApiError(45008, f"hint: {len(articles)} articles, limit 1")
    return {"articles": [_article(article) for article in articles]}


def _article(fields: Fields) -> dict[str, object]:
    url = fields.optional_text("url")
    if len(url) > 1024:
        raise ApiError(45005)
    return {
        "title": fields.text("title", error=45003, limit=128, too_long=45003),
        "description": fields.optional_text("description"),
        "picurl": fields.optional_text("picurl"),
        "url": url,
    }


def _mpnewsarticle(call: Call, fields: Fields) -> dict[str, object]:
    """A published article, by its ``article_id``. Raises 53600."""
    articles = shown_articles(call.account, fields.text("article_id", error=53600))
    if not articles:
        raise ApiError(53600)
    return cards(call.world, articles[:1])


def _mpnews(call: Call, fields: Fields) -> dict[str, object]:
    """The obsolete way, by a draft's ``media_id``: one article since 2018."""
    draft = draft_of(call, fields)
    if len(draft.articles) > 1:
        raise ApiError(45008, f"hint: {len(draft.articles)} articles, limit 1")
    return cards(call.world, draft.articles)


def _msgmenu(call: Call, fields: Fields) -> dict[str, object]:
    items = [
        {"id": item.text("id", error=40097), "content": item.text("content", error=44004)}
        for item in fields.children("list")
    ]
    return {
        "head": fields.optional_text("head_content"),
        "items": items,
        "tail": fields.optional_text("tail_content"),
    }


def _miniprogrampage(call: Call, fields: Fields) -> dict[str, object]:
    return {
        "title": fields.optional_text("title"),
        "appid": fields.text("appid", error=40013),
        "pagepath": fields.text("pagepath", error=40097),
        "media_id": media_of(call, fields, "thumb_media_id", "thumb", "image"),
    }


def _link(call: Call, fields: Fields) -> dict[str, object]:
    return {
        "title": fields.text("title", error=45003),
        "description": fields.optional_text("description"),
        "url": fields.text("url", error=40066),
    }


def _wxcard(call: Call, fields: Fields) -> dict[str, object]:
    return {"card_id": fields.text("card_id", error=40097)}


_READERS: dict[str, Callable[[Call, Fields], dict[str, object]]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "music": _music,
    "news": _news,
    "mpnewsarticle": _mpnewsarticle,
    "mpnews": _mpnews,
    "msgmenu": _msgmenu,
    "miniprogrampage": _miniprogrampage,
    "link": _link,
    "wxcard": _wxcard,
}
_SHOWN_AS = {"miniprogrampage": "miniprogram", "wxcard": "card", "mpnewsarticle": "news", "mpnews": "news"}
