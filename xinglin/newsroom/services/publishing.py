"""What readers get to see: ``publish`` is the only code that shows a revision to them."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.errors import NotReady
from xinglin.newsroom.events import ArticlePublished, ArticleWithdrawn
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article, ArticleViews
from xinglin.newsroom.readiness import refuse_unready
from xinglin.newsroom.review.gate import refuse_unreviewed, use_up
from xinglin.newsroom.review.record import Line, write_down
from xinglin.newsroom.services.articles import PUBLISH, goes_to, locked, save


@transaction.atomic
def publish(*, article: Article, version: int, by: Staff | None, at: datetime | None = None) -> Article:
    """Show an article's newest revision to readers.

    ``version`` is the one the person had before their eyes: what somebody else wrote in the meantime is not
    published unseen. A new text of a published article keeps its date. ``at`` is for what was published
    elsewhere before it came here, a migration or the demonstration, and lies in the past.

    Everything is checked here, inside the transaction, whoever calls. Raises ``ReviewNeeded``,
    ``GatekeeperNeeded``, ``NotReady``, ``ArticleChangedMeanwhile``, ``DeedNotPossible``.
    """
    access.require(by, PUBLISH, article.library_id)
    kept = locked(article, version=version)
    new_state = goes_to(kept, "publish")
    revision = kept.newest
    if revision is None:
        raise NotReady(_("这篇文章还没有内容；请先写。"))
    refuse_unreviewed(kept)
    refuse_unready(kept)
    if kept.state != State.PUBLISHED or kept.published_at is None:
        kept.published_at = min(at, clock.now()) if at else clock.now()
    kept.state, kept.shown = new_state, revision
    save(kept)
    review = use_up(kept)
    write_down(kept, Line("publish", revision=revision, review=review), by=by)
    announce(ArticlePublished(article_id=kept.pk, revision_id=revision.pk))
    return kept


@transaction.atomic
def withdraw(*, article: Article, version: int, reason: str, by: Staff | None) -> Article:
    """Take an article from readers' sight; nothing of it is lost. Raises ``DeedNotPossible``."""
    access.require(by, PUBLISH, article.library_id)
    kept = locked(article, version=version)
    kept.state = goes_to(kept, "withdraw")
    kept.pinned = False
    save(kept)
    write_down(kept, Line("withdraw", revision=kept.shown, remark=reason), by=by)
    announce(ArticleWithdrawn(article_id=kept.pk))
    return kept


@transaction.atomic
def pin(*, article: Article, version: int, by: Staff | None) -> Article:
    """Keep a published article above the others of its column. Raises ``DeedNotPossible``."""
    return _pin(article, version, "pin", True, by)


@transaction.atomic
def unpin(*, article: Article, version: int, by: Staff | None) -> Article:
    """Let an article sink to its date again. Raises ``DeedNotPossible``."""
    return _pin(article, version, "unpin", False, by)


def _pin(article: Article, version: int, deed: str, pinned: bool, by: Staff | None) -> Article:
    access.require(by, PUBLISH, article.library_id)
    kept = locked(article, version=version)
    goes_to(kept, deed)
    if kept.pinned != pinned:
        kept.pinned = pinned
        save(kept)
        history.record(kept, deed, by=by.user if by else None)
    return kept


@transaction.atomic
def count_view(*, article: Article) -> None:
    """Count one opening of an article; of the reader nothing is kept."""
    today = ArticleViews.objects.filter(article=article, day=clock.today())
    if today.update(count=F("count") + 1):
        return
    _row, created = ArticleViews.objects.get_or_create(
        article=article, day=clock.today(), defaults={"count": 1}
    )
    if not created:
        today.update(count=F("count") + 1)
