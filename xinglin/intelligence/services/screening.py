"""The gate: a paper reaches readers after two looks, each with who, when and why."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.errors import IntelligenceDeedNotPossible, ReasonMissing, SecondLookNeedsAnother
from xinglin.intelligence.events import FindingReleased
from xinglin.intelligence.lifecycle import FINDING_MOVES, FindingState
from xinglin.intelligence.models import Finding, Screening
from xinglin.intelligence.queries import RELEASE, SCREEN

NEEDS_A_REASON = frozenset({"drop", "recall"})


@transaction.atomic
def decide(*, finding: Finding, deed: str, reason: str = "", by: Staff | None) -> Finding:
    """Keep, release, drop, recall or reopen a paper of a topic.

    Raises ``IntelligenceDeedNotPossible``, ``SecondLookNeedsAnother``, ``ReasonMissing``.
    """
    kept = Finding.objects.select_for_update(of=("self",)).select_related("topic").get(pk=finding.pk)
    access.require(by, RELEASE if deed in ("release", "recall") else SCREEN, kept.topic.library_id)
    move = FINDING_MOVES.get((FindingState(kept.state), deed))
    if move is None:
        raise IntelligenceDeedNotPossible(_("这篇文献现在的状态不能这样做；请刷新后再看。"))
    if deed in NEEDS_A_REASON and not reason.strip():
        raise ReasonMissing(_("排除或撤回要写明理由，别人才看得懂。"))
    if deed == "release" and kept.topic.two_people:
        _need_another(kept, by)
    kept.state, kept.look_again = move[0], ""
    kept.released_at = clock.now() if deed == "release" else None
    kept.save()
    Screening.objects.create(finding=kept, deed=deed, reason=reason.strip()[:200], by=by.user if by else None)
    if deed == "release":
        announce(FindingReleased(finding_id=kept.pk))
    return kept


def _need_another(finding: Finding, by: Staff | None) -> None:
    first = finding.screenings.filter(deed="keep").order_by("-pk").first()
    if by is not None and first is not None and first.by_id == by.user_id:
        raise SecondLookNeedsAnother(
            _("初筛是您做的，复筛要由另一位馆员来做；只有一位情报馆员的馆，可以在专题设置里取消这项要求。")
        )
