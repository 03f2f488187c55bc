"""Taking back and putting right: every place that shows the text, keyword rules that repeat it included."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from xinglin.commons import clock, history
from xinglin.newsroom.blocks import as_plain
from xinglin.newsroom.models import Article, Posting
from xinglin.newsroom.publishing.lifecycle import PostingState
from xinglin.newsroom.publishing.postings import move
from xinglin.wechat.calling import client_for
from xinglin.wechat.client.errors import PlatformUnreachable, WeChatApiError
from xinglin.wechat.models import KeywordRule
from xinglin.wechat.services import rules

# So many characters in a row of an article in a rule's answer, and the answer was taken from it.
A_PASSAGE = 16
_BLANK = re.compile(r"[\s，。、；：？！,.;:?!“”\"'（）()《》]+")


@dataclass(frozen=True)
class Reuse:
    """A keyword rule that repeats an article, and how."""

    rule: KeywordRule
    by_link: bool
    passage: str


def reuses_of(article: Article) -> list[Reuse]:
    """Return the keyword rules that link to an article or repeat a passage of any text it ever had."""
    address = reverse("mobile:article", args=[article.pk])
    texts = [_bare(as_plain(revision.content.blocks)) for revision in article.revisions.all()]
    passages = {text[at : at + A_PASSAGE] for text in texts for at in range(len(text) - A_PASSAGE + 1)}
    found = []
    for rule in KeywordRule.objects.filter(active=True).select_related("account"):
        said = list(_words_of(rule.replies))
        by_link = any(_links(address, words) for words in said)
        passage = next((passage for words in said for passage in _shared(_bare(words), passages)), "")
        if by_link or passage:
            found.append(Reuse(rule, by_link, passage))
    return found


@transaction.atomic
def take_back(*, article: Article) -> list[Reuse]:
    """Mark every posting of a withdrawn article for taking down, and switch off the rules that repeat it.

    What the platform lets us delete is deleted by ``delete_out_there``; the rest stands on the list for a
    person. May run twice.
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
    for reuse in found:
        rules.switch(rule=reuse.rule, on=False, by=None)
    if found:
        history.record(
            article, "switch off", by="撤下", changes={"rules": "、".join(each.rule.name for each in found)}
        )
    return found


@transaction.atomic
def put_right(*, article: Article) -> list[Reuse]:
    """Mark postings of an older text, and switch off rules that repeat a passage which the new text lacks.

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
    now = _bare(as_plain(shown.content.blocks))
    stale = [reuse for reuse in reuses_of(article) if reuse.passage and reuse.passage not in now]
    for reuse in stale:
        rules.switch(rule=reuse.rule, on=False, by=None)
    if stale:
        history.record(
            article, "switch off", by="更正", changes={"rules": "、".join(each.rule.name for each in stale)}
        )
    return stale


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


def _words_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _words_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from _words_of(each)


def _links(address: str, words: str) -> bool:
    return re.search(re.escape(address) + r"(?!\d)", words) is not None


def _shared(words: str, passages: set[str]) -> Iterator[str]:
    for at in range(len(words) - A_PASSAGE + 1):
        if words[at : at + A_PASSAGE] in passages:
            yield words[at : at + A_PASSAGE]
            return


def _bare(text: str) -> str:
    return _BLANK.sub("", text)
