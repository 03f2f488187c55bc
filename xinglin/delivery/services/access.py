"""A reader's application for an electronic title: asked, decided by a day, granted for a time."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.commons.text import plain
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.consortium.queries import timetable_of
from xinglin.delivery import deadlines
from xinglin.delivery.errors import AccessNotNeeded, GrantUnfit, MayNotAsk, MoveNotPossible, RequestUnknown
from xinglin.delivery.events import AccessDecided
from xinglin.delivery.lifecycle import ACCESS_MOVES, AccessState
from xinglin.delivery.models import AccessRequest, Counting
from xinglin.delivery.services.locking import actor
from xinglin.delivery.works import refuse_patients
from xinglin.eresources.models import Database
from xinglin.eresources.queries import may_use
from xinglin.patrons.models import Patron, Right

DECIDE = "delivery.decide_access"
DECIDE_WITHIN = 24 * 60  # minutes of opening hours: three days of eight
LONGEST = timedelta(days=366)


@transaction.atomic
def ask_for_access(*, patron: Patron, database: Database, purpose: str, until: date) -> AccessRequest:
    """Apply for a database for oneself. Raises ``MayNotAsk``, ``AccessNotNeeded``, ``GrantUnfit``, ``PatientNamed``."""
    if not patron.may(Right.REMOTE_ACCESS):
        raise MayNotAsk(_("您的读者类别没有电子资源访问权，或读者证已过期；请联系所属图书馆。"))
    refuse_patients(purpose)
    if may_use(database, patron.home_library):
        raise AccessNotNeeded(_("您所在的馆已经可以使用《%(name)s》，不用申请。"), name=database.name)
    if not clock.today() <= until <= clock.today() + LONGEST:
        raise GrantUnfit(_("使用期限要在今天到一年之内。"))
    standing = (AccessState.ASKED, AccessState.GRANTED)
    before = AccessRequest.objects.filter(patron=patron, database=database, state__in=standing).first()
    if before is not None:
        raise AccessNotNeeded(
            _("您已经申请过《%(name)s》，现在是「%(state)s」。"),
            name=database.name,
            state=before.get_state_display(),
        )
    now, hours = clock.now(), timetable_of(patron.home_library)
    asked = AccessRequest.objects.create(
        patron=patron,
        database=database,
        library=patron.home_library,
        purpose=plain(purpose).strip()[:400],
        wanted_until=until,
        asked_at=now,
        decide_by=deadlines.after(now, DECIDE_WITHIN, Counting.OPEN, hours),
    )
    history.record(asked, "ask")
    return asked


@transaction.atomic
def grant_access(
    *, access_request: AccessRequest, until: date, instructions: str, by: Staff | None, reason: str = ""
) -> AccessRequest:
    """Grant an application, or move the end of what was granted.

    Raises ``GrantUnfit``, ``MoveNotPossible``, ``NotAllowed``.
    """
    row = _locked(access_request, by)
    if not clock.today() <= until <= clock.today() + LONGEST:
        raise GrantUnfit(_("开通期限要在今天到一年之内。"))
    ends = row.database.entitlements.filter(library=row.database.keeper_id).values_list("until", flat=True)
    last = max((end for end in ends if end), default=None)
    if last is not None and until > last:
        raise GrantUnfit(
            _("《%(name)s》的使用权到 %(last)s 为止，不能开通到 %(until)s。"),
            name=row.database.name,
            last=last.isoformat(),
            until=until.isoformat(),
        )
    deed = "extend" if row.state == AccessState.GRANTED else "grant"
    _move(row, deed)
    row.granted_until, row.instructions, row.reason = until, instructions.strip()[:400], reason.strip()[:400]
    _decided(row, by)
    if deed == "extend":
        history.record(row, "extend", by=actor(by), changes={"granted_until": until.isoformat()})
    else:
        history.record(
            row, "grant", by=actor(by), changes={"granted_until": until.isoformat()}, reason=reason
        )
    announce(AccessDecided(access_id=row.pk))
    return row


@transaction.atomic
def decline_access(*, access_request: AccessRequest, reason: str, by: Staff | None) -> AccessRequest:
    """Decline an application with a reason. Raises ``MoveNotPossible``, ``NotAllowed``."""
    row = _locked(access_request, by)
    _move(row, "decline")
    row.reason = reason.strip()[:400]
    _decided(row, by)
    history.record(row, "decline", by=actor(by), reason=reason)
    announce(AccessDecided(access_id=row.pk))
    return row


@transaction.atomic
def cancel_access(*, access_request: AccessRequest, patron: Patron) -> AccessRequest:
    """Give an application up. Raises ``MoveNotPossible``, ``RequestUnknown``."""
    row = AccessRequest.objects.select_for_update().filter(pk=access_request.pk, patron=patron).first()
    if row is None:
        raise RequestUnknown(_("没有这个访问申请，或者不是您的申请。"))
    _move(row, "cancel")
    row.save(update_fields=["state"])
    history.record(row, "cancel")
    return row


def end_grants() -> int:
    """End what was granted until yesterday. Returns how many."""
    over = AccessRequest.objects.filter(state=AccessState.GRANTED, granted_until__lt=clock.today())
    ended = 0
    for pk in list(over.values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            row = AccessRequest.objects.select_for_update().get(pk=pk)
            if row.state == AccessState.GRANTED and not row.holds_today:
                _move(row, "end")
                row.save(update_fields=["state"])
                history.record(row, "expire", by="系统")
                ended += 1
    return ended


def _locked(access_request: AccessRequest, by: Staff | None) -> AccessRequest:
    row = (
        AccessRequest.objects.select_for_update(of=("self",))
        .select_related("database", "patron")
        .filter(pk=access_request.pk)
        .first()
    )
    if row is None:
        raise RequestUnknown(_("没有这个访问申请。"))
    keeper = row.database.keeper_id
    access.require(by, DECIDE, keeper if by and keeper in access.libraries_of(by, DECIDE) else row.library_id)
    return row


def _move(row: AccessRequest, deed: str) -> None:
    move = ACCESS_MOVES.get((AccessState(row.state), deed))
    if move is None:
        raise MoveNotPossible(
            _("申请 %(number)s 现在是「%(state)s」，不能再这样办理；请刷新后再看。"),
            number=row.pk,
            state=row.get_state_display(),
        )
    row.state = move[0]


def _decided(row: AccessRequest, by: Staff | None) -> None:
    row.decided_at, row.decided_by = clock.now(), by
    row.save()
