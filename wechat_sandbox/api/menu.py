"""Custom menus (自定义菜单)."""

from __future__ import annotations

import re

from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.menus import buttons_of, check_buttons, check_outbound, menu_in_force, selfmenu
from wechat_sandbox.state import ConditionalMenu

DEFAULT_MENU_ID = 449_000_000
ABOLISHED = ("sex", "country", "province", "city", "language")
"""Ways to choose followers that the platform has given up."""


@call("POST", "/cgi-bin/menu/create", Capability.MENU, quota=1000)
async def create(call: Call) -> Answer:
    """Replace the default menu. Escaped characters (``\\uXXXX``) are refused with 40033."""
    if re.search(rb"\\u[0-9a-fA-F]{4}", call.raw):
        raise ApiError(40033)
    call.account.menu = {"button": check_buttons(call.body)}
    call.world.announce()
    return None


@call("GET", "/cgi-bin/menu/get", Capability.MENU, quota=10_000)
async def get(call: Call) -> Answer:
    """The default and the conditional menus made by this API; 46003 when there is none."""
    if call.account.menu is None:
        raise ApiError(46003)
    special = call.account.service.conditional
    if not special:
        return {"menu": call.account.menu}
    return {
        "menu": {**call.account.menu, "menuid": DEFAULT_MENU_ID},
        "conditionalmenu": [
            {"button": one.button, "matchrule": _rule(one), "menuid": one.menuid} for one in reversed(special)
        ],
    }


def _rule(menu: ConditionalMenu) -> dict[str, object]:
    rule: dict[str, object] = {}
    if menu.tag_id:
        rule |= {"group_id": str(menu.tag_id), "tag_id": str(menu.tag_id)}
    if menu.client_platform_type:
        rule["client_platform_type"] = str(menu.client_platform_type)
    return rule


@call("ANY", "/cgi-bin/menu/delete", Capability.MENU, quota=1000)
async def delete(call: Call) -> Answer:
    """Delete the default menu and every conditional one."""
    call.account.menu = None
    call.account.service.conditional.clear()
    call.world.announce()
    return None


@call("GET", "/cgi-bin/get_current_selfmenu_info", Capability.SELFMENU)
async def get_current_selfmenu_info(call: Call) -> Answer:
    """The menu in force, also one made by hand on the platform's site."""
    account = call.account
    kept = account.menu or account.site_menu
    if kept is None:
        return {"is_menu_open": 0}
    opened = int(bool(menu_in_force(account)))
    return {"is_menu_open": opened, "selfmenu_info": {"button": selfmenu(buttons_of(kept))}}


@call("POST", "/cgi-bin/menu/addconditional", Capability.MENU, quota=2000)
async def addconditional(call: Call) -> Answer:
    """Add a menu for one tag or one kind of phone; later ones are asked first."""
    if call.account.menu is None:
        raise ApiError(65303)
    rule = call.body.child("matchrule", error=65304)
    if any(rule.optional_text(name) for name in ABOLISHED):
        raise ApiError(65320)
    tag_id = rule.integer("tag_id", default=0) if rule.optional_text("tag_id") else 0
    platform = rule.integer("client_platform_type", default=0) if "client_platform_type" in rule else 0
    if not (tag_id or platform) or platform not in (0, 1, 2, 3):
        raise ApiError(65304)
    if tag_id and str(tag_id) not in call.account.service.tags:
        raise ApiError(45159)
    buttons = check_buttons(call.body)
    check_outbound(buttons)
    menu = ConditionalMenu(DEFAULT_MENU_ID + call.world.state.next_serial(), buttons, tag_id, platform)
    call.account.service.conditional.append(menu)
    call.world.announce()
    return {"menuid": str(menu.menuid)}


@call("POST", "/cgi-bin/menu/delconditional", Capability.MENU, quota=2000)
async def delconditional(call: Call) -> Answer:
    number = call.body.integer("menuid", error=65301)
    found = next((one for one in call.account.service.conditional if one.menuid == number), None)
    if found is None:
        raise ApiError(65301)
    call.account.service.conditional.remove(found)
    call.world.announce()
    return None


@call("POST", "/cgi-bin/menu/trymatch", Capability.MENU, quota=20_000)
async def trymatch(call: Call) -> Answer:
    """The menu that somebody would see, named by openid or WeChat name."""
    user = call.body.text("user_id", error=40003)
    if user in call.world.state.people:
        follower = call.world.follower(call.account, user)
    else:
        follower = call.follower(user, error=65302)
    if call.account.menu is None:
        raise ApiError(46003)
    return {"button": menu_in_force(call.account, follower)}
