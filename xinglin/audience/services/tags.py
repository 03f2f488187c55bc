"""Carrying tags: put on and taken off, one by one or a million at once; sensitive ones by consent only."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.audience import sealed
from xinglin.audience.errors import ConsentMissing, TagUnfit
from xinglin.audience.models import AudienceConsent, ConsentKind, Dimension, FollowerTag, Source, Tag
from xinglin.audience.sealed import Worn
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.wechat.models import Follower

CHANGE = "audience.change_tag"

# A word that weighs more is not overwritten: what a reader said of themselves stands against what we guess.
PUT = """
    insert into audience_followertag
        (tag_id, follower_id, source, weight, evidence, since, expires_at, patron_id)
    select %(tag)s, each.follower_id, %(source)s, %(weight)s, %(evidence)s, %(now)s, %(expires)s, null
    from unnest(%(followers)s::bigint[]) as each (follower_id)
    on conflict (tag_id, follower_id) do update
    set source = excluded.source, weight = excluded.weight, evidence = excluded.evidence,
        since = excluded.since, expires_at = excluded.expires_at, patron_id = excluded.patron_id
    where audience_followertag.source <= excluded.source
"""


@transaction.atomic
def put(
    *, follower: Follower, tag: Tag, source: Source, weight: int = 100, evidence: str = "",
    until: datetime | None = None, by: Staff | None = None,
) -> None:  # fmt: skip
    """Let a follower carry a tag. Of an exclusive dimension the other tags go, unless said with more right.

    Raises ``TagUnfit``; ``ConsentMissing`` for a sensitive tag without the follower's separate consent.
    """
    access.require(by, CHANGE, follower.account.library_id)
    dimension = _checked(tag, weight)
    expires = until or _end(dimension)
    # The follower's row is locked: a withdrawal of consent at the same moment comes wholly before or after.
    Follower.objects.select_for_update(no_key=True).get(pk=follower.pk)
    if dimension.is_sensitive:
        _put_sealed(follower, tag, Worn(source, weight, evidence[:200], clock.now(), expires))
        sealed.note_access(
            library=follower.account.library, purpose=str(_("添加敏感标签")), opened=1, by=by,
            actor=sealed.THE_READER, follower=follower, dimensions=[dimension.name],
        )  # fmt: skip
        return
    if dimension.is_exclusive:
        rivals = FollowerTag.objects.filter(follower=follower, tag__dimension=dimension).exclude(tag=tag)
        if rivals.filter(source__gt=source).exists():
            return
        rivals.delete()
    put_on_many(
        followers=[follower.pk], tag=tag, source=source, weight=weight, evidence=evidence, until=expires
    )


def put_on_many(
    *, followers: Iterable[int], tag: Tag, source: Source, weight: int = 100, evidence: str = "",
    until: datetime | None = None,
) -> None:  # fmt: skip
    """Let many followers carry a tag, in one statement. Never a sensitive one."""
    dimension = _checked(tag, weight)
    if dimension.is_sensitive:
        raise ConsentMissing(_("敏感标签「%(tag)s」不能批量添加，须读者本人逐一同意。"), tag=tag.name)
    with connection.cursor() as cursor:
        cursor.execute(
            PUT,
            {
                "tag": tag.pk, "source": int(source), "weight": weight, "evidence": evidence[:200],
                "now": clock.now(), "expires": until or _end(dimension),
                # In one order, so that two jobs at once do not wait for each other in a ring.
                "followers": sorted(set(followers)),
            },
        )  # fmt: skip


@transaction.atomic
def take_off(*, follower: Follower, tag: Tag, by: Staff | None = None) -> None:
    """Let a follower no longer carry a tag; one that was not carried is no matter."""
    access.require(by, CHANGE, follower.account.library_id)
    if not tag.dimension.is_sensitive:
        FollowerTag.objects.filter(follower=follower, tag=tag).delete()
        return
    worn = sealed.read_for_change(follower)
    if worn.pop(tag.pk, None) is not None:
        sealed.keep(follower=follower, worn=worn)
        sealed.note_access(
            library=follower.account.library, purpose=str(_("删除敏感标签")), opened=1, by=by,
            actor=sealed.THE_READER, follower=follower, dimensions=[tag.dimension.name],
        )  # fmt: skip


@transaction.atomic
def declare(*, follower: Follower, dimension: Dimension, tags: Iterable[Tag]) -> None:
    """Take what a follower says of themselves in one dimension: these tags, and no others.

    Raises ``ConsentMissing`` and ``TagUnfit``.
    """
    if not (dimension.is_declared and dimension.active):
        raise TagUnfit(_("「%(name)s」不由读者自己填写。"), name=dimension.name)
    chosen = list(tags)
    if any(tag.dimension_id != dimension.pk for tag in chosen):
        raise TagUnfit(_("所选的项不属于「%(name)s」，请重新选择。"), name=dimension.name)
    if dimension.is_exclusive and len(chosen) > 1:
        raise TagUnfit(_("「%(name)s」只能选一项，您选了 %(n)d 项。"), name=dimension.name, n=len(chosen))
    kept = {tag.pk for tag in chosen}
    if dimension.is_sensitive:
        worn = sealed.read_for_change(follower)
        for tag in dimension.tags.all():
            if tag.pk in worn and tag.pk not in kept:
                take_off(follower=follower, tag=tag)
    else:
        FollowerTag.objects.filter(follower=follower, tag__dimension=dimension).exclude(tag__in=kept).delete()
    for tag in chosen:
        put(follower=follower, tag=tag, source=Source.DECLARED, evidence=str(_("读者自选")))


@transaction.atomic
def give_consent(
    *, follower: Follower, kind: ConsentKind, text_version: str, through: str
) -> AudienceConsent:
    """Write down a follower's separate consent; to another text it is a new one."""
    Follower.objects.select_for_update(no_key=True).get(pk=follower.pk)
    standing = AudienceConsent.objects.filter(follower=follower, kind=kind, withdrawn_at=None)
    if (kept := standing.filter(text_version=text_version).first()) is not None:
        return kept
    standing.update(withdrawn_at=clock.now())
    return AudienceConsent.objects.create(
        follower=follower, kind=kind, text_version=text_version, given_through=through, given_at=clock.now()
    )


@transaction.atomic
def withdraw_consent(*, follower: Follower, kind: ConsentKind) -> None:
    """Take a consent back: what was kept by it is deleted in the same moment."""
    Follower.objects.select_for_update(no_key=True).get(pk=follower.pk)
    AudienceConsent.objects.filter(follower=follower, kind=kind, withdrawn_at=None).update(
        withdrawn_at=clock.now()
    )
    if kind == ConsentKind.HEALTH:
        sealed.keep(follower=follower, worn={})


def expire() -> int:
    """Take off the tags whose time is over, and return how many there were."""
    gone, _rows = FollowerTag.objects.filter(expires_at__lte=clock.now()).delete()
    return gone


def _checked(tag: Tag, weight: int) -> Dimension:
    dimension = tag.dimension
    if not (tag.active and dimension.active):
        raise TagUnfit(_("标签「%(tag)s」已停用。"), tag=str(tag))
    if not 0 <= weight <= 100:
        raise TagUnfit(_("权重应在 0 到 100 之间，现为 %(weight)d。"), weight=weight)
    return dimension


def _end(dimension: Dimension) -> datetime | None:
    return clock.now() + timedelta(days=dimension.days_valid) if dimension.days_valid else None


def _put_sealed(follower: Follower, tag: Tag, one: Worn) -> None:
    consents = AudienceConsent.objects.filter(follower=follower, kind=ConsentKind.HEALTH, withdrawn_at=None)
    if not consents.exists():
        raise ConsentMissing(
            _("「%(name)s」属于敏感个人信息，须读者本人先单独同意；请读者在“我的标签”页勾选同意。"),
            name=tag.dimension.name,
        )
    worn = sealed.read_for_change(follower)
    if tag.dimension.is_exclusive:
        rivals = set(tag.dimension.tags.values_list("pk", flat=True)) - {tag.pk}
        worn = {each: kept for each, kept in worn.items() if each not in rivals}
    sealed.keep(follower=follower, worn={**worn, tag.pk: one})


@transaction.atomic
def save_tag(
    *, dimension: Dimension, name: str, position: int = 50, active: bool = True, tag: Tag | None = None,
    by: Staff | None,
) -> Tag:  # fmt: skip
    """Add a tag to a dimension, or change one. Tags are the consortium's, not a library's.

    Raises ``TagUnfit`` when the dimension has one of that name.
    """
    access.require(by, "audience.change_dimension", None)
    same = Tag.objects.filter(dimension=dimension, name=name)
    if same.exclude(pk=tag.pk if tag else 0).exists():
        raise TagUnfit(_("「%(dimension)s」里已有「%(name)s」。"), dimension=dimension.name, name=name)
    kept = tag or Tag(dimension=dimension)
    kept.name, kept.position, kept.active = name, position, active
    if tag is not None:
        kept.version += 1
    kept.save()
    history.record(kept, "amend" if tag else "add", by=by.user if by else None, changes={"name": name})
    return kept
