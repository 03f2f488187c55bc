"""The gate of the one publishing path: asked inside its transaction, whatever was asked before."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.consortium.models import Staff
from xinglin.newsroom.errors import GatekeeperNeeded, ReviewNeeded
from xinglin.newsroom.models import Article, Column, Review
from xinglin.newsroom.review import rules
from xinglin.newsroom.review.lifecycle import REVIEW_MOVES, Hand, Lane, ReviewState
from xinglin.newsroom.review.record import Line, write_down
from xinglin.newsroom.review.seats import involved_in, nods_of

OPEN = (ReviewState.WAITING, ReviewState.PASSED)


def steps_of(column: Column) -> list[rules.Step]:
    """Return the steps that articles of a column pass; what the consortium set goes before the ordinary."""
    if not column.needs_review:
        return list(rules.ONE_HAND)
    kept = [rules.Step(Hand(step.hand), step.hours) for step in column.steps.all()]
    return kept or list(rules.ORDINARY)


def open_review_of(article: Article) -> Review | None:
    """Return the round that is running or has passed and was not used yet."""
    return (
        Review.objects.filter(article=article, state__in=OPEN)
        .select_related("article__column", "article__library", "revision", "column")
        .first()
    )


def objections_to(article: Article) -> list[str]:
    """Return what stands against publishing the newest text of an article, as far as review goes."""
    column, newest = article.column, article.newest
    if not column.needs_review or newest is None:
        return []
    # A used round does not count again: what was withdrawn was withdrawn for a reason.
    review = open_review_of(article)
    if review is None or review.sha256 != newest.sha256:
        return [str(_("还没有送审，或者送审之后改过"))]
    if review.state == ReviewState.WAITING:
        return [str(_("还在审核：现在轮到“%(hand)s”") % {"hand": Hand(review.hand).label})]
    return rules.objections(
        lane=Lane(review.lane),
        required=[step.hand for step in steps_of(column)],
        nods=nods_of(review),
        sha256=newest.sha256,
        involved=involved_in(article, review),
        needs_gatekeeper=column.needs_gatekeeper,
        day=clock.today(),
    )


def refuse_unreviewed(article: Article) -> None:
    """Hold back what was not reviewed, whoever calls. Raises ``ReviewNeeded`` and ``GatekeeperNeeded``."""
    against = objections_to(article)
    if not against:
        return
    kind = GatekeeperNeeded if article.column.needs_gatekeeper else ReviewNeeded
    raise kind(
        gettext_lazy(
            "栏目「%(column)s」的文章须经审核才能发布，一个人不能自行发布：%(why)s。文章已保存，请送审。"
        ),
        column=article.column.name,
        why="；".join(against),
    )


def use_up(article: Article) -> Review | None:
    """Close the round whose text has just been published. The caller holds the article locked."""
    review = open_review_of(article)
    if review is not None and article.newest is not None and review.sha256 == article.newest.sha256:
        if review.state == ReviewState.PASSED:
            review.state = REVIEW_MOVES[(ReviewState.PASSED, "use")][0]
            review.closed_at = clock.now()
            review.save(update_fields=["state", "closed_at"])
            return review
        void(article, by=None, why=_("未等审核结束就发布了（本栏目不要求审核）"))
    return None


def void(article: Article, *, by: Staff | None, why: str) -> None:
    """End an open round whose text is not the article's any more. The caller holds the article locked."""
    review = open_review_of(article)
    if review is None:
        return
    review.state = REVIEW_MOVES[(ReviewState(review.state), "void")][0]
    review.hand, review.due_at, review.closed_at, review.reason = "", None, clock.now(), why[:500]
    review.save(update_fields=["state", "hand", "due_at", "closed_at", "reason"])
    write_down(article, Line("void", revision=review.revision, review=review, remark=why), by=by)
