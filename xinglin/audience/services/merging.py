"""Two followers turned out to be one person: what was kept of the second becomes the first's."""

from django.db import connection, transaction

from xinglin.audience.models import (
    AudienceConsent,
    ConsentKind,
    FollowerTag,
    KnownReader,
    OptOut,
    ProfilingOff,
    SealedTags,
)
from xinglin.audience.services import choices, tags
from xinglin.wechat.models import Follower

# Rows that name a follower by number, each once beside what is named: who stands there already keeps the place.
MOVES = (
    """
    update audience_delivery d set follower_id = %(kept)s
    where d.follower_id = %(merged)s and not exists (
      select from audience_delivery x where x.campaign_id = d.campaign_id and x.follower_id = %(kept)s)
    """,
    "delete from audience_delivery where follower_id = %(merged)s",
    """
    update audience_segmentmember m set follower_id = %(kept)s
    where m.follower_id = %(merged)s and not exists (
      select from audience_segmentmember x where x.segment_id = m.segment_id and x.follower_id = %(kept)s)
    """,
    "delete from audience_segmentmember where follower_id = %(merged)s",
    "update audience_behaviour set follower_id = %(kept)s where follower_id = %(merged)s",
    "update audience_sensitiveaccess set follower_id = %(kept)s where follower_id = %(merged)s",
)


@transaction.atomic
def merge(*, follower_id: int, merged_id: int) -> None:
    """Put what was kept of one follower to another; said twice, it is done once.

    A refusal of either holds for both: opt-outs add up, and who switched the profile off there has it off here.
    """
    kept = Follower.objects.filter(pk=follower_id, erased_at=None).first()
    if kept is None:
        return
    other = Follower.objects.get(pk=merged_id)
    for out in OptOut.objects.filter(follower=other):
        OptOut.objects.get_or_create(follower=kept, topic=out.topic, defaults={"through": out.through})
    OptOut.objects.filter(follower=other).delete()
    for known in KnownReader.objects.filter(follower=other):
        KnownReader.objects.get_or_create(follower=kept, patron=known.patron)
    KnownReader.objects.filter(follower=other).delete()
    _merge_consents(kept, other)
    _merge_tags(kept, other)
    with connection.cursor() as cursor:
        for statement in MOVES:
            cursor.execute(statement, {"kept": kept.pk, "merged": other.pk})
    if ProfilingOff.objects.filter(follower=other).exists():
        choices.switch_profiling(follower=kept, on=False)
        ProfilingOff.objects.filter(follower=other).delete()


def _merge_consents(kept: Follower, other: Follower) -> None:
    """Move consents of a kind of which the first never said anything, and the sealed tags with them.

    Who took a consent back in either place has none.
    """
    for kind in ConsentKind:
        theirs = AudienceConsent.objects.filter(follower=other, kind=kind)
        if not AudienceConsent.objects.filter(follower=kept, kind=kind).exists():
            theirs.update(follower=kept)
        elif theirs.exists() and not theirs.filter(withdrawn_at=None).exists():
            tags.withdraw_consent(follower=kept, kind=kind)
        theirs.delete()
    standing = AudienceConsent.objects.filter(follower=kept, kind=ConsentKind.HEALTH, withdrawn_at=None)
    if standing.exists() and not SealedTags.objects.filter(follower=kept).exists():
        SealedTags.objects.filter(follower=other).update(follower=kept)
    SealedTags.objects.filter(follower=other).delete()


def _merge_tags(kept: Follower, other: Follower) -> None:
    """Give the first the tags that it lacks; of an exclusive dimension it keeps its own.

    New rows and not changed ones: the mirror that counts hears of what is put and taken.
    """
    mine = FollowerTag.objects.filter(follower=kept).select_related("tag__dimension")
    worn = {row.tag_id for row in mine}
    settled = {row.tag.dimension_id for row in mine if row.tag.dimension.is_exclusive}
    theirs = FollowerTag.objects.filter(follower=other).select_related("tag__dimension")
    added = [
        FollowerTag(
            tag=row.tag, follower=kept, source=row.source, weight=row.weight, evidence=row.evidence,
            since=row.since, expires_at=row.expires_at, patron_id=row.patron_id,
        )
        for row in theirs
        if row.tag_id not in worn and row.tag.dimension_id not in settled
    ]  # fmt: skip
    FollowerTag.objects.filter(follower=other).delete()
    FollowerTag.objects.bulk_create(added)
