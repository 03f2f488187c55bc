"""The librarian's screens of the channel; importing this folder registers them."""

from xinglin.wechat.console import accounts, inbox, materials, menus, rules

__all__ = ["accounts", "inbox", "materials", "menus", "rules"]
