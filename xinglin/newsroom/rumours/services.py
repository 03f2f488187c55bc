"""Every change of rumour cards. A changed card answers nobody until a gatekeeper has approved it anew."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.errors import DeedNotPossible, GatekeeperNeeded, RumourUnfit
from xinglin.newsroom.models import Article, Rumour, RumourState, Verdict
from xinglin.newsroom.review.seats import is_gatekeeper
from xinglin.newsroom.rumours.lifecycle import RUMOUR_MOVES

WRITE, GATE = "newsroom.write_rumour", "newsroom.gatekeep_rumour"


@dataclass(frozen=True, kw_only=True)
class RumourFile:
    """What is entered of a card."""

    claim: str
    truth: str
    sources: str
    verdict: Verdict = Verdict.FALSE
    wordings: str = ""
    article: Article | None = None


@transaction.atomic
def write(*, library: Library, file: RumourFile, by: Staff | None, row: Rumour | None = None) -> Rumour:
    """Write or change a card. Raises ``RumourUnfit`` without claim, truth or source."""
    access.require(by, WRITE, library.pk)
    if len(file.claim.strip()) < 4 or not file.truth.strip() or not file.sources.strip():
        raise RumourUnfit(_("辟谣要写清说法（至少 4 个字）、真相和依据。"))
    kept = (
        Rumour.objects.select_for_update().get(pk=row.pk)
        if row
        else Rumour(library=library, made_at=clock.now())
    )
    if row is not None:
        _move(kept, "amend")
    kept.claim, kept.truth, kept.sources = file.claim.strip(), file.truth.strip(), file.sources.strip()
    kept.verdict, kept.wordings, kept.article = file.verdict, file.wordings.strip(), file.article
    kept.made_by = by
    kept.approved_by, kept.approved_at, kept.licence, kept.licensed_until = None, None, "", None
    kept.save()
    history.record(
        kept, "amend" if row else "write", by=by.user if by else None, changes={"claim": kept.claim}
    )
    return kept


@transaction.atomic
def approve(*, rumour: Rumour, by: Staff) -> Rumour:
    """Stand for a card: a gatekeeper who did not write it. Raises ``GatekeeperNeeded`` and ``DeedNotPossible``."""
    access.require(by, GATE, rumour.library_id)
    kept = Rumour.objects.select_for_update(of=("self",)).get(pk=rumour.pk)
    if kept.made_by_id == by.pk:
        raise GatekeeperNeeded(_("自己写的辟谣不能自己把关；请另一位医学把关人来审。"))
    if not is_gatekeeper(by, kept.library_id):
        raise GatekeeperNeeded(_("辟谣须由登记了有效执业证的医学把关人通过，才会对外回答。"))
    _move(kept, "approve")
    kept.approved_by, kept.approved_at = by, clock.now()
    kept.licence, kept.licensed_until = by.medical_licence, by.licence_valid_until
    kept.save()
    history.record(kept, "approve", by=by.user, changes={"licensed_until": kept.licensed_until})
    return kept


@transaction.atomic
def retire(*, rumour: Rumour, by: Staff | None) -> Rumour:
    """Let a card answer nobody any more. Raises ``DeedNotPossible``."""
    access.require(by, WRITE, rumour.library_id)
    kept = Rumour.objects.select_for_update(of=("self",)).get(pk=rumour.pk)
    _move(kept, "retire")
    kept.save()
    history.record(kept, "hide", by=by.user if by else None)
    return kept


def count_answer(*, rumour: Rumour) -> None:
    """Count that a card has answered a message."""
    Rumour.objects.filter(pk=rumour.pk).update(answered=F("answered") + 1)


def _move(rumour: Rumour, deed: str) -> None:
    move = RUMOUR_MOVES.get((RumourState(rumour.state), deed))
    if move is None:
        raise DeedNotPossible(
            _("这张辟谣卡现在是“%(state)s”，不能这样办；请刷新页面。"), state=rumour.get_state_display()
        )
    rumour.state = move[0]
