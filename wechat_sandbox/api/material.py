"""Permanent material (永久素材)."""

from __future__ import annotations

import json

from starlette.responses import Response

from wechat_sandbox import media
from wechat_sandbox.api.articles import news_items
from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.state import Media

CAPS = {"image": 100_000, "voice": 1000, "video": 1000, "thumb": 1000}


def _kept(call: Call, type_: str) -> list[Media]:
    """The account's permanent files of one type, newest first."""
    found = [
        one
        for one in call.world.state.media.values()
        if one.appid == call.account.appid and one.type == type_ and one.expires is None and one.counted
    ]
    return sorted(found, key=lambda one: -one.created)


@call("POST", "/cgi-bin/material/add_material", Capability.MATERIAL)
async def add_material(call: Call) -> Answer:
    """Keep a file for good; a video brings its ``description`` form field."""
    type_ = call.query.get("type") or str(call.form.get("type", ""))
    limit = media.PERMANENT.get(type_)
    if limit is None:
        raise ApiError(40004)
    name, content = await call.upload()
    media.check(content, limit)
    if len(_kept(call, type_)) >= CAPS[type_]:
        raise ApiError(45001, "hint: too many materials")
    title, introduction = _description(call) if type_ == "video" else ("", "")
    made = media.store(call.world, call.account, type_=type_, name=name, content=content, permanent=True)
    made.title, made.introduction = title, introduction
    answer: dict[str, object] = {"media_id": made.media_id, "item": []}
    return answer | ({"url": _url(call, made)} if type_ in ("image", "thumb") else {})


def _description(call: Call) -> tuple[str, str]:
    try:
        said = json.loads(str(call.form.get("description", "")))
        return str(said["title"]), str(said["introduction"])
    except (ValueError, KeyError, TypeError) as error:
        raise ApiError(47001, "hint: description must be JSON with title and introduction") from error


def _url(call: Call, one: Media) -> str:
    return f"{call.world.base_url}/mmbiz/{one.media_id}/0"


@call("POST", "/cgi-bin/material/get_material", Capability.MATERIAL)
async def get_material(call: Call) -> Answer:
    """The bytes, the articles of a draft, or where a video lies."""
    media_id = call.body.text("media_id", error=41006)
    draft = call.account.drafts.get(media_id)
    if draft:
        return {"news_item": news_items(call.world, draft.articles)}
    found = media.find(call.world, call.account, media_id)
    if found.expires is not None:
        raise ApiError(40007)
    if found.type == "video":
        return {"title": found.title, "description": found.introduction, "down_url": _url(call, found)}
    return Response(found.content, media_type=found.content_type)


@call("POST", "/cgi-bin/material/del_material", Capability.MATERIAL)
async def del_material(call: Call) -> Answer:
    """Delete for good. Refuses a material that a menu still shows (48005)."""
    media_id = call.body.text("media_id", error=41006)
    found = media.find(call.world, call.account, media_id)
    if media_id in json.dumps([call.account.menu, call.account.site_menu]):
        raise ApiError(48005)
    del call.world.state.media[found.media_id]
    return None


@call("GET", "/cgi-bin/material/get_materialcount", Capability.MATERIAL)
async def get_materialcount(call: Call) -> Answer:
    counts: dict[str, object] = {f"{t}_count": len(_kept(call, t)) for t in ("voice", "video", "image")}
    return counts | {"news_count": len(call.account.drafts)}


@call("POST", "/cgi-bin/material/batchget_material", Capability.MATERIAL)
async def batchget_material(call: Call) -> Answer:
    """A page of one type, at most 20."""
    type_ = call.body.text("type", error=40004)
    offset, count = call.body.integer("offset", error=40007), call.body.integer("count", error=40007)
    if not (1 <= count <= 20 and offset >= 0):
        raise ApiError(40007, "hint: count 1 to 20")
    if type_ == "news":
        return _drafts(call, offset, count)
    if type_ not in ("image", "voice", "video"):
        raise ApiError(40004)
    every = _kept(call, type_)
    chosen = every[offset : offset + count]
    items = [
        {"media_id": m.media_id, "name": m.name, "update_time": int(m.created), "url": _url(call, m)}
        for m in chosen
    ]
    return {"total_count": len(every), "item_count": len(items), "item": items}


def _drafts(call: Call, offset: int, count: int) -> Answer:
    every = sorted(call.account.drafts.values(), key=lambda one: -one.updated)
    items = [
        {
            "media_id": one.media_id,
            "content": {"news_item": news_items(call.world, one.articles)},
            "update_time": int(one.updated),
        }
        for one in every[offset : offset + count]
    ]
    return {"total_count": len(every), "item_count": len(items), "item": items}
