"""Which state a hold, a loan or a fee may go from and to, and by whose hand: tables.

FOLIO's request states in the words of our desks: open and not yet filled, open in transit, open
awaiting pickup; closed as filled, cancelled or pickup expired.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HoldState(models.TextChoices):
    WAITING = "waiting", _("排队中")
    IN_TRANSIT = "in_transit", _("调往取书馆")
    READY = "ready", _("待取")
    FILLED = "filled", _("已取走")
    CANCELLED = "cancelled", _("已取消")
    EXPIRED = "expired", _("逾期未取")


OPEN = (HoldState.WAITING, HoldState.IN_TRANSIT, HoldState.READY)
# Ended with the copy perhaps still on the hold shelf.
NOT_FETCHED = (HoldState.EXPIRED, HoldState.CANCELLED)
CAPTURED = (HoldState.IN_TRANSIT, HoldState.READY)  # an item is kept for it

# (where the hold stands, what someone does) -> (where it goes, whose hand)
MOVES: dict[tuple[HoldState, str], tuple[HoldState, str]] = {
    (HoldState.WAITING, "set_aside"): (HoldState.READY, "librarian at the pickup library"),
    (HoldState.WAITING, "send"): (HoldState.IN_TRANSIT, "librarian where the item is"),
    (HoldState.IN_TRANSIT, "arrive"): (HoldState.READY, "librarian at the pickup library"),
    (HoldState.READY, "hand_over"): (HoldState.FILLED, "librarian at the pickup library"),
    # The reader found another copy, or the same one on the desk of a library on its way.
    (HoldState.WAITING, "fulfil"): (HoldState.FILLED, "librarian who lends the title"),
    (HoldState.IN_TRANSIT, "fulfil"): (HoldState.FILLED, "librarian who lends the title"),
    (HoldState.READY, "fulfil"): (HoldState.FILLED, "librarian who lends the title"),
    (HoldState.READY, "expire"): (HoldState.EXPIRED, "the clock"),
    (HoldState.READY, "put_back"): (HoldState.WAITING, "librarian"),
    (HoldState.IN_TRANSIT, "put_back"): (HoldState.WAITING, "librarian"),
    (HoldState.WAITING, "cancel"): (HoldState.CANCELLED, "reader or librarian"),
    (HoldState.IN_TRANSIT, "cancel"): (HoldState.CANCELLED, "reader or librarian"),
    (HoldState.READY, "cancel"): (HoldState.CANCELLED, "reader or librarian"),
}


def goes_to(state: str, deed: str) -> HoldState | None:
    """Return the state that a deed leads to, or None where the table does not have it."""
    move = MOVES.get((HoldState(state), deed))
    return move[0] if move else None


class LoanState(models.TextChoices):
    OUT = "out", _("借出")
    CLAIMED = "claimed", _("读者称已还")
    RETURNED = "returned", _("已还")
    LOST = "lost", _("遗失")


OPEN_LOANS = (LoanState.OUT, LoanState.CLAIMED)

LOAN_MOVES: dict[tuple[LoanState, str], tuple[LoanState, str]] = {
    (LoanState.OUT, "renew"): (LoanState.OUT, "reader or librarian"),
    (LoanState.OUT, "recall"): (LoanState.OUT, "librarian"),
    (LoanState.OUT, "return"): (LoanState.RETURNED, "librarian of any library"),
    (LoanState.OUT, "lose"): (LoanState.LOST, "librarian"),
    (LoanState.OUT, "claim"): (LoanState.CLAIMED, "librarian"),
    (LoanState.CLAIMED, "return"): (LoanState.RETURNED, "librarian of any library"),
    (LoanState.CLAIMED, "lose"): (LoanState.LOST, "librarian"),
}


class FeeState(models.TextChoices):
    OPEN = "open", _("未缴")
    PAID = "paid", _("已缴")
    WAIVED = "waived", _("已减免")
    VOIDED = "voided", _("已撤销")
    REFUNDED = "refunded", _("已退款")
    REPLACED = "replaced", _("已赔书")


# A sum that was written off is not paid back when the copy turns up (sheet 4.1).
FEE_MOVES: dict[tuple[FeeState, str], tuple[FeeState, str]] = {
    (FeeState.OPEN, "pay_part"): (FeeState.OPEN, "librarian"),
    (FeeState.OPEN, "pay"): (FeeState.PAID, "librarian"),
    (FeeState.OPEN, "waive"): (FeeState.WAIVED, "librarian"),
    (FeeState.OPEN, "replace"): (FeeState.REPLACED, "librarian"),
    (FeeState.OPEN, "void"): (FeeState.VOIDED, "the return of what was lost"),
    (FeeState.OPEN, "refund"): (FeeState.REFUNDED, "the return of what was lost"),
    (FeeState.PAID, "refund"): (FeeState.REFUNDED, "the return of what was lost"),
}


class ScanState(models.TextChoices):
    DONE = "done", _("已办理")
    CONFLICT = "conflict", _("有冲突")
    SETTLED = "settled", _("已处理")


SCAN_MOVES: dict[tuple[ScanState, str], tuple[ScanState, str]] = {
    (ScanState.CONFLICT, "force"): (ScanState.DONE, "librarian, with a reason"),
    (ScanState.CONFLICT, "settle"): (ScanState.SETTLED, "librarian, with a reason"),
}


class SeatState(models.TextChoices):
    RESERVED = "reserved", _("已预约")
    SEATED = "seated", _("在座")
    LEFT = "left", _("已离座")
    MISSED = "missed", _("未签到")
    CANCELLED = "cancelled", _("已取消")


SEAT_HELD = (SeatState.RESERVED, SeatState.SEATED)

SEAT_MOVES: dict[tuple[SeatState, str], tuple[SeatState, str]] = {
    (SeatState.RESERVED, "take_seat"): (SeatState.SEATED, "reader, by the code on the seat"),
    (SeatState.RESERVED, "cancel"): (SeatState.CANCELLED, "reader or librarian"),
    (SeatState.RESERVED, "release"): (SeatState.MISSED, "the clock"),
    (SeatState.SEATED, "leave_seat"): (SeatState.LEFT, "reader or librarian"),
    (SeatState.SEATED, "release"): (SeatState.LEFT, "the clock"),
}


class RunState(models.TextChoices):
    LOADING = "loading", _("装车")
    OUT = "out", _("在外")
    BACK = "back", _("已收车")


RUN_MOVES: dict[tuple[RunState, str], tuple[RunState, str]] = {
    (RunState.LOADING, "set_out"): (RunState.OUT, "librarian"),
    (RunState.OUT, "come_back"): (RunState.BACK, "librarian"),
}


class BringingState(models.TextChoices):
    ASKED = "asked", _("待送")
    ON_THE_WAY = "on_the_way", _("送书途中")
    DELIVERED = "delivered", _("已送达")
    FAILED = "failed", _("没有送到")
    CANCELLED = "cancelled", _("已取消")


BRINGING_OPEN = (BringingState.ASKED, BringingState.ON_THE_WAY)

BRINGING_MOVES: dict[tuple[BringingState, str], tuple[BringingState, str]] = {
    (BringingState.ASKED, "set_out"): (BringingState.ON_THE_WAY, "librarian"),
    (BringingState.ASKED, "cancel"): (BringingState.CANCELLED, "reader or librarian"),
    (BringingState.ON_THE_WAY, "deliver"): (BringingState.DELIVERED, "librarian"),
    (BringingState.ON_THE_WAY, "fail"): (BringingState.FAILED, "librarian, with a reason"),
}
