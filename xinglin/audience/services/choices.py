"""What a follower decides: opting out of topics, and the off switch of the interest profile."""

from django.db import transaction

from xinglin.audience.models import Behaviour, FollowerTag, OptOut, ProfilingOff, Source
from xinglin.newsroom.models import Column
from xinglin.wechat.models import Follower


@transaction.atomic
def opt_out(*, follower: Follower, topic: Column | None, through: str) -> None:
    """Send a follower nothing more on a topic, or nothing at all. Holds at once."""
    OptOut.objects.get_or_create(follower=follower, topic=topic, defaults={"through": through})


@transaction.atomic
def opt_in(*, follower: Follower, topic: Column | None) -> None:
    """Take an opt-out back."""
    OptOut.objects.filter(follower=follower, topic=topic).delete()


@transaction.atomic
def switch_profiling(*, follower: Follower, on: bool) -> None:
    """Learn from what a follower does, or stop and forget what was learned."""
    Follower.objects.select_for_update(no_key=True).get(pk=follower.pk)
    if on:
        ProfilingOff.objects.filter(follower=follower).delete()
        return
    ProfilingOff.objects.get_or_create(follower=follower)
    Behaviour.objects.filter(follower_id=follower.pk).delete()
    FollowerTag.objects.filter(follower=follower, source=Source.BEHAVIOUR).delete()
