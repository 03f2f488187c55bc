"""What readers say of what they were brought: it is learned from at the next run."""

from django.db import transaction

from xinglin.commons import clock
from xinglin.intelligence.sdi.models import Push, PushedPaper, Verdict


@transaction.atomic
def judge(*, paper: PushedPaper, verdict: str) -> PushedPaper:
    """Note that a paper was useful or not; the same answer once more takes it back."""
    kept = PushedPaper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
    same = kept.verdict == verdict
    kept.verdict = "" if same else Verdict(verdict)
    kept.judged_at = None if same else clock.now()
    kept.save(update_fields=["verdict", "judged_at"])
    return kept


@transaction.atomic
def note_opening(*, push: Push) -> None:
    """Note that the reader opened a push; the first time counts."""
    Push.objects.filter(pk=push.pk, opened_at=None).update(opened_at=clock.now())
