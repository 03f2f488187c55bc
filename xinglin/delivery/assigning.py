"""Who gets a request: skill first, then load, then whose turn it is. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from xinglin.delivery.models.people import Handler, Skill

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def chosen(handlers: Sequence[Handler], skill: Skill, load: Mapping[int, int]) -> Handler | None:
    """Return the handler for a request, or None when nobody has room.

    Who has the skill comes before who has named none; who named others comes last: a request must not lie
    because the only specialist is full. Then the least part of one's own capacity, then who waited longest.
    """
    with_room = [each for each in handlers if each.active and load.get(each.staff_id, 0) < each.most_open]

    def order(each: Handler) -> tuple[int, float, datetime, int]:
        fit = 0 if skill in each.skills else 1 if not each.skills else 2
        return fit, load.get(each.staff_id, 0) / each.most_open, each.given_at or _NEVER, each.pk

    return min(with_room, key=order, default=None)
