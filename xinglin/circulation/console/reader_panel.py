"""What the desk shows of the reader who stands before it; of another library's reader only what is needed."""

from dataclasses import dataclass

from django.urls import reverse

from xinglin.circulation import blocks, queries
from xinglin.circulation.console.scanning import token_of
from xinglin.circulation.lifecycle import CAPTURED
from xinglin.circulation.models import Fee, Hold, Loan
from xinglin.circulation.rules import Case, Match
from xinglin.circulation.ties import standing_of
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron
from xinglin.patrons.text import masked_name


@dataclass(frozen=True)
class ReaderPanel:
    """A reader at the desk of a library."""

    token: str
    card_number: str
    name: str
    category: str
    home_library: str
    department: str
    expires_on: object
    is_guest: bool
    match: Match
    blocks: list[str]
    loans: list[Loan]
    lent_here: int
    holds: list[Hold]
    fees: list[Fee]
    owed_fen: int
    receipt_url: str


def panel_of(patron: Patron, staff: Staff) -> ReaderPanel:
    """Return what a librarian is shown (library systems sheet 4.6: a guest's name is masked)."""
    library: Library = staff.library
    guest = patron.home_library_id not in access.libraries_of(staff, "patrons.view_patron")
    match = queries.terms_for(Case(library, patron.home_library, patron.category, ""))
    loans = list(queries.open_loans_of(patron))
    standing = standing_of(patron)
    against = [
        *blocks.of_standing(patron, standing),
        *blocks.of_overdue(patron, standing),
        *blocks.of_fees(standing, match.terms.owed_most_fen),
    ]
    waiting = Hold.objects.filter(patron=patron, state__in=CAPTURED, pickup_library=library)
    token = token_of(patron)
    return ReaderPanel(
        token=token,
        card_number=patron.card_number or "",
        name=masked_name(patron.name) if guest else patron.name,
        category=patron.category.name,
        home_library=patron.home_library.label,
        department="" if guest else patron.department,
        expires_on=patron.expires_on,
        is_guest=guest,
        match=match,
        blocks=[str(block) for block in against],
        loans=loans,
        lent_here=sum(loan.library_id == library.pk for loan in loans),
        holds=list(waiting.select_related("record", "item")),
        fees=list(queries.open_fees_of(patron)),
        owed_fen=standing.owed_fen,
        receipt_url=reverse("console:circulation.receipt") + f"?reader={token}",
    )
