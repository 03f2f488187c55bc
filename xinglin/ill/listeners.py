"""What inter-library loan does when there is news."""

from django.utils.translation import gettext as _

from xinglin.circulation.events import (
    HoldCancelled,
    HoldExpired,
    HoldFilled,
    HoldStuck,
    LoanLost,
    LoanOverdue,
    LoanReturned,
)
from xinglin.circulation.models import Hold
from xinglin.commons import clock
from xinglin.commons.bulletin import listens_to
from xinglin.ill import services
from xinglin.ill.events import WishMoved, WishSought
from xinglin.ill.lifecycle import Wanted
from xinglin.ill.models import Wish
from xinglin.ill.notice_kinds import MOVED
from xinglin.notices.services import owe
from xinglin.patrons.events import PatronErased, PatronLeft

_WORDS = {
    "will_supply": _("《%(title)s》已有馆同意提供。"),
    "loaned": _("《%(title)s》已从他馆寄出，到馆后通知您。"),
    "copy_completed": _("《%(title)s》的复制件已由他馆送出。"),
    "arrived": _("《%(title)s》已到%(library)s，请来取。要在 %(due)s 前归还。"),
    "unfilled": _("抱歉，《%(title)s》没有馆能提供。"),
    "cancelled": _("《%(title)s》的互借已取消。"),
    "cancel_refused": _("《%(title)s》对方已经办理，不能取消了。"),
    "recalled": _("《%(title)s》被原馆召回，请尽快到%(library)s归还。"),
    "overdue": _("《%(title)s》已过期，原馆催还，请尽快到%(library)s归还。"),
    "renewed": _("《%(title)s》续借成功，请在 %(due)s 前归还。"),
    "renewal_refused": _("《%(title)s》原馆不同意续借，请按期归还。"),
}


@listens_to(WishMoved)
def tell_the_reader(event: WishMoved) -> None:
    """Tell the reader what became of the request; what only librarians need is not told."""
    wish = Wish.objects.select_related("patron", "library").get(pk=event.wish_id)
    sentence = _WORDS.get(event.news)
    if sentence is None or wish.patron is None:
        return
    due = f"{clock.local(wish.due_at):%Y-%m-%d}" if wish.due_at else _("馆员告知的日期")
    owe(
        patron=wish.patron,
        kind=MOVED,
        key=f"{wish.pk}-{event.news}-{due}-{wish.leg_id or 0}",
        title=_("馆际互借 %(number)s") % {"number": wish.number},
        text=sentence % {"title": wish.title, "library": wish.library.label, "due": due},
        link=f"/m/ill/{wish.pk}/",
        fields={"number": wish.number, "title": wish.title[:100]},
        library=wish.library,
    )


@listens_to(WishSought)
def ask_the_catalogues_of_partners(event: WishSought) -> None:
    """Ask partners' catalogues who has it, then go on to the first supplier of the rota."""
    wish = Wish.objects.get(pk=event.wish_id)
    if wish.state == Wanted.SEEKING:
        services.ask_catalogues(wish=wish)
        services.advance(wish=wish)


@listens_to(HoldFilled)
def complete_the_local_supply(event: HoldFilled) -> None:
    """A request that became a hold has ended well."""
    _follow(event.hold_id)


@listens_to(HoldCancelled)
def end_the_local_supply(event: HoldCancelled) -> None:
    """A request that became a hold was given up with it."""
    _follow(event.hold_id)


@listens_to(HoldExpired)
def end_what_nobody_fetched(event: HoldExpired) -> None:
    """A request that became a hold ended with it."""
    _follow(event.hold_id)


def _follow(hold_id: int) -> None:
    services.follow_hold(hold=Hold.objects.get(pk=hold_id))


@listens_to(HoldStuck)
def look_further(event: HoldStuck) -> None:
    """No copy of ours was found for a request that became a hold: partners are asked."""
    services.miss_hold(hold=Hold.objects.get(pk=event.hold_id))


@listens_to(LoanReturned)
def complete_what_a_partner_returned(event: LoanReturned) -> None:
    """A copy that a partner had is home."""
    services.follow_return(loan_id=event.loan_id)


@listens_to(LoanOverdue)
def call_for_what_a_partner_keeps(event: LoanOverdue) -> None:
    """A copy that a partner has is late."""
    services.follow_lateness(loan_id=event.loan_id)


@listens_to(LoanLost)
def write_off_what_a_partner_lost(event: LoanLost) -> None:
    """A copy that a partner has was given up."""
    services.follow_loss(loan_id=event.loan_id)


@listens_to(PatronLeft)
def give_up_the_wishes_of_who_left(event: PatronLeft) -> None:
    """Cancel what a reader who left waits for."""
    services.forget_reader(patron_id=event.patron_id, reason="读者已离开")


@listens_to(PatronErased)
def give_up_the_wishes_of_the_erased(event: PatronErased) -> None:
    """Cancel what an erased reader waits for, and part the ended requests from them."""
    services.forget_reader(patron_id=event.patron_id, reason="读者资料已删除")
