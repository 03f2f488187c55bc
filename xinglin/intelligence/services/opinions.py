"""Second opinions on a sample, given without seeing what was decided."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.errors import IntelligenceDeedNotPossible
from xinglin.intelligence.models import Finding, Opinion
from xinglin.intelligence.progress import first_looks
from xinglin.intelligence.queries import SCREEN


@transaction.atomic
def give_opinion(*, finding: Finding, keeps: bool, by: Staff) -> Opinion:
    """Say whether one would have kept a paper that somebody else was the first to judge; said anew it replaces.

    Raises ``IntelligenceDeedNotPossible`` for one's own paper, or one that nobody has judged.
    """
    access.require(by, SCREEN, finding.topic.library_id)
    first = first_looks([finding.topic_id], finding=finding.pk).get(finding.pk)
    if first is None or first.by_id is None:
        raise IntelligenceDeedNotPossible(_("这篇还没有人初筛过，不能抽查；请直接筛选。"))
    if first.by_id == by.user_id:
        raise IntelligenceDeedNotPossible(_("这篇是您自己初筛的，要由另一位馆员抽查。"))
    kept, _made = Opinion.objects.update_or_create(
        finding=finding, by=by.user, defaults={"keeps": keeps, "at": clock.now()}
    )
    return kept
