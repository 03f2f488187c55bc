"""What a librarian decides about a notice that did not arrive by itself."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.notices.channels import BY_HAND
from xinglin.notices.errors import NotInThisState
from xinglin.notices.lifecycle import LIBRARIAN, LIVE, MOVES, AttemptState, State
from xinglin.notices.models import Attempt, Notice
from xinglin.notices.services.delivering import DELIVER


@transaction.atomic
def send_again(*, notice: Notice, by: Staff | None) -> None:
    """Send once more what nobody knows the fate of, or what found no way: at once, by every way anew.

    Raises ``NotAllowed``, ``NotInThisState``.
    """
    kept = _moved(notice, "send_again", by)
    if not _give_up(kept):
        # Marks where the new beginning is: refusals before it count no more.
        Attempt.objects.create(
            notice=kept, channel=BY_HAND, state=AttemptState.GIVEN_UP, ended_at=clock.now()
        )
    kept.due_at, kept.hurried_by = clock.now(), by
    kept.save(update_fields=["state", "due_at", "hurried_by"])
    history.record(kept, "send_again", by=by.user if by else None)
    app.configure_task(DELIVER, queue="notices", lock=f"notice-reader-{kept.patron_id}").defer(
        notice_id=kept.pk
    )


@transaction.atomic
def tell_by_hand(*, notice: Notice, how: str, by: Staff | None) -> None:
    """Note that a librarian told the reader, by telephone or at the desk.

    Raises ``NotAllowed``, ``NotInThisState``.
    """
    kept = _moved(notice, "tell_by_hand", by)
    _give_up(kept)
    Attempt.objects.create(
        notice=kept, channel=BY_HAND, state=AttemptState.SENT, ended_at=clock.now(), reason=how.strip()
    )
    kept.channel, kept.told_at, kept.due_at, kept.why = BY_HAND, clock.now(), None, how.strip()
    kept.save(update_fields=["state", "channel", "told_at", "due_at", "why"])
    history.record(kept, "tell_by_hand", by=by.user if by else None, reason=how)


@transaction.atomic
def drop_by_hand(*, notice: Notice, by: Staff | None) -> None:
    """Close a notice that nobody needs any more. Raises ``NotAllowed``, ``NotInThisState``."""
    kept = _moved(notice, "drop", by)
    kept.due_at = None
    kept.save(update_fields=["state", "due_at"])
    history.record(kept, "drop_notice", by=by.user if by else None)


def _moved(notice: Notice, deed: str, by: Staff | None) -> Notice:
    access.require(by, "notices.send_notice", notice.library_id)
    kept = Notice.objects.select_for_update().get(pk=notice.pk)
    where = MOVES.get((State(kept.state), deed))
    if where is None or where[1] != LIBRARIAN:
        raise NotInThisState(
            _("这条提醒现在是「%(state)s」，不需要这样办理；请刷新后再看。"),
            state=kept.get_state_display(),
        )
    kept.state = where[0]
    return kept


def _give_up(notice: Notice) -> bool:
    """End the attempt that stands, if one does: a person has decided about it."""
    standing = notice.attempts.filter(state__in=LIVE)
    return standing.update(state=AttemptState.GIVEN_UP, ended_at=clock.now()) > 0
