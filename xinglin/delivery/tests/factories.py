"""Requests, desks and papers for tests; each says only what matters."""

import io
from itertools import count

from pypdf import PdfWriter

from xinglin.consortium.models import Library, Staff
from xinglin.delivery import services
from xinglin.delivery.models import DeliveredFile, DocumentRequest, Handler, Skill, Source, Urgency
from xinglin.delivery.services.asking import Asking
from xinglin.delivery.services.fulfilling import Supply
from xinglin.delivery.works import Work
from xinglin.patrons.models import Patron

_numbers = count(1)


def a_work(title: str = "", **more: object) -> Work:
    """An article that nobody else asks for, in a journal of its own."""
    number = next(_numbers)
    values: dict[str, object] = {
        "title": title or f"Anticoagulation in atrial fibrillation {number}",
        "authors": "Li J, Wang F",
        "container": f"Journal {number}",
        "year": 2020,
        "volume": "12",
        "issue": "3",
        "page_range": "45-52",
    }
    return Work(**(values | more))  # type: ignore[arg-type]


def a_request(
    patron: Patron,
    work: Work | None = None,
    *,
    urgency: Urgency = Urgency.NORMAL,
    source: Source = Source.H5,
    wants_email: bool = False,
) -> DocumentRequest:
    """A reader's request."""
    asking = Asking(source=source, urgency=urgency, wants_email=wants_email)
    return services.ask(patron=patron, work=work or a_work(), asking=asking)


def a_desk(staff: Staff, library: Library, *skills: Skill, most_open: int = 20) -> Handler:
    """Somebody at the desk of a library."""
    return services.put_handler(
        staff=staff, library=library, skills=list(skills), most_open=most_open, by=None
    )


def a_paper(pages: int = 2, *, size: tuple[float, float] = (595, 842), rotate: int = 0) -> bytes:
    """A PDF of blank pages."""
    writer = PdfWriter()
    for _page in range(pages):
        page = writer.add_blank_page(*size)
        if rotate:
            page.rotate(rotate)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def a_delivery(request: DocumentRequest, *, pages: int = 2, permission: str = "") -> DeliveredFile:
    """A delivered file."""
    return services.deliver_file(
        request=request, data=a_paper(pages), supply=Supply(permission=permission), by=None
    )
