"""A tap on a menu button: each type of button pushes its own event (自定义菜单事件推送)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from wechat_sandbox import chat, deeds
from wechat_sandbox.api.articles import cards
from wechat_sandbox.errors import Refused
from wechat_sandbox.events import event
from wechat_sandbox.menus import menu_in_force
from wechat_sandbox.publishing import article_url, shown_articles
from wechat_sandbox.push import Outcome
from wechat_sandbox.state import Account, Follower, Media
from wechat_sandbox.windows import open_window
from wechat_sandbox.wire import XmlFields
from wechat_sandbox.world import World


@dataclass
class Place:
    """A spot on the map that somebody picked."""

    latitude: Decimal
    longitude: Decimal
    label: str


@dataclass
class Tap:
    """What the person did after the tap: scanned, took pictures, picked a place."""

    scan_result: str = ""
    scan_type: str = "qrcode"
    pictures: Sequence[Media] = ()
    place: Place | None = None


@dataclass
class Tapped:
    """What came of it: an outcome of the push, and an address that the phone opens."""

    outcome: Outcome | None = None
    open: str = ""
    more: list[Outcome] = field(default_factory=list)


def find_button(account: Account, follower: Follower, path: str) -> dict[str, object]:
    """The button at ``0`` or ``0.2``. Refuses a path to nothing or to a button that only opens others."""
    buttons: object = menu_in_force(account, follower)
    button: object = None
    for part in path.split("."):
        if not isinstance(buttons, list) or not part.isdecimal() or int(part) >= len(buttons):
            raise Refused("no_such_button", f"The menu has no button at {path!r}.", 404)
        button = buttons[int(part)]
        buttons = button.get("sub_button") if isinstance(button, dict) else None
    if not isinstance(button, dict) or "type" not in button:
        raise Refused("opens_submenu", "This button opens a sub-menu; tap one of its buttons.")
    return button


async def tap(world: World, account: Account, follower: Follower, path: str, done: Tap) -> Tapped:
    """Tap the button at ``path``. Opening a sub-menu pushes nothing and is not a tap."""
    if not follower.following:
        raise Refused("not_following", "The menu is shown to followers only.")
    button = find_button(account, follower, path)
    type_ = str(button["type"])
    if type_ in ("click", "scancode_push", "scancode_waitmsg"):
        open_window(follower, "menu", world.clock.now())
    if type_ == "click":
        return Tapped(await _event(world, account, follower, "CLICK", button, "key"))
    if type_ == "view":
        seen = await _event(world, account, follower, "VIEW", button, "url", menu=True)
        return Tapped(seen, open=str(button["url"]))
    if type_ == "miniprogram":
        seen = await _event(world, account, follower, "view_miniprogram", button, "pagepath", menu=True)
        return Tapped(seen, open=str(button["url"]))
    if type_.startswith("scancode_"):
        return await _scan(world, account, follower, button, done)
    if type_.startswith("pic_"):
        return await _pictures(world, account, follower, button, done)
    if type_ == "location_select":
        return await _place(world, account, follower, button, done)
    return _material(world, account, follower, button)


async def _event(
    world: World,
    account: Account,
    follower: Follower,
    name: str,
    button: dict[str, object],
    key: str,
    *,
    menu: bool = False,
) -> Outcome | None:
    fields: dict[str, str | int] = {"EventKey": str(button[key])}
    if menu:
        fields["MenuId"] = 400_000_000 + len(account.appid)
    return await event(world, account, follower, name, fields)


async def _scan(
    world: World, account: Account, follower: Follower, button: dict[str, object], done: Tap
) -> Tapped:
    if not done.scan_result:
        raise Refused("nothing_scanned", "Scan something: `scan_result` is empty.")
    info: XmlFields = {"ScanType": done.scan_type, "ScanResult": done.scan_result}
    name = str(button["type"])
    fields: XmlFields = {"EventKey": str(button["key"]), "ScanCodeInfo": info}
    outcome = await event(world, account, follower, name, fields)
    address = done.scan_result if name == "scancode_push" else ""
    return Tapped(outcome, open=address if address.startswith(("http://", "https://")) else "")


async def _pictures(
    world: World, account: Account, follower: Follower, button: dict[str, object], done: Tap
) -> Tapped:
    """The event names the pictures by MD5; the pictures follow as messages of their own."""
    if not done.pictures:
        raise Refused("no_picture", "Choose at least one picture.")
    sums: list[XmlFields] = [
        {"PicMd5Sum": hashlib.md5(one.content, usedforsecurity=False).hexdigest()} for one in done.pictures
    ]
    info: XmlFields = {"Count": len(sums), "PicList": {"item": sums}}
    fields: XmlFields = {"EventKey": str(button["key"]), "SendPicsInfo": info}
    tapped = Tapped(await event(world, account, follower, str(button["type"]), fields))
    for one in done.pictures:
        sent = await deeds.picture(world, account, follower, media=one)
        tapped.more += [sent] if sent else []
    return tapped


async def _place(
    world: World, account: Account, follower: Follower, button: dict[str, object], done: Tap
) -> Tapped:
    if done.place is None:
        raise Refused("no_place", "Choose a place.")
    info: XmlFields = {
        "Location_X": str(done.place.latitude),
        "Location_Y": str(done.place.longitude),
        "Scale": "15",
        "Label": done.place.label,
        "Poiname": "",
    }
    fields: XmlFields = {"EventKey": str(button["key"]), "SendLocationInfo": info}
    tapped = Tapped(await event(world, account, follower, "location_select", fields))
    sent = await deeds.location(
        world,
        account,
        follower,
        latitude=done.place.latitude,
        longitude=done.place.longitude,
        label=done.place.label,
    )
    tapped.more += [sent] if sent else []
    return tapped


def _material(world: World, account: Account, follower: Follower, button: dict[str, object]) -> Tapped:
    """Buttons that show a material or a published article push nothing at all."""
    if "article_id" in button:
        return _article(world, account, follower, button)
    found = world.state.media.get(str(button["media_id"]))
    if found is None:
        raise Refused("no_such_material", "The material of this button is gone.", 404)
    content: dict[str, object] = {"media_id": found.media_id}
    chat.show(world, follower, by="account", type=found.type, content=content, source="menu")
    return Tapped()


def _article(world: World, account: Account, follower: Follower, button: dict[str, object]) -> Tapped:
    """``article_id`` puts the card into the chat, ``article_view_limited`` opens the page."""
    articles = shown_articles(account, str(button["article_id"]))
    if not articles:
        raise Refused("no_such_article", "The article of this button is not published, or was deleted.", 404)
    if button["type"] == "article_view_limited":
        return Tapped(open=article_url(world, articles[0]))
    chat.show(world, follower, by="account", type="news", content=cards(world, articles), source="menu")
    return Tapped()
