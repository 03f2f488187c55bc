"""What the audience does when something happens below it."""

from xinglin.audience.models import Batch, BatchState, Did
from xinglin.audience.services import erasing, merging, tracking
from xinglin.circulation.events import HoldPlaced
from xinglin.circulation.models import Hold
from xinglin.commons.bulletin import listens_to
from xinglin.commons.errors import Refusal
from xinglin.delivery.events import DocumentRequested
from xinglin.delivery.models import DocumentRequest
from xinglin.patrons.events import PatronErased
from xinglin.wechat.events import FollowerLeft, FollowerMerged, JobFinished, PatronBound
from xinglin.wechat.messages import from_fields
from xinglin.wechat.messages.events import MassJobFinished
from xinglin.wechat.models import IncomingMessage


class ReportTooEarly(Refusal):
    """The platform reports on a mass send whose number we have not written down yet; asked again in a moment."""

    code = "audience.report_too_early"


@listens_to(FollowerLeft)
def forget_who_left(event: FollowerLeft) -> None:
    """Delete what was kept of a follower (protocol sheet §4: all of that user's information)."""
    erasing.forget_follower(follower_id=event.follower_id)


@listens_to(FollowerMerged)
def put_two_together(event: FollowerMerged) -> None:
    """Keep of one person what was kept of two followers."""
    merging.merge(follower_id=event.follower_id, merged_id=event.merged_id)


@listens_to(DocumentRequested)
def put_the_request_down_to_a_push(event: DocumentRequested) -> None:
    """Count a request for a document as what followed from the push that its reader opened."""
    request = DocumentRequest.objects.select_related("patron").filter(pk=event.request_id).first()
    if request is not None and request.patron is not None:
        tracking.acted(patron=request.patron, kind=Did.ASKED)


@listens_to(HoldPlaced)
def put_the_hold_down_to_a_push(event: HoldPlaced) -> None:
    """Count a hold as a loan that followed from the push that its reader opened."""
    hold = Hold.objects.select_related("patron").filter(pk=event.hold_id).first()
    if hold is not None:
        tracking.acted(patron=hold.patron, kind=Did.BORROWED)


@listens_to(PatronBound)
def know_the_reader(event: PatronBound) -> None:
    """Remember the reader, so that an erasure finds the follower."""
    erasing.know_reader(follower_id=event.follower_id, patron_id=event.patron_id)


@listens_to(PatronErased)
def forget_the_reader(event: PatronErased) -> None:
    """Delete what was kept of the followers whom an erased reader was."""
    erasing.forget_patron(patron_id=event.patron_id)


@listens_to(JobFinished)
def keep_the_report(event: JobFinished) -> None:
    """Write the platform's report beside the mass call that it is about; others' reports are left alone."""
    if event.kind != "masssendjobfinish":
        return
    batch = Batch.objects.filter(message_id=event.job_id, campaign__account=event.account_id).first()
    if batch is None:
        calling = Batch.objects.filter(campaign__account=event.account_id, state=BatchState.CALLING)
        if calling.exists():
            raise ReportTooEarly(f"a mass call of account {event.account_id} is under way")
        return
    report = from_fields(IncomingMessage.objects.get(pk=event.message_id).payload)
    if isinstance(report, MassJobFinished):
        batch.state, batch.status = BatchState.REPORTED, report.status[:60]
        batch.reported_sent, batch.reported_failed = report.sent_count, report.error_count
        batch.reported_filtered = report.filter_count
        batch.save(update_fields=["state", "status", "reported_sent", "reported_failed", "reported_filtered"])
