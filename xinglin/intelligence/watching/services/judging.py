"""What people say of a story: its tone, its part in a brief, and the claim that is checked."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.watching.errors import WatchDeedNotPossible
from xinglin.intelligence.watching.feeling import Feeling
from xinglin.intelligence.watching.models import Item, Part
from xinglin.intelligence.watching.queries import NOTE
from xinglin.newsroom.models import Rumour
from xinglin.newsroom.rumours import services as rumours


@transaction.atomic
def say_feeling(*, item: Item, feeling: Feeling, by: Staff) -> Item:
    """Judge a story's tone oneself; the machine does not change it any more."""
    kept = _locked(item, by)
    history.record(kept, "judge_feeling", by=by.user, changes={"feeling": [kept.feeling, feeling]})
    kept.feeling, kept.feeling_by = feeling, by.user
    kept.save(update_fields=["feeling", "feeling_by"])
    return kept


@transaction.atomic
def put_into_part(*, item: Item, part: Part | None, by: Staff | None) -> Item:
    """Put a story into a part of the coming briefs, or out of them."""
    kept = _locked(item, by)
    kept.part = part or ""
    kept.save(update_fields=["part"])
    history.record(kept, "change", by=by.user if by else None, changes={"part": kept.part})
    return kept


@transaction.atomic
def make_claim(*, item: Item, file: rumours.RumourFile, by: Staff) -> Rumour:
    """Make a newsroom's rumour card of a story: claim, evidence, verdict; a gatekeeper stands for it there.

    Raises ``WatchDeedNotPossible`` where the story has a card, and what the newsroom refuses.
    """
    kept = _locked(item, by)
    if kept.rumour_id:
        raise WatchDeedNotPossible(_("这一条已经有辟谣卡了；请到“辟谣”里修改。"))
    card = rumours.write(library=kept.watch.topic.library, file=file, by=by)
    kept.rumour = card
    kept.save(update_fields=["rumour"])
    history.record(kept, "make_claim", by=by.user, changes={"claim": card.claim})
    return card


def _locked(item: Item, by: Staff | None) -> Item:
    kept = (
        Item.objects.select_for_update(of=("self",)).select_related("watch__topic__library").get(pk=item.pk)
    )
    access.require(by, NOTE, kept.watch.topic.library_id)
    return kept
