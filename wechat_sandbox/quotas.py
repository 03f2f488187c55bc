"""How often each call has been made today, by Beijing date."""

from __future__ import annotations

from wechat_sandbox.clock import china_day
from wechat_sandbox.errors import ApiError
from wechat_sandbox.state import Account
from wechat_sandbox.world import World


def _key(world: World, account: Account, path: str) -> str:
    return f"{china_day(world.clock.now())} {account.appid} {path}"


def used(world: World, account: Account, path: str) -> int:
    return world.state.used.get(_key(world, account, path), 0)


def spend(world: World, account: Account, path: str, limit: int | None) -> None:
    """Count one call. Raises 45009 when the day's limit is used up."""
    limit = account.quotas.get(path, limit)
    count = used(world, account, path)
    if limit is not None and count >= limit:
        raise ApiError(45009)
    world.state.used[_key(world, account, path)] = count + 1


def clear(world: World, account: Account) -> None:
    """Forget the day's counts of one account."""
    day = china_day(world.clock.now())
    for key in [key for key in world.state.used if key.startswith(f"{day} {account.appid} /")]:
        del world.state.used[key]
