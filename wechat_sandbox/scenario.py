"""Sets up people and accounts from a scenario, and completes what it leaves unsaid."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import cast

from wechat_sandbox.callback import begin_check, check_fields, save_callback
from wechat_sandbox.codec import from_plain
from wechat_sandbox.errors import Refused
from wechat_sandbox.state import Account, Callback
from wechat_sandbox.world import World

NAME = r"[A-Za-z0-9_-]{1,64}"
"""What people and accounts are called in addresses and cookies."""
PATIENCE = 300
"""Seconds during which a scenario's callback may still come up and be verified."""

DEFAULT: dict[str, object] = {
    "people": [
        {"key": "wang", "nickname": "王医生", "about": "心内科"},
        {"key": "li", "nickname": "李护士", "about": "急诊科"},
        {"key": "zhao", "nickname": "赵同学", "about": "临床医学"},
    ],
    "accounts": [
        {"appid": "wxsandboxs0", "name": "读书小站", "kind": "S0", "about": "一个人的订阅号"},
        {"appid": "wxsandboxs1", "name": "市立图书馆", "kind": "S1", "about": "已认证的订阅号"},
        {"appid": "wxsandboxf1", "name": "市立图书馆服务", "kind": "F1", "about": "已认证的服务号"},
    ],
}
"""What a bare start shows: one account of each common kind, not connected to any server yet."""


async def load(world: World, scenario: dict[str, object]) -> None:
    """Add what the scenario names. Callbacks are verified in the background, again until they answer."""
    for one in _objects(scenario, "people"):
        add_person(world, one)
    for one in _objects(scenario, "accounts"):
        account = add_account(world, one)
        if account.callback.url and not account.callback.verified:
            world.spawn(_verify_until_it_answers(world, account))


def _objects(scenario: dict[str, object], name: str) -> list[dict[str, object]]:
    found = scenario.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Refused("bad_scenario", f"`{name}` must be a list of objects.")
    return cast("list[dict[str, object]]", found)


def add_person(world: World, data: dict[str, object]) -> None:
    key = str(data.get("key") or "")
    if not re.fullmatch(NAME, key):
        raise Refused("bad_person", f"A person needs a `key` of letters and digits, not {key!r}.")
    nickname, about = str(data.get("nickname") or key), str(data.get("about") or "")
    world.add_person(key, nickname, about, str(data.get("colour") or ""))


def add_account(world: World, data: dict[str, object]) -> Account:
    """Add or change an account; whatever is not given gets a value that looks like the platform's."""
    appid = str(data.get("appid") or f"wx{world.random.getrandbits(64):016x}")
    if not re.fullmatch(NAME, appid):
        raise Refused("bad_account", f"An appid has letters and digits only, not {appid!r}.")
    invented: dict[str, object] = {
        "secret": f"{world.random.getrandbits(128):032x}",
        "gh_id": f"gh_{world.random.getrandbits(48):012x}",
        "name": appid,
        "kind": "S0",
    }
    try:
        read = from_plain(Account, {**invented, **data, "appid": appid})
    except ValueError as error:
        raise Refused("bad_account", str(error)) from error
    check_callback(read.callback)
    account = world.state.accounts.setdefault(appid, read)
    for name in data:
        setattr(account, name, getattr(read, name))
    account.wechat_id = account.wechat_id or account.gh_id.removeprefix("gh_")
    world.announce()
    return account


def check_callback(callback: Callback) -> None:
    if callback.url or callback.token:
        check_fields(callback)


async def _verify_until_it_answers(world: World, account: Account) -> None:
    wanted, line = replace(account.callback), begin_check(world, account)
    for _ in range(PATIENCE):
        result = await save_callback(world, account, wanted, line)
        if result.passed or account.callback != wanted:
            return
        await asyncio.sleep(1)
