"""Menus: their limits, the shape they come back in, and what a tap on a button pushes."""

from __future__ import annotations

from urllib.parse import urlsplit

from wechat_sandbox.api.fields import Fields
from wechat_sandbox.errors import ApiError
from wechat_sandbox.state import Account, ConditionalMenu, Follower

NEEDS: dict[str, str] = {
    "click": "key",
    "view": "url",
    "scancode_push": "key",
    "scancode_waitmsg": "key",
    "pic_sysphoto": "key",
    "pic_photo_or_album": "key",
    "pic_weixin": "key",
    "location_select": "key",
    "media_id": "media_id",
    "view_limited": "media_id",
    "article_id": "article_id",
    "article_view_limited": "article_id",
    "miniprogram": "appid",
}
"""Each type of button and the field it cannot do without."""

TOP, SUB = 3, 5
TOP_NAME, SUB_NAME = 16, 60
KEY, URL = 128, 1024


def check_buttons(body: Fields) -> list[dict[str, object]]:
    """Return the buttons as ``menu/get`` gives them. Raises 40015 to 40028 for what is wrong."""
    buttons = body.children("button", error=40016)
    if not 1 <= len(buttons) <= TOP:
        raise ApiError(40016, f"hint: {len(buttons)} buttons, limit {TOP}")
    return [_top(button) for button in buttons]


def _top(button: Fields) -> dict[str, object]:
    name = button.text("name", error=40018)
    _size(name, TOP_NAME, 40018)
    subs = button.children("sub_button", error=40028) if "sub_button" in button else []
    if not subs:
        return {**_leaf(button, name, sub=False), "sub_button": []}
    if len(subs) > SUB:
        raise ApiError(40023, f"hint: {len(subs)} sub buttons, limit {SUB}")
    return {"name": name, "sub_button": [_sub(sub) for sub in subs]}


def _sub(button: Fields) -> dict[str, object]:
    name = button.text("name", error=40025)
    _size(name, SUB_NAME, 40025)
    if button.raw.get("sub_button"):
        raise ApiError(40022)
    return {**_leaf(button, name, sub=True), "sub_button": []}


def _leaf(button: Fields, name: str, *, sub: bool) -> dict[str, object]:
    type_ = button.optional_text("type")
    if type_ not in NEEDS:
        raise ApiError(40024 if sub else 40017, f"hint: type {type_!r}")
    made: dict[str, object] = {"type": type_, "name": name}
    if type_ == "miniprogram":
        made |= {field: button.text(field, error=40035) for field in ("appid", "pagepath", "url")}
    elif NEEDS[type_] == "key":
        made["key"] = button.text("key", error=40026 if sub else 40019)
        _size(str(made["key"]), KEY, 40026 if sub else 40019)
    elif NEEDS[type_] == "url":
        made["url"] = _url(button, sub=sub)
    else:
        made[NEEDS[type_]] = button.text(NEEDS[type_], error=40007)
    return made


def _url(button: Fields, *, sub: bool) -> str:
    url = button.text("url", error=40027 if sub else 40020)
    _size(url, URL, 40027 if sub else 40020)
    if not url.startswith(("http://", "https://")):
        raise ApiError(40054 if sub else 40055)
    return url


def _size(text: str, limit: int, error: int) -> None:
    if len(text.encode()) > limit:
        raise ApiError(error, f"hint: {len(text.encode())} bytes, limit {limit}")


def selfmenu(buttons: list[dict[str, object]]) -> list[dict[str, object]]:
    """The other shape, of ``get_current_selfmenu_info``: sub-buttons sit in a ``list``."""
    shaped = []
    for button in buttons:
        subs = button.get("sub_button")
        plain = {key: value for key, value in button.items() if key != "sub_button"}
        if isinstance(subs, list) and subs:
            plain["sub_button"] = {
                "list": [{k: v for k, v in sub.items() if k != "sub_button"} for sub in subs]
            }
        shaped.append(plain)
    return shaped


def buttons_of(menu: dict[str, object] | None) -> list[dict[str, object]]:
    """The buttons of a kept menu; none when there is no menu."""
    buttons = menu.get("button") if menu else None
    return [button for button in buttons if isinstance(button, dict)] if isinstance(buttons, list) else []


def matches(menu: ConditionalMenu, follower: Follower) -> bool:
    """Whether a conditional menu is meant for this follower."""
    return menu.tag_id in (0, *follower.tags) and menu.client_platform_type in (0, follower.platform)


OUTBOUND = 3


def check_outbound(buttons: list[dict[str, object]]) -> None:
    """A conditional menu leads to at most three domains (65316)."""
    hosts = {urlsplit(str(one["url"])).hostname for one in _leaves(buttons) if "url" in one}
    if len(hosts) > OUTBOUND:
        raise ApiError(65316)


def _leaves(buttons: list[dict[str, object]]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for button in buttons:
        subs = button.get("sub_button")
        found += (
            [sub for sub in subs if isinstance(sub, dict)] if isinstance(subs, list) and subs else [button]
        )
    return found


def menu_in_force(account: Account, follower: Follower | None = None) -> list[dict[str, object]]:
    """The buttons a follower sees.

    A menu made by hand on the platform's site stops showing once the account's server is
    connected (developer mode).
    """
    if account.menu is not None:
        for menu in reversed(account.service.conditional):
            if follower and matches(menu, follower):
                return menu.button
        return buttons_of(account.menu)
    return [] if account.callback.verified else buttons_of(account.site_menu)
