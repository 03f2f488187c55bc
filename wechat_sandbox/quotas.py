"""How often each call has been made: today, by Beijing date, and within this minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wechat_sandbox.clock import china_day
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Kind
from wechat_sandbox.state import Account
from wechat_sandbox.world import World

if TYPE_CHECKING:
    from wechat_sandbox.api.calls import Entry

OF_A_TEST_ACCOUNT = {
    "/cgi-bin/token": 200,
    "/cgi-bin/menu/create": 100,
    "/cgi-bin/menu/get": 1000,
    "/cgi-bin/menu/delete": 100,
    "/cgi-bin/media/upload": 500,
    "/cgi-bin/media/get": 1000,
    "/cgi-bin/message/custom/send": 50_000,
    "/cgi-bin/qrcode/create": 10_000,
    "/cgi-bin/user/get": 100,
    "/cgi-bin/user/info": 500_000,
}
"""Page "接口调用频次限制", the column of test accounts."""


def _key(world: World, account: Account, path: str) -> str:
    return f"{china_day(world.clock.now())} {account.appid} {path}"


def used(world: World, account: Account, path: str) -> int:
    return world.state.used.get(_key(world, account, path), 0)


def limit_of(account: Account, path: str, limit: int | None) -> int | None:
    """The daily limit of a call: the account's own, a test account's, or a new account's."""
    if account.kind is Kind.TEST:
        limit = OF_A_TEST_ACCOUNT.get(path, limit)
    return account.quotas.get(path, limit)


def spend(world: World, account: Account, entry: Entry) -> None:
    """Count one call. Raises 45011 when there were too many this minute, 45009 when the day's limit is used up."""
    _pace(world, account, entry)
    limit, count = limit_of(account, entry.path, entry.quota), used(world, account, entry.path)
    if limit is not None and count >= limit:
        raise ApiError(45009)
    world.state.used[_key(world, account, entry.path)] = count + 1


def _pace(world: World, account: Account, entry: Entry) -> None:
    limit = account.per_minute.get(entry.path, entry.per_minute)
    if limit is None:
        return
    minute, made = int(world.clock.now() // 60), world.paces.get((account.appid, entry.path), (0, 0))
    count = made[1] if made[0] == minute else 0
    if count >= limit:
        raise ApiError(45011)
    world.paces[account.appid, entry.path] = (minute, count + 1)


def clear(world: World, account: Account) -> None:
    """Forget the day's counts of one account."""
    day = china_day(world.clock.now())
    for key in [key for key in world.state.used if key.startswith(f"{day} {account.appid} /")]:
        del world.state.used[key]
