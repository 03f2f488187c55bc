"""Menus: the platform's limits, checked before anything is sent, and the same menu as numbered lines.

Protocol sheet §8.1: one to three buttons, at most five below each; names, keys and addresses have lengths
in bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Refusal
from xinglin.wechat.jsonvalue import JsonObject, JsonValue, as_list, as_object, as_text

MOST_TOP, MOST_SUB = 3, 5
TOP_NAME_BYTES, SUB_NAME_BYTES = 16, 60
KEY_BYTES, URL_BYTES = 128, 1024
# What each type of button must carry.
NEEDS: dict[str, tuple[str, ...]] = {
    "click": ("key",),
    "view": ("url",),
    "scancode_push": ("key",),
    "scancode_waitmsg": ("key",),
    "pic_sysphoto": ("key",),
    "pic_photo_or_album": ("key",),
    "pic_weixin": ("key",),
    "location_select": ("key",),
    "media_id": ("media_id",),
    "article_id": ("article_id",),
    "article_view_limited": ("article_id",),
    "view_limited": ("media_id",),
    "miniprogram": ("url", "appid", "pagepath"),
}
LIMITS = {"key": KEY_BYTES, "url": URL_BYTES}


class MenuUnfit(Refusal):
    """A menu beyond the platform's limits. The sentence names every fault."""

    code = "wechat.menu_unfit"


@dataclass(frozen=True)
class Leaf:
    """A button that does something: its name with that of the button above, and what it does."""

    name: str
    kind: str
    target: str


def check(buttons: Sequence[JsonValue]) -> None:
    """Refuse a menu that the platform would refuse.

    Raises ``MenuUnfit`` with all faults at once.
    """
    faults = list(_faults([as_object(button) for button in buttons]))
    if faults:
        raise MenuUnfit(_("菜单不能发布：%(faults)s"), faults="".join(f"\n· {fault}" for fault in faults))


def _faults(buttons: Sequence[JsonObject]) -> Iterator[str]:
    if not 1 <= len(buttons) <= MOST_TOP:
        yield str(_("一级菜单应有 1 至 %(most)d 个，现有 %(count)d 个。")) % {
            "most": MOST_TOP,
            "count": len(buttons),
        }
    for button in buttons:
        below = [as_object(each) for each in as_list(button.get("sub_button"))]
        yield from _name_faults(button, TOP_NAME_BYTES)
        if len(below) > MOST_SUB:
            yield str(_("「%(name)s」下有 %(count)d 个子菜单，最多 %(most)d 个。")) % {
                "name": as_text(button.get("name")), "count": len(below), "most": MOST_SUB,
            }  # fmt: skip
        for each in below:
            yield from _name_faults(each, SUB_NAME_BYTES)
            yield from _content_faults(each)
        if not below:
            yield from _content_faults(button)


def _name_faults(button: JsonObject, limit: int) -> Iterator[str]:
    name = as_text(button.get("name")).strip()
    if not name:
        yield str(_("有一个按钮没有名称。"))
    elif len(name.encode()) > limit:
        yield str(_("「%(name)s」名称过长：最多 %(limit)d 个字节（约 %(characters)d 个汉字）。")) % {
            "name": name, "limit": limit, "characters": limit // 3,
        }  # fmt: skip


def _content_faults(button: JsonObject) -> Iterator[str]:
    name, kind = as_text(button.get("name")), as_text(button.get("type"))
    if kind not in NEEDS:
        yield str(_("「%(name)s」没有选择动作。")) % {"name": name}
        return
    for part in NEEDS[kind]:
        value = as_text(button.get(part)).strip()
        if not value:
            yield str(_("「%(name)s」缺少 %(part)s。")) % {"name": name, "part": part}
        elif len(value.encode()) > LIMITS.get(part, URL_BYTES):
            yield str(_("「%(name)s」的 %(part)s 超过 %(limit)d 个字节。")) % {
                "name": name, "part": part, "limit": LIMITS.get(part, URL_BYTES),
            }  # fmt: skip
        elif part == "url" and not value.startswith(("http://", "https://")):
            yield str(_("「%(name)s」的网址应以 http:// 或 https:// 开头。")) % {"name": name}


def cleaned(buttons: Sequence[JsonValue]) -> list[JsonValue]:
    """Return buttons in the platform's shape: no empty parts, and no type beside a sub-menu."""
    return [_cleaned(as_object(button)) for button in buttons]


def _cleaned(button: JsonObject) -> JsonObject:
    below = as_list(button.get("sub_button"))
    name = as_text(button.get("name")).strip()
    if below:
        return {"name": name, "sub_button": cleaned(below)}
    kind = as_text(button.get("type"))
    parts: JsonObject = {part: as_text(button.get(part)).strip() for part in NEEDS.get(kind, ())}
    return {"name": name, "type": kind, **parts}


def leaves(buttons: Sequence[JsonValue]) -> Iterator[Leaf]:
    """Return the buttons that do something, in the order in which they are shown."""
    for button in map(as_object, buttons):
        below = as_list(button.get("sub_button"))
        name = as_text(button.get("name"))
        if below:
            for leaf in leaves(below):
                yield Leaf(f"{name} · {leaf.name}", leaf.kind, leaf.target)
        else:
            kind = as_text(button.get("type"))
            needed = NEEDS.get(kind, ())
            yield Leaf(name, kind, as_text(button.get(needed[0])) if needed else "")
