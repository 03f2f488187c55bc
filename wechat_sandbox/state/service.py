"""Tags, customer-service accounts and sessions, templates, notices."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Tag:
    """A label for followers; ids below 100 belong to the platform."""

    id: int
    name: str


@dataclass
class KfAccount:
    """Somebody who answers in the name of the account."""

    kf_account: str
    nickname: str
    kf_id: int
    wechat: str = ""
    invited: str = ""
    online: bool = True
    portrait: str = ""


@dataclass
class KfSession:
    """A follower in talk with a customer-service account; waiting while ``kf_account`` is empty."""

    openid: str
    kf_account: str
    created: float


@dataclass
class KfRecord:
    """One line of the record of conversations."""

    openid: str
    worker: str
    opercode: int
    text: str
    at: float


@dataclass
class Template:
    """A template of messages (service accounts) or of subscription notices.

    ``fields`` are the names in its content; ``kind`` is 2 for one consent per message, 3 lasting.
    """

    template_id: str
    title: str
    content: str
    fields: list[str]
    example: str = ""
    primary_industry: str = ""
    deputy_industry: str = ""
    kind: int = 2
    short: str = ""


@dataclass
class Consent:
    """What a person answered to subscription pop-ups of one template."""

    left: int = 0
    refused: bool = False


@dataclass
class ConditionalMenu:
    """A menu for some followers only."""

    menuid: int
    button: list[dict[str, object]]
    tag_id: int = 0
    client_platform_type: int = 0


@dataclass
class Service:
    """All of this that one account has."""

    tags: dict[str, Tag] = field(default_factory=dict)
    kf: dict[str, KfAccount] = field(default_factory=dict)
    sessions: list[KfSession] = field(default_factory=list)
    records: list[KfRecord] = field(default_factory=list)
    industry: list[int] = field(default_factory=lambda: [1, 4])
    industry_changed: float = 0.0
    templates: dict[str, Template] = field(default_factory=dict)
    notices: dict[str, Template] = field(default_factory=dict)
    conditional: list[ConditionalMenu] = field(default_factory=list)
    client_msg_ids: dict[str, int] = field(default_factory=dict)
    speed: int = 0
