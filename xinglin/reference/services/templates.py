"""A library's own Word template for its reports."""

import hashlib
import io
import zipfile

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.reference.errors import ReportTemplateUnfit
from xinglin.reference.models import OrderKind, ReportTemplate
from xinglin.reference.paper import words
from xinglin.reference.queries import MANAGE

LARGEST = 5 * 1024 * 1024
LARGEST_UNPACKED = 60 * 1024 * 1024


@transaction.atomic
def keep_template(*, library: Library, kind: OrderKind, file: "File[bytes]", name: str,
                  by: Staff | None) -> ReportTemplate:  # fmt: skip
    """Keep a library's Word template after filling it once with an example.

    Raises ``ReportTemplateUnfit`` for what is no Word document or does not fill.
    """
    access.require(by, MANAGE, library.pk)
    data = file.read(LARGEST + 1)
    _proved(data)
    words.fill(data, words.example(kind))
    path = f"reference/templates/{hashlib.sha256(data).hexdigest()}.docx"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(data))
    kept, _created = ReportTemplate.objects.update_or_create(
        library=library, kind=kind, defaults={"file": path, "called": name[:200], "by": by, "at": clock.now()}
    )
    history.record(kept, "keep_template", by=by.user if by else None, changes={"file": name})
    return kept


@transaction.atomic
def drop_template(*, template: ReportTemplate, by: Staff | None) -> None:
    """Go back to the house's template."""
    access.require(by, MANAGE, template.library_id)
    history.record(template, "drop_template", by=by.user if by else None)
    template.delete()


def _proved(data: bytes) -> None:
    if len(data) > LARGEST:
        raise ReportTemplateUnfit(_("模板超过 %(most)d MB；请去掉大图后再传。"), most=LARGEST // 1024**2)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            known = "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        known, unpacked = False, 0
    if not known or unpacked > LARGEST_UNPACKED:
        raise ReportTemplateUnfit(_("这不是可用的 Word 文档（.docx）；请下载我们的模板，改好后再传。"))
