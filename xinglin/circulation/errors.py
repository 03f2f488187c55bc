"""What circulation refuses."""

from typing import ClassVar

from xinglin.commons.errors import Conflict, NotFound, Refusal


class HoldUnknown(NotFound):
    """No such hold, or not one the asker may know of."""

    code = "hold_unknown"


class MayNotHold(Refusal):
    """The reader's standing or category does not allow holds."""

    code = "may_not_hold"


class HoldLimitReached(Refusal):
    """The reader already has all the open holds they may have."""

    code = "hold_limit_reached"


class AlreadyOnHold(Conflict):
    """The reader already waits for this title: a second request has no second effect."""

    code = "already_on_hold"


class AlreadyBorrowed(Conflict):
    """The reader has a copy of this title in hand."""

    code = "already_borrowed"


class NothingToHold(Refusal):
    """No library of the consortium has a copy that could ever be lent."""

    code = "nothing_to_hold"


class NotAPickupLibrary(Refusal):
    """The library does not serve readers, so nothing can be fetched there."""

    code = "not_a_pickup_library"


class HoldMoveNotPossible(Conflict):
    """The hold does not stand where this deed begins; someone was faster."""

    code = "hold_move_not_possible"


class ItemNotForThisHold(Refusal):
    """The copy belongs to another title, is in use, or is not where it is handled."""

    code = "item_not_for_this_hold"


class PauseUnfit(Refusal):
    """A hold is paused for a year at most."""

    code = "pause_unfit"


class NotNextInQueue(Refusal):
    """Another reader has waited longer."""

    code = "not_next_in_queue"


# -- loans ------------------------------------------------------------------------------------------


class Block(Refusal):
    """Something that stands against lending or renewing; what a librarian may set aside says so."""

    may_be_overridden: ClassVar[bool] = True


class LoanUnknown(NotFound):
    """No such loan, or not one the asker may know of."""

    code = "loan_unknown"


class LoanClosed(Conflict):
    """The loan has ended: somebody took the copy back meanwhile."""

    code = "loan_closed"


class ItemOnLoan(Block):
    """Another reader has the copy; it is taken back first."""

    code = "item_on_loan"
    may_be_overridden = False


class ItemNotLent(Block):
    """The copy is read in the library only, or no rule lends it to this reader."""

    code = "item_not_lent"


class ItemNotFit(Block):
    """The copy is recorded as lost, missing, damaged or at the binder's, and yet it lies on the desk."""

    code = "item_not_fit"


class ItemWithdrawn(Block):
    """The copy is no longer, or not yet, one of the library's."""

    code = "item_withdrawn"
    may_be_overridden = False


class KeptForAnother(Block):
    """The copy is kept, or on its way, for another reader."""

    code = "kept_for_another"


class OthersAreWaiting(Block):
    """Readers wait for the title, and no other copy is free for them."""

    code = "others_are_waiting"


class CardNotValid(Block):
    """The reader's card has expired."""

    code = "card_not_valid"


class MayNotBorrow(Block):
    """The reader was suspended by hand, or is of a category that does not borrow."""

    code = "may_not_borrow"
    may_be_overridden = False


class BorrowingSuspended(Block):
    """The reader brought something back late and does not borrow for some days."""

    code = "borrowing_suspended"


class OverdueFirst(Block):
    """The reader has something that should be back already."""

    code = "overdue_first"


class FeesOwed(Block):
    """The reader owes more than may be owed by a borrower."""

    code = "fees_owed"


class LoanLimitReached(Block):
    """The reader has all they may have, in this library or in all together."""

    code = "loan_limit_reached"


class RenewalLimitReached(Block):
    """The loan was renewed as often as its rule allows."""

    code = "renewal_limit_reached"


class RenewalTooEarly(Block):
    """The rule lets a loan be renewed only shortly before it is due."""

    code = "renewal_too_early"


class RenewalGainsNothing(Block):
    """The new due date would not be later than the old one."""

    code = "renewal_gains_nothing"
    may_be_overridden = False


class ClaimedReturned(Block):
    """The reader said that it was brought back; it cannot be renewed as well."""

    code = "claimed_returned"
    may_be_overridden = False


class LoanRecalled(Block):
    """The loan was called back for another reader; it is not renewed."""

    code = "loan_recalled"


class RecallGainsNothing(Refusal):
    """The rule does not recall, the loan was recalled before, or it is due soon enough anyway."""

    code = "recall_gains_nothing"


class ReasonNeeded(Refusal):
    """What is done against a rule is done with a written reason."""

    code = "reason_needed"


# -- transits, fees, rules --------------------------------------------------------------------------


class TransitNotPossible(Conflict):
    """The copy is in somebody's hands, on its way already, or where it would be sent."""

    code = "transit_not_possible"


class ScanUnfit(Refusal):
    """A scan of an offline spell that cannot be done as it stands."""

    code = "scan_unfit"


class ScanMoveNotPossible(Conflict):
    """The scan was settled already."""

    code = "scan_move_not_possible"


class CountClosed(Conflict):
    """The counting has ended."""

    code = "count_closed"


class SeatUnknown(NotFound):
    """No such seat, or it is out of use."""

    code = "seat_unknown"


class SeatTaken(Conflict):
    """Somebody else has the seat at that time."""

    code = "seat_taken"


class SeatTimeUnfit(Refusal):
    """The library is closed then, it is over, or longer than one sitting."""

    code = "seat_time_unfit"


class HasASeat(Conflict):
    """The reader has a seat at that time already."""

    code = "has_a_seat"


class SeatsMissed(Refusal):
    """The reader reserved several times and did not come."""

    code = "seats_missed"


class SeatMoveNotPossible(Conflict):
    """The sitting has ended, or has not begun."""

    code = "seat_move_not_possible"


class RunMoveNotPossible(Conflict):
    """The cart is not where this deed begins."""

    code = "run_move_not_possible"


class NotForTheCart(Refusal):
    """The copy is in use, belongs to another library, or is on a cart already."""

    code = "not_for_the_cart"


class RouteUnfit(Refusal):
    """A route has stops, each later than the one before."""

    code = "route_unfit"


class BringingMoveNotPossible(Conflict):
    """Only what waits on the hold shelf is brought, once, and in its order."""

    code = "bringing_move_not_possible"


class AddressNeeded(Refusal):
    """Whom a book is brought to says where."""

    code = "address_needed"


class RowUnfit(Refusal):
    """A row of another system's table that cannot be taken over, with the reason."""

    code = "row_unfit"


class BoxUnknown(NotFound):
    """No such box, or not one that comes to this library."""

    code = "box_unknown"


class NothingToBox(Refusal):
    """Nothing is on its way to that library without a box."""

    code = "nothing_to_box"


class NotToBeReplaced(Refusal):
    """Only an unpaid fee for a lost copy is settled with another copy."""

    code = "not_to_be_replaced"


class FeeUnknown(NotFound):
    """No such fee, or not one the asker may know of."""

    code = "fee_unknown"


class FeeMoveNotPossible(Conflict):
    """The fee is settled already."""

    code = "fee_move_not_possible"


class AmountUnfit(Refusal):
    """A payment is more than nothing and not more than what is owed."""

    code = "amount_unfit"


class RuleExists(Conflict):
    """There is a rule for the same readers, items and library; it is amended instead."""

    code = "rule_exists"


class RuleChangedMeanwhile(Conflict):
    """Someone else amended the rule first; nothing was overwritten."""

    code = "rule_changed_meanwhile"


class DeviceUnfit(Refusal):
    """A machine would neither sign in nor come from a known address, or its login is taken or too weak."""

    code = "device_unfit"


class BranchSystemSilent(Refusal):
    """A branch's own system did not answer in time; ``may_be_done`` when a deed was asked for."""

    code = "branch_system_silent"
    status = 502
    may_be_done = False


class BranchSystemRefuses(Refusal):
    """A branch's own system refused what was asked, or is not what it was said to be."""

    code = "branch_system_refuses"
    status = 502


class BranchSystemUnfit(Refusal):
    """A connection to a branch's own system that lacks what it needs."""

    code = "branch_system_unfit"


class AmnestyUnfit(Refusal):
    """Days without charges for lateness that cannot be: in the past, too long, without a reason, over."""

    code = "amnesty_unfit"


class FloatingRuleUnfit(Refusal):
    """A rule for floating copies that cannot be: there is one for the case, it leads nowhere, it is over."""

    code = "floating_rule_unfit"
