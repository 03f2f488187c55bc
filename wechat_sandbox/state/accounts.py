"""An official account or a mini program, and how it is reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from wechat_sandbox.kinds import Kind
from wechat_sandbox.state.people import Follower
from wechat_sandbox.state.publishing import Draft, Mass, Publication
from wechat_sandbox.state.service import Service
from wechat_sandbox.state.statistics import Day


class Mode(StrEnum):
    """How pushes are protected (消息加解密方式)."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


@dataclass
class Callback:
    """The server settings (服务器配置) of an account; ``verified`` once its server echoed."""

    url: str = ""
    token: str = ""
    encoding_aes_key: str = ""
    mode: Mode = Mode.PLAIN
    format: str = "xml"
    verified: bool = False


@dataclass
class Account:
    """One account with all that it keeps on the platform."""

    appid: str
    secret: str
    gh_id: str
    name: str
    kind: Kind
    wechat_id: str = ""
    about: str = ""
    owner: str = ""
    colour: str = "#07c160"
    callback: Callback = field(default_factory=Callback)
    ip_whitelist: list[str] = field(default_factory=list)
    oauth_domains: list[str] = field(default_factory=list)
    unionid: bool = True
    comment_privilege: bool = True
    menu: dict[str, object] | None = None
    site_menu: dict[str, object] | None = None
    secret_frozen: bool = False
    quotas: dict[str, int] = field(default_factory=dict)
    per_minute: dict[str, int] = field(default_factory=dict)
    comments_reviewed: bool = False
    drafts: dict[str, Draft] = field(default_factory=dict)
    publications: dict[str, Publication] = field(default_factory=dict)
    masses: dict[str, Mass] = field(default_factory=dict)
    service: Service = field(default_factory=Service)
    days: dict[str, Day] = field(default_factory=dict)
    site_replies: dict[str, object] | None = None
    followers: dict[str, Follower] = field(default_factory=dict)
