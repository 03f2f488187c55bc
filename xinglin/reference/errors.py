"""What the reference room refuses."""

from xinglin.commons.errors import Conflict, NotAllowed, NotFound, Refusal


class OrderUnknown(NotFound):
    """No such order, or not one the asker may know of."""

    code = "order_unknown"


class OrderMoveNotPossible(Conflict):
    """The order does not stand where this deed begins; someone was faster."""

    code = "order_move_not_possible"


class OrderUnfit(Refusal):
    """What was said of an order cannot be, or something is still missing."""

    code = "order_unfit"


class MayNotOrder(Refusal):
    """The reader's category does not include novelty searches and citation reports."""

    code = "may_not_order"


class NotQualified(Refusal):
    """The person has no recorded qualification for this work, or it has run out."""

    code = "not_qualified"


class SamePersonReviews(Refusal):
    """Whoever searched does not review: GB/T 32003-2015 asks for two persons."""

    code = "same_person_reviews"


class NotIndependent(Refusal):
    """The person belongs to the project, so cannot judge it."""

    code = "not_independent"


class NotTheirOrder(NotAllowed):
    """Another person was named for this work."""

    code = "not_their_order"


class ReportUnknown(NotFound):
    """No report carries this verification code."""

    code = "report_unknown"


class ReportTemplateUnfit(Refusal):
    """A Word template that is none, or that asks for what an order does not have."""

    code = "report_template_unfit"
