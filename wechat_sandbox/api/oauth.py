"""Web authorisation (网页授权): codes, tokens of users, profiles."""

from __future__ import annotations

from wechat_sandbox import quotas
from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.api.token import account_by_secret
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import GRANTED, Capability
from wechat_sandbox.state import OAuthToken

LIFETIME = 7200
REFRESH_LIFETIME = 30 * 86400
PER_MINUTE = 50_000


@call("GET", "/sns/oauth2/access_token", Capability.OAUTH, token=False, per_minute=PER_MINUTE)
async def access_token(call: Call) -> Answer:
    """Change a code, once and within five minutes, into a token of its user."""
    account = account_by_secret(
        call, call.query.get("appid", ""), call.query.get("secret", ""), check_ip=False
    )
    if Capability.OAUTH not in GRANTED[account.kind]:
        raise ApiError(48001)
    if call.query.get("grant_type") != "authorization_code":
        raise ApiError(40002)
    code = call.world.state.codes.get(call.query.get("code", ""))
    if not call.query.get("code"):
        raise ApiError(41008)
    if code is None or code.appid != account.appid or code.scope == "jscode":
        raise ApiError(40029)
    if code.used:
        raise ApiError(40163)
    if code.expires <= call.now:
        raise ApiError(42003)
    code.used = True
    grant = OAuthToken(
        value=f"90_{call.world.secret(107)}",
        refresh=f"90_{call.world.secret(107)}",
        appid=account.appid,
        openid=code.openid,
        scope=code.scope,
        expires=call.now + LIFETIME,
        refresh_expires=call.now + REFRESH_LIFETIME,
    )
    call.world.state.grants[grant.value] = grant
    return _told(call, grant)


def _told(call: Call, grant: OAuthToken) -> dict[str, object]:
    told: dict[str, object] = {
        "access_token": grant.value,
        "expires_in": LIFETIME,
        "refresh_token": grant.refresh,
        "openid": grant.openid,
        "scope": grant.scope,
    }
    account = call.world.account(grant.appid)
    if account.unionid and grant.scope == "snsapi_userinfo":
        told["unionid"] = call.world.person(account.followers[grant.openid].person).unionid
    return told


@call("GET", "/sns/oauth2/refresh_token", Capability.OAUTH, token=False, per_minute=PER_MINUTE)
async def refresh_token(call: Call) -> Answer:
    """A new token for a refresh token; the refresh token changes with it."""
    wanted = call.query.get("refresh_token", "")
    if not wanted:
        raise ApiError(41003)
    grants = call.world.state.grants
    grant = next((g for g in grants.values() if g.refresh == wanted), None)
    if grant is None or grant.appid != call.query.get("appid"):
        raise ApiError(40030)
    if grant.refresh_expires <= call.now:
        raise ApiError(42002)
    quotas.spend(call.world, call.world.account(grant.appid), call.entry)
    del grants[grant.value]
    grant.value, grant.expires = f"90_{call.world.secret(107)}", call.now + LIFETIME
    grant.refresh = f"90_{call.world.secret(107)}"
    grants[grant.value] = grant
    return _told(call, grant)


def _grant(call: Call) -> OAuthToken:
    """Raises 41001, 40001, 42001 or 40003 when the token is not this user's."""
    value = call.query.get("access_token", "")
    if not value:
        raise ApiError(41001)
    grant = call.world.state.grants.get(value)
    if grant is None:
        raise ApiError(40001)
    if grant.expires <= call.now:
        raise ApiError(42001)
    if grant.openid != call.query.get("openid"):
        raise ApiError(40003)
    quotas.spend(call.world, call.world.account(grant.appid), call.entry)
    return grant


@call("GET", "/sns/auth", Capability.OAUTH, token=False, per_minute=PER_MINUTE)
async def auth(call: Call) -> Answer:
    _grant(call)
    return None


@call("GET", "/sns/userinfo", Capability.OAUTH, token=False, per_minute=PER_MINUTE)
async def userinfo(call: Call) -> Answer:
    """The profile that the user agreed to give; sex and places are empty since 2021-10-20."""
    grant = _grant(call)
    if grant.scope != "snsapi_userinfo":
        raise ApiError(48001)
    account = call.world.account(grant.appid)
    person = call.world.person(account.followers[grant.openid].person)
    told: dict[str, object] = {
        "openid": grant.openid,
        "nickname": person.nickname,
        "sex": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": f"{call.world.base_url}/sandbox/portraits/{person.key}.svg",
        "privilege": [],
    }
    return told | ({"unionid": person.unionid} if account.unionid else {})
