"""Health articles come to an end: a month before, somebody is asked whether they still hold."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.errors import DeedNotPossible, GatekeeperNeeded
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article, Recheck, RecheckOutcome
from xinglin.newsroom.review.record import Line, write_down
from xinglin.newsroom.review.seats import is_gatekeeper
from xinglin.newsroom.services.publishing import withdraw

BEFORE = timedelta(days=30)


def remind() -> int:
    """Make a task for every published health article that ends within a month; return how many are new."""
    ending = Article.objects.filter(
        state=State.PUBLISHED,
        column__needs_gatekeeper=True,
        expires_on__lte=clock.today() + BEFORE,
    )
    made = [
        Recheck.objects.get_or_create(
            article=article, expires_on=article.expires_on, defaults={"made_at": clock.now()}
        )[1]
        for article in ending
        if article.expires_on is not None
    ]
    return sum(made)


@transaction.atomic
def keep(*, recheck: Recheck, until: date, note: str, by: Staff) -> Recheck:
    """Say that an article still holds, and until when: only a gatekeeper may.

    Raises ``GatekeeperNeeded`` and ``DeedNotPossible``.
    """
    article = recheck.article
    access.require(by, "newsroom.gatekeep_article", article.library_id)
    if not is_gatekeeper(by, article.library_id):
        raise GatekeeperNeeded(_("延长健康文章的有效期，须由登记了有效执业证的医学把关人来定。"))
    kept_article = Article.objects.select_for_update(of=("self",)).select_related("shown").get(pk=article.pk)
    kept = _open(recheck)
    if until <= clock.today():
        raise DeedNotPossible(_("新的有效期 %(day)s 要在今天之后。"), day=until)
    kept_article.expires_on = until
    kept_article.version += 1
    kept_article.save(update_fields=["expires_on", "version"])
    line = Line(
        "extend", revision=kept_article.shown, as_gatekeeper=True, remark=f"→ {until}　{note}".strip()
    )
    write_down(kept_article, line, by=by)
    return _closed(kept, RecheckOutcome.KEPT, note, by)


@transaction.atomic
def rewrite(*, recheck: Recheck, note: str, by: Staff) -> Recheck:
    """Say that an article must be rewritten; it stays as it is until then."""
    access.require(by, "newsroom.write_article", recheck.article.library_id)
    return _closed(_open(recheck), RecheckOutcome.REWRITTEN, note, by)


@transaction.atomic
def take_down(*, recheck: Recheck, note: str, by: Staff) -> Recheck:
    """Withdraw an article that does not hold any more. Raises ``DeedNotPossible``."""
    article = Article.objects.get(pk=recheck.article_id)
    withdraw(article=article, version=article.version, reason=note, by=by)
    return _closed(_open(recheck), RecheckOutcome.WITHDRAWN, note, by)


def _open(recheck: Recheck) -> Recheck:
    kept = Recheck.objects.select_for_update(of=("self",)).select_related("article").get(pk=recheck.pk)
    if kept.done_at is not None:
        raise DeedNotPossible(_("这条复核任务已经办过了。"))
    return kept


def _closed(recheck: Recheck, outcome: RecheckOutcome, note: str, by: Staff) -> Recheck:
    recheck.outcome, recheck.note, recheck.done_at, recheck.done_by = outcome, note[:300], clock.now(), by
    recheck.save(update_fields=["outcome", "note", "done_at", "done_by"])
    return recheck
