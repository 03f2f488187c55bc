"""A reader's rights over their own data (个人信息保护法 art. 14, 15, 44–47)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.patrons.errors import MoveNotPossible
from xinglin.patrons.events import ErasureAsked, PatronErased
from xinglin.patrons.lifecycle import State, goes_to
from xinglin.patrons.models import Card, Consent, ConsentKind, ImportRow, Patron
from xinglin.patrons.services.patrons import THE_READER, actor, locked
from xinglin.patrons.services.standing import refuse_while_owing


@transaction.atomic
def give_consent(*, patron: Patron, kind: ConsentKind, text_version: str, through: str) -> Consent:
    """Write down that a reader agrees to something. Agreeing twice to the same text is agreeing once."""
    kept = locked(patron)
    standing = kept.consents.filter(kind=kind, withdrawn_at=None).first()
    if standing is not None:
        if standing.text_version == text_version:
            return standing
        standing.withdrawn_at = clock.now()
        standing.save(update_fields=["withdrawn_at"])
    consent = Consent.objects.create(
        patron=kept, kind=kind, text_version=text_version, given_through=through, given_at=clock.now()
    )
    history.record(kept, "give_consent", by=THE_READER, changes={"kind": kind.value, "text": text_version})
    return consent


@transaction.atomic
def withdraw_consent(*, patron: Patron, kind: ConsentKind) -> bool:
    """Take a consent back, and return whether there was one."""
    kept = locked(patron)
    withdrawn = kept.consents.filter(kind=kind, withdrawn_at=None).update(withdrawn_at=clock.now())
    if withdrawn:
        history.record(kept, "withdraw_consent", by=THE_READER, changes={"kind": kind.value})
    return bool(withdrawn)


@transaction.atomic
def ask_for_erasure(*, patron: Patron) -> Patron:
    """Note that a reader asks for the erasure of their data; a librarian does it after clearance."""
    kept = locked(patron)
    if kept.erasure_asked_at is None:
        kept.erasure_asked_at = clock.now()
        kept.save(update_fields=["erasure_asked_at"])
        history.record(kept, "ask_for_erasure", by=THE_READER)
        announce(ErasureAsked(patron_id=kept.pk))
    return kept


@transaction.atomic
def withdraw_erasure_request(*, patron: Patron) -> Patron:
    """Take back a request for erasure that was not yet carried out."""
    kept = locked(patron)
    if kept.erasure_asked_at is not None:
        kept.erasure_asked_at = None
        kept.save(update_fields=["erasure_asked_at"])
        history.record(kept, "withdraw_erasure_request", by=THE_READER)
    return kept


@transaction.atomic
def erase(*, patron: Patron, reason: str, by: Staff | None) -> Patron:
    """Erase what is personal of a reader, for good; the row stays so that counts stay true.

    The cards go, with their numbers; of history the deeds stay and their contents go. Rooms above
    follow ``PatronErased``.

    Raises ``NotCleared`` while something is owed, and ``MoveNotPossible`` when it was done before.
    """
    access.require(by, "patrons.erase_patron", patron.home_library_id)
    refuse_while_owing(patron)
    kept = locked(patron)
    if goes_to(kept.state, "erase") is None:
        raise MoveNotPossible(_("这位读者的个人资料已经删除，不用再删。"))
    history.history_of(kept).update(changes={}, reason="")
    ImportRow.objects.filter(patron=kept).update(cells={}, before={}, problems=[])
    Card.objects.filter(patron=kept).delete()
    kept.consents.all().delete()
    kept.name = str(_("已删除读者 %(number)d")) % {"number": kept.pk}
    kept.name_key = ""
    for field in ("department", "title", "staff_number", "phone", "email", "research_topics", "interests"):
        setattr(kept, field, "")
    kept.password = kept.state_reason = ""
    kept.erasure_asked_at = kept.expires_on = None
    kept.state = State.ERASED
    kept.version += 1
    kept.save()
    history.record(kept, "erase", by=actor(by), reason=reason)
    announce(PatronErased(patron_id=kept.pk))
    return kept
