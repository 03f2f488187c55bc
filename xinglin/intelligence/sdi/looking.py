"""What a profile would bring now, with nothing sent; and what was released, to pick liked papers from."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from xinglin.intelligence.lifecycle import FindingState
from xinglin.intelligence.models import Finding, Publication
from xinglin.intelligence.sdi.models import Profile, PushedPaper
from xinglin.intelligence.sdi.running import Round, look_through, reasons
from xinglin.intelligence.sdi.telling import why_in_words
from xinglin.patrons.models import Patron


@dataclass(frozen=True)
class Preview:
    """The papers that fit, each with its reason; ``had`` counts those that the reader was brought already."""

    rows: tuple[tuple[Publication, str], ...]
    fitting: int
    at_hand: int
    had: int


def previewed(profile: Profile, patron: Patron | None = None) -> Preview:
    """Return what the next push would hold."""
    publications, choices, titles = look_through(profile, Round())
    had: set[int] = set()
    if patron is not None:
        had = set(PushedPaper.objects.filter(patron=patron).values_list("publication", flat=True))
    fresh = [each for each in choices if publications[each.place].pk not in had]
    rows = tuple(
        (publications[each.place], why_in_words(reasons(each, titles))) for each in fresh[: profile.most]
    )
    return Preview(rows, len(choices), len(publications), len(choices) - len(fresh))


def released_like(words: str) -> QuerySet[Finding]:
    """Return released papers of public topics whose title, authors or journal hold every word, each paper once."""
    found = Finding.objects.filter(
        state=FindingState.RELEASED, topic__public=True, publication__retracted=False
    )
    for word in words.split()[:8]:
        found = found.filter(
            Q(publication__title__icontains=word)
            | Q(publication__authors__icontains=word)
            | Q(publication__journal__icontains=word)
        )
    once = found.order_by("publication", "pk").distinct("publication").values("pk")
    return Finding.objects.filter(pk__in=once).select_related("publication").order_by("-released_at", "-pk")
