"""What circulation refuses."""

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


class NotNextInQueue(Refusal):
    """Another reader has waited longer."""

    code = "not_next_in_queue"
