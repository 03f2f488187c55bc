"""Taking back and putting right: every channel that shows the text, and every answer that repeats it."""

from collections.abc import Iterable

from django.db import transaction

from xinglin.commons import clock, history
from xinglin.newsroom.blocks import as_plain
from xinglin.newsroom.models import Article, Posting
from xinglin.newsroom.publishing.lifecycle import PostingState
from xinglin.newsroom.publishing.postings import move
from xinglin.newsroom.publishing.reuses import Reuse, bare, reuses_of
from xinglin.wechat.calling import client_for
from xinglin.wechat.client.errors import PlatformUnreachable, WeChatApiError


@transaction.atomic
def take_back(*, article: Article) -> list[Reuse]:
    """Mark every posting of a withdrawn article for taking down, and silence the answers that repeat it.

    What the platform lets us delete is deleted by ``delete_out_there``; the rest stands on the list for a
    person, as does a menu with a link to it. May run twice. Returns what repeats the article.
    """
    for posting in _locked_postings(article):
        if posting.state in (PostingState.OUT, PostingState.TO_CORRECT):
            move(posting, "ask_withdrawal")
        elif posting.state in (PostingState.PLANNED, PostingState.BY_HAND, PostingState.FAILED):
            move(posting, "cancel")
        else:
            continue
        posting.save(update_fields=["state"])
    found = reuses_of(article)
    _silence(article, found, why="撤下")
    return found


@transaction.atomic
def put_right(*, article: Article) -> list[Reuse]:
    """Mark postings of an older text, and silence answers that repeat a passage which the new text lacks.

    A first publication has nothing to put right. May run twice.
    """
    shown = article.shown
    if shown is None:
        return []
    for posting in _locked_postings(article):
        if posting.sha256 != shown.sha256 and posting.state == PostingState.OUT:
            if posting.outlet is None:
                posting.sha256 = shown.sha256
                posting.save(update_fields=["sha256"])
                continue
            move(posting, "outdate")
            posting.save(update_fields=["state"])
    now = bare(as_plain(shown.content.blocks))
    stale = [reuse for reuse in reuses_of(article) if reuse.passage and reuse.passage not in now]
    _silence(article, stale, why="更正")
    return stale


def _silence(article: Article, found: Iterable[Reuse], *, why: str) -> None:
    silenced = [reuse.label for reuse in found if reuse.silence()]
    if silenced:
        history.record(article, "switch off", by=why, changes={"rules": "、".join(silenced)})


def delete_out_there(*, posting: Posting) -> bool:
    """Delete at the platform what stands marked for withdrawal there; return whether it is gone.

    What was only mass-sent is deleted by its message, what was published by its article.
    """
    account = posting.outlet.account if posting.outlet else None
    if posting.state != PostingState.TO_WITHDRAW:
        return False
    if posting.outlet is None:
        return _gone(posting)
    if account is None or not account.sealed_secret or not (posting.published_id or posting.job_id):
        return False
    client = client_for(account)
    try:
        if posting.published_id:
            client.freepublish.delete(posting.published_id)
        else:
            client.mass.delete(message_id=posting.job_id)
    except (WeChatApiError, PlatformUnreachable) as error:
        Posting.objects.filter(pk=posting.pk).update(error=str(error))
        return False
    return _gone(posting)


@transaction.atomic
def _gone(posting: Posting) -> bool:
    kept = Posting.objects.select_for_update(of=("self",)).get(pk=posting.pk)
    if kept.state == PostingState.TO_WITHDRAW:
        move(kept, "withdrawn")
        kept.error, kept.result = "", {**kept.result, "withdrawn_at": clock.now().isoformat()}
        kept.save(update_fields=["state", "error", "result"])
    return True


def _locked_postings(article: Article) -> list[Posting]:
    return list(
        Posting.objects.select_for_update(of=("self",)).select_related("outlet").filter(article=article)
    )
