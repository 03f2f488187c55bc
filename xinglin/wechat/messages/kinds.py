"""What a follower sends (protocol sheet §3)."""

from dataclasses import dataclass, field

from xinglin.wechat.jsonvalue import JsonObject
from xinglin.wechat.messages.reading import decimal, number, text


@dataclass(frozen=True, kw_only=True)
class Message:
    """What every push carries. ``fields`` is the whole push, also what no class names."""

    to_user: str = text("ToUserName")
    from_user: str = text("FromUserName")
    created: int = 0
    kind: str = ""
    message_id: str = ""
    # Only on messages that were written under an article.
    article_data_id: str = text("MsgDataId")
    article_index: int | None = number("Idx")
    fields: JsonObject = field(default_factory=dict, repr=False)

    @property
    def identity(self) -> str:
        """What tells this push from another of the same sender and second."""
        return self.message_id


@dataclass(frozen=True, kw_only=True)
class TextMessage(Message):
    """``menu_item_id`` is set when the follower tapped an item of a menu message instead of typing."""

    content: str = text("Content", verbatim=True)
    menu_item_id: str = text("bizmsgmenuid")


@dataclass(frozen=True, kw_only=True)
class ImageMessage(Message):
    """The picture can be fetched for three days by its media id."""

    picture_url: str = text("PicUrl")
    media_id: str = text("MediaId")


@dataclass(frozen=True, kw_only=True)
class VoiceMessage(Message):
    """``recognition`` is kept for old recordings: the platform no longer turns speech into text."""

    media_id: str = text("MediaId")
    format: str = text("Format")
    media_id_16k: str = text("MediaId16K")
    recognition: str = text("Recognition", verbatim=True)


@dataclass(frozen=True, kw_only=True)
class VideoMessage(Message):
    """A video of the album."""

    media_id: str = text("MediaId")
    thumb_media_id: str = text("ThumbMediaId")


@dataclass(frozen=True, kw_only=True)
class ShortVideoMessage(VideoMessage):
    """A video taken in the chat."""


@dataclass(frozen=True, kw_only=True)
class LocationMessage(Message):
    """A place the follower picked; X is the latitude."""

    latitude: float | None = decimal("Location_X")
    longitude: float | None = decimal("Location_Y")
    scale: int | None = number("Scale")
    label: str = text("Label", verbatim=True)


@dataclass(frozen=True, kw_only=True)
class LinkMessage(Message):
    """An article shared into the chat."""

    title: str = text("Title", verbatim=True)
    description: str = text("Description", verbatim=True)
    url: str = text("Url")


@dataclass(frozen=True, kw_only=True)
class FileMessage(Message):
    """Seen in captures, not in the platform's pages; its content cannot be fetched."""

    title: str = text("Title", verbatim=True)
    description: str = text("Description", verbatim=True)
    file_key: str = text("FileKey")
    file_md5: str = text("FileMd5")
    size: int | None = number("FileTotalLen")


@dataclass(frozen=True, kw_only=True)
class UnknownMessage(Message):
    """A kind that came after this was written: kept with all its fields and acknowledged."""


MESSAGES: dict[str, type[Message]] = {
    "text": TextMessage,
    "image": ImageMessage,
    "voice": VoiceMessage,
    "video": VideoMessage,
    "shortvideo": ShortVideoMessage,
    "location": LocationMessage,
    "link": LinkMessage,
    "file": FileMessage,
}
