"""Access tokens: classic and stable, with the platform's rules of replacement."""

from __future__ import annotations

from wechat_sandbox.clock import china_day
from wechat_sandbox.errors import ApiError
from wechat_sandbox.state import Account, Token
from wechat_sandbox.world import World

LIFETIME = 7200
RENEWED_EARLY = 300
"""The platform renews a stable token five minutes before its end."""
FORCED_PER_DAY = 20
FORCED_APART = 30


def issue_classic(world: World, account: Account) -> tuple[Token, int]:
    """A new token each time; the one before lives on for the grace period."""
    for token in _current(world, account, stable=False):
        token.until = world.clock.now() + world.settings.token_grace
    return _new(world, account, stable=False), LIFETIME


def issue_stable(world: World, account: Account, *, force: bool) -> tuple[Token, int]:
    """The same token with its remaining lifetime until it is nearly over, or a new one by force.

    Force takes the old token's validity at once, 20 times a day and 30 seconds apart
    (page "获取稳定版接口调用凭据").
    """
    now = world.clock.now()
    current = next(iter(_current(world, account, stable=True)), None)
    if force:
        _count_force(world, account)
    elif current and current.expires - now > RENEWED_EARLY:
        return current, int(current.expires - now)
    if current:
        current.until = now if force else current.expires
    return _new(world, account, stable=True), LIFETIME


def _count_force(world: World, account: Account) -> None:
    now = world.clock.now()
    if now - world.state.forced.get(account.appid, float("-inf")) < FORCED_APART:
        raise ApiError(45011)
    key = f"{china_day(now)} {account.appid} force_refresh"
    if world.state.used.get(key, 0) >= FORCED_PER_DAY:
        raise ApiError(45009)
    world.state.used[key] = world.state.used.get(key, 0) + 1
    world.state.forced[account.appid] = now


def _current(world: World, account: Account, *, stable: bool) -> list[Token]:
    return [
        token
        for token in world.state.tokens.values()
        if token.appid == account.appid
        and token.stable == stable
        and token.until is None
        and token.expires > world.clock.now()
    ]


def _new(world: World, account: Account, *, stable: bool) -> Token:
    token = Token(
        value=f"{90 + stable}_{world.secret(133)}",
        appid=account.appid,
        stable=stable,
        expires=world.clock.now() + LIFETIME,
    )
    world.state.tokens[token.value] = token
    _forget_the_long_dead(world)
    return token


def _forget_the_long_dead(world: World) -> None:
    horizon = world.clock.now() - 86400
    for value in [value for value, token in world.state.tokens.items() if token.expires < horizon]:
        del world.state.tokens[value]


def account_of(world: World, value: str) -> Account:
    """Whose token this is. Raises 41001, 40014, 40001 or 42001 as the platform does."""
    if not value:
        raise ApiError(41001)
    token = world.state.tokens.get(value)
    if token is None:
        raise ApiError(40014 if len(value) < 20 else 40001)
    now = world.clock.now()
    if token.expires <= now:
        raise ApiError(42001)
    if token.until is not None and token.until <= now:
        raise ApiError(40001)
    account = world.state.accounts.get(token.appid)
    if account is None:
        raise ApiError(40001)
    return account
