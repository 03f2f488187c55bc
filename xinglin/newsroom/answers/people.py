"""Who answers: the bound reader, or else the follower; a browser alone is nobody."""

from django.http import HttpRequest

from xinglin.patrons.models import Patron
from xinglin.wechat import links
from xinglin.wechat.models import Follower


def person_of(request: HttpRequest) -> str:
    """Return the key of who looks at a page, or "" where nobody is known."""
    follower = links.follower_of(request)
    return key_of(follower, links.bound_patron(follower)) if follower else ""


def key_of(follower: Follower, patron: Patron | None) -> str:
    """Return the key of a follower; the same reader on two accounts is one person."""
    return f"p{patron.pk}" if patron else f"f{follower.pk}"
