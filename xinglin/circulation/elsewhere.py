"""A reader's shelf in the branches' own systems: asked when it is looked at, never copied (SPEC L9).

The systems are asked at the same time, each within so many seconds; one that is silent is told as such beside what
the others said.
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xinglin.circulation.errors import BranchSystemRefuses
from xinglin.circulation.models import BranchSystem
from xinglin.circulation.models.elsewhere import KnownBy
from xinglin.circulation.sip2.client import Client
from xinglin.circulation.sip2.wire import Message
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.consortium.models import Library
from xinglin.patrons.models import Patron

# A page may wait longer than a chat, whose answer is due in four seconds.
PAGE_SECONDS = 6.0
CHAT_SECONDS = 2.5
# A title is asked for loan by loan: more than these are told by their barcodes.
MOST_TITLES = 30
T = TypeVar("T")


@dataclass(frozen=True)
class LoanElsewhere:
    """A loan as the other system tells it; the due date as it was written, and as a day where it can be read."""

    barcode: str
    title: str
    due_text: str
    due_on: date | None

    @property
    def days_left(self) -> int | None:
        return (self.due_on - clock.today()).days if self.due_on else None


@dataclass(frozen=True)
class Shelf:
    """What one system says of a reader; or why it says nothing."""

    system: BranchSystem
    loans: list[LoanElsewhere] = field(default_factory=list)
    known: bool = True
    owed: str = ""
    notes: list[str] = field(default_factory=list)
    trouble: str = ""


def systems_for(patron: Patron) -> QuerySet[BranchSystem]:
    """Return the systems that may know a reader: that of the home library, where it has one."""
    return BranchSystem.objects.filter(active=True, library=patron.home_library_id).select_related("library")


def shelves_of(patron: Patron, *, seconds: float = PAGE_SECONDS) -> list[Shelf]:
    """Ask every system that may know a reader what they have in hand there."""
    systems = list(systems_for(patron))
    number = {KnownBy.CARD: patron.card_number, KnownBy.STAFF_NUMBER: patron.staff_number}

    def look(system: BranchSystem) -> Callable[[], Shelf]:
        return lambda: _shelf(system, number[KnownBy(system.known_by)], seconds)

    found = _at_once([look(system) for system in systems])
    for shelf in found:
        note_how_it_went(shelf.system, shelf.trouble)
    return found


def renew_there(
    *, patron: Patron, library: Library, barcode: str, seconds: float = PAGE_SECONDS
) -> LoanElsewhere:
    """Ask a branch's system to renew one loan, once.

    Raises ``BranchSystemSilent`` (and then nobody knows), ``BranchSystemRefuses`` with what it said.
    """
    system = systems_for(patron).filter(library=library).first()
    if system is None or not system.may_renew:
        raise BranchSystemRefuses(_("这个馆的系统没有开通网上续借，请到该馆服务台办理。"))
    with Client(system, seconds=seconds) as client:
        answer = client.ask(
            "29",
            f"NN{client.now()}{' ' * 18}",
            [
                *client.institution()[:1],
                ("AA", _number(system, patron)),
                ("AB", barcode),
                *client.institution()[1:],
            ],
            answer="30",
        )
    if answer.fixed["ok"] != "1":
        raise BranchSystemRefuses(
            _("%(library)s不能续借：%(why)s"),
            library=system.library.label,
            why="；".join(answer.every("AF")) or _("没有说明原因，请到该馆服务台办理。"),
        )
    due = answer.first("AH")
    return LoanElsewhere(barcode, answer.first("AJ") or barcode, due, day_of(due))


def try_out(system: BranchSystem, *, seconds: float = PAGE_SECONDS) -> Message:
    """Connect, sign in and ask for the status. Raises ``BranchSystemSilent``, ``BranchSystemRefuses``."""
    with Client(system, seconds=seconds) as client:
        return client.ask("99", "00802.00", (), answer="98")


def note_how_it_went(system: BranchSystem, trouble: str) -> None:
    """Keep when a system last answered, and what was wrong, for the librarian."""
    rows = BranchSystem.objects.filter(pk=system.pk)
    if trouble:
        rows.update(trouble=trouble[:300], trouble_at=clock.now())
    else:
        rows.update(answered_at=clock.now(), trouble="")


def _number(system: BranchSystem, patron: Patron) -> str:
    return patron.card_number if system.known_by == KnownBy.CARD else patron.staff_number


def _shelf(system: BranchSystem, number: str, seconds: float) -> Shelf:
    if not number:
        return Shelf(system, known=False)
    try:
        with Client(system, seconds=seconds) as client:
            return _told(client, system, number)
    except Refusal as refusal:
        return Shelf(system, trouble=str(refusal))


def _told(client: Client, system: BranchSystem, number: str) -> Shelf:
    """Ask for the reader with the list of what is charged, then for each title."""
    ao, ac = client.institution()
    head = [ao, ("AA", number), ac]
    answer = client.ask(
        "63", f"001{client.now()}  Y       ", [*head, ("BP", "1"), ("BQ", "100")], answer="64"
    )
    if answer.first("BL") == "N" and not answer.first("AE"):
        return Shelf(system, known=False)
    barcodes = [value.strip() for value in answer.every("AU") if value.strip()]
    loans = [
        _loan(client.ask("17", client.now(), [ao, ("AB", barcode), ac], answer="18"), barcode)
        if at < MOST_TITLES
        else LoanElsewhere(barcode, barcode, "", None)
        for at, barcode in enumerate(barcodes)
    ]
    owed = answer.first("BV")
    return Shelf(
        system,
        loans=sorted(loans, key=lambda loan: (loan.due_on or date.max, loan.title)),
        owed=owed if re.search(r"[1-9]", owed) else "",
        notes=[note for note in answer.every("AF") if note.strip()],
    )


def _loan(answer: Message, barcode: str) -> LoanElsewhere:
    due = answer.first("AH")
    return LoanElsewhere(barcode, answer.first("AJ") or barcode, due, day_of(due))


_DAYS = (
    re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})"),
    re.compile(r"\b(\d{4})(\d{2})(\d{2})(?!\d)"),
    re.compile(r"^(\d{4})(\d{2})(\d{2})\d{6}"),
)


def day_of(written: str) -> date | None:
    """Read a due date, however the system writes it: 2026-12-01, 20261201    235959, 2026年12月1日.

    Days before months (01/12/2026) are not guessed at: they are shown as they were written.
    """
    for pattern in _DAYS:
        found = pattern.search(written.strip())
        if found is not None:
            try:
                return date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                return None
    return None


def _at_once(looks: list[Callable[[], T]]) -> list[T]:
    """Run network work beside each other; none of it touches the database."""
    if len(looks) < 2:
        return [look() for look in looks]
    with ThreadPoolExecutor(min(len(looks), 6)) as threads:
        return list(threads.map(lambda look: look(), looks))
