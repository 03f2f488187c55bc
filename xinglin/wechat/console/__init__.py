"""The librarian's screens of the channel; importing this folder registers them."""

from xinglin.wechat.console import (
    accounts,
    bindings,
    chat,
    inbox,
    materials,
    menus,
    moves,
    notice_templates,
    rules,
    scenes,
    syncs,
)

__all__ = [
    "accounts",
    "bindings",
    "chat",
    "inbox",
    "materials",
    "menus",
    "moves",
    "notice_templates",
    "rules",
    "scenes",
    "syncs",
]
