"""The table of calls: who may make them, how often, and what runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from starlette.datastructures import UploadFile
from starlette.responses import Response

from wechat_sandbox.api.fields import Fields
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.state import Account, Follower
from wechat_sandbox.world import World

Answer: TypeAlias = Mapping[str, object] | Response | None


@dataclass
class Call:
    """One request of an account's program, checked as far as the table says."""

    world: World
    entry: Entry
    owner: Account | None
    query: Mapping[str, str]
    body: Fields
    raw: bytes
    form: Mapping[str, str | UploadFile]
    client_ip: str

    @property
    def account(self) -> Account:
        """Whose token it is. Calls without a token have to find their account themselves."""
        if self.owner is None:
            raise LookupError("this call carries no token")
        return self.owner

    @property
    def now(self) -> float:
        return self.world.clock.now()

    def follower(self, openid: str, *, error: int = 40003) -> Follower:
        """Somebody this account knows. Raises ``error`` for a foreign or invented openid."""
        found = self.account.followers.get(openid)
        if found is None:
            raise ApiError(error)
        return found

    async def upload(self, name: str = "media") -> tuple[str, bytes]:
        """Name and bytes of the uploaded file. Raises 41005."""
        part = self.form.get(name)
        if not isinstance(part, UploadFile):
            raise ApiError(41005)
        return part.filename or "file", await part.read()


Handler: TypeAlias = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True)
class Entry:
    """A line of the table.

    ``quota`` is the daily limit of a new account (45009), ``per_minute`` how often the call may be made within one
    minute (45011); ``token`` is false for calls that carry another proof than an access token.
    """

    method: str
    path: str
    handler: Handler
    needs: Capability
    quota: int | None = None
    token: bool = True
    per_minute: int | None = None


TABLE: dict[str, list[Entry]] = {}


def call(
    method: str,
    path: str,
    needs: Capability,
    *,
    quota: int | None = None,
    token: bool = True,
    per_minute: int | None = None,
) -> Callable[[Handler], Handler]:
    """Put a handler into the table: ``method`` is GET, POST or ANY."""

    def register(handler: Handler) -> Handler:
        TABLE.setdefault(path, []).append(Entry(method, path, handler, needs, quota, token, per_minute))
        return handler

    return register
