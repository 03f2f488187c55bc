"""Receipt: copies come, get accession numbers, and stand in the catalogue as being processed."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions import finding
from xinglin.acquisitions.errors import OrderUnfit, ReceivedMeanwhile
from xinglin.acquisitions.lifecycle import SuggestionState
from xinglin.acquisitions.models import Accession, OrderLine, Suggestion
from xinglin.acquisitions.queries import RECEIVE, rules_for
from xinglin.acquisitions.services.deciding import arrive
from xinglin.acquisitions.services.moving import hold_lock, locked
from xinglin.acquisitions.services.ordering import for_staff, step
from xinglin.acquisitions.works import Wish
from xinglin.catalog import services as catalog
from xinglin.catalog.description import Description
from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Holding, Kind, Record
from xinglin.commons import clock, history
from xinglin.consortium.models import Library, Staff


@transaction.atomic
def receive(*, line: OrderLine, copies: int, seen: int, by: Staff | None) -> list[Accession]:
    """Take in copies of a line; ``seen`` is how many had come when the person looked.

    Each copy gets the next accession number of its library and an item in process; the first copy of a
    suggestion tells everyone who asked. Of two people who receive the same parcel, the second is told and
    nothing is counted twice.

    Raises ``ReceivedMeanwhile``, ``OrderUnfit``, ``OrderMoveNotPossible``, ``NotAllowed``.
    """
    order = for_staff(line.order, by, permission=RECEIVE)
    kept = (
        OrderLine.objects.select_for_update(of=("self",)).select_related("library", "record").get(pk=line.pk)
    )
    if kept.received != seen:
        raise ReceivedMeanwhile(
            _("《%(title)s》刚有人验收，现在已到 %(now)d 册（您看到的是 %(seen)d 册）；请刷新后核对。"),
            title=kept.title, now=kept.received, seen=seen,
        )  # fmt: skip
    if not 1 <= copies <= kept.outstanding:
        raise OrderUnfit(
            _("《%(title)s》还有 %(left)d 册没到，不能验收 %(copies)d 册。"),
            title=kept.title, left=kept.outstanding, copies=copies,
        )  # fmt: skip
    record = kept.record if kept.record and kept.record.is_active else _record_of(kept)
    kept.record, kept.received = record, kept.received + copies
    kept.save(update_fields=["record", "received"])
    rest = sum(each.outstanding for each in order.lines.all())
    step(order, "receive_part" if rest else "receive_rest", by=by)
    history.record(
        order, "receive_copies", by=by.user if by else None, changes={"title": kept.title, "copies": copies}
    )
    made = _take_in(kept, record, copies)
    if kept.suggestion_id:
        suggestion = locked(Suggestion(pk=kept.suggestion_id))
        if suggestion.state in (SuggestionState.ORDERED, SuggestionState.APPROVED):
            arrive(suggestion=suggestion, record=record, by=None)
    return made


def _record_of(line: OrderLine) -> Record:
    """Return the catalogue's record of what came, or a short one for the cataloguer to complete."""
    found = finding.records_of(Wish(isbn=line.isbn, title=line.title, author=line.author))
    if found:
        return found[0]
    description = Description(
        title=line.title,
        authors=(line.author,) if line.author else (),
        responsibility=line.author,
        publisher=line.publisher,
        year=line.year,
        isbns=(line.isbn,) if line.isbn else (),
        classes=(line.class_number,) if line.class_number else (),
        kind=Kind.BOOK,
    )
    return catalog.add_record(description=description, by=None)


def _take_in(line: OrderLine, record: Record, copies: int) -> list[Accession]:
    library: Library = line.library
    # One at a time in a library: accession numbers follow each other without gaps.
    hold_lock(f"accession.{library.pk}")
    holding = Holding.objects.filter(record=record, library=library).order_by("pk").first()
    holding = holding or catalog.add_holding(record=record, library=library, by=None)
    last = Accession.objects.filter(library=library).order_by("-serial").first()
    serial = last.serial if last else 0
    as_barcode = rules_for(library).accession_is_barcode
    made = []
    for _copy in range(copies):
        serial += 1
        number = f"{library.code}{serial:07d}"
        item = catalog.add_item(
            holding=holding,
            condition=Condition.IN_PROCESS,
            barcode=number if as_barcode else "",
            price_fen=line.price_fen,
            by=None,
        )
        made.append(
            Accession.objects.create(
                library=library, number=number, serial=serial, item=item, line=line, at=clock.now()
            )
        )
    return made
