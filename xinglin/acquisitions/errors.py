"""What the acquisitions room refuses."""

from xinglin.commons.errors import Conflict, NotFound, Refusal


class SuggestionUnknown(NotFound):
    """No such suggestion, or not one the asker may know of."""

    code = "suggestion_unknown"


class SuggestionMoveNotPossible(Conflict):
    """The suggestion does not stand where this deed begins; someone was faster."""

    code = "suggestion_move_not_possible"


class SuggestionUnfit(Refusal):
    """What was said of a wish cannot be, or something is missing."""

    code = "suggestion_unfit"


class NotAnIsbn(Refusal):
    """A number whose check digit is wrong, or that is no ISBN at all."""

    code = "not_an_isbn"


class MayNotSuggest(Refusal):
    """The reader's category does not include suggestions, or the card has run out."""

    code = "may_not_suggest"


class TooManySuggestions(Refusal):
    """The reader has as many open suggestions as the library considers at a time."""

    code = "too_many_suggestions"


class HeldAlready(Refusal):
    """The consortium has the work, or it is on its way; it can be asked for all the same with a reason."""

    code = "held_already"


class RulesUnfit(Refusal):
    """Rules of purchase that contradict themselves."""

    code = "purchase_rules_unfit"


class FundUnfit(Refusal):
    """A fund that contradicts itself, or a budget below what is bound already."""

    code = "fund_unfit"


class BudgetExceeded(Refusal):
    """The fund has not enough left; a reason lets it pass."""

    code = "budget_exceeded"


class OrderUnfit(Refusal):
    """What was said of an order or a line cannot be, or something is missing."""

    code = "purchase_order_unfit"


class OrderMoveNotPossible(Conflict):
    """The order does not stand where this deed begins; someone was faster."""

    code = "purchase_order_move_not_possible"


class OrderingRuleBroken(Refusal):
    """A rule of purchase stands against a line: price, copies, or a class that another library builds."""

    code = "ordering_rule_broken"


class ReceivedMeanwhile(Conflict):
    """Someone else received copies of the line since it was shown; nothing was counted twice."""

    code = "received_meanwhile"


class InvoiceUnfit(Refusal):
    """An invoice that does not match what was received, or that was entered before."""

    code = "invoice_unfit"


class SubscriptionUnfit(Refusal):
    """A subscription that contradicts itself, or something is missing."""

    code = "subscription_to_serial_unfit"


class IssueMoveNotPossible(Conflict):
    """The issue does not stand where this deed begins."""

    code = "issue_move_not_possible"
