"""Cards: issued, lost, replaced."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.patrons.errors import MoveNotPossible
from xinglin.patrons.events import CardReplaced
from xinglin.patrons.models import Card, CardState, Patron
from xinglin.patrons.services.patrons import actor, checked_card_number, keep_card, locked


@transaction.atomic
def issue_card(*, patron: Patron, number: str, by: Staff | None) -> Card:
    """Issue a card to a reader who has no active one (the last one was lost).

    Raises ``CardNumberTaken``, ``PatronUnfit``, and ``MoveNotPossible`` beside an active card.
    """
    access.require(by, "patrons.issue_card", patron.home_library_id)
    kept = locked(patron)
    if kept.cards.filter(state=CardState.ACTIVE).exists():
        raise MoveNotPossible(_("「%(name)s」已有一张使用中的卡；请用「换卡」。"), name=kept.name)
    card = Card(number=checked_card_number(number), patron=kept, issued_at=clock.now())
    keep_card(card)
    last = kept.cards.exclude(pk=card.pk).first()
    history.record(kept, "issue_card", by=actor(by), changes={"card": card.number})
    if last is not None:
        announce(CardReplaced(patron_id=kept.pk, old_card_id=last.pk, new_card_id=card.pk))
    return card


@transaction.atomic
def replace_card(*, patron: Patron, number: str, by: Staff | None) -> Card:
    """Give a reader a new card for the active one, whose number goes on leading to the reader.

    Raises ``CardNumberTaken``, ``PatronUnfit``, and ``MoveNotPossible`` without an active card.
    """
    access.require(by, "patrons.issue_card", patron.home_library_id)
    kept = locked(patron)
    old = _end_active_card(kept, CardState.REPLACED)
    card = Card(number=checked_card_number(number), patron=kept, issued_at=clock.now())
    keep_card(card)
    history.record(kept, "replace_card", by=actor(by), changes={"card": [old.number, card.number]})
    announce(CardReplaced(patron_id=kept.pk, old_card_id=old.pk, new_card_id=card.pk))
    return card


@transaction.atomic
def report_card_lost(*, patron: Patron, by: Staff | None) -> Card:
    """Bar the active card of a reader, who is served again with the next one.

    Raises ``MoveNotPossible`` without an active card.
    """
    access.require(by, "patrons.issue_card", patron.home_library_id)
    kept = locked(patron)
    card = _end_active_card(kept, CardState.LOST)
    history.record(kept, "report_card_lost", by=actor(by), changes={"card": card.number})
    return card


def _end_active_card(patron: Patron, state: CardState) -> Card:
    card = patron.cards.filter(state=CardState.ACTIVE).first()
    if card is None:
        raise MoveNotPossible(_("「%(name)s」没有使用中的卡；请先发一张新卡。"), name=patron.name)
    card.state = state
    card.ended_at = clock.now()
    card.save(update_fields=["state", "ended_at"])
    return card
