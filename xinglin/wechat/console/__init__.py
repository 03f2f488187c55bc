"""The librarian's screens of the channel; importing this folder registers them."""

from xinglin.wechat.console import accounts, bindings, chat, inbox, materials, menus, rules

__all__ = ["accounts", "bindings", "chat", "inbox", "materials", "menus", "rules"]
