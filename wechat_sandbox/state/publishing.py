"""Drafts, published articles, mass sends and comments."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Article:
    """One article of a draft or a publication, with the fields of ``draft/add``."""

    title: str
    article_type: str = "news"
    author: str = ""
    digest: str = ""
    content: str = ""
    content_source_url: str = ""
    thumb_media_id: str = ""
    need_open_comment: int = 0
    only_fans_can_comment: int = 0
    pic_crop_235_1: str = ""
    pic_crop_1_1: str = ""
    images: list[str] = field(default_factory=list)
    slug: str = ""
    """The part of the address after ``/s/``; its own from the draft on, for previews."""


@dataclass
class Draft:
    """A draft: one to eight articles."""

    media_id: str
    articles: list[Article]
    updated: float


@dataclass
class Comment:
    """A reader's comment under one article; the account may elect and answer it."""

    user_comment_id: int
    index: int
    openid: str
    content: str
    at: float
    elected: bool = False
    withdrawn: bool = False
    reply: str = ""
    replied_at: float = 0.0


@dataclass
class Publication:
    """Articles that left the draft box: published, mass-sent, or both.

    ``status`` is the platform's: 0 done, 1 running, 2 original check, 3 failed, 4 audit, 5 deleted.
    """

    article_id: str
    publish_id: str
    msg_data_id: int
    articles: list[Article]
    at: float
    status: int = 1
    mass: bool = False
    listed: bool = True
    deleted: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    comments_open: list[bool] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


@dataclass
class Mass:
    """A mass send and what became of it."""

    msg_id: int
    msg_data_id: int
    type: str
    content: dict[str, object]
    openids: list[str]
    at: float
    to_all: bool = False
    status: str = "SENDING"
    article_id: str = ""
    clientmsgid: str = ""
    by_hand: bool = False
    total: int = 0
    filtered: int = 0
    sent: int = 0
    errors: int = 0
