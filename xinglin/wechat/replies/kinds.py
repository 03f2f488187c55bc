"""What may be answered (protocol sheet §5), as values: no account, no follower, no XML in them."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from xinglin.wechat.errors import UnknownReply
from xinglin.wechat.jsonvalue import JsonObject, as_list, as_object, as_text


@dataclass(frozen=True)
class Text:
    """Plain text; ``<a href="…">…</a>`` is shown as a link."""

    content: str


@dataclass(frozen=True)
class Image:
    media_id: str


@dataclass(frozen=True)
class Voice:
    media_id: str


@dataclass(frozen=True)
class Video:
    media_id: str
    title: str = ""
    description: str = ""
    # Needed only when it is sent as a customer-service message.
    thumb_media_id: str = ""


@dataclass(frozen=True)
class Music:
    thumb_media_id: str
    title: str = ""
    description: str = ""
    url: str = ""
    high_quality_url: str = ""


@dataclass(frozen=True)
class Article:
    """One article card."""

    title: str
    description: str = ""
    picture_url: str = ""
    url: str = ""


@dataclass(frozen=True)
class News:
    """Article cards. More than the platform shows are folded into a text list when it is sent."""

    articles: Sequence[Article]


@dataclass(frozen=True)
class MiniProgramCard:
    """A mini-program card. A passive reply cannot carry one: there it becomes a text with a link.

    ``url`` is the page for clients that cannot open mini programs.
    """

    title: str
    appid: str
    pagepath: str
    thumb_media_id: str = ""
    url: str = ""


@dataclass(frozen=True)
class PageLink:
    """A card that opens a page of ours as the reader it is sent to (``links.resolved`` makes the address)."""

    title: str
    path: str
    description: str = ""


@dataclass(frozen=True)
class TransferCustomerService:
    """Hand the conversation over to the platform's own customer-service client."""

    kf_account: str = ""


@dataclass(frozen=True)
class Empty:
    """No answer, said so: the platform neither shows anything nor tries again."""


Reply = (
    Text | Image | Voice | Video | Music | News | MiniProgramCard | PageLink | TransferCustomerService | Empty
)

# Everything but news, whose fields are all texts.
_FLAT = (
    type[Text]
    | type[Image]
    | type[Voice]
    | type[Video]
    | type[Music]
    | type[MiniProgramCard]
    | type[PageLink]
    | type[TransferCustomerService]
    | type[Empty]
)
_KINDS: dict[str, _FLAT] = {
    "text": Text,
    "image": Image,
    "voice": Voice,
    "video": Video,
    "music": Music,
    "miniprogrampage": MiniProgramCard,
    "page": PageLink,
    "transfer_customer_service": TransferCustomerService,
    "empty": Empty,
}
_NEWS = "news"
_NAMES: dict[type, str] = {**{kind: name for name, kind in _KINDS.items()}, News: _NEWS}


def kind_of(reply: Reply) -> str:
    """Return the platform's word for a reply's type."""
    return _NAMES[type(reply)]


def to_plain(reply: Reply) -> JsonObject:
    """Return a reply as it is kept in a JSON column."""
    return {"type": kind_of(reply), **dataclasses.asdict(reply)}


def from_plain(plain: JsonObject) -> Reply:
    """Return the reply that was kept.

    Raises ``UnknownReply`` for a type that no version of ours wrote.
    """
    name = as_text(plain.get("type"))
    if name == _NEWS:
        return News([_article(as_object(each)) for each in as_list(plain.get("articles"))])
    kind = _KINDS.get(name)
    if kind is None:
        raise UnknownReply(_("存储的回复类型「%(kind)s」无法识别。"), kind=name)
    return kind(**{each.name: as_text(plain.get(each.name)) for each in dataclasses.fields(kind)})


def _article(plain: JsonObject) -> Article:
    return Article(**{each.name: as_text(plain.get(each.name)) for each in dataclasses.fields(Article)})


@dataclass(frozen=True)
class Envelope:
    """A reply with its address, as it stands in the body of the answer."""

    to_user: str
    from_user: str
    created: int
    reply: Reply = field(default_factory=Empty)
