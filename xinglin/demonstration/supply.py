"""Documents on their way: what doctors asked for these days, what was delivered, and a book that travels."""

import io
import secrets
from datetime import timedelta
from typing import Any

from django.db.models import F
from pypdf import PdfWriter

from xinglin.catalog.copying import services as copying
from xinglin.catalog.models import CopySource
from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.delivery import services as delivery
from xinglin.delivery.models import Counting, DocumentRequest, Skill, Source, Urgency, Visit
from xinglin.delivery.services.asking import Asking
from xinglin.delivery.services.policy import TermsFile
from xinglin.delivery.works import Work
from xinglin.demonstration import files
from xinglin.ill import services as ill
from xinglin.ill.models import Partner
from xinglin.ill.services.asking import Asked
from xinglin.patrons.models import Patron, Right
from xinglin.patrons.queries import find_by_card

PARTNER = "CN-LJ0001"
# What only the partner outside has: the loan that a librarian can follow from the first day.
FROM_OUTSIDE = Asked(title="围手术期床旁超声图谱", author="江一帆", isbn="9787506799379", note="教学查房要用")
DESK = "xu.wenqing"  # the reference librarian of the main library
TAKES = 15
CATALOGUE_OUTSIDE = "临江省图书馆联机目录"
_DAY = timedelta(days=1)


def bring_documents(libraries: dict[str, Library], readers: dict[str, Patron]) -> int:
    """Put the desk to work, ask for the documents of the story, and deliver some; return how many were asked for."""
    main = next(library for library in libraries.values() if library.kind == "main")
    librarian = Staff.objects.get(user__username=DESK)
    delivery.put_handler(
        staff=librarian, library=main, skills=[Skill.FOREIGN, Skill.CLINICAL], most_open=TAKES, by=None
    )
    terms = TermsFile(minutes=16 * 60, take_minutes=4 * 60, counting=Counting.OPEN, page_fee_fen=20)
    delivery.set_terms(library=main, urgency=Urgency.NORMAL, file=terms, by=None)
    asked = 0
    for entry in files.entries("documents"):
        reader = readers[entry["reader"]]
        if reader.may(Right.DELIVERY):
            _ask(entry, reader)
            asked += 1
    return asked


def _ask(entry: dict[str, Any], reader: Patron) -> None:
    work = Work(
        title=entry["title"],
        authors=entry["authors"],
        container=entry["container"],
        year=entry["year"],
        volume=entry.get("volume", ""),
        issue=entry.get("issue", ""),
        page_range=entry.get("page_range", ""),
        doi=entry.get("doi", ""),
    )
    asking = Asking(source=Source.H5, urgency=Urgency(entry["urgency"]), note=entry.get("note", ""))
    request = delivery.ask(patron=reader, work=work, asking=asking)
    if entry["outcome"] == "delivered":
        paper = _paper(entry["pages"])
        delivery.deliver_file(request=request, data=paper, supply=delivery.Supply(), by=None)
        delivery.rate(request=request, patron=reader, stars=entry["stars"], praise=entry["praise"])
    elif entry["outcome"] == "declined":
        delivery.decline(request=request, reason=entry["reason"], by=None)
    elif entry["outcome"] == "asked_back":
        delivery.ask_back(request=request, question=entry["question"], by=None)
    _date_back(request, entry["days_ago"])


def _date_back(request: DocumentRequest, days: int) -> None:
    """Move a request into the past of the story: a demonstration has one moment in which all of it is told."""
    if not days:
        return
    back = days * _DAY
    moved = {name: F(name) - back for name in ("asked_at", "due_at", "promised_at")}
    rows = DocumentRequest.objects.filter(pk=request.pk)
    rows.update(**moved)
    rows.filter(closed_at__isnull=False).update(closed_at=F("closed_at") - back + _DAY / 2)
    rows.filter(delivered_at__isnull=False).update(delivered_at=F("delivered_at") - back + _DAY / 2)
    Visit.objects.filter(pk=request.visit_id, at__gt=clock.now() - _DAY).update(at=F("at") - back)


def _paper(pages: int) -> bytes:
    """A blank PDF stands for an article: what is shown of it is the mark over each page."""
    writer, made = PdfWriter(), io.BytesIO()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(made)
    return made.getvalue()


def borrow_between_libraries(libraries: dict[str, Library], readers: dict[str, Patron]) -> None:
    """Name the symbols, enter a partner that is not connected yet, and let a book travel between two libraries."""
    main = next(library for library in libraries.values() if library.kind == "main")
    ill.name_symbol(library=main, value="CN-XCMU", is_broker=True, by=None)
    ill.add_partner(
        by=None, name="临江省图书馆", symbol=PARTNER, city="临江", tier="reciprocal",
        url="https://ill.ljlib.example/iso18626", secret=secrets.token_urlsafe(24), active=False,
        contact="馆际互借部", address="临江省临江市书院路1号",
    )  # fmt: skip
    reader = readers["XCA260001"]
    asked = Asked(title="临床研究统计入门", isbn="9787033670653", note="写基金申请用")
    if reader.may(Right.ILL):
        ill.ask(patron=reader, asked=asked, library=reader.home_library)


def connect_the_partner(*, url: str, secret: str) -> None:
    """Point the pretend partner and its catalogue to where they listen this time, and let them take part."""
    partner = Partner.objects.get(symbol=PARTNER)
    source = CopySource.objects.filter(name=CATALOGUE_OUTSIDE).first()
    if source is None:
        source = copying.add_source(name=CATALOGUE_OUTSIDE, address=f"{url}sru", by=None)
    else:
        source = copying.amend_source(
            source=source, version=source.version, name=source.name, address=f"{url}sru", by=None
        )
    ill.amend_partner(partner=partner, by=None, secret=secret, url=url, active=True, catalogue=source)


def borrow_from_outside() -> None:
    """Ask for the book that only the partner has; the catalogue is asked first, then the partner, by the worker."""
    reader = find_by_card("XCA260001")
    if reader.may(Right.ILL):
        ill.ask(patron=reader, asked=FROM_OUTSIDE, library=reader.home_library)
