"""What happens when a person scans a QR code."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from wechat_sandbox import deeds
from wechat_sandbox.errors import Refused
from wechat_sandbox.kinds import Kind
from wechat_sandbox.push import Outcome
from wechat_sandbox.state import SceneCode
from wechat_sandbox.world import World


@dataclass
class Scanned:
    """An account to go to, an address to open, or a text to show."""

    outcome: Outcome | None = None
    appid: str = ""
    open: str = ""
    text: str = ""


async def scan(world: World, person: str, result: str) -> Scanned:
    """Follow the code where it leads. Refuses a code of the platform that has lapsed."""
    result = result.strip()
    code = _scene_code(world, result)
    if code is not None:
        if code.expires is not None and code.expires <= world.clock.now():
            raise Refused("code_expired", "二维码已过期")
        account = world.account(code.appid)
        follower = world.follower(account, person)
        outcome = await deeds.follow_by_code(world, account, follower, scene=code.scene, ticket=code.ticket)
        return Scanned(outcome, appid=account.appid)
    account_code = next(
        (a for a in world.state.accounts.values() if result == account_address(a.wechat_id)), None
    )
    if account_code is not None:
        return Scanned(appid=account_code.appid)
    if urlsplit(result).scheme in ("http", "https"):
        return Scanned(open=result)
    return Scanned(text=result)


IN_SIGHT = 9


def codes_in_sight(world: World) -> list[dict[str, object]]:
    """What somebody with a camera finds: every account's code, then the newest codes with a scene."""
    now = world.clock.now()
    plain: list[dict[str, object]] = [
        {
            "appid": one.appid,
            "scene": "",
            "label": one.name,
            "result": account_address(one.wechat_id),
            "picture": f"/sandbox/codes/{one.appid}.png",
        }
        for one in world.state.accounts.values()
        if one.kind is not Kind.MINI
    ]
    live = [c for c in world.state.scenes.values() if c.expires is None or c.expires > now]
    return plain + [
        {
            "appid": code.appid,
            "scene": code.scene,
            "label": code.scene,
            "result": code.ticket,
            "picture": f"/cgi-bin/showqrcode?ticket={quote(code.ticket)}",
        }
        for code in live[-IN_SIGHT:]
    ]


def account_address(wechat_id: str) -> str:
    """What the plain QR code of an account holds."""
    return f"http://weixin.qq.com/r/{wechat_id}"


def _scene_code(world: World, result: str) -> SceneCode | None:
    """By ticket, by the address inside the code, or by the address of its picture."""
    ticket = parse_qs(urlsplit(result).query).get("ticket", [result])[0]
    scenes = world.state.scenes
    return scenes.get(ticket) or next((c for c in scenes.values() if c.url == result), None)
