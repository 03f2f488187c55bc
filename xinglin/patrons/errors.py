"""What the room of readers refuses."""

from xinglin.commons.errors import Conflict, NotFound, Refusal
from xinglin.commons.errors import TooManyTries as TooManyTries


class PatronUnknown(NotFound):
    """No such reader, or not one the asker may know of."""

    code = "patron_unknown"


class CardUnknown(NotFound):
    """No card bears this number."""

    code = "card_unknown"


class CardLost(Refusal):
    """The card was reported lost, so whoever shows it is not served by it."""

    code = "card_lost"


class CardNumberTaken(Conflict):
    """Another card of the consortium bears this number, or bore it."""

    code = "card_number_taken"


class StaffNumberTaken(Conflict):
    """Another reader of the same library has this staff number."""

    code = "staff_number_taken"


class PatronUnfit(Refusal):
    """What was said about a reader cannot be: a phone number, an e-mail address, a card number."""

    code = "patron_unfit"


class ChangedMeanwhile(Conflict):
    """Someone else amended the reader since the form was opened."""

    code = "patron_changed_meanwhile"


class MoveNotPossible(Conflict):
    """The reader does not stand where this deed begins."""

    code = "patron_move_not_possible"


class NotCleared(Refusal):
    """The reader still owes something to a library of the consortium (离院清书)."""

    code = "patron_not_cleared"


class PasswordTooWeak(Refusal):
    """A password that would be guessed."""

    code = "patron_password_too_weak"


class CategoryCodeTaken(Conflict):
    """Another category has this code."""

    code = "category_code_taken"


class MappingIncomplete(Refusal):
    """The columns of an import were not all told, or one field was told twice."""

    code = "import_mapping_incomplete"


class BatchNotReady(Conflict):
    """The import does not stand where this deed begins: run already, undone, still running."""

    code = "import_batch_not_ready"


class BatchAlreadyUsed(Conflict):
    """Readers of an import were changed since, so it can no longer be undone as a whole."""

    code = "import_batch_already_used"


class TicketOver(Refusal):
    """A sign-in by scanning that has expired, was used, or is another reader's."""

    code = "sign_in_ticket_over"
    status = 410


class NoTextMessages(Refusal):
    """No gateway for text messages is set up, or it did not take the message."""

    code = "no_text_messages"
    status = 503


class WrongPhoneCode(Refusal):
    """Staff number, phone or code do not fit; which of them is not said."""

    code = "wrong_phone_code"
    status = 403


class WrongCardOrPassword(Refusal):
    """Card and password do not fit; which of them is not said."""

    code = "wrong_card_or_password"
    status = 403


class WrongDirectoryPassword(Refusal):
    """A hospital's directory does not know the name, or not with this password; which of them is not said."""

    code = "wrong_directory_password"
    status = 403


class DirectoryUnfit(Refusal):
    """A directory that lacks what its kind needs."""

    code = "directory_unfit"


class DirectoryRefuses(Refusal):
    """A hospital's directory did not answer, refused, or names nobody who is a reader here."""

    code = "directory_refuses"
    status = 502
