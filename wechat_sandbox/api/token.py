"""Access tokens, JS-SDK tickets and the other basics of the platform."""

from __future__ import annotations

from wechat_sandbox import quotas, tokens
from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.state import Account, Ticket

CALLBACK_IPS = ["127.0.0.1"]


def account_by_secret(call: Call, appid: str, secret: str, *, check_ip: bool = True) -> Account:
    """Whose call without an access token this is; it counts as any other.

    Raises 41002, 41004, 40013, 40125, for an address off the white list 40164, and 45009 or 45011.
    """
    if not appid:
        raise ApiError(41002)
    if not secret:
        raise ApiError(41004)
    account = call.world.state.accounts.get(appid)
    if account is None:
        raise ApiError(40013)
    if account.secret != secret:
        raise ApiError(40125)
    if account.secret_frozen:
        raise ApiError(40243)
    if check_ip and account.ip_whitelist and call.client_ip not in account.ip_whitelist:
        raise ApiError(40164, f"hint: {call.client_ip}")
    quotas.spend(call.world, account, call.entry)
    return account


@call("GET", "/cgi-bin/token", Capability.BASIC, quota=2000, token=False)
async def token(call: Call) -> Answer:
    """A classic token: each call makes a new one, 2000 a day."""
    if call.query.get("grant_type") != "client_credential":
        raise ApiError(40002)
    account = account_by_secret(call, call.query.get("appid", ""), call.query.get("secret", ""))
    made, lifetime = tokens.issue_classic(call.world, account)
    return {"access_token": made.value, "expires_in": lifetime}


@call("POST", "/cgi-bin/stable_token", Capability.BASIC, quota=500_000, token=False, per_minute=10_000)
async def stable_token(call: Call) -> Answer:
    """A stable token with its remaining lifetime; ``force_refresh`` replaces it."""
    if call.body.optional_text("grant_type") != "client_credential":
        raise ApiError(40002)
    appid, secret = call.body.optional_text("appid"), call.body.optional_text("secret")
    account = account_by_secret(call, appid, secret)
    made, lifetime = tokens.issue_stable(call.world, account, force=call.body.flag("force_refresh"))
    return {"access_token": made.value, "expires_in": lifetime}


@call("GET", "/cgi-bin/ticket/getticket", Capability.JSAPI)
async def getticket(call: Call) -> Answer:
    """A ticket for JS-SDK signatures, the same one until it lapses."""
    type_ = call.query.get("type", "")
    if type_ not in ("jsapi", "wx_card"):
        raise ApiError(40097)
    for ticket in call.world.state.tickets.values():
        fresh = ticket.expires - call.now > 300
        if fresh and (ticket.appid, ticket.type) == (call.account.appid, type_):
            return _ticket(ticket, call.now)
    made = Ticket(call.world.secret(86), call.account.appid, type_, call.now + 7200)
    call.world.state.tickets[made.value] = made
    return _ticket(made, call.now)


def _ticket(ticket: Ticket, now: float) -> Answer:
    left = int(ticket.expires - now)
    return {"errcode": 0, "errmsg": "ok", "ticket": ticket.value, "expires_in": left}


@call("GET", "/cgi-bin/getcallbackip", Capability.BASIC)
async def getcallbackip(call: Call) -> Answer:
    return {"ip_list": CALLBACK_IPS}


@call("GET", "/cgi-bin/get_api_domain_ip", Capability.BASIC)
async def get_api_domain_ip(call: Call) -> Answer:
    return {"ip_list": CALLBACK_IPS}


@call("POST", "/cgi-bin/callback/check", Capability.BASIC)
async def callback_check(call: Call) -> Answer:
    """Network check of the callback; the sandbox's network has no packet loss."""
    action = call.body.optional_text("action", "all")
    operator = call.body.optional_text("check_operator", "DEFAULT")
    if action not in ("dns", "ping", "all"):
        raise ApiError(40097)
    if operator not in ("DEFAULT", "CHINANET", "UNICOM", "CAP"):
        raise ApiError(40097)
    dns = [{"ip": ip, "real_operator": operator} for ip in CALLBACK_IPS]
    ping = [
        {"ip": ip, "from_operator": operator, "package_loss": "0%", "time": "0.1ms"} for ip in CALLBACK_IPS
    ]
    return {"dns": dns if action != "ping" else [], "ping": ping if action != "dns" else []}
