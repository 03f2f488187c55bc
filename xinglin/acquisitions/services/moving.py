"""What the deeds of this room share: numbers, locks, one step of a suggestion."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.errors import SuggestionMoveNotPossible, SuggestionUnfit
from xinglin.acquisitions.lifecycle import SUGGESTION_DEEDS, SUGGESTION_MOVES, SuggestionState
from xinglin.acquisitions.models import Suggestion
from xinglin.commons import clock, history
from xinglin.commons.history import Actor
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.patrons.models import Patron


def hold_lock(name: str) -> None:
    """Let one transaction at a time pass under a name, until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"acquisitions.{name}"])


def next_number(prefix: str, last: str | None) -> str:
    """Return the number after the last of this year. The caller holds the lock of the prefix."""
    head = f"{prefix}{clock.today().year}-"
    return f"{head}{int(last.rpartition('-')[2]) + 1 if last else 1:05d}"


def next_suggestion_number() -> str:
    """Return the next number of a suggestion; two readers at once get two."""
    hold_lock("number.JG")
    head = f"JG{clock.today().year}-"
    last = Suggestion.objects.filter(number__startswith=head).order_by("-number").first()
    return next_number("JG", last.number if last else None)


def locked(suggestion: Suggestion) -> Suggestion:
    """Return a suggestion as it stands now, locked until the transaction ends."""
    rows = Suggestion.objects.select_for_update(of=("self",)).select_related("library", "record")
    return rows.get(pk=suggestion.pk)


def for_staff(suggestion: Suggestion, permission: str, by: Staff | None) -> Suggestion:
    """Return a suggestion locked, for someone who has a permission in its library. Raises ``NotAllowed``."""
    kept = locked(suggestion)
    access.require(by, permission, kept.library_id)
    return kept


def move(kept: Suggestion, deed: str, *, by: Staff | Patron | None, reason: str = "") -> None:
    """Take a locked suggestion one step on and write it down. Raises ``SuggestionMoveNotPossible``."""
    step = SUGGESTION_MOVES.get((SuggestionState(kept.state), deed))
    if step is None:
        raise SuggestionMoveNotPossible(
            _("荐购 %(number)s 现在是“%(state)s”，不能%(deed)s；请刷新后再看。"),
            number=kept.number, state=kept.get_state_display(), deed=SUGGESTION_DEEDS[deed],
        )  # fmt: skip
    kept.state = step[0]
    kept.save()
    history.record(kept, deed, by=actor(by), reason=reason)


def actor(by: Staff | Patron | None) -> Actor:
    """Return whom history names: the account of a librarian, nobody's name for a reader."""
    return by.user if isinstance(by, Staff) else str(_("读者")) if isinstance(by, Patron) else None


def said_reason(text: str) -> str:
    """Return a reason without blanks around it. Raises ``SuggestionUnfit`` where there is none."""
    if not text.strip():
        raise SuggestionUnfit(_("请写明理由，每位荐购人都会看到。"))
    return text.strip()[:500]
