"""What belongs to the platform as a whole: tokens, codes, media, and the root of it all."""

from __future__ import annotations

from dataclasses import dataclass, field

from wechat_sandbox.state.accounts import Account
from wechat_sandbox.state.people import Person


@dataclass
class Token:
    """An access token. ``until`` is set when a newer one has taken its place."""

    value: str
    appid: str
    stable: bool
    expires: float
    until: float | None = None


@dataclass
class Ticket:
    """A ticket of an account for the JS-SDK."""

    value: str
    appid: str
    type: str
    expires: float


@dataclass
class OAuthCode:
    """A web-authorisation or mini-program login code: one use, five minutes."""

    value: str
    appid: str
    openid: str
    scope: str
    expires: float
    used: bool = False


@dataclass
class OAuthToken:
    """A web-authorisation token of one user with its refresh token."""

    value: str
    refresh: str
    appid: str
    openid: str
    scope: str
    expires: float
    refresh_expires: float


@dataclass
class Media:
    """An uploaded file; permanent when it never ``expires``."""

    media_id: str
    appid: str
    type: str
    name: str
    content_type: str
    content: bytes
    created: float
    expires: float | None
    title: str = ""
    introduction: str = ""
    counted: bool = True


@dataclass
class SceneCode:
    """A QR code with a scene; permanent when it never ``expires``."""

    ticket: str
    appid: str
    scene: str
    url: str
    expires: float | None


@dataclass
class Job:
    """Something the platform will do when the clock reaches ``due``."""

    due: float
    kind: str
    appid: str
    key: str


@dataclass
class Session:
    """A mini program's login session of one user."""

    appid: str
    openid: str
    key: str


@dataclass
class Link:
    """A scheme or URL link that opens a mini program."""

    appid: str
    url: str
    path: str
    query: str
    expires: float | None


@dataclass
class State:
    """The root: one of these is one snapshot."""

    serial: int = 0
    accounts: dict[str, Account] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    codes: dict[str, OAuthCode] = field(default_factory=dict)
    grants: dict[str, OAuthToken] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    scenes: dict[str, SceneCode] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    sessions: dict[str, Session] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    forced: dict[str, float] = field(default_factory=dict)

    def next_serial(self) -> int:
        self.serial += 1
        return self.serial
