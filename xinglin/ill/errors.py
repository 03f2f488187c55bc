"""Refusals of inter-library loan; the sentences stand where they are raised."""

from xinglin.commons.errors import Conflict, NotAllowed, NotFound, Refusal


class WishUnknown(NotFound):
    """There is no such request, or it is another reader's or another library's."""

    code = "ill.wish_unknown"


class MayNotBorrow(NotAllowed):
    """The reader's category has no inter-library loan, or the reader is not in good standing."""

    code = "ill.may_not_borrow"


class NothingWished(Refusal):
    """What was written names nothing that could be lent."""

    code = "ill.nothing_wished"


class AlreadyWished(Conflict):
    """The same reader has asked for the same thing, and it is under way."""

    code = "ill.already_wished"


class TooManyWishes(Refusal):
    """The reader has as many open requests as one may have at a time."""

    code = "ill.too_many_wishes"


class NotInThisState(Conflict):
    """The request is not in a state in which this can be done to it."""

    code = "ill.not_in_this_state"


class NothingToAnswer(Conflict):
    """The partner asked neither for a cancellation nor for a renewal."""

    code = "ill.nothing_to_answer"


class PartnerUnfit(Refusal):
    """A partner's entry contradicts itself, or lacks what the deed needs."""

    code = "ill.partner_unfit"


class NotSigned(Refusal):
    """A message came without a signature, with a wrong one, or with one that is too old."""

    code = "ill.not_signed"
    status = 401


class SendingFailed(Refusal):
    """A message could not be brought to its partner; it is tried again."""

    code = "ill.sending_failed"
    status = 502
