"""The sealed tags: opened here only, and every opening is written down in the same transaction."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from xinglin.audience.models import ConsentKind, Dimension, SealedTags, SensitiveAccess, Source, Tag
from xinglin.commons import clock
from xinglin.commons.secrets import seal, unseal
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.wechat.models import Account, Follower

# Apart from ``audience.*``, which is everybody's daily work: who may open what is sealed is named for it.
OPEN = "privacy.open_sealed_tags"
THE_READER = "读者本人"
THE_HOUSE = "系统"


@dataclass(frozen=True)
class Worn:
    """How one tag is carried."""

    source: Source
    weight: int
    evidence: str
    since: datetime
    expires_at: datetime | None = None


def sensitive_tags(tags: Iterable[int]) -> dict[int, str]:
    """Return those of the tags that are sensitive, with the name of their dimension."""
    rows = Tag.objects.filter(pk__in=list(tags), dimension__is_sensitive=True)
    return dict(rows.values_list("pk", "dimension__name"))


def note_access(
    *, library: Library, purpose: str, opened: int, by: Staff | None = None, actor: str = THE_HOUSE,
    follower: Follower | None = None, dimensions: Iterable[str] = (),
) -> None:  # fmt: skip
    """Write down that sealed tags were opened."""
    SensitiveAccess.objects.create(
        staff=by,
        actor_name=str(by) if by else actor,
        purpose=purpose[:100],
        library=library,
        dimensions="、".join(sorted(set(dimensions)))[:100],
        follower_id=follower.pk if follower else None,
        opened=opened,
    )


@transaction.atomic
def open_one(
    *, follower: Follower, purpose: str, by: Staff | None = None, actor: str = THE_READER
) -> dict[int, Worn]:
    """Return the sensitive tags of one follower that stand today. Raises ``NotAllowed``."""
    access.require(by, OPEN, follower.account.library_id)
    kept = SealedTags.objects.filter(follower=follower).first()
    if kept is None:
        return {}
    note_access(
        library=follower.account.library, purpose=purpose, opened=1, by=by, actor=actor, follower=follower
    )
    return _standing(_opened(kept.sealed))


@transaction.atomic
def carriers(
    *, account: Account, tags: set[int], purpose: str, by: Staff | None = None
) -> dict[int, set[int]]:
    """Return for each sensitive tag the followers who carry it and whose consent stands; others are left out.

    Every sealed text of the account is opened for it, and that is written down.
    """
    wanted = sensitive_tags(tags)
    if not wanted:
        return {}
    found: dict[int, set[int]] = {tag: set() for tag in wanted}
    rows = SealedTags.objects.filter(
        follower__account=account,
        follower__is_following=True,
        follower__audience_consents__kind=ConsentKind.HEALTH,
        follower__audience_consents__withdrawn_at__isnull=True,
    )
    opened = 0
    for follower, text in rows.values_list("follower_id", "sealed").iterator(chunk_size=2000):
        opened += 1
        for tag in _standing(_opened(text)).keys() & wanted.keys():
            found[tag].add(follower)
    note_access(library=account.library, purpose=purpose, opened=opened, by=by, dimensions=wanted.values())
    return found


def keep(*, follower: Follower, worn: dict[int, Worn]) -> None:
    """Seal the sensitive tags of a follower; none of them is no row."""
    if not worn:
        SealedTags.objects.filter(follower=follower).delete()
        return
    told = {
        str(tag): [
            int(one.source), one.weight, one.evidence, one.since.isoformat(),
            one.expires_at.isoformat() if one.expires_at else None,
        ]
        for tag, one in sorted(worn.items())
    }  # fmt: skip
    text = json.dumps(told, ensure_ascii=False)
    SealedTags.objects.update_or_create(
        follower=follower, defaults={"sealed": seal(text), "changed_at": clock.now()}
    )


def read_for_change(follower: Follower) -> dict[int, Worn]:
    """Return what is sealed of a follower, for a deed that changes it and says so itself; the row is locked."""
    kept = SealedTags.objects.select_for_update().filter(follower=follower).first()
    return _standing(_opened(kept.sealed)) if kept else {}


def sensitive_dimensions() -> list[Dimension]:
    """Return the dimensions whose tags are sealed."""
    return list(Dimension.objects.filter(is_sensitive=True, active=True).prefetch_related("tags"))


def _opened(text: str) -> dict[int, Worn]:
    told: dict[str, list[str | int | None]] = json.loads(unseal(text) or "{}")
    return {
        int(tag): Worn(
            Source(int(str(source))), int(str(weight)), str(evidence), datetime.fromisoformat(str(since)),
            datetime.fromisoformat(str(expires)) if expires else None,
        )
        for tag, (source, weight, evidence, since, expires) in told.items()
    }  # fmt: skip


def _standing(worn: dict[int, Worn]) -> dict[int, Worn]:
    now = clock.now()
    return {tag: one for tag, one in worn.items() if one.expires_at is None or one.expires_at > now}
