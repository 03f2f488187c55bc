"""Pushing events, and the fields that every push begins with."""

from __future__ import annotations

from wechat_sandbox.push import Outcome, push
from wechat_sandbox.state import Account, Follower
from wechat_sandbox.wire import XmlFields
from wechat_sandbox.world import World


def head(world: World, account: Account, follower: Follower, type_: str) -> dict[str, str | int]:
    """The four fields that every push begins with."""
    return {
        "ToUserName": account.gh_id,
        "FromUserName": follower.openid,
        "CreateTime": world.clock.seconds(),
        "MsgType": type_,
    }


async def event(
    world: World, account: Account, follower: Follower, name: str, fields: XmlFields | None = None
) -> Outcome | None:
    """Push one event."""
    body: XmlFields = {**head(world, account, follower, "event"), "Event": name, **(fields or {})}
    return await push(world, account, follower, name, body)
