"""A rule tree as SQL: arrays with GIN for the tags, ``EXISTS`` for all that stands in tables.

Sensitive tags stand in no index: whoever carries them is found by opening the sealed texts, which the caller does
(``sealed.carriers``) and hands in.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import reduce
from operator import and_, or_

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from xinglin.audience.models import Behaviour, FollowerTag, Profile
from xinglin.audience.rules.tree import All, AnyOf, Behaved, Fits, HasTag, Node, Not
from xinglin.commons import clock, criteria
from xinglin.commons.criteria import Subject
from xinglin.wechat.models import Account, Binding

Carriers = Mapping[int, set[int]]
# Not ``Q()``: the negation of an empty condition is empty too.
EVERYBODY = Q(pk__isnull=False)
# Not an empty list: the ORM would refuse to write SQL for it, and we put the SQL into our own.
NOBODY = Q(follower_id__lt=0)


def members(account: Account, rule: Node, carriers: Carriers | None = None) -> QuerySet[Profile]:
    """Return the followers of an account who fit a rule; ``carriers`` are those of each sensitive tag."""
    return Profile.objects.filter(as_condition(rule, carriers or {}), account=account)


def as_condition(node: Node, carriers: Carriers) -> Q:
    """Return a tree as a condition on ``Profile``."""
    match node:
        case All(parts):
            return _all(parts, carriers)
        case AnyOf(parts):
            return _any(parts, carriers)
        case Not(part):
            return ~as_condition(part, carriers)
        case HasTag(tag, weight):
            return _tag(tag, weight, carriers)
        case Behaved():
            return Q(Exists(_behaviour(node))) if node.times == 1 else _often(node)
        case Fits():
            return _fits(node)


def _plain(part: Node, carriers: Carriers) -> int | None:
    return part.tag if isinstance(part, HasTag) and not part.weight and part.tag not in carriers else None


def _all(parts: tuple[Node, ...], carriers: Carriers) -> Q:
    """Tags that must all be there are asked for in one look into the index."""
    together = sorted({tag for part in parts if (tag := _plain(part, carriers)) is not None})
    conditions = [Q(tags__contains=together)] if together else []
    conditions += [as_condition(part, carriers) for part in parts if _plain(part, carriers) is None]
    return reduce(and_, conditions) if conditions else EVERYBODY


def _any(parts: tuple[Node, ...], carriers: Carriers) -> Q:
    together = sorted({tag for part in parts if (tag := _plain(part, carriers)) is not None})
    conditions = [Q(tags__overlap=together)] if together else []
    conditions += [as_condition(part, carriers) for part in parts if _plain(part, carriers) is None]
    return reduce(or_, conditions) if conditions else NOBODY


def _tag(tag: int, weight: int, carriers: Carriers) -> Q:
    if tag in carriers:
        return among(carriers[tag])
    if not weight:
        return Q(tags__contains=[tag])
    heavy = FollowerTag.objects.filter(tag=tag, follower=OuterRef("follower_id"), weight__gte=weight)
    return Q(Exists(heavy))


def among(followers: set[int]) -> Q:
    """Return the condition of being one of these, as one array however many they are."""
    if not followers:
        return NOBODY
    return Q(follower_id__in=RawSQL("select unnest(%s::bigint[])", [sorted(followers)]))


def _behaviour(node: Behaved) -> QuerySet[Behaviour]:
    rows = Behaviour.objects.filter(
        follower_id=OuterRef("follower_id"), kind=node.kind, at__gte=clock.now() - timedelta(days=node.days)
    )
    return rows.filter(column_id=node.column) if node.column else rows


def _often(node: Behaved) -> Q:
    """Somebody who did it several times: counted for all at once, for one by one would look them up one by one."""
    rows = Behaviour.objects.filter(kind=node.kind, at__gte=clock.now() - timedelta(days=node.days))
    rows = rows.filter(column_id=node.column) if node.column else rows
    counted = rows.order_by().values("follower_id").annotate(times=Count("pk")).filter(times__gte=node.times)
    return Q(follower_id__in=counted.values("follower_id"))


def _fits(node: Fits) -> Q:
    kind = criteria.registry.find(node.criterion)
    rows = kind.rows(node.given).order_by()
    if node.times > 1:
        counted = rows.annotate(speaks_for=F(kind.key)).values("speaks_for").annotate(times=Count("pk"))
        people = counted.filter(times__gte=node.times).values("speaks_for")
        if kind.subject is Subject.FOLLOWER:
            return Q(follower_id__in=people)
        return Q(Exists(_bindings().filter(patron_id__in=people)))
    if kind.subject is Subject.FOLLOWER:
        return Q(Exists(rows.filter(**{kind.key: OuterRef("follower_id")})))
    speaking = rows.filter(**{kind.key: OuterRef("patron_id")})
    return Q(Exists(_bindings().filter(Exists(speaking))))


def _bindings() -> QuerySet[Binding]:
    return Binding.objects.filter(follower=OuterRef("follower_id"), unbound_at__isnull=True)
