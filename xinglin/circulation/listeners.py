"""What circulation does when other rooms have news."""

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.circulation import services
from xinglin.circulation.events import HoldReady
from xinglin.circulation.lifecycle import OPEN, HoldState
from xinglin.circulation.models import Hold
from xinglin.commons import clock
from xinglin.commons.bulletin import listens_to
from xinglin.patrons.events import PatronErased, PatronLeft
from xinglin.wechat.queries import followers_of
from xinglin.wechat.replies import Text
from xinglin.wechat.services.outgoing import tell_or_keep


@listens_to(HoldReady)
@transaction.atomic
def tell_the_reader_that_a_copy_waits(event: HoldReady) -> None:
    """Tell the reader in WeChat; where nothing may be sent now, it is told when they next write.

    Told once, however often the errand runs: ``told_at`` is set in the transaction that queues the message.
    """
    hold = (
        Hold.objects.select_for_update(of=("self",))
        .select_related("record", "pickup_library", "patron")
        .get(pk=event.hold_id)
    )
    if hold.state != HoldState.READY or hold.told_at is not None or hold.kept_until is None:
        return
    said = _(
        "您预约的《%(title)s》已到%(library)s，请在 %(month)d 月 %(day)d 日前凭读者证取书，过期转给下一位读者。"
    )
    sentence = said % {
        "title": hold.record.title,
        "library": hold.pickup_library.label,
        "month": hold.kept_until.month,
        "day": hold.kept_until.day,
    }
    # The latest bound identity only: a reader with two accounts does not want to read it twice.
    follower = followers_of(hold.patron).first()
    if follower is not None:
        tell_or_keep(follower=follower, reply=Text(sentence))
        hold.told_at = clock.now()
        hold.save(update_fields=["told_at"])


def _give_up_all(patron_id: int, reason: str) -> None:
    for hold in Hold.objects.filter(patron=patron_id, state__in=OPEN):
        services.cancel(hold=hold, reason=reason)


@listens_to(PatronLeft)
def give_up_the_holds_of_who_left(event: PatronLeft) -> None:
    """Cancel the open holds of a reader who left, so that nobody waits behind them."""
    _give_up_all(event.patron_id, "读者已离开")


@listens_to(PatronErased)
def give_up_the_holds_of_the_erased(event: PatronErased) -> None:
    """Cancel the open holds of an erased reader; closed ones keep only the nameless row of the reader."""
    _give_up_all(event.patron_id, "读者资料已删除")
