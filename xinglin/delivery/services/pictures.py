"""Pictures of a reference, a page or a title: proved to be one before they are kept."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.consortium.fields import picture_kind
from xinglin.delivery.errors import NothingAsked
from xinglin.delivery.models import DocumentRequest

LARGEST_PICTURE = 10 * 1024 * 1024
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


def proved_picture(data: bytes) -> str:
    """Return the ending that a picture's bytes prove. Raises ``NothingAsked``."""
    kind = picture_kind(data[:16])
    if not kind or kind not in _ENDINGS:
        raise NothingAsked(_("这个文件不是图片；请发 JPEG 或 PNG 照片。"))
    if len(data) > LARGEST_PICTURE:
        raise NothingAsked(_("图片超过 %(most)d MB；请压缩后再发。"), most=LARGEST_PICTURE // 1024**2)
    return _ENDINGS[kind]


@transaction.atomic
def keep_picture(*, request: DocumentRequest, data: bytes) -> None:
    """Keep the picture that a request came with. Raises ``NothingAsked`` for what is none."""
    ending = proved_picture(data)
    if request.picture:
        return
    request.picture.save(f"{request.number}.{ending}", ContentFile(data), save=False)
    request.save(update_fields=["picture"])
