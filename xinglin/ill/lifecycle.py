"""What a request may become on the requesting side and on the supplying side, and by whose hand: two tables.

Names of deeds that come in messages are those of ISO 18626 (sheet 4.8). A cancel is a request, not a deed: only
the supplier's Yes ends it. An Unfilled that is not the last one sends the request to the next supplier.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Wanted(models.TextChoices):
    """Where a request of our own stands."""

    SEEKING = "seeking", _("正在找供应馆")
    SENT = "sent", _("已发出")
    LOCATED = "located", _("已找到供应馆")
    WILL_SUPPLY = "will_supply", _("对方同意")
    CONDITION = "condition", _("有条件，待确认")
    RETRY = "retry", _("可重试")
    LOCAL = "local", _("联盟内调书")
    SHIPPED = "shipped", _("已寄出")
    RECEIVED = "received", _("已到馆")
    LENT = "lent", _("读者在借")
    SENT_BACK = "sent_back", _("已寄回")
    COMPLETED = "completed", _("已完成")
    CANCELLED = "cancelled", _("已取消")
    UNFILLED = "unfilled", _("未能借到")
    LOST = "lost", _("遗失")


WANTED_CLOSED = (Wanted.COMPLETED, Wanted.CANCELLED, Wanted.UNFILLED, Wanted.LOST)
# Before anything was sent to us: a supplier may still say no, and may be passed over.
WAITING = (Wanted.SENT, Wanted.LOCATED, Wanted.WILL_SUPPLY, Wanted.CONDITION, Wanted.RETRY)
# Something of another library's is on its way to us, or with us.
OUT = (Wanted.SHIPPED, Wanted.RECEIVED, Wanted.LENT, Wanted.SENT_BACK)

Moves = dict[tuple[Wanted, str], tuple[Wanted, str]]


def _from(states: tuple[Wanted, ...], deed: str, there: Wanted, hand: str) -> Moves:
    return {(state, deed): (there, hand) for state in states}


# (where it stands, what someone does) -> (where it goes, whose hand)
WANTED_MOVES: Moves = {
    (Wanted.SEEKING, "send"): (Wanted.SENT, "the rota or a librarian"),
    (Wanted.SEEKING, "find_local"): (Wanted.LOCAL, "the rota"),
    (Wanted.SEEKING, "exhaust"): (Wanted.UNFILLED, "the rota"),
    (Wanted.SEEKING, "give_up"): (Wanted.CANCELLED, "reader or librarian"),
    (Wanted.LOCAL, "give_up"): (Wanted.CANCELLED, "reader or librarian"),
    (Wanted.LOCAL, "fill"): (Wanted.COMPLETED, "circulation"),
    (Wanted.LOCAL, "miss"): (Wanted.SEEKING, "circulation"),
    (Wanted.SENT, "expect"): (Wanted.LOCATED, "supplier"),
    (Wanted.SENT, "will_supply"): (Wanted.WILL_SUPPLY, "supplier"),
    (Wanted.LOCATED, "will_supply"): (Wanted.WILL_SUPPLY, "supplier"),
    (Wanted.CONDITION, "will_supply"): (Wanted.WILL_SUPPLY, "supplier"),
    (Wanted.SENT, "condition"): (Wanted.CONDITION, "supplier"),
    (Wanted.LOCATED, "condition"): (Wanted.CONDITION, "supplier"),
    (Wanted.WILL_SUPPLY, "condition"): (Wanted.CONDITION, "supplier"),
    (Wanted.CONDITION, "accept"): (Wanted.WILL_SUPPLY, "librarian"),
    (Wanted.SENT, "retry_possible"): (Wanted.RETRY, "supplier"),
    (Wanted.LOCATED, "retry_possible"): (Wanted.RETRY, "supplier"),
    (Wanted.WILL_SUPPLY, "retry_possible"): (Wanted.RETRY, "supplier"),
    (Wanted.CONDITION, "retry_possible"): (Wanted.RETRY, "supplier"),
    (Wanted.RETRY, "retry"): (Wanted.SENT, "librarian"),
    **_from(WAITING, "unfilled", Wanted.SEEKING, "supplier"),
    **_from(WAITING, "time_out", Wanted.SEEKING, "the clock"),
    **_from(WAITING, "pass_over", Wanted.SEEKING, "librarian"),
    **_from(WAITING, "cancelled", Wanted.CANCELLED, "supplier"),
    **_from(WAITING, "loaned", Wanted.SHIPPED, "supplier"),
    **_from(WAITING, "copy_completed", Wanted.COMPLETED, "supplier"),
    (Wanted.SHIPPED, "receive"): (Wanted.RECEIVED, "librarian"),
    (Wanted.RECEIVED, "lend"): (Wanted.LENT, "librarian"),
    (Wanted.LENT, "give_back"): (Wanted.RECEIVED, "librarian"),
    (Wanted.RECEIVED, "send_back"): (Wanted.SENT_BACK, "librarian"),
    **_from(OUT, "loan_completed", Wanted.COMPLETED, "supplier"),
    **_from(OUT, "without_return", Wanted.LOST, "supplier"),
    **_from((Wanted.SHIPPED, Wanted.RECEIVED, Wanted.LENT), "lose", Wanted.LOST, "librarian"),
}


class Supplied(models.TextChoices):
    """Where another library's request stands with us."""

    RECEIVED = "received", _("待处理")
    EXPECTED = "expected", _("在找")
    WILL_SUPPLY = "will_supply", _("同意提供")
    CONDITION = "condition", _("待对方确认条件")
    RETRY = "retry", _("请对方重试")
    LOANED = "loaned", _("已借出")
    RETURNED = "returned", _("对方已寄回")
    COMPLETED = "completed", _("已归还")
    COPIED = "copied", _("复制件已送")
    UNFILLED = "unfilled", _("不能提供")
    CANCELLED = "cancelled", _("已取消")
    LOST = "lost", _("未归还，已结")


SUPPLIED_CLOSED = (
    Supplied.RETRY, Supplied.COMPLETED, Supplied.COPIED, Supplied.UNFILLED, Supplied.CANCELLED, Supplied.LOST,
)  # fmt: skip
UNSENT = (Supplied.RECEIVED, Supplied.EXPECTED, Supplied.WILL_SUPPLY, Supplied.CONDITION)

SuppliedMoves = dict[tuple[Supplied, str], tuple[Supplied, str]]


def _all(states: tuple[Supplied, ...], deed: str, there: Supplied, hand: str) -> SuppliedMoves:
    return {(state, deed): (there, hand) for state in states}


SUPPLIED_MOVES: SuppliedMoves = {
    (Supplied.RECEIVED, "expect"): (Supplied.EXPECTED, "librarian"),
    (Supplied.RECEIVED, "will_supply"): (Supplied.WILL_SUPPLY, "librarian"),
    (Supplied.EXPECTED, "will_supply"): (Supplied.WILL_SUPPLY, "librarian"),
    (Supplied.CONDITION, "will_supply"): (Supplied.WILL_SUPPLY, "librarian"),
    **_all((Supplied.RECEIVED, Supplied.EXPECTED, Supplied.WILL_SUPPLY), "set_condition", Supplied.CONDITION,
           "librarian"),
    **_all(UNSENT, "offer_retry", Supplied.RETRY, "librarian"),
    **_all(UNSENT, "loan", Supplied.LOANED, "librarian"),
    **_all(UNSENT, "copy", Supplied.COPIED, "librarian"),
    **_all(UNSENT, "unfill", Supplied.UNFILLED, "librarian"),
    **_all(UNSENT, "agree_to_cancel", Supplied.CANCELLED, "librarian or the house"),
    (Supplied.LOANED, "shipped_return"): (Supplied.RETURNED, "requester"),
    (Supplied.LOANED, "check_in"): (Supplied.COMPLETED, "librarian"),
    (Supplied.RETURNED, "check_in"): (Supplied.COMPLETED, "librarian"),
    (Supplied.LOANED, "write_off"): (Supplied.LOST, "librarian"),
    (Supplied.RETURNED, "write_off"): (Supplied.LOST, "librarian"),
    (Supplied.LOANED, "call_overdue"): (Supplied.LOANED, "librarian or the clock"),
    (Supplied.LOANED, "recall"): (Supplied.LOANED, "librarian"),
    (Supplied.LOANED, "answer_renewal"): (Supplied.LOANED, "librarian"),
}  # fmt: skip


class LegState(models.TextChoices):
    """What became of one supplier of the rota."""

    WAITING = "waiting", _("未轮到")
    ASKED = "asked", _("已发出")
    SUPPLYING = "supplying", _("同意提供")
    DONE = "done", _("已提供")
    REFUSED = "refused", _("不能提供")
    TIMED_OUT = "timed_out", _("超时未答")
    PASSED_OVER = "passed_over", _("已跳过")


def wanted_goes_to(state: str, deed: str) -> Wanted | None:
    """Return where a request of ours goes, or None where the table does not have it."""
    move = WANTED_MOVES.get((Wanted(state), deed))
    return move[0] if move else None


def supplied_goes_to(state: str, deed: str) -> Supplied | None:
    """Return where another library's request goes, or None where the table does not have it."""
    move = SUPPLIED_MOVES.get((Supplied(state), deed))
    return move[0] if move else None
