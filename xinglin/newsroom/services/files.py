"""Files that articles show: proved by their first bytes, kept under the hash of all of them."""

import hashlib
import io
import zipfile
from pathlib import PurePath

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.commons.text import plain, shortened
from xinglin.consortium import access
from xinglin.consortium.fields import picture_kind
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.errors import FileUnfit
from xinglin.newsroom.models import StoredFile

# Permanent pictures of the official account are at most 10 MB (protocol sheet §8, add_material); readers
# on a phone are glad of less.
LARGEST_PICTURE = 5 * 1024 * 1024
LARGEST_ATTACHMENT = 20 * 1024 * 1024
LARGEST_FILM = 50 * 1024 * 1024
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_OFFICE = "application/vnd.openxmlformats-officedocument."
# The part that tells an office document's kind (ECMA-376 part 1, §11.3, 12.3, 13.3).
_OFFICE_PARTS = {
    "word/document.xml": ("docx", f"{_OFFICE}wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", f"{_OFFICE}spreadsheetml.sheet"),
    "ppt/presentation.xml": ("pptx", f"{_OFFICE}presentationml.presentation"),
}


@transaction.atomic
def keep_file(*, library: Library, file: "File[bytes]", name: str, by: Staff | None) -> StoredFile:
    """Keep a picture or an attachment; the same bytes are kept once.

    Raises ``FileUnfit`` for what is neither a picture nor a PDF or office document by its bytes,
    whatever its name says, and for what is too large.
    """
    access.require(by, "newsroom.write_article", library.pk)
    data = file.read(LARGEST_FILM + 1)
    ending, media_type = _proved(data)
    most = {"image": LARGEST_PICTURE, "video": LARGEST_FILM}.get(
        media_type.partition("/")[0], LARGEST_ATTACHMENT
    )
    if len(data) > most:
        raise FileUnfit(
            _("文件「%(name)s」超过 %(most)d MB；请压缩后再传。"),
            name=shortened(plain(name), characters=60),
            most=most // 1024 // 1024,
        )
    stored, created = StoredFile.objects.get_or_create(
        name=f"{hashlib.sha256(data).hexdigest()}.{ending}",
        defaults={
            "media_type": media_type,
            "size": len(data),
            "called": plain(PurePath(name.replace("\\", "/")).name)[:200],
            "library": library,
            "uploaded_by": by,
            "at": clock.now(),
        },
    )
    # Also when the row was there: a file that was lost from the disk is mended by uploading it again.
    if created or not default_storage.exists(stored.path):
        default_storage.save(stored.path, ContentFile(data))
    return stored


def _proved(data: bytes) -> tuple[str, str]:
    """Return the ending and the media type that the bytes prove."""
    kind = picture_kind(data[:16])
    if kind:
        return _ENDINGS[kind], kind
    if data.startswith(b"%PDF-"):
        return "pdf", "application/pdf"
    if data.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts = set(archive.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            parts = set()
        for part, proved in _OFFICE_PARTS.items():
            if part in parts:
                return proved
    # An MP3 begins with an ID3 tag or a frame's eleven set bits (ISO/IEC 11172-3); the others are ISO base
    # media files, whose first box names the brand (ISO/IEC 14496-12, 4.3).
    if data.startswith(b"ID3") or (data[:1] == b"\xff" and data[1:2] in (b"\xfb", b"\xf3", b"\xf2")):
        return "mp3", "audio/mpeg"
    if data[4:8] == b"ftyp":
        return ("m4a", "audio/mp4") if data[8:11] == b"M4A" else ("mp4", "video/mp4")
    raise FileUnfit(
        _(
            "只收 PNG、JPEG、GIF、WebP 图片，MP3、M4A 音频，MP4 视频和 PDF、DOCX、XLSX、PPTX 文件；这个文件不是。"
        )
    )
