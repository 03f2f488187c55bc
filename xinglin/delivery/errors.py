"""Refusals of document delivery; the sentences stand where they are raised."""

from xinglin.commons.errors import Conflict, NotAllowed, NotFound, Refusal


class RequestUnknown(NotFound):
    """There is no such request, or it is another reader's or another library's."""

    code = "delivery.request_unknown"


class MayNotAsk(NotAllowed):
    """The reader's category has no document delivery, or the reader is not in good standing."""

    code = "delivery.may_not_ask"


class NothingAsked(Refusal):
    """What was written names no document: no number, no title, no picture."""

    code = "delivery.nothing_asked"


class TooManyOpenRequests(Refusal):
    """The reader has as many open requests as one may have at a time."""

    code = "delivery.too_many_open_requests"


class AlreadyAsked(Conflict):
    """The same reader has asked for the same document, and it is being worked on."""

    code = "delivery.already_asked"


class AlreadyDelivered(Conflict):
    """The same reader has this document already, and its link is still good."""

    code = "delivery.already_delivered"


class PatientNamed(Refusal):
    """What was written holds what looks like a person's identity number."""

    code = "delivery.patient_named"


class MoveNotPossible(Conflict):
    """The request is not in a state in which this can be done to it."""

    code = "delivery.move_not_possible"


class PdfUnfit(Refusal):
    """The file is no PDF that can be delivered."""

    code = "delivery.pdf_unfit"


class FetchFailed(Refusal):
    """A file could not be fetched from the address given."""

    code = "delivery.fetch_failed"


class CopyrightLimitReached(Refusal):
    """The delivery would pass a limit of the copyright policy, and no permission was named."""

    code = "delivery.copyright_limit_reached"


class LinkOver(Refusal):
    """The link to a delivered file has expired, its downloads are used up, or the file was removed."""

    code = "delivery.link_over"
    status = 410


class NoSuchPage(NotFound):
    """A delivered file has no page of that number."""

    code = "delivery.no_such_page"


class HandlerUnfit(Refusal):
    """Somebody cannot be given requests: works elsewhere, or may not handle them."""

    code = "delivery.handler_unfit"


class RatingUnfit(Refusal):
    """A rating is one to five stars, given once the document was delivered."""

    code = "delivery.rating_unfit"


class NothingOwed(Conflict):
    """There is no fee to pay or to waive."""

    code = "delivery.nothing_owed"


class PolicyUnfit(Refusal):
    """A rule of the policy contradicts itself."""

    code = "delivery.policy_unfit"


class AccessNotNeeded(Conflict):
    """The reader may use the database already, or has asked for it."""

    code = "delivery.access_not_needed"


class GrantUnfit(Refusal):
    """A grant ends in the past, or after the library's own right ends."""

    code = "delivery.grant_unfit"
