"""Every change of a round of review; each deed is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.errors import DeedNotPossible, NotReady, NotYourTurn, ReviewOver
from xinglin.newsroom.events import ReviewAsked, ReviewOverdue, ReviewPassed, ReviewReturned
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article, Remark, Review
from xinglin.newsroom.readiness import refuse_unready
from xinglin.newsroom.review import rules
from xinglin.newsroom.review.gate import open_review_of, steps_of, void
from xinglin.newsroom.review.lifecycle import REVIEW_DEEDS, REVIEW_MOVES, Hand, Lane, ReviewState
from xinglin.newsroom.review.record import Line, write_down
from xinglin.newsroom.review.seats import (
    APPROVE,
    Turn,
    is_gatekeeper,
    is_on_duty,
    refuse_unless_their_turn,
    turn_of,
)
from xinglin.newsroom.services.articles import locked

SUBMIT = "newsroom.submit_article"
BY_CONSOLE, BY_PHONE = "console", "phone"


@dataclass(frozen=True)
class Passage:
    """What a reviewer says of a passage: which block (0: title), the words, the remark."""

    block: int
    text: str
    quote: str = ""


@transaction.atomic
def submit(
    *, article: Article, version: int, by: Staff | None, lane: Lane = Lane.ORDINARY, reason: str = ""
) -> Review:
    """Hand an article's newest text in for review. The fast lane asks for a reason.

    Raises ``NotReady``, ``DeedNotPossible``, ``ArticleChangedMeanwhile``.
    """
    access.require(by, SUBMIT, article.library_id)
    kept = locked(article, version=version)
    newest = kept.newest
    if kept.state == State.DISCARDED or newest is None:
        raise DeedNotPossible(gettext_lazy("《%(title)s》已废弃，不能送审；请先恢复。"), title=kept.title)
    if open_review_of(kept) is not None:
        raise DeedNotPossible(gettext_lazy("《%(title)s》已经在审核，不用再送一次。"), title=kept.title)
    if kept.state == State.PUBLISHED and not kept.has_unpublished_changes:
        raise DeedNotPossible(gettext_lazy("《%(title)s》没有新的改动，不用送审。"), title=kept.title)
    if lane == Lane.FAST and not reason.strip():
        raise NotReady(gettext_lazy("走应急快审要写原因；请写清是什么紧急情况。"))
    refuse_unready(kept)
    steps = rules.FAST if lane == Lane.FAST else steps_of(kept.column)
    review = Review.objects.create(
        article=kept,
        revision=newest,
        column=kept.column,
        sha256=newest.sha256,
        lane=lane,
        planned=[{"hand": str(step.hand), "hours": step.hours} for step in steps],
        needs_gatekeeper=kept.column.needs_gatekeeper or lane == Lane.FAST,
        submitted_by=by,
        submitted_at=clock.now(),
        reason=reason[:500],
    )
    write_down(kept, Line("submit", revision=newest, review=review, remark=reason), by=by)
    _ask_next(review)
    return review


@transaction.atomic
def approve(*, review: Review, sha256: str, by: Staff, remark: str = "", via: str = BY_CONSOLE) -> Review:
    """Nod at a step. ``sha256`` is the text the person had before their eyes.

    Raises ``ReviewOver``, ``NotYourTurn``, ``GatekeeperNeeded``.
    """
    kept, turn = _taken(review, sha256, by)
    library_id = kept.article.library_id
    keeps_the_gate = is_gatekeeper(by, library_id)
    entry = Line(
        APPROVE,
        revision=kept.revision,
        review=kept,
        place=turn.place,
        hand=turn.step.hand,
        as_gatekeeper=keeps_the_gate,
        on_duty=keeps_the_gate and is_on_duty(by, library_id),
        via=via,
        remark=remark[:2000],
    )
    write_down(kept.article, entry, by=by)
    if turn_of(kept) is not None:
        _moved(kept, "pass_step")
        _ask_next(kept)
        return kept
    _moved(kept, "pass_last")
    kept.hand, kept.due_at = "", None
    kept.save(update_fields=["state", "hand", "due_at"])
    announce(ReviewPassed(review_id=kept.pk))
    return kept


@transaction.atomic
def send_back(
    *,
    review: Review,
    sha256: str,
    by: Staff,
    reason: str,
    passages: Sequence[Passage] = (),
    via: str = BY_CONSOLE,
) -> Review:
    """Return an article to its writer, with remarks on passages; every version is kept.

    Raises ``ReviewOver``, ``NotYourTurn``, ``GatekeeperNeeded``, and ``NotReady`` without a word of why.
    """
    kept, turn = _taken(review, sha256, by)
    said = [passage for passage in passages if passage.text.strip()]
    open_remarks = Remark.objects.filter(review=kept, author=by, settled_at=None).exists()
    if not reason.strip() and not said and not open_remarks:
        raise NotReady(gettext_lazy("退回要写意见：写总的意见，或者在段落旁批注。"))
    for passage in said:
        _remark(kept.article, kept, passage, by)
    _moved(kept, "send_back")
    kept.hand, kept.due_at, kept.closed_at = "", None, clock.now()
    kept.reason = reason[:500]
    kept.save(update_fields=["state", "hand", "due_at", "closed_at", "reason"])
    words = "\n".join([reason, *(f"［{passage.block}］{passage.quote}：{passage.text}" for passage in said)])
    entry = Line(
        "send_back",
        revision=kept.revision,
        review=kept,
        place=turn.place,
        hand=turn.step.hand,
        as_gatekeeper=is_gatekeeper(by, kept.article.library_id),
        via=via,
        remark=words.strip(),
    )
    write_down(kept.article, entry, by=by)
    announce(ReviewReturned(review_id=kept.pk))
    return kept


@transaction.atomic
def recall(*, review: Review, by: Staff | None, reason: str = "") -> Review:
    """Take an article back from review. Raises ``ReviewOver``."""
    access.require(by, SUBMIT, review.article.library_id)
    kept = _locked(review)
    _moved(kept, "recall")
    kept.hand, kept.due_at, kept.closed_at = "", None, clock.now()
    kept.save(update_fields=["state", "hand", "due_at", "closed_at"])
    write_down(kept.article, Line("recall", revision=kept.revision, review=kept, remark=reason), by=by)
    return kept


@transaction.atomic
def remark(*, article: Article, passage: Passage, by: Staff, review: Review | None = None) -> Remark:
    """Write a remark on a passage of the newest text. Raises ``NotReady`` for an empty one."""
    access.require(by, "newsroom.view_article", article.library_id)
    if not passage.text.strip():
        raise NotReady(gettext_lazy("批注是空的；请写下意见。"))
    return _remark(article, review, passage, by)


@transaction.atomic
def settle_remark(*, remark: Remark, by: Staff) -> Remark:
    """Say that a remark is dealt with."""
    access.require(by, "newsroom.view_article", remark.article.library_id)
    kept = Remark.objects.select_for_update().get(pk=remark.pk)
    if kept.settled_at is None:
        kept.settled_at, kept.settled_by = clock.now(), by
        kept.save(update_fields=["settled_at", "settled_by"])
    return kept


@transaction.atomic
def note_overdue(*, review: Review) -> bool:
    """Write down, once for a step, that it is late; from then on the deputy may act."""
    kept = _locked(review)
    if not kept.is_overdue or kept.overdue_noted_at is not None:
        return False
    kept.overdue_noted_at = clock.now()
    kept.save(update_fields=["overdue_noted_at"])
    entry = Line("overdue", revision=kept.revision, review=kept, hand=Hand(kept.hand))
    write_down(kept.article, entry, by=None)
    announce(ReviewOverdue(review_id=kept.pk))
    return True


def _locked(review: Review) -> Review:
    """Lock the article, then the round: always in this order, as publishing does."""
    Article.objects.select_for_update(of=("self",), no_key=True).get(pk=review.article_id)
    return (
        Review.objects.select_for_update(of=("self",))
        .select_related("article__column", "article__library", "article__newest", "revision", "column")
        .get(pk=review.pk)
    )


def _taken(review: Review, sha256: str, by: Staff) -> tuple[Review, Turn]:
    kept = _locked(review)
    newest = kept.article.newest
    if kept.state == ReviewState.WAITING and (newest is None or newest.sha256 != kept.sha256):
        # The text was changed by a way that forgot to void: nobody nods at what is not there any more.
        void(kept.article, by=None, why=_("文字、标题或封面改过"))
        raise ReviewOver(gettext_lazy("这篇稿已经改过，这一轮审核作废；请等作者重新送审。"))
    turn = turn_of(kept)
    if turn is None:
        raise ReviewOver(
            gettext_lazy("这一轮审核现在是“%(state)s”，不用再审；请刷新页面。"),
            state=kept.get_state_display(),
        )
    if sha256 != kept.sha256:
        raise ReviewOver(gettext_lazy("您看到的不是正在审的这一稿；请刷新页面，看过再审。"))
    if by is None:
        raise NotYourTurn(gettext_lazy("审核要由一个人来做；请登录后再审。"))
    refuse_unless_their_turn(kept, turn, by)
    return kept, turn


def _moved(review: Review, deed: str) -> None:
    move = REVIEW_MOVES.get((ReviewState(review.state), deed))
    if move is None:
        raise ReviewOver(
            gettext_lazy("这一轮审核现在是“%(state)s”，不能%(deed)s；请刷新页面。"),
            state=review.get_state_display(),
            deed=REVIEW_DEEDS[deed],
        )
    review.state = move[0]


def _ask_next(review: Review) -> None:
    turn = turn_of(review)
    if turn is None:
        raise ReviewOver(gettext_lazy("这个栏目没有审核步骤；请先在“栏目”里设置。"))
    review.hand = turn.step.hand
    review.due_at = clock.now() + timedelta(hours=turn.step.hours)
    review.overdue_noted_at = None
    review.save(update_fields=["state", "hand", "due_at", "overdue_noted_at"])
    announce(ReviewAsked(review_id=review.pk, hand=str(turn.step.hand)))


def _remark(article: Article, review: Review | None, passage: Passage, by: Staff) -> Remark:
    revision = review.revision if review else article.newest
    if revision is None:
        raise NotReady(gettext_lazy("这篇文章还没有内容，无从批注。"))
    return Remark.objects.create(
        article=article,
        revision=revision,
        review=review,
        block=max(0, min(passage.block, len(revision.blocks))),
        quote=passage.quote.strip()[:300],
        text=passage.text.strip()[:1000],
        author=by,
        at=clock.now(),
    )
