"""The reviewer's work: return or issue; and what follows: dispute, a new report, the archive."""

import hashlib
import io
import secrets
from datetime import timedelta
from typing import cast

import pypdf
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.commons.bulletin import announce
from xinglin.consortium.models import Staff
from xinglin.patrons.models import Patron
from xinglin.reference.errors import NotQualified, OrderUnfit
from xinglin.reference.events import ReportIssued
from xinglin.reference.lifecycle import State
from xinglin.reference.models import Order, OrderKind, Report, ReportTemplate, Skill
from xinglin.reference.paper import content, printing, words
from xinglin.reference.queries import MANAGE, REVIEW, qualified
from xinglin.reference.services.moving import for_client, for_staff, move, only

# No letters that are taken for digits on paper.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 12
# A report that nobody disputes within this time goes to the archive.
ARCHIVED_AFTER = timedelta(days=30)


@transaction.atomic
def return_report(*, order: Order, remarks: str, by: Staff | None) -> Order:
    """Give a report back to its searcher with what has to be changed. Raises ``OrderUnfit`` without remarks."""
    kept = for_staff(order, REVIEW, by)
    only(kept.reviewer, by, _("审核员"))
    if not remarks.strip():
        raise OrderUnfit(_("请写明要修改什么，查新员会看到。"))
    move(kept, "return_report", by=by, reason=remarks.strip())
    return kept


@transaction.atomic
def issue(*, order: Order, by: Staff | None) -> Report:
    """Issue the report under a new number: PDF and DOCX are made, hashed and kept as they are.

    Who reviews must be the one who was named, and qualified on this day.
    Raises ``NotTheirOrder``, ``NotQualified``, ``FontMissing``.
    """
    kept = for_staff(order, REVIEW, by)
    only(kept.reviewer, by, _("审核员"))
    for person, skill in ((kept.searcher, Skill.SEARCHER), (kept.reviewer, Skill.REVIEWER)):
        if person is None or not qualified(skill, library=kept.library).filter(pk=person.pk).exists():
            raise NotQualified(
                _("%(name)s 的%(skill)s资格已失效，报告不能出具；请续登资格，或重新指派。"),
                name=person.name if person else "", skill=skill.label,
            )  # fmt: skip
    now = clock.now()
    number = f"{kept.number}-{kept.reports.count() + 1:02d}"
    code = "".join(secrets.choice(_ALPHABET) for _place in range(CODE_LENGTH))
    told = content.of(kept, number=number, code=code, moment=now)
    kept.issued_at = now
    move(kept, "issue_report", by=by, changes={"report": number})
    pdf = printing.pdf(told, moment=now)
    docx = words.fill(_template(kept), told)
    report = Report.objects.create(
        order=kept,
        number=number,
        verification_code=code,
        content=told,
        sha256=hashlib.sha256(pdf).hexdigest(),
        pdf=_keep(f"reference/reports/{number}-{code}.pdf", pdf),
        docx=_keep(f"reference/reports/{number}-{code}.docx", docx),
        pages=len(pypdf.PdfReader(io.BytesIO(pdf)).pages),
        issued_at=now,
        issued_by=cast(Staff, by),  # ``only`` refuses nobody
    )
    announce(ReportIssued(order_id=kept.pk, report_id=report.pk))
    return report


@transaction.atomic
def dispute(*, order: Order, patron: Patron | None, reason: str, by: Staff | None = None) -> Order:
    """Note the client's objection to an issued report."""
    kept = for_client(order, patron) if patron else for_staff(order, MANAGE, by)
    if not reason.strip():
        raise OrderUnfit(_("请写明对哪一处有异议，馆员会看到。"))
    move(kept, "dispute", by=patron or by, reason=reason.strip())
    return kept


@transaction.atomic
def uphold_report(*, order: Order, answer: str, by: Staff | None) -> Order:
    """Answer an objection: the report stands."""
    kept = for_staff(order, MANAGE, by)
    if not answer.strip():
        raise OrderUnfit(_("请写明答复，委托人会看到。"))
    move(kept, "uphold_report", by=by, reason=answer.strip())
    return kept


@transaction.atomic
def redo(*, order: Order, reason: str, by: Staff | None) -> Order:
    """Accept an objection: the issued report is void from now on, and a new one will have a new number."""
    kept = for_staff(order, MANAGE, by)
    if not reason.strip():
        raise OrderUnfit(_("请写明作废的原因；验证报告的人会看到。"))
    move(kept, "redo_report", by=by, reason=reason.strip())
    void = kept.reports.filter(replaced_at=None)
    void.update(replaced_at=clock.now(), replaced_because=reason.strip())
    return kept


def archive_what_is_settled() -> int:
    """Archive the reports that nobody disputed in time; return how many. Safe to run at any time."""
    settled = Order.objects.filter(state=State.ISSUED, issued_at__lt=clock.now() - ARCHIVED_AFTER)
    done = 0
    for pk in settled.values_list("pk", flat=True):
        with transaction.atomic():
            kept = Order.objects.select_for_update().get(pk=pk)
            if kept.state == State.ISSUED:
                kept.closed_at = clock.now()
                move(kept, "archive", by=str(_("自动归档")))
                done += 1
    return done


def _template(order: Order) -> bytes:
    own = ReportTemplate.objects.filter(library=order.library, kind=order.kind).first()
    if own is None:
        return words.house_template(OrderKind(order.kind))
    with default_storage.open(own.file) as file:
        return bytes(file.read())


def _keep(path: str, data: bytes) -> str:
    return default_storage.save(path, ContentFile(data))
