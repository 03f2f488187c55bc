"""Lending and renewing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item
from xinglin.catalog.services import change_condition, set_available
from xinglin.circulation import blocks, errors, queries
from xinglin.circulation.due import Due, due_date, recalled_to
from xinglin.circulation.events import HoldFilled, LoanMade, LoanRecalled, LoanRenewed
from xinglin.circulation.lifecycle import CAPTURED, LOAN_MOVES, OPEN, HoldState, LoanState
from xinglin.circulation.models import Hold, Loan
from xinglin.circulation.rules import Case, Match
from xinglin.circulation.services.capturing import back_to_the_queue
from xinglin.circulation.services.copies import (
    actor,
    be_at,
    locked_item,
    locked_patron,
    open_loan_of,
    receive,
)
from xinglin.circulation.services.queue import close
from xinglin.circulation.services.returning import charge_lateness
from xinglin.circulation.terms import RenewFrom, Terms
from xinglin.circulation.ties import Ties, standing_of, ties_of
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.commons.errors import Refusal
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.queries import timetable_of
from xinglin.patrons.models import Patron


@transaction.atomic
def lend(
    *,
    patron: Patron,
    item: Item,
    library: Library,
    by: Staff | None,
    override: str = "",
    at: datetime | None = None,
) -> Loan:
    """Lend one copy to one reader at the desk of a library.

    The reader's row is locked, so that two desks cannot both slip under the limit. ``override`` is the
    reason for lending against what may be set aside; ``at`` is for what was lent before (an import, the
    scans of a spell without network). A hold of the reader for the title is filled; a copy under way is
    received here.

    Raises the first ``Block`` that stands (``xinglin.circulation.blocks``), ``LoanClosed`` when the reader has
    this very copy already, ``NotAllowed``.
    """
    access.require(by, "circulation.lend", library.pk)
    if override:
        access.require(by, "circulation.override_block", library.pk)
    patron, item = locked_patron(patron.pk), locked_item(item)
    match = queries.terms_for(Case.of(patron, item, library))
    ties = ties_of(item)
    if ties.loan is not None:
        _refuse_lent(item, patron)
    set_aside = _judge(what_stands_against(patron, item, library, match, ties), override)
    moment = at or clock.now()
    due = _due(match.terms, moment, match.terms.loan_length, library, patron)
    receive(library, ties, by)
    be_at(item, library, ties)
    if item.condition != Condition.ON_SHELF:
        change_condition(item=item, deed=_back_into_use(item), by=None, reason=override)
    loan = Loan.objects.create(
        patron=patron,
        item=item,
        library=library,
        home_library_id=item.library_id,
        rule=match.rule,
        lent_at=moment,
        lent_by=by,
        due_at=due.at,
    )
    if ties.is_wanted:
        _settle_holds(loan, patron, by, override)
    set_available(item=item, available=False)
    history.record(loan, "lend", by=by.user if by else None, changes=_aside(set_aside), reason=override)
    announce(LoanMade(loan_id=loan.pk))
    return loan


def what_stands_against(
    patron: Patron, item: Item, library: Library, match: Match, ties: Ties
) -> list[errors.Block]:
    """Return everything that stands against lending a copy to a reader now."""
    standing = standing_of(patron, library, match.rule.item_type if match.rule else "")
    return [
        *blocks.of_copy(item, match),
        *blocks.of_standing(patron, standing),
        *blocks.of_overdue(patron, standing),
        *blocks.of_fees(standing, match.terms.owed_most_fen),
        *blocks.of_limits(standing, library, match),
        *(blocks.of_holds(item, patron) if ties.is_wanted else ()),
    ]


@transaction.atomic
def renew(*, loan: Loan, by: Staff | None = None, override: str = "") -> Loan:
    """Give a loan a later due date, by the terms under which it was lent. ``by`` is None for the reader.

    Raises the first ``Block`` that stands, each with its own sentence, ``LoanClosed``, ``NotAllowed``. What is
    renewed late against the rule is charged for its lateness first.
    """
    if by is not None:
        access.require(by, "circulation.renew", by.library_id)
    if override:
        access.require(by, "circulation.override_block", loan.library_id)
    if loan.patron_id is None:
        raise errors.LoanClosed(_("这本书已经归还，不能续借。"))
    patron = locked_patron(loan.patron_id)
    item = locked_item(loan.item)
    current = open_loan_of(item)
    if current is None or current.pk != loan.pk:
        raise errors.LoanClosed(_("这本书已经归还，不能续借。"))
    standing, is_wanted = standing_of(patron), ties_of(item).is_wanted
    set_aside = _judge(blocks.of_renewal(current, patron, standing, is_wanted=is_wanted), override)
    if current.is_overdue:
        charge_lateness(current, until=clock.now(), also_open_in=None)
    terms = current.terms
    since = current.due_at if terms.renew_from == RenewFrom.DUE and not current.is_overdue else clock.now()
    due = _due(terms, since, terms.renewal_length, current.library, patron)
    if due.at <= current.due_at:
        raise errors.RenewalGainsNothing(
            _("续借后的应还日 %(day)s 不晚于现在的应还日（可能受读者证有效期限制），未续借。"),
            day=f"{clock.local(due.at):%Y-%m-%d}",
        )
    before, current.due_at = current.due_at, due.at
    current.renewals += 1
    current.state = LOAN_MOVES[LoanState(current.state), "renew"][0]
    current.save(update_fields=["due_at", "renewals", "state"])
    changes = {"due_at": [before.isoformat(), due.at.isoformat()], **_aside(set_aside)}
    history.record(current, "renew", by=actor(by), changes=changes, reason=override)
    announce(LoanRenewed(loan_id=current.pk))
    return current


@transaction.atomic
def recall(*, loan: Loan, reason: str, by: Staff | None) -> Loan:
    """Call a loan back for a reader who waits: it is due sooner, but not before the days that are granted.

    Only what is in a reader's hands is recalled, once (FOLIO's table of request types). Raises
    ``RecallGainsNothing``, ``LoanClosed``, ``ReasonNeeded``, ``NotAllowed``.
    """
    access.require(by, "circulation.recall_loan", loan.library_id)
    if not reason.strip():
        raise errors.ReasonNeeded(_("召回必须写明理由。"))
    current = open_loan_of(locked_item(loan.item))
    if current is None or current.pk != loan.pk or current.state != LoanState.OUT:
        raise errors.LoanClosed(_("这本书已经归还或不在读者手上，不能召回。"))
    due = recalled_to(current.terms, lent_at=current.lent_at, due_at=current.due_at, today=clock.today())
    if due is None or current.recalled_at is not None:
        raise errors.RecallGainsNothing(
            _("召回不会更早：已召回过，或按规则 %(day)s 前不能要求归还。"),
            day=f"{clock.local(current.due_at):%Y-%m-%d}",
        )
    before, current.due_at, current.recalled_at = current.due_at, due, clock.now()
    current.save(update_fields=["due_at", "recalled_at"])
    changes = {"due_at": [before.isoformat(), due.isoformat()]}
    history.record(current, "recall_loan", by=actor(by), changes=changes, reason=reason)
    announce(LoanRecalled(loan_id=current.pk))
    return current


@dataclass(frozen=True)
class Renewal:
    """What became of one loan when all were renewed."""

    loan: Loan
    refusal: Refusal | None = None


def renew_all(*, loans: Iterable[Loan], by: Staff | None = None) -> list[Renewal]:
    """Renew what can be renewed, each loan for itself; what cannot says why."""
    done = []
    for loan in loans:
        try:
            done.append(Renewal(renew(loan=loan, by=by)))
        except Refusal as refusal:
            done.append(Renewal(loan, refusal))
    return done


def _judge(found: Iterable[errors.Block], override: str) -> list[errors.Block]:
    """Raise the first block that stands; return those set aside with a reason."""
    standing = list(found)
    block = blocks.first_that_holds(standing, overridden=bool(override.strip()))
    if block is not None:
        raise block
    return standing


def _aside(set_aside: list[errors.Block]) -> dict[str, object]:
    return {"set_aside": [block.code for block in set_aside]} if set_aside else {}


def _refuse_lent(item: Item, patron: Patron) -> None:
    loan = open_loan_of(item)
    if loan is None:
        return
    if loan.patron_id == patron.pk:
        raise errors.LoanClosed(
            _("《%(title)s》已借在这位读者名下，%(due)s 应还；要延长请续借。"),
            title=item.holding.record.title,
            due=f"{clock.local(loan.due_at):%Y-%m-%d}",
        )
    raise errors.ItemOnLoan(_("单册 %(barcode)s 还在另一位读者名下，请先办理还书。"), barcode=item.barcode)


def _due(terms: Terms, since: datetime, length: int, library: Library, patron: Patron) -> Due:
    return due_date(
        terms,
        since=since,
        length=length,
        timetable=timetable_of(library, since=clock.local(since).date()),
        # Who may borrow with an expired card, by override, is not given a date in the past.
        card_expires_on=None if patron.has_expired else patron.expires_on,
    )


def _back_into_use(item: Item) -> str:
    lost = (Condition.LOST, Condition.MISSING, Condition.CLAIMED_RETURNED)
    return "find" if item.condition in lost else "shelve"


def _settle_holds(loan: Loan, patron: Patron, by: Staff | None, override: str) -> None:
    """Fill the reader's own hold for the title; put another's, set aside with a reason, back into the queue."""
    kept = Hold.objects.filter(item=loan.item, state__in=CAPTURED).exclude(patron=patron)
    for hold in kept.select_for_update(of=("self",)).select_related("record"):
        back_to_the_queue(hold, by=by, reason=override)
    own = Hold.objects.filter(patron=patron, record=loan.item.holding.record_id, state__in=OPEN)
    for hold in own.select_for_update(of=("self",)).select_related("item__library", "item__holding"):
        same = hold.state == HoldState.READY and hold.item_id == loan.item_id
        deed = "hand_over" if same else "fulfil"
        close(hold, deed)
        history.record(hold, deed, by=by.user if by else None, changes={"barcode": loan.item.barcode})
        announce(HoldFilled(hold_id=hold.pk))
