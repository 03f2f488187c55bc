"""Uploaded files: what the platform takes, how long it keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from wechat_sandbox.clock import DAY
from wechat_sandbox.errors import ApiError
from wechat_sandbox.state import Account, Media
from wechat_sandbox.world import World

KEPT = 3 * DAY
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limit:
    """Largest size and the beginnings of the file formats that one type takes."""

    size: int
    formats: frozenset[str]
    too_big: int = 45001


TEMPORARY = {
    "image": Limit(10 * MEGABYTE, frozenset({"png", "jpeg", "gif"})),
    "voice": Limit(2 * MEGABYTE, frozenset({"amr", "mp3"})),
    "video": Limit(10 * MEGABYTE, frozenset({"mp4"})),
    "thumb": Limit(64 * 1024, frozenset({"jpeg"})),
}
PERMANENT = {
    "image": Limit(10 * MEGABYTE, frozenset({"png", "jpeg", "gif", "bmp"})),
    "voice": Limit(2 * MEGABYTE, frozenset({"amr", "mp3", "wav", "wma"})),
    "video": Limit(10 * MEGABYTE, frozenset({"mp4"})),
    "thumb": Limit(64 * 1024, frozenset({"jpeg"})),
}
ARTICLE_IMAGE = Limit(MEGABYTE, frozenset({"png", "jpeg"}), too_big=40009)

_MAGIC: tuple[tuple[str, int, bytes], ...] = (
    ("png", 0, b"\x89PNG\r\n\x1a\n"),
    ("jpeg", 0, b"\xff\xd8\xff"),
    ("gif", 0, b"GIF8"),
    ("bmp", 0, b"BM"),
    ("amr", 0, b"#!AMR"),
    ("mp3", 0, b"ID3"),
    ("mp3", 0, b"\xff\xfb"),
    ("mp3", 0, b"\xff\xf3"),
    ("mp3", 0, b"\xff\xf2"),
    ("mp4", 4, b"ftyp"),
    ("wav", 8, b"WAVE"),
    ("wma", 0, b"\x30\x26\xb2\x75"),
)
CONTENT_TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "amr": "audio/amr",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "wma": "audio/x-ms-wma",
    "mp4": "video/mp4",
}


def format_of(content: bytes) -> str:
    """The file's format by its first bytes, whatever its name says; empty when unknown."""
    return next((n for n, at, magic in _MAGIC if content[at : at + len(magic)] == magic), "")


def check(content: bytes, limit: Limit) -> str:
    """Return the format. Raises 44001, 40005 or the type's size error."""
    if not content:
        raise ApiError(44001)
    found = format_of(content)
    if found not in limit.formats:
        raise ApiError(40005)
    if len(content) > limit.size:
        raise ApiError(limit.too_big)
    return found


def store(
    world: World,
    account: Account,
    *,
    type_: str,
    name: str,
    content: bytes,
    permanent: bool = False,
    counted: bool = True,
) -> Media:
    """Keep a file under a new media_id; the caller has checked it."""
    media = Media(
        media_id=world.secret(64),
        appid=account.appid,
        type=type_,
        name=name,
        content_type=CONTENT_TYPES.get(format_of(content), "application/octet-stream"),
        content=content,
        created=world.clock.now(),
        expires=None if permanent else world.clock.now() + KEPT,
        counted=counted,
    )
    world.state.media[media.media_id] = media
    return media


def find(world: World, account: Account, media_id: str) -> Media:
    """A media of this account that has not lapsed. Raises 41006 or 40007."""
    if not media_id:
        raise ApiError(41006)
    media = world.state.media.get(media_id)
    lapsed = media is not None and media.expires is not None and media.expires <= world.clock.now()
    if media is None or lapsed or media.appid != account.appid:
        raise ApiError(40007)
    return media


def clear_lapsed(world: World) -> None:
    """Drop temporary files past their three days so that a long run does not grow without end."""
    horizon = world.clock.now() - DAY
    for media_id in [m.media_id for m in world.state.media.values() if m.expires and m.expires < horizon]:
        del world.state.media[media_id]
