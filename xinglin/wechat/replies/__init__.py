"""Replies: typed values, their XML for the passive answer, their JSON for customer-service messages."""

from xinglin.wechat.replies.customer_service import as_messages
from xinglin.wechat.replies.fitting import TEXT_BYTES, cut_politely, fit, link, split_text
from xinglin.wechat.replies.kinds import (
    Article,
    Empty,
    Envelope,
    Image,
    MiniProgramCard,
    Music,
    News,
    PageLink,
    Reply,
    Text,
    TransferCustomerService,
    Video,
    Voice,
    from_plain,
    kind_of,
    to_plain,
)
from xinglin.wechat.replies.xml import build, parse_reply

__all__ = [
    "TEXT_BYTES",
    "Article",
    "Empty",
    "Envelope",
    "Image",
    "MiniProgramCard",
    "Music",
    "News",
    "PageLink",
    "Reply",
    "Text",
    "TransferCustomerService",
    "Video",
    "Voice",
    "as_messages",
    "build",
    "cut_politely",
    "fit",
    "from_plain",
    "kind_of",
    "link",
    "parse_reply",
    "split_text",
    "to_plain",
]
