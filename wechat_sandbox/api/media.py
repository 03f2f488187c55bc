"""Temporary media and pictures of articles (素材管理)."""

from __future__ import annotations

from starlette.responses import Response

from wechat_sandbox import media
from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability


@call("POST", "/cgi-bin/media/upload", Capability.MATERIAL, quota=100_000)
async def upload(call: Call) -> Answer:
    """Keep a file for three days. A thumb answers ``thumb_media_id`` instead of ``media_id``."""
    type_ = call.query.get("type") or str(call.form.get("type", ""))
    limit = media.TEMPORARY.get(type_)
    if limit is None:
        raise ApiError(40004)
    name, content = await call.upload()
    media.check(content, limit)
    media.clear_lapsed(call.world)
    made = media.store(call.world, call.account, type_=type_, name=name, content=content)
    key = "thumb_media_id" if type_ == "thumb" else "media_id"
    return {"type": type_, key: made.media_id, "created_at": int(made.created)}


@call("GET", "/cgi-bin/media/get", Capability.MATERIAL, quota=200_000)
async def get(call: Call) -> Answer:
    """The bytes; for a video the address where they are."""
    found = media.find(call.world, call.account, call.query.get("media_id", ""))
    if found.expires is None:
        raise ApiError(40007)
    if found.type == "video":
        return {"video_url": f"{call.world.base_url}/mmbiz/{found.media_id}/0"}
    return Response(
        found.content,
        media_type=found.content_type,
        headers={"Content-disposition": f'attachment; filename="{found.media_id}"'},
    )


@call("GET", "/cgi-bin/media/get/jssdk", Capability.MATERIAL)
async def get_jssdk(call: Call) -> Answer:
    """High-definition voice uploaded by the JS-SDK."""
    found = media.find(call.world, call.account, call.query.get("media_id", ""))
    if found.type != "voice":
        raise ApiError(40007)
    return Response(found.content, media_type="voice/speex")


@call("POST", "/cgi-bin/media/uploadimg", Capability.MATERIAL)
async def uploadimg(call: Call) -> Answer:
    """A picture for the inside of articles; counts against no limit."""
    name, content = await call.upload()
    media.check(content, media.ARTICLE_IMAGE)
    made = media.store(
        call.world, call.account, type_="image", name=name, content=content, permanent=True, counted=False
    )
    return {"url": f"{call.world.base_url}/mmbiz/{made.media_id}/0"}
