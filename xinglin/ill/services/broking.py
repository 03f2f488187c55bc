"""Standing between: what becomes of a request that we make for another library is passed on to it.

The upstream hears ExpectToSupply for each supplier that is asked, a supplier's refusal as a notification while
others are left, and only the last one as its status (sheet 4.8).
"""

from dataclasses import replace
from datetime import datetime

from xinglin.commons import history
from xinglin.ill.lifecycle import SUPPLIED_CLOSED, Supplied
from xinglin.ill.models import SupplyRequest, Wish
from xinglin.ill.protocol import supplier
from xinglin.ill.protocol.vocabulary import Reason, Status
from xinglin.ill.services.sending import post
from xinglin.ill.services.wording import answer_of, keep_supply, supply_of

_DEEDS = {
    "send": "expect",
    "will_supply": "will_supply",
    "condition": "set_condition",
    "loaned": "loan",
    "copy_completed": "copy",
    "exhaust": "unfill",
    "loan_completed": "check_in",
    "without_return": "write_off",
    "overdue": "call_overdue",
    "recalled": "recall",
}


def pass_up(wish: Wish, deed: str, *, due: datetime | None = None, answer: bool | None = None) -> None:
    """Tell the library for which we ask what became of its request; call it inside the deed's transaction."""
    if wish.upstream_id is None:
        return
    row = (
        SupplyRequest.objects.select_for_update(of=("self",))
        .select_related("partner", "library", "item")
        .get(pk=wish.upstream_id)
    )
    if row.state in SUPPLIED_CLOSED:
        return
    if deed == "unfilled":
        post(
            row.partner,
            answer_of(row, Reason.NOTIFICATION, status=Status.UNFILLED, note=_supplier_name(wish)),
            supply=row,
        )
        return
    if deed in ("renewed", "renewal_refused"):
        keep_supply(row, replace(supply_of(row), renew_asked=False, due=due or row.due_at))
        row.save()
        post(row.partner, answer_of(row, Reason.RENEW_RESPONSE, answer=deed == "renewed"), supply=row)
        return
    if deed in ("cancelled", "cancel_refused"):
        _cancel_answered(row, deed == "cancelled")
        return
    _status(row, wish, deed, due)


def _status(row: SupplyRequest, wish: Wish, deed: str, due: datetime | None) -> None:
    ours = _DEEDS.get(deed)
    if ours is None:
        return
    now = supply_of(row)
    moved = supplier.do(now, ours, due=due)
    if moved is None:
        # The next supplier is expected to supply although an earlier one had been: said again, nothing moves.
        if deed == "send":
            message = answer_of(
                row, Reason.STATUS_CHANGE, status=Status.EXPECT_TO_SUPPLY, note=_supplier_name(wish)
            )
            post(row.partner, message, supply=row)
        return
    keep_supply(row, moved)
    row.condition, row.cost_fen = wish.condition, wish.cost_fen
    row.save()
    history.record(row, "pass_up", by="系统", changes={"state": row.get_state_display()})
    unfilled = "NotAvailable" if row.state == Supplied.UNFILLED else ""
    message = answer_of(row, Reason.STATUS_CHANGE, note=_supplier_name(wish), unfilled=unfilled)
    post(row.partner, message, supply=row)


def _cancel_answered(row: SupplyRequest, agreed: bool) -> None:
    now = supply_of(row)
    moved = supplier.do(now, "agree_to_cancel") if agreed else replace(now, cancel_asked=False)
    if moved is not None:
        keep_supply(row, moved)
        row.save()
    post(row.partner, answer_of(row, Reason.CANCEL_RESPONSE, answer=agreed), supply=row)


def _supplier_name(wish: Wish) -> str:
    return wish.leg.partner.name if wish.leg else ""
