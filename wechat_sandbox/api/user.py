"""Followers: list, profile, remark (用户管理)."""

from __future__ import annotations

from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.state import Follower

PAGE = 10_000


def page_of(openids: list[str], after: str, size: int) -> tuple[list[str], str]:
    """The slice that follows ``after`` and the openid to go on with, empty at the end.

    Raises 40003 when ``after`` is nobody of the list.
    """
    start = 0
    if after:
        try:
            start = openids.index(after) + 1
        except ValueError as error:
            raise ApiError(40003) from error
    chosen = openids[start : start + size]
    return chosen, chosen[-1] if chosen else ""


@call("GET", "/cgi-bin/user/get", Capability.USERS, quota=500)
async def get(call: Call) -> Answer:
    """Up to 10 000 openids in the order of following."""
    followers = [one for one in call.account.followers.values() if one.following]
    followers.sort(key=lambda one: (one.since, one.openid))
    chosen, last = page_of([one.openid for one in followers], call.query.get("next_openid", ""), PAGE)
    answer: dict[str, object] = {"total": len(followers), "count": len(chosen)}
    if chosen:
        answer["data"] = {"openid": chosen}
    return {**answer, "next_openid": last}


def profile(call: Call, follower: Follower) -> dict[str, object]:
    """What the platform still tells; nickname and portrait are gone since 2021-12-27."""
    unionid = call.world.unionid(follower) if call.account.unionid else ""
    if not follower.following:
        gone: dict[str, object] = {"subscribe": 0, "openid": follower.openid}
        return gone | ({"unionid": unionid} if unionid else {})
    known: dict[str, object] = {
        "subscribe": 1,
        "openid": follower.openid,
        "subscribe_time": int(follower.since),
        "remark": follower.remark,
        "groupid": follower.tags[0] if follower.tags else 0,
        "tagid_list": list(follower.tags),
        "subscribe_scene": follower.scene,
        "qr_scene": follower.qr_scene,
        "qr_scene_str": follower.qr_scene_str,
    }
    return known | ({"unionid": unionid} if unionid else {})


@call("GET", "/cgi-bin/user/info", Capability.USERS, quota=5_000_000)
async def info(call: Call) -> Answer:
    follower = call.follower(call.query.get("openid", ""))
    return profile(call, follower)


@call("POST", "/cgi-bin/user/info/batchget", Capability.USERS, quota=5_000_000)
async def batchget(call: Call) -> Answer:
    """Up to 100 profiles at once; one unknown openid refuses them all."""
    wanted = call.body.children("user_list", error=40032)
    if not 1 <= len(wanted) <= 100:
        raise ApiError(40032)
    return {
        "user_info_list": [profile(call, call.follower(one.text("openid", error=40003))) for one in wanted]
    }


@call("POST", "/cgi-bin/user/info/updateremark", Capability.USERS, quota=10_000)
async def updateremark(call: Call) -> Answer:
    follower = call.follower(call.body.text("openid", error=41009))
    remark = call.body.optional_text("remark")
    if len(remark.encode()) >= 30:
        raise ApiError(40035, f"hint: remark has {len(remark.encode())} bytes, limit 29")
    follower.remark = remark
    return None
