"""A text as its reviewers see it: passage by passage, with the remarks on each; and the line of steps."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.commons.numbers import whole
from xinglin.newsroom.blocks import Content, as_h5
from xinglin.newsroom.models import Remark, Review
from xinglin.newsroom.review.lifecycle import Hand, ReviewState
from xinglin.newsroom.review.seats import nods_of, turn_of
from xinglin.newsroom.review.services import Passage


def steps_shown(review: Review) -> dict[str, object]:
    """Return the step line of a round: its stations, and the number of the one that is waited for."""
    titles = [str(step.hand.label) for step in review.steps]
    nods = nods_of(review)
    turn = turn_of(review)
    keeps_the_gate = any(nod.is_a_gatekeepers(clock.today()) for nod in nods[: len(titles)])
    asked_last = review.needs_gatekeeper and not keeps_the_gate and str(Hand.GATEKEEPER.label) not in titles
    if asked_last or len(nods) > len(titles):
        titles.append(str(Hand.GATEKEEPER.label))
    titles.append(_("发布"))
    past = len(nods)
    current = turn.place + 1 if turn else past + 1 if review.state == ReviewState.PASSED else past
    if review.state == ReviewState.USED:
        current = len(titles) + 1
    return {"steps": list(enumerate(titles, start=1)), "current": current, "total": len(titles)}


def passages_of(content: Content, remarks: list[Remark]) -> list[tuple[int, str, object, list[Remark]]]:
    """Return each block by number with its kind, its look and the open remarks on it."""
    return [
        (number, str(block.title), as_h5([block]), [each for each in remarks if each.block == number])
        for number, block in enumerate(content.blocks, start=1)
    ]


def typed_passages(sent: QueryDict) -> list[Passage]:
    """Return the remarks on passages that a form holds."""
    blocks = [str(name).removeprefix("remark-") for name in sent if name.startswith("remark-")]
    return [
        Passage(int(block), str(sent[f"remark-{block}"]), str(sent.get(f"quote-{block}", "")))
        for block in blocks
        if whole(block, digits=3) is not None and str(sent[f"remark-{block}"]).strip()
    ]
