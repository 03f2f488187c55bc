"""Saves an account's server settings, which the platform does only when the server echoes."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from wechat_sandbox.courier import Undelivered
from wechat_sandbox.crypto import is_encoding_aes_key, signature
from wechat_sandbox.errors import Refused
from wechat_sandbox.state import Account, Callback, Mode
from wechat_sandbox.timeline import Entry
from wechat_sandbox.world import World


@dataclass
class Verification:
    """How the address check went; ``problem`` is empty when it passed."""

    passed: bool
    problem: str = ""


async def save_callback(
    world: World, account: Account, wanted: Callback, line: Entry | None = None
) -> Verification:
    """Check the address by ``GET …&echostr=`` and keep the settings either way.

    Unverified settings are kept so that a server which starts later can be verified without typing
    them again; nothing is pushed until then.
    """
    check_fields(wanted)
    entry = line or begin_check(world, account)
    result = await _ask(world, wanted, entry.detail)
    account.callback = replace(wanted, verified=result.passed)
    world.timeline.finish(entry, "ok" if result.passed else "error", result.problem or "回显正确")
    return result


def check_fields(wanted: Callback) -> None:
    if urlsplit(wanted.url).scheme not in ("http", "https"):
        raise Refused("bad_callback_url", f"{wanted.url!r} is not an http or https address.")
    if not re.fullmatch(r"[A-Za-z0-9]{3,32}", wanted.token):
        raise Refused("bad_callback_token", "The token must be 3 to 32 letters or digits.")
    if wanted.mode is not Mode.PLAIN and not is_encoding_aes_key(wanted.encoding_aes_key):
        raise Refused("bad_aes_key", "The EncodingAESKey must be 43 base64 characters.")


def begin_check(world: World, account: Account) -> Entry:
    """A line of the record for one check, or for many until the server is up."""
    return world.timeline.begin("verify", "URL 验证", world.clock.now(), appid=account.appid)


async def _ask(world: World, wanted: Callback, detail: dict[str, object]) -> Verification:
    stamp, nonce = str(world.clock.seconds()), str(world.random.randrange(10**8, 10**10))
    echo = str(world.random.randrange(10**17, 10**18))
    query = {"signature": signature(wanted.token, stamp, nonce), "echostr": echo}
    query |= {"timestamp": stamp, "nonce": nonce}
    url = f"{wanted.url}{'&' if '?' in wanted.url else '?'}{urlencode(query)}"
    detail["url"] = url
    try:
        async with asyncio.timeout(world.settings.patience):
            answer = await world.courier.get(url)
    except TimeoutError:
        return Verification(False, f"no answer within {world.settings.patience:g} s")
    except Undelivered as error:
        return Verification(False, str(error))
    said = answer.body[:1000].decode(errors="replace")
    detail["answer"] = said
    if answer.status != 200:
        return Verification(False, f"HTTP {answer.status} instead of 200")
    if answer.body != echo.encode():
        return Verification(False, f"answered {said[:60]!r} instead of the echostr {echo}")
    return Verification(True)
