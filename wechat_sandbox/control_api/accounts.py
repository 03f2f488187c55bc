"""Accounts and people: look, add, change, connect."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wechat_sandbox import scenario
from wechat_sandbox.callback import save_callback
from wechat_sandbox.codec import from_plain
from wechat_sandbox.control_api.requests import Unicode, account_of, body_of, follower_of, world_of
from wechat_sandbox.errors import Refused
from wechat_sandbox.kinds import GRANTED, LABELS
from wechat_sandbox.state import Account, Callback
from wechat_sandbox.windows import remaining


def describe(account: Account) -> dict[str, object]:
    """An account without its followers and their conversations."""
    return {
        "appid": account.appid,
        "secret": account.secret,
        "gh_id": account.gh_id,
        "wechat_id": account.wechat_id,
        "name": account.name,
        "about": account.about,
        "owner": account.owner,
        "colour": account.colour,
        "kind": account.kind,
        "label": LABELS[account.kind],
        "may": sorted(GRANTED[account.kind]),
        "callback": account.callback,
        "ip_whitelist": account.ip_whitelist,
        "oauth_domains": account.oauth_domains,
        "quotas": account.quotas,
        "per_minute": account.per_minute,
        "followers": sum(one.following for one in account.followers.values()),
    }


async def accounts(request: Request) -> Response:
    """List the accounts, or add or change one."""
    world = world_of(request)
    if request.method == "GET":
        return Unicode([describe(one) for one in world.state.accounts.values()])
    body = await body_of(request)
    await scenario.load(world, {"accounts": [body.raw]})
    appid = body.optional_text("appid") or next(reversed(world.state.accounts))
    return Unicode(describe(world.account(appid)), status_code=201)


async def account(request: Request) -> Response:
    """One account: look, change some fields, remove."""
    world, found = world_of(request), account_of(request)
    if request.method == "DELETE":
        del world.state.accounts[found.appid]
        world.announce()
        return Unicode({"removed": found.appid})
    if request.method == "PATCH":
        scenario.add_account(world, {**(await body_of(request)).raw, "appid": found.appid})
    return Unicode(describe(found))


async def callback(request: Request) -> Response:
    """Save the server settings and say whether the address passed the check."""
    found = account_of(request)
    body = await body_of(request)
    try:
        wanted = from_plain(Callback, body.raw)
    except ValueError as error:
        raise Refused("bad_callback", str(error)) from error
    return Unicode(await save_callback(world_of(request), found, wanted))


async def people(request: Request) -> Response:
    """List the people, or add one."""
    world = world_of(request)
    if request.method == "POST":
        body = await body_of(request)
        scenario.add_person(world, body.raw)
        return Unicode(world.person(body.optional_text("key")), status_code=201)
    return Unicode(list(world.state.people.values()))


async def follower(request: Request) -> Response:
    """A person in the eyes of an account: openid, windows, conversation."""
    found, world = follower_of(request), world_of(request)
    return Unicode(
        {
            "openid": found.openid,
            "person": found.person,
            "following": found.following,
            "since": found.since,
            "scene": found.scene,
            "remark": found.remark,
            "tags": found.tags,
            "blacklisted": found.blacklisted,
            "typing": found.typing,
            "window": remaining(found, world.clock.now()),
            "chat": found.chat,
        }
    )


ROUTES = [
    Route("/sandbox/accounts", accounts, methods=["GET", "POST"]),
    Route("/sandbox/accounts/{appid}", account, methods=["GET", "PATCH", "DELETE"]),
    Route("/sandbox/accounts/{appid}/callback", callback, methods=["PUT"]),
    Route("/sandbox/accounts/{appid}/people/{person}", follower, methods=["GET"]),
    Route("/sandbox/people", people, methods=["GET", "POST"]),
]
