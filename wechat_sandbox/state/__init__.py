"""Everything that the sandbox remembers, as plain dataclasses that a snapshot can hold."""

from wechat_sandbox.state.accounts import Account, Callback, Mode
from wechat_sandbox.state.people import Bubble, Follower, Grant, Person
from wechat_sandbox.state.platform import (
    Job,
    Link,
    Media,
    OAuthCode,
    OAuthToken,
    SceneCode,
    Session,
    State,
    Ticket,
    Token,
)
from wechat_sandbox.state.publishing import Article, Comment, Draft, Mass, Publication
from wechat_sandbox.state.service import (
    ConditionalMenu,
    Consent,
    KfAccount,
    KfRecord,
    KfSession,
    Service,
    Tag,
    Template,
)
from wechat_sandbox.state.statistics import Day, Hits, Pushes

__all__ = [
    "Account",
    "Article",
    "Bubble",
    "Callback",
    "Comment",
    "ConditionalMenu",
    "Consent",
    "Day",
    "Draft",
    "Follower",
    "Grant",
    "Hits",
    "Job",
    "KfAccount",
    "KfRecord",
    "KfSession",
    "Link",
    "Mass",
    "Media",
    "Mode",
    "OAuthCode",
    "OAuthToken",
    "Person",
    "Publication",
    "Pushes",
    "SceneCode",
    "Service",
    "Session",
    "State",
    "Tag",
    "Template",
    "Ticket",
    "Token",
]
