"""Delivered files in their reader's hand: reading, downloading, mailing, and clearing away."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium.models import Staff
from xinglin.delivery.errors import LinkOver, RequestUnknown
from xinglin.delivery.events import EmailCopyWanted
from xinglin.delivery.lifecycle import OPEN, State
from xinglin.delivery.models import DeliveredFile, DocumentRequest, FileOpening, OpeningKind
from xinglin.notices.channels import mail_is_set_up
from xinglin.patrons.models import Patron

log = logging.getLogger(__name__)

# A reader who turns the pages for an evening has opened it once.
ONE_READING = timedelta(hours=1)
LARGEST_ATTACHMENT = 15 * 1024 * 1024
KEEP_PICTURES = timedelta(days=90)


@transaction.atomic
def note_reading(*, file: DeliveredFile, by: Staff | None = None) -> None:
    """Write down that a file was opened for reading, once an hour."""
    kind = OpeningKind.STAFF if by else OpeningKind.READ
    since = clock.now() - ONE_READING
    if not FileOpening.objects.filter(file=file, kind=kind, by=by, at__gte=since).exists():
        FileOpening.objects.create(file=file, kind=kind, at=clock.now(), by=by)


@transaction.atomic
def count_download(*, file: DeliveredFile) -> bytes:
    """Hand the file out and count it. Raises ``LinkOver`` when it has ended or all downloads are used."""
    file = DeliveredFile.objects.select_for_update().get(pk=file.pk)
    if not file.is_readable:
        raise LinkOver(_("这个链接已到期，文件已清除。还需要时请重新申请，我们会尽快再送一次。"))
    if not file.downloads_left:
        raise LinkOver(_("已下载 %(most)d 次，不能再下载；到期前仍可在线阅读。"), most=file.most_downloads)
    file.downloads += 1
    file.save(update_fields=["downloads"])
    FileOpening.objects.create(file=file, kind=OpeningKind.DOWNLOAD, at=clock.now())
    with default_storage.open(file.file) as stored:
        data: bytes = stored.read()
    return data


@transaction.atomic
def want_email(*, request: DocumentRequest, patron: Patron) -> None:
    """Have the delivered file sent to the reader's mailbox. Raises ``LinkOver``, ``RequestUnknown``."""
    if request.patron_id != patron.pk:
        raise RequestUnknown(_("没有这个文献传递申请，或者不是您的申请。"))
    if not patron.email:
        raise RequestUnknown(_("您还没有登记邮箱；请在「我的」里补充，或联系图书馆。"))
    if not mail_is_set_up():
        raise RequestUnknown(_("图书馆还没有设置发信服务器；请在线阅读或下载。"))
    if not any(file.is_readable for file in request.files.all()):
        raise LinkOver(_("文件已清除，不能再发邮件；还需要时请重新申请。"))
    announce(EmailCopyWanted(request_id=request.pk))


@transaction.atomic
def email_copy(*, file: DeliveredFile) -> bool:
    """Send a delivered file to its reader once; return whether it was sent now.

    A file too large for a mailbox is not sent: the letter says where it is read. The row is locked, so that an
    errand that runs twice sends one letter; what the mail server refuses raises and is tried again.
    """
    file = (
        DeliveredFile.objects.select_for_update(of=("self",))
        .select_related("request__patron", "request__library")
        .get(pk=file.pk)
    )
    request = file.request
    if (
        file.emailed_at is not None
        or not file.is_readable
        or request.patron is None
        or not request.patron.email
    ):
        return False
    said = _(
        "%(name)s：\n\n您申请的文献 %(number)s 已送达，共 %(pages)d 页。\n%(citation)s\n\n"
        "仅供个人学习、研究使用，请勿转发。\n"
        "在线阅读：%(url)s（%(until)s 前有效，请在绑定了读者证的微信里打开）。\n\n%(library)s"
    )
    letter = EmailMessage(
        subject=_("文献传递 %(number)s") % {"number": request.number},
        body=said
        % {
            "name": request.patron.name,
            "number": request.number,
            "pages": file.pages,
            "citation": request.citation,
            "url": f"{settings.PUBLIC_URL}/m/delivery/read/{file.token}/",
            "until": f"{clock.local(file.expires_at):%Y-%m-%d}",
            "library": request.library.name,
        },
        to=[request.patron.email],
    )
    if file.size <= LARGEST_ATTACHMENT:
        with default_storage.open(file.file) as stored:
            letter.attach(f"{request.number}.pdf", stored.read(), "application/pdf")
    letter.send()
    file.emailed_at = clock.now()
    file.save(update_fields=["emailed_at"])
    FileOpening.objects.create(file=file, kind=OpeningKind.EMAIL, at=clock.now())
    history.record(request, "email", changes={"pages": file.pages})
    return True


def purge_expired() -> int:
    """Delete the files whose link has ended; the rows stay as the log. Returns how many."""
    over = DeliveredFile.objects.filter(purged_at=None, expires_at__lte=clock.now())
    purged = 0
    for pk in list(over.values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            file = DeliveredFile.objects.select_for_update().get(pk=pk)
            if file.purged_at is None:
                default_storage.delete(file.file)
                for page in range(1, file.pages + 1):
                    default_storage.delete(page_path(file, page))
                file.purged_at = clock.now()
                file.save(update_fields=["purged_at"])
                purged += 1
    return purged


def page_path(file: DeliveredFile, number: int) -> str:
    """Return where the drawn page of a file is kept while its link holds."""
    return f"delivery/pages/{file.sha256[:2]}/{file.pk}/{number}.jpg"


def purge_pictures() -> int:
    """Delete the pictures of requests that ended three months ago. Returns how many."""
    ended = DocumentRequest.objects.filter(closed_at__lte=clock.now() - KEEP_PICTURES).exclude(picture="")
    purged = 0
    for request in ended.exclude(state__in=OPEN)[:500]:
        request.picture.delete(save=False)
        DocumentRequest.objects.filter(pk=request.pk).update(picture="")
        purged += 1
    return purged


def forget_reader(*, patron_id: int) -> None:
    """Part what a reader asked for from the reader: files and pictures go, numbers for the statistics stay."""
    for file in DeliveredFile.objects.filter(request__patron=patron_id, purged_at=None):
        default_storage.delete(file.file)
        file.purged_at = clock.now()
        file.save(update_fields=["purged_at"])
    for request in DocumentRequest.objects.filter(patron=patron_id):
        with transaction.atomic():
            if request.picture:
                request.picture.delete(save=False)
            DocumentRequest.objects.filter(pk=request.pk).update(
                patron=None, picture="", note="", answer="", question="", asked_as="", praise=""
            )


def give_up_open(*, patron_id: int, reason: str) -> None:
    """Cancel what a reader who left still waits for."""
    for request in DocumentRequest.objects.filter(patron=patron_id, state__in=OPEN):
        with transaction.atomic():
            request.state, request.closed_at, request.closing_reason = State.CANCELLED, clock.now(), reason
            request.save(update_fields=["state", "closed_at", "closing_reason"])
            history.record(request, "cancel", reason=reason)
