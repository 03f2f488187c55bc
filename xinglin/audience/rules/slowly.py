"""A rule tree evaluated one person after the other, from the tables themselves: what the SQL is held against.

It also says why somebody fits: which conditions held.
"""

from datetime import timedelta

from xinglin.audience.models import Behaviour, FollowerTag
from xinglin.audience.rules.compiling import Carriers
from xinglin.audience.rules.tree import All, AnyOf, Behaved, Fits, HasTag, Node, Not
from xinglin.commons import clock, criteria
from xinglin.commons.criteria import Subject
from xinglin.wechat.models import Binding


def holds(node: Node, follower: int, carriers: Carriers) -> bool:
    """Whether a rule holds for one follower."""
    match node:
        case All(parts):
            return all(holds(part, follower, carriers) for part in parts)
        case AnyOf(parts):
            return any(holds(part, follower, carriers) for part in parts)
        case Not(part):
            return not holds(part, follower, carriers)
        case HasTag(tag, weight):
            return _carries(follower, tag, weight, carriers)
        case Behaved(kind, days, times, column):
            rows = Behaviour.objects.filter(
                follower_id=follower, kind=kind, at__gte=clock.now() - timedelta(days=days)
            )
            return (rows.filter(column_id=column) if column else rows).count() >= times
        case Fits():
            return _times(node, follower) >= node.times


def reasons(node: Node, follower: int, carriers: Carriers, *, sought: bool = True) -> list[tuple[Node, bool]]:
    """Return the conditions that made a rule come out for a follower, each with whether it was to be absent."""
    match node:
        case All(parts) | AnyOf(parts):
            return [each for part in parts for each in reasons(part, follower, carriers, sought=sought)]
        case Not(part):
            return reasons(part, follower, carriers, sought=not sought)
        case _:
            return [(node, not sought)] if holds(node, follower, carriers) is sought else []


def _carries(follower: int, tag: int, weight: int, carriers: Carriers) -> bool:
    if tag in carriers:
        return follower in carriers[tag]
    return FollowerTag.objects.filter(follower=follower, tag=tag, weight__gte=weight).exists()


def _times(node: Fits, follower: int) -> int:
    kind = criteria.registry.find(node.criterion)
    people = [follower]
    if kind.subject is Subject.PATRON:
        bound = Binding.objects.filter(follower=follower, unbound_at__isnull=True)
        people = list(bound.values_list("patron_id", flat=True))
    speaking = list(kind.rows(node.given).values_list(kind.key, flat=True))
    return sum(each in people for each in speaking)
