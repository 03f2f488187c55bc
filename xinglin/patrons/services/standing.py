"""A reader's standing: suspended, reinstated, gone, back again. The table is ``lifecycle.py``."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.patrons import clearance
from xinglin.patrons.errors import MoveNotPossible, NotCleared
from xinglin.patrons.events import PatronLeft, PatronReinstated, PatronSuspended
from xinglin.patrons.lifecycle import DEEDS, goes_to
from xinglin.patrons.models import Patron
from xinglin.patrons.services.patrons import actor, locked


@transaction.atomic
def suspend(*, patron: Patron, reason: str, by: Staff | None) -> Patron:
    """Suspend a reader in the whole consortium. Raises ``MoveNotPossible``."""
    access.require(by, "patrons.suspend_patron", patron.home_library_id)
    kept = _move(patron, "suspend", reason=reason, by=by)
    announce(PatronSuspended(patron_id=kept.pk))
    return kept


@transaction.atomic
def reinstate(*, patron: Patron, reason: str = "", by: Staff | None) -> Patron:
    """End a suspension. Raises ``MoveNotPossible``."""
    access.require(by, "patrons.suspend_patron", patron.home_library_id)
    kept = _move(patron, "reinstate", reason=reason, by=by)
    announce(PatronReinstated(patron_id=kept.pk))
    return kept


@transaction.atomic
def leave(*, patron: Patron, reason: str, by: Staff | None) -> Patron:
    """Let a reader leave, once nothing is owed to any library.

    Raises ``NotCleared`` with everything that is still owed, and ``MoveNotPossible``.
    """
    access.require(by, "patrons.suspend_patron", patron.home_library_id)
    refuse_while_owing(patron)
    kept = _move(patron, "leave", reason=reason, by=by)
    announce(PatronLeft(patron_id=kept.pk))
    return kept


@transaction.atomic
def come_back(*, patron: Patron, reason: str = "", by: Staff | None) -> Patron:
    """Take a reader back who had left. Raises ``MoveNotPossible``."""
    access.require(by, "patrons.suspend_patron", patron.home_library_id)
    kept = _move(patron, "come_back", reason=reason, by=by)
    announce(PatronReinstated(patron_id=kept.pk))
    return kept


def refuse_while_owing(patron: Patron) -> None:
    """Refuse what may only be done to a reader who owes nothing. Raises ``NotCleared``."""
    owed = clearance.objections_to(patron)
    if owed:
        raise NotCleared(
            _("「%(name)s」还有 %(count)d 件事没有了结：%(owed)s。请先办完。"),
            name=patron.name,
            count=len(owed),
            owed="；".join(owed),
        )


def _move(patron: Patron, deed: str, *, reason: str, by: Staff | None) -> Patron:
    kept = locked(patron)
    new = goes_to(kept.state, deed)
    if new is None:
        raise MoveNotPossible(
            _("「%(name)s」现在是「%(state)s」，不能%(deed)s；请刷新页面看最新状态。"),
            name=kept.name,
            state=kept.get_state_display(),
            deed=DEEDS[deed],
        )
    changes = {"state": [kept.state, new.value]}
    kept.state = new
    kept.state_reason = reason
    kept.version += 1
    kept.save(update_fields=["state", "state_reason", "version"])
    history.record(kept, deed, by=actor(by), changes=changes, reason=reason)
    return kept
