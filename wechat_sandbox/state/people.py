"""People with a phone, and what one of them is to one account."""

from __future__ import annotations

from dataclasses import dataclass, field

from wechat_sandbox.state.service import Consent


@dataclass
class Person:
    """Somebody with WeChat on their phone; ``key`` names them in scenarios and tests."""

    key: str
    nickname: str
    unionid: str
    colour: str = "#4c7fd6"
    about: str = ""


@dataclass(slots=True)
class Bubble:
    """One thing in a conversation.

    ``by`` is ``person``, ``account`` or ``platform``; ``source`` says by which door an account's
    message came: ``reply``, ``custom``, ``mass``, ``template`` …
    """

    number: int
    at: float
    by: str
    type: str
    content: dict[str, object]
    source: str = ""


@dataclass
class Grant:
    """Leave to send some customer-service messages until a moment, opened by a deed of the follower."""

    reason: str
    left: int
    until: float


@dataclass(slots=True)
class Follower:
    """A person in the eyes of one account; exists from the first contact, following or not."""

    openid: str
    person: str
    following: bool = False
    since: float = 0.0
    scene: str = "ADD_SCENE_OTHERS"
    qr_scene: int = 0
    qr_scene_str: str = ""
    remark: str = ""
    tags: list[int] = field(default_factory=list)
    blacklisted: bool = False
    last_at: float = 0.0
    typing: bool = False
    grants: list[Grant] = field(default_factory=list)
    chat: list[Bubble] = field(default_factory=list)
    read_until: int = 0
    blocks_templates: bool = False
    consents: dict[str, Consent] = field(default_factory=dict)
    received: dict[str, int] = field(default_factory=dict)
    """How many mass sends arrived in each month, by ``yyyy-mm``."""
    platform: int = 2
    """1 iOS, 2 Android, 3 other."""
