"""Forgetting somebody: after an unfollow, and when a reader's file is erased."""

from django.db import transaction

from xinglin.audience.models import (
    AudienceConsent,
    Behaviour,
    FollowerTag,
    KnownReader,
    OptOut,
    ProfilingOff,
    SealedTags,
    SegmentMember,
    SensitiveAccess,
)
from xinglin.newsroom.answers import services as answers
from xinglin.patrons.lifecycle import State
from xinglin.patrons.models import Patron
from xinglin.wechat.models import Follower


@transaction.atomic
def forget_follower(*, follower_id: int) -> None:
    """Delete all that was kept of a follower. Their line in the logs of campaigns stays as a number of nobody."""
    for kind in (SealedTags, AudienceConsent, OptOut, ProfilingOff, KnownReader, FollowerTag):
        kind.objects.filter(follower=follower_id).delete()
    Behaviour.objects.filter(follower_id=follower_id).delete()
    SegmentMember.objects.filter(follower_id=follower_id).delete()
    SensitiveAccess.objects.filter(follower_id=follower_id).update(follower_id=None)
    # Surveys name the follower even where a reader is known: the newsroom forgets a reader by another key.
    answers.forget(person=f"f{follower_id}")


@transaction.atomic
def know_reader(*, follower_id: int, patron_id: int) -> None:
    """Remember that a follower is a reader; of a reader erased meanwhile everything is forgotten instead."""
    state = Patron.objects.filter(pk=patron_id).values_list("state", flat=True).first()
    if state is None or not Follower.objects.filter(pk=follower_id, erased_at__isnull=True).exists():
        return
    if state == State.ERASED:
        forget_follower(follower_id=follower_id)
        return
    KnownReader.objects.get_or_create(follower_id=follower_id, patron_id=patron_id)


@transaction.atomic
def forget_patron(*, patron_id: int) -> None:
    """Delete all that was kept of the followers whom an erased reader was."""
    followers = list(KnownReader.objects.filter(patron=patron_id).values_list("follower_id", flat=True))
    for follower_id in followers:
        forget_follower(follower_id=follower_id)
    FollowerTag.objects.filter(patron_id=patron_id).delete()
