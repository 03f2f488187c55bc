"""Taking in the scans of a spell without network, one after the other as they were made."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.models import Item
from xinglin.circulation.errors import ReasonNeeded, ScanMoveNotPossible, ScanUnfit
from xinglin.circulation.lifecycle import OPEN_LOANS, SCAN_MOVES, ScanState
from xinglin.circulation.models import Loan, OfflineScan, ScanKind
from xinglin.circulation.services.lending import lend
from xinglin.circulation.services.returning import check_in
from xinglin.commons import clock, history
from xinglin.commons.errors import Refusal
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.patrons.queries import find_by_card

# A desk that was without network for longer looks into each scan by hand.
OLDEST = timedelta(days=14)
# Then the numbers of the cards are not kept any longer.
FORGET_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Scan:
    """What a browser kept: what was scanned, when, and the name it gave to the scan."""

    key: UUID
    kind: ScanKind
    barcode: str
    scanned_at: datetime
    card: str = ""


def take_scan(*, scan: Scan, by: Staff) -> OfflineScan:
    """Do what a desk did without network, at the time it did it; what stands against it is kept as a conflict.

    The same scan again changes nothing and returns the first outcome, also when two windows send it at once.

    Raises ``NotAllowed``.
    """
    access.require(by, f"circulation.{'lend' if scan.kind == ScanKind.LEND else 'check_in'}", by.library_id)
    known = OfflineScan.objects.filter(key=scan.key).first()
    if known is not None:
        return known
    try:
        return _take(scan, by)
    except IntegrityError as error:
        if "key" not in str(error):
            raise
        return OfflineScan.objects.get(key=scan.key)


@transaction.atomic
def _take(scan: Scan, by: Staff) -> OfflineScan:
    # The row comes first: whoever sends the same scan at the same moment waits for it.
    kept = OfflineScan.objects.create(
        key=scan.key,
        library=by.library,
        by=by,
        kind=scan.kind,
        card=scan.card[:60],
        barcode=scan.barcode[:60],
        scanned_at=min(scan.scanned_at, clock.now()),
        received_at=clock.now(),
        state=ScanState.DONE,
    )
    try:
        with transaction.atomic():
            _do(kept, by, override="")
    except Refusal as refusal:
        kept.state, kept.words = ScanState.CONFLICT, str(refusal)[:300]
    kept.save()
    return kept


@transaction.atomic
def force_scan(*, scan: OfflineScan, reason: str, by: Staff) -> OfflineScan:
    """Do a scan after all that stood against a rule: the copy is out, or back, whatever the rule says.

    Raises ``ScanMoveNotPossible``, ``ReasonNeeded``, what cannot be set aside, ``NotAllowed``.
    """
    access.require(by, "circulation.override_block", scan.library_id)
    kept = _moved(scan, "force", reason)
    _do(kept, by, override=reason.strip())
    kept.save()
    history.record(kept, "force", by=by.user, reason=reason)
    return kept


@transaction.atomic
def settle_scan(*, scan: OfflineScan, reason: str, by: Staff) -> OfflineScan:
    """Note that a conflict was seen to in some other way. Raises as ``force_scan`` does."""
    access.require(by, "circulation.lend", scan.library_id)
    kept = _moved(scan, "settle", reason)
    kept.words = f"{kept.words} → {reason.strip()}"[:300]
    kept.save()
    history.record(kept, "settle", by=by.user, reason=reason)
    return kept


def forget_old_scans() -> int:
    """Delete scans that were done or settled long ago: they name who borrowed what. Return how many."""
    old = OfflineScan.objects.filter(received_at__lt=clock.now() - FORGET_AFTER)
    return old.exclude(state=ScanState.CONFLICT).delete()[0]


def _moved(scan: OfflineScan, deed: str, reason: str) -> OfflineScan:
    if not reason.strip():
        raise ReasonNeeded(gettext_lazy("处理离线冲突必须写明理由。"))
    kept = OfflineScan.objects.select_for_update(of=("self",)).select_related("library").get(pk=scan.pk)
    move = SCAN_MOVES.get((ScanState(kept.state), deed))
    if move is None:
        raise ScanMoveNotPossible(gettext_lazy("这次扫描已处理过，不用再办。"))
    kept.state = move[0]
    return kept


def _do(kept: OfflineScan, by: Staff, *, override: str) -> None:
    if not override and kept.scanned_at < clock.now() - OLDEST:
        raise ScanUnfit(gettext_lazy("扫描时间早于 14 天前，请核对这台电脑的时间后人工办理。"))
    kept.item = _item_of(kept)
    if kept.kind == ScanKind.LEND:
        patron = find_by_card(kept.card)
        kept.loan = lend(
            patron=patron, item=kept.item, library=kept.library, by=by, override=override, at=kept.scanned_at
        )
        kept.words = _("应还 %(day)s") % {"day": f"{clock.local(kept.loan.due_at):%Y-%m-%d}"}
    else:
        result = check_in(item=kept.item, library=kept.library, by=by, at=kept.scanned_at)
        kept.loan = result.loan
        kept.words = _where_to(result.hold is not None, result.transit is not None)


def _where_to(is_wanted: bool, travels: bool) -> str:
    """Say what the desk has to do with a copy that it put on the shelf in good faith."""
    if travels:
        return _("请找出这一册装箱（有人预约或属别馆）")
    return _("请找出这一册放预约架") if is_wanted else ""


def _item_of(kept: OfflineScan) -> Item:
    """Return the copy that was meant: of several with one barcode the desk's own, or the one that was lent."""
    found = list(Item.objects.select_related("holding__record", "library").filter(barcode=kept.barcode)[:9])
    if not found:
        raise ScanUnfit(gettext_lazy("没有条码为 %(barcode)s 的单册；请核对条码。"), barcode=kept.barcode)
    if len(found) == 1:
        return found[0]
    lent = set(Loan.objects.filter(item__in=found, state__in=OPEN_LOANS).values_list("item", flat=True))
    for sign in (
        [item for item in found if kept.kind == ScanKind.RETURN and item.pk in lent],
        [item for item in found if item.library_id == kept.library_id],
    ):
        if len(sign) == 1:
            return sign[0]
    raise ScanUnfit(
        gettext_lazy("几个馆都有条码 %(barcode)s，请在借还台上选是哪一册。"), barcode=kept.barcode
    )
