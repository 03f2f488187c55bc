"""What a person can do on the phone, and what the platform pushes for each deed."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from wechat_sandbox import chat, sessions, statistics
from wechat_sandbox.errors import Refused
from wechat_sandbox.events import event, head
from wechat_sandbox.kinds import GRANTED, Capability
from wechat_sandbox.push import TRANSFER, Outcome, push
from wechat_sandbox.state import Account, Follower, Media
from wechat_sandbox.windows import open_window
from wechat_sandbox.wire import XmlFields
from wechat_sandbox.world import World

TEXT_LENGTH = 20_000


async def message(
    world: World,
    account: Account,
    follower: Follower,
    type_: str,
    fields: XmlFields,
    shown: dict[str, object],
) -> Outcome | None:
    """Show one message in the chat and push it, which opens the 48-hour window."""
    if not follower.following:
        raise Refused("not_following", "Only a follower can write to an account; follow it first.")
    chat.show(world, follower, by="person", type=type_, content=shown)
    if type_ == "text":
        sessions.note(world, account, follower, str(shown["text"]))
    open_window(follower, "message", world.clock.now())
    statistics.messaged(account, type_, follower.openid, world.clock.now())
    body: XmlFields = {
        **head(world, account, follower, type_),
        **fields,
        "MsgId": world.message_id(),
    }
    outcome = await push(world, account, follower, type_, body)
    if outcome and outcome.reply and outcome.reply.type == TRANSFER:
        sessions.wait(world, account, follower, str(outcome.reply.content["kf_account"]))
    if outcome is None:
        chat.tell(world, follower, "公众号还没有接通服务器，消息已留在公众平台后台")
    return outcome


async def follow(
    world: World, account: Account, follower: Follower, *, scene: str = "ADD_SCENE_SEARCH"
) -> Outcome | None:
    """Follow the account; nothing happens when the person already does."""
    if follower.following:
        return None
    _begin_following(world, account, follower, scene)
    return await event(world, account, follower, "subscribe", {"EventKey": ""})


def _begin_following(world: World, account: Account, follower: Follower, scene: str) -> None:
    statistics.followed(account, scene, world.clock.now())
    follower.following, follower.since = True, world.clock.now()
    follower.scene, follower.qr_scene, follower.qr_scene_str = scene, 0, ""
    open_window(follower, "follow", world.clock.now())
    chat.tell(world, follower, "你已关注该公众号")


async def follow_by_code(
    world: World, account: Account, follower: Follower, *, scene: str, ticket: str
) -> Outcome | None:
    """Scan a code with a scene: a newcomer follows with ``qrscene_``, a follower gives a SCAN event."""
    now = world.clock.now()
    if follower.following:
        open_window(follower, "scan", now)
        return await event(world, account, follower, "SCAN", {"EventKey": scene, "Ticket": ticket})
    _begin_following(world, account, follower, "ADD_SCENE_QR_CODE")
    open_window(follower, "scan", now)
    follower.qr_scene = int(scene) if scene.isdecimal() else 0
    follower.qr_scene_str = "" if scene.isdecimal() else scene
    key: XmlFields = {"EventKey": f"qrscene_{scene}", "Ticket": ticket}
    return await event(world, account, follower, "subscribe", key)


async def unfollow(world: World, account: Account, follower: Follower) -> Outcome | None:
    """Stop following. Tags, remark and every window end with it."""
    if not follower.following:
        return None
    follower.following = False
    statistics.unfollowed(account, follower.scene, world.clock.now())
    follower.grants, follower.tags, follower.remark = [], [], ""
    chat.tell(world, follower, "你已取消关注该公众号")
    return await event(world, account, follower, "unsubscribe", {"EventKey": ""})


async def text(
    world: World, account: Account, follower: Follower, *, content: str, bizmsgmenuid: str = ""
) -> Outcome | None:
    """Write a text, or tap an item of a message menu, which sends its text with the item's id."""
    if not content.strip():
        raise Refused("empty_text", "WeChat does not send an empty message.")
    if len(content) > TEXT_LENGTH:
        raise Refused("text_too_long", f"{len(content)} characters; at most {TEXT_LENGTH}.")
    fields: dict[str, str | int] = {"Content": content}
    if bizmsgmenuid:
        fields["bizmsgmenuid"] = bizmsgmenuid
    return await message(world, account, follower, "text", fields, {"text": content})


async def picture(world: World, account: Account, follower: Follower, *, media: Media) -> Outcome | None:
    url = f"{world.base_url}/mmbiz/{media.media_id}/0"
    fields: XmlFields = {"PicUrl": url, "MediaId": media.media_id}
    return await message(world, account, follower, "image", fields, {"media_id": media.media_id})


async def voice(
    world: World, account: Account, follower: Follower, *, media: Media, seconds: int = 3
) -> Outcome | None:
    """Speak. ``Recognition`` is present and empty since the platform retired it."""
    fields: XmlFields = {
        "MediaId": media.media_id,
        "Format": "amr",
        "MediaId16K": media.media_id,
        "Recognition": "",
    }
    shown: dict[str, object] = {"media_id": media.media_id, "seconds": seconds}
    return await message(world, account, follower, "voice", fields, shown)


async def video(
    world: World, account: Account, follower: Follower, *, media: Media, thumb: Media, short: bool = False
) -> Outcome | None:
    fields: XmlFields = {"MediaId": media.media_id, "ThumbMediaId": thumb.media_id}
    type_ = "shortvideo" if short else "video"
    return await message(world, account, follower, type_, fields, {"media_id": media.media_id})


async def location(
    world: World,
    account: Account,
    follower: Follower,
    *,
    latitude: Decimal,
    longitude: Decimal,
    label: str,
    scale: int = 16,
) -> Outcome | None:
    """Send a place. ``Location_X`` is the latitude."""
    fields: XmlFields = {
        "Location_X": latitude,
        "Location_Y": longitude,
        "Scale": scale,
        "Label": label,
    }
    shown: dict[str, object] = {
        "label": label,
        "latitude": str(latitude),
        "longitude": str(longitude),
    }
    return await message(world, account, follower, "location", fields, shown)


async def link(
    world: World, account: Account, follower: Follower, *, title: str, description: str, url: str
) -> Outcome | None:
    shown: dict[str, object] = {"title": title, "description": description, "url": url}
    fields: XmlFields = {"Title": title, "Description": description, "Url": url}
    return await message(world, account, follower, "link", fields, shown)


async def file(
    world: World, account: Account, follower: Follower, *, name: str, content: bytes
) -> Outcome | None:
    """Send a file, whose push the platform does not document but does make."""
    shown: dict[str, object] = {"name": name, "size": len(content)}
    fields: XmlFields = {
        "Title": name,
        "Description": "",
        "FileKey": world.secret(16),
        "FileMd5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "FileTotalLen": len(content),
    }
    return await message(world, account, follower, "file", fields, shown)


async def report_location(
    world: World, account: Account, follower: Follower, *, latitude: Decimal, longitude: Decimal
) -> Outcome | None:
    """The LOCATION event of a follower who agreed to report where they are.

    Refused for accounts without that right: only certified service accounts get it.
    """
    if Capability.OAUTH not in GRANTED[account.kind]:
        raise Refused("no_location_reports", f"{account.name} may not ask where its followers are.")
    fields: XmlFields = {"Latitude": latitude, "Longitude": longitude, "Precision": Decimal("65.000000")}
    return await event(world, account, follower, "LOCATION", fields)
