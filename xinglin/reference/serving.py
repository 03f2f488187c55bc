"""Handing out the contract of an order, and the files of a report, whose bytes are checked against the hash first."""

import hashlib

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext_lazy as _

from xinglin.reference.errors import OrderUnknown, ReportUnknown
from xinglin.reference.models import Order, Report
from xinglin.reference.paper import contract

_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def contract_of(order: Order) -> HttpResponse:
    """Return the contract of an order as PDF, from the quote on. Raises ``OrderUnknown``, ``FontMissing``."""
    if not order.contract_number:
        raise OrderUnknown(_("这份委托还没有报价，没有合同。"))
    answer = HttpResponse(contract.pdf(order), content_type=_TYPES["pdf"])
    answer["Content-Disposition"] = f'inline; filename="{order.number}-contract.pdf"'
    return answer


def file_of(report: Report, form: str) -> FileResponse:
    """Return the PDF or Word file of a report.

    Raises ``ReportUnknown`` for another form, for a file that is lost, and for a PDF that is not the one issued.
    """
    path = {"pdf": report.pdf, "docx": report.docx}.get(form, "")
    if not path or not default_storage.exists(path):
        raise ReportUnknown(_("报告 %(number)s 的文件不在了；请联系管理员从备份恢复。"), number=report.number)
    if form == "pdf" and not is_the_one_issued(report):
        raise ReportUnknown(
            _("报告 %(number)s 的文件与出具时的不一致，不能提供；请联系管理员从备份恢复。"),
            number=report.number,
        )
    answer = FileResponse(
        default_storage.open(path),
        content_type=_TYPES[form],
        filename=f"{report.number}.{form}",
        as_attachment=form != "pdf",
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def is_the_one_issued(report: Report) -> bool:
    """Whether the stored PDF has the hash that was kept when it was issued."""
    with default_storage.open(report.pdf) as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == report.sha256
