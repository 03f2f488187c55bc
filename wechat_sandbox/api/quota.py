"""The platform's help for developers: quotas, records of calls, the site's automatic replies."""

from __future__ import annotations

from typing import cast

from wechat_sandbox import quotas
from wechat_sandbox.api.calls import TABLE, Answer, Call, call
from wechat_sandbox.api.token import account_by_secret
from wechat_sandbox.clock import DAY, china_day
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import GRANTED, Capability
from wechat_sandbox.state import Account

CLEARED_PER_MONTH = 10
KEPT = 7 * DAY


def _clear(call: Call, account: Account) -> Answer:
    """Both forms together ten times a month, then 48006."""
    key = f"{china_day(call.now)[:7]} {account.appid} clear_quota"
    if call.world.state.used.get(key, 0) >= CLEARED_PER_MONTH:
        raise ApiError(48006)
    call.world.state.used[key] = call.world.state.used.get(key, 0) + 1
    quotas.clear(call.world, account)
    return None


@call("POST", "/cgi-bin/clear_quota", Capability.BASIC)
async def clear_quota(call: Call) -> Answer:
    if call.body.text("appid", error=41002) != call.account.appid:
        raise ApiError(40013)
    return _clear(call, call.account)


@call("POST", "/cgi-bin/clear_quota/v2", Capability.BASIC, token=False)
async def clear_quota_v2(call: Call) -> Answer:
    secret = call.body.optional_text("appsecret")
    account = account_by_secret(call, call.body.optional_text("appid"), secret, check_ip=False)
    return _clear(call, account)


@call("POST", "/cgi-bin/openapi/quota/get", Capability.BASIC)
async def quota_get(call: Call) -> Answer:
    """How much of a call's daily quota is used."""
    path = call.body.text("cgi_path", error=76021)
    entry = next(iter(TABLE.get(path, [])), None)
    if entry is None:
        raise ApiError(76021)
    if entry.needs not in GRANTED[call.account.kind]:
        raise ApiError(76022)
    used = quotas.used(call.world, call.account, path)
    limit = quotas.limit_of(call.account, path, entry.quota) or 10_000_000
    return {
        "errcode": 0,
        "errmsg": "ok",
        "quota": {"daily_limit": limit, "used": used, "remain": max(0, limit - used)},
        "rate_limit": {
            "call_count": call.account.per_minute.get(path, entry.per_minute or 0),
            "refresh_second": 60,
        },
    }


@call("POST", "/cgi-bin/openapi/rid/get", Capability.BASIC)
async def rid_get(call: Call) -> Answer:
    """The record of one call by the ``rid`` of its answer, for seven days."""
    line = call.world.timeline.by_rid(call.body.text("rid", error=76001))
    if line is None:
        raise ApiError(76001)
    if line.appid != call.account.appid:
        raise ApiError(76004)
    if call.now - line.at > KEPT:
        raise ApiError(76002)
    return {
        "errcode": 0,
        "errmsg": "ok",
        "request": {
            "invoke_time": int(line.at),
            "cost_in_ms": cast(int, line.detail.get("ms", 0)),
            "request_url": str(line.detail["query"]),
            "request_body": str(line.detail.get("body", "")),
            "response_body": str(line.detail.get("response", "")),
            "client_ip": str(line.detail["client_ip"]),
        },
    }


@call("GET", "/cgi-bin/get_current_autoreply_info", Capability.SELFMENU)
async def get_current_autoreply_info(call: Call) -> Answer:
    """The automatic replies made by hand on the platform's site."""
    return call.account.site_replies or {"is_add_friend_reply_open": 0, "is_autoreply_open": 0}
