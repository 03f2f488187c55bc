"""Who may review: by right, by the post they hold, as deputy, and never their own."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.errors import GatekeeperNeeded, NotYourTurn
from xinglin.newsroom.models import Article, Review, ReviewEntry, ReviewPost, Revision
from xinglin.newsroom.review.lifecycle import Hand, Lane, ReviewState
from xinglin.newsroom.review.rules import Nod, Step, next_step, place_of

RIGHTS: dict[Hand, tuple[str, ...]] = {
    Hand.OPERATOR: ("newsroom.review_article",),
    Hand.HEAD: ("newsroom.review_as_head",),
    Hand.LEADER: ("newsroom.approve_article",),
    Hand.GATEKEEPER: ("newsroom.gatekeep_article",),
    Hand.SECOND: ("newsroom.review_article", "newsroom.approve_article", "newsroom.gatekeep_article"),
}
APPROVE = "approve"
# What deciding whose turn it is needs of a round: nothing that grows with the text.
_WEIGHED = ("state", "planned", "needs_gatekeeper", "lane", "due_at", "hand", "article__library")


@dataclass(frozen=True)
class Turn:
    """What a round waits for: the step, its number, and who has nodded before."""

    step: Step
    place: int
    nods: tuple[Nod, ...]


def nods_of(review: Review) -> tuple[Nod, ...]:
    """Return the approvals of a round, read from its record."""
    entries = ReviewEntry.objects.filter(review=review, deed=APPROVE).order_by("number")
    return tuple(
        Nod(
            place=entry.place or 0,
            hand=Hand(entry.hand),
            reviewer_id=entry.person_id or 0,
            sha256=entry.sha256,
            licensed_until=entry.licensed_until,
            on_duty=entry.on_duty,
        )
        for entry in entries
    )


def turn_of(review: Review) -> Turn | None:
    """Return what a round waits for; None when all have nodded or it is closed."""
    if review.state != ReviewState.WAITING:
        return None
    nods = nods_of(review)
    step = next_step(review.steps, nods, needs_gatekeeper=review.needs_gatekeeper, day=clock.today())
    return Turn(step, place_of(review.steps, nods), nods) if step else None


def involved_in(article: Article, review: Review | None = None) -> set[int]:
    """Return the ids of who wrote any version of an article or handed it in: nobody reviews their own."""
    writers = set(Revision.objects.filter(article=article).values_list("author_id", flat=True))
    senders = set(Review.objects.filter(article=article).values_list("submitted_by_id", flat=True))
    return {pk for pk in writers | senders if pk is not None}


def is_gatekeeper(staff: Staff, library_id: int) -> bool:
    """Whether someone has the right to keep the gate, and a recorded licence that covers today."""
    return staff.is_licensed(clock.today()) and _has_right(staff, Hand.GATEKEEPER, library_id)


def is_on_duty(staff: Staff, library_id: int) -> bool:
    """Whether a gatekeeper is on duty for emergencies of a library now."""
    now = clock.now()
    posts = ReviewPost.objects.filter(
        hand=Hand.GATEKEEPER, person=staff, active=True, library__in=_and_above(library_id)
    )
    return any(post.is_on_duty(now) for post in posts)


def refuse_unless_their_turn(review: Review, turn: Turn, staff: Staff) -> None:
    """Let a reviewer go on, or say why not. Raises ``NotYourTurn`` and ``GatekeeperNeeded``."""
    library_id = review.article.library_id
    if staff.pk in involved_in(review.article, review):
        raise NotYourTurn(_("您写过或送审过这篇稿，不能审自己的稿；请由别人审。"))
    if staff.pk in {nod.reviewer_id for nod in turn.nods}:
        raise NotYourTurn(_("您已经审过这一轮的另一级；同一个人不能审两级，请由别人审。"))
    hand = turn.step.hand
    if not _has_right(staff, hand, library_id) or not _is_seated(review, hand, staff):
        raise NotYourTurn(
            _("现在轮到“%(hand)s”，您不在这个岗位上；如需代审，请在“审核岗位”里登记代理人。"), hand=hand.label
        )
    if hand is Hand.GATEKEEPER:
        if not is_gatekeeper(staff, library_id):
            raise GatekeeperNeeded(
                _("“医学把关”须由登记了有效执业证的人审；您的执业证没有登记或已过期，请到“馆员”页补登。")
            )
        if review.lane == Lane.FAST and not is_on_duty(staff, library_id):
            raise GatekeeperNeeded(_("应急快审须由正在值班的医学把关人审；请先在“审核岗位”登记值班时间。"))


def may_review(review: Review, staff: Staff) -> bool:
    """Whether a round waits for this person."""
    turn = turn_of(review)
    if turn is None:
        return False
    try:
        refuse_unless_their_turn(review, turn, staff)
    except (NotYourTurn, GatekeeperNeeded):
        return False
    return True


def waiting_for(staff: Staff, among: QuerySet[Review]) -> list[int]:
    """Return the ids of the rounds that wait for this person. Asked on every page of the console: it reads no text.

    What somebody has no right to, wrote or handed in is left out by the database; only the rest is weighed.
    """
    hands = [
        hand for hand, rights in RIGHTS.items() if any(access.may_anywhere(staff, each) for each in rights)
    ]
    waiting = (
        among.filter(state=ReviewState.WAITING, hand__in=hands)
        .exclude(article__in=Revision.objects.filter(author=staff).values("article"))
        .exclude(article__in=Review.objects.filter(submitted_by=staff).values("article"))
        .select_related(None)
        .select_related("article")
        .only(*_WEIGHED)
    )
    return [review.pk for review in waiting if may_review(review, staff)]


def who_may(review: Review) -> list[Staff]:
    """Return everyone for whom a round waits, to send one of them a link."""
    everyone = Staff.objects.filter(active=True).select_related("user", "library")
    return [staff for staff in everyone if may_review(review, staff)]


def _has_right(staff: Staff, hand: Hand, library_id: int) -> bool:
    return any(library_id in access.libraries_of(staff, right) for right in RIGHTS[hand])


def _is_seated(review: Review, hand: Hand, staff: Staff) -> bool:
    """Whether someone holds the post of a step, or stands in for who does; the nearest library decides."""
    if hand is Hand.SECOND:
        return True
    posts = ReviewPost.objects.filter(hand=hand, active=True).select_related("person")
    for library_id in _and_above(review.article.library_id):
        here = [post for post in posts if post.library_id == library_id]
        if here:
            return any(_sits(post, review, staff) for post in here)
    return True


def _sits(post: ReviewPost, review: Review, staff: Staff) -> bool:
    if post.person_id == staff.pk:
        return True
    stands_in = post.is_away(clock.today()) or review.is_overdue or not post.person.active
    return post.deputy_id == staff.pk and stands_in


def _and_above(library_id: int) -> Iterable[int]:
    """Return a library and those above it, nearest first."""
    parents = dict(Library.objects.values_list("pk", "parent_id"))
    found: list[int] = []
    at: int | None = library_id
    while at is not None and at not in found:
        found.append(at)
        at = parents.get(at)
    return found
