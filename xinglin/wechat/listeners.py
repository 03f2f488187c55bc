"""What the channel does when something happens below it."""

from xinglin.commons.bulletin import listens_to
from xinglin.notices.channels import Fate, Outcome
from xinglin.notices.services import settle_reported
from xinglin.patrons.events import PatronErased, PatronLeft
from xinglin.patrons.models import Patron
from xinglin.wechat.channels import TEMPLATE, reference_of
from xinglin.wechat.events import JobFinished
from xinglin.wechat.models import Binding, BindingCode
from xinglin.wechat.services import bindings


@listens_to(PatronLeft)
def end_the_bindings(event: PatronLeft) -> None:
    """Who gave back the card is no longer known in WeChat."""
    for binding in Binding.objects.filter(patron=event.patron_id, unbound_at__isnull=True).select_related(
        "follower"
    ):
        bindings.unbind(follower=binding.follower)


@listens_to(PatronErased)
def forget_the_bindings(event: PatronErased) -> None:
    """Whose data is erased was never bound."""
    patron = Patron.objects.get(pk=event.patron_id)
    Binding.objects.filter(patron=patron).delete()
    BindingCode.objects.filter(patron=patron).delete()


@listens_to(JobFinished)
def tell_the_notice_how_it_went(event: JobFinished) -> None:
    """A template message that the platform could not deliver after all goes another way."""
    if event.kind != "templatesendjobfinish":
        return
    delivered = event.status == "success"
    settle_reported(
        channel=TEMPLATE,
        reference=reference_of(event.account_id, event.job_id),
        outcome=Outcome(Fate.SENT if delivered else Fate.REFUSED, "" if delivered else event.status),
    )
