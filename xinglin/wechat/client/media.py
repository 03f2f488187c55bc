"""Temporary media, kept three days (protocol sheet §8.8)."""

from dataclasses import dataclass

from xinglin.wechat.client.transport import Download, File, Transport
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_text


@dataclass(frozen=True)
class UploadedMedia:
    """``created`` is in seconds since 1970; the media is gone three days later."""

    media_id: str
    kind: str
    created: int


class MediaApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def upload(self, kind: str, file: File) -> UploadedMedia:
        """POST /cgi-bin/media/upload: image, voice, video or thumb."""
        answer = self._transport.upload("/cgi-bin/media/upload", file, {"type": kind})
        media_id = as_text(answer.get("media_id")) or as_text(answer.get("thumb_media_id"))
        return UploadedMedia(media_id, as_text(answer.get("type")) or kind, as_int(answer.get("created_at")))

    def get(self, media_id: str) -> Download | JsonObject:
        """GET /cgi-bin/media/get: the file, or ``video_url`` for a video."""
        return self._transport.download("/cgi-bin/media/get", {"media_id": media_id})

    def get_high_quality_voice(self, media_id: str) -> Download | JsonObject:
        """GET /cgi-bin/media/get/jssdk: speex at 16 kHz of a page's recording."""
        return self._transport.download("/cgi-bin/media/get/jssdk", {"media_id": media_id})

    def upload_article_image(self, file: File) -> str:
        """POST /cgi-bin/media/uploadimg: jpg or png under 1 MB; returns an address for article bodies."""
        return as_text(self._transport.upload("/cgi-bin/media/uploadimg", file).get("url"))
