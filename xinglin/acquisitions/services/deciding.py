"""Deciding on what readers wish, and what follows: ordered, arrived."""

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.errors import SuggestionUnfit
from xinglin.acquisitions.events import SuggestionArrived, SuggestionDecided
from xinglin.acquisitions.models import Suggestion
from xinglin.acquisitions.queries import DECIDE
from xinglin.acquisitions.services.moving import actor, for_staff, move, said_reason
from xinglin.acquisitions.works import Wish, checked, key_of
from xinglin.catalog.marc import title_key
from xinglin.catalog.models import Record
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium.models import Staff


@transaction.atomic
def describe(*, suggestion: Suggestion, wish: Wish, by: Staff | None) -> Suggestion:
    """Complete what a reader wrote: title, author, number, price. Raises ``SuggestionUnfit``, ``NotAnIsbn``."""
    kept = for_staff(suggestion, DECIDE, by)
    wish = checked(replace(wish, title=wish.title or kept.title))
    changes: dict[str, object] = {}
    for name in ("isbn", "title", "author", "publisher", "year", "price_fen", "class_number"):
        before, after = getattr(kept, name), getattr(wish, name)
        if before != after:
            changes[name] = [before, after]
            setattr(kept, name, after)
    kept.work_key, kept.title_key = key_of(wish), title_key(wish.title)[:240]
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as taken:
        if "one_standing_suggestion_of_a_work" not in str(taken):
            raise
        raise SuggestionUnfit(
            _("本馆已有另一条同书的荐购；请在那一条上处理，这一条写明理由不采纳。")
        ) from None
    history.record(kept, "amend", by=actor(by), changes=changes)
    return kept


@transaction.atomic
def consider(*, suggestion: Suggestion, by: Staff | None) -> Suggestion:
    """Begin to look into a suggestion."""
    kept = for_staff(suggestion, DECIDE, by)
    move(kept, "consider", by=by)
    return kept


@transaction.atomic
def approve(*, suggestion: Suggestion, reason: str = "", by: Staff | None) -> Suggestion:
    """Agree to buy; everyone who asked is told."""
    kept = for_staff(suggestion, DECIDE, by)
    return _decide(kept, "approve_suggestion", reason.strip()[:500], by)


@transaction.atomic
def decline(*, suggestion: Suggestion, reason: str, by: Staff | None) -> Suggestion:
    """Do not buy; everyone who asked reads the reason. Raises ``SuggestionUnfit`` without one."""
    kept = for_staff(suggestion, DECIDE, by)
    return _decide(kept, "decline_suggestion", said_reason(reason), by)


@transaction.atomic
def reconsider(*, suggestion: Suggestion, by: Staff | None) -> Suggestion:
    """Look again at what was declined: more readers asked, or there is money now."""
    kept = for_staff(suggestion, DECIDE, by)
    move(kept, "reconsider", by=by)
    return kept


@transaction.atomic
def note_ordered(*, suggestion: Suggestion, by: Staff | None) -> Suggestion:
    """Note that what was agreed to has been ordered."""
    kept = for_staff(suggestion, DECIDE, by)
    move(kept, "order_suggestion", by=by)
    return kept


@transaction.atomic
def arrive(*, suggestion: Suggestion, record: Record | None, by: Staff | None) -> Suggestion:
    """Note that what was suggested has come; everyone who asked is told, the first gets a hold.

    Raises ``SuggestionUnfit`` while no record of the work is in the catalogue: nobody could find it.
    """
    kept = for_staff(suggestion, DECIDE, by)
    found = record or kept.record
    if found is None or not found.is_active:
        raise SuggestionUnfit(_("还没有《%(title)s》的书目；请先编目，再登记到馆。"), title=kept.label)
    kept.record, kept.arrived_at = found, clock.now()
    move(kept, "suggestion_arrives", by=by)
    announce(SuggestionArrived(suggestion_id=kept.pk))
    return kept


def _decide(kept: Suggestion, deed: str, reason: str, by: Staff | None) -> Suggestion:
    kept.reason, kept.decided_at = reason, clock.now()
    kept.turn += 1
    move(kept, deed, by=by, reason=reason)
    announce(SuggestionDecided(suggestion_id=kept.pk, turn=kept.turn))
    return kept
