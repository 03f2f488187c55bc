"""Searches for articles: written down, answered by a job, told in the chat, forgotten after a day."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.text import plain
from xinglin.delivery import articles
from xinglin.delivery.errors import NothingAsked
from xinglin.delivery.models import ArticleSearch, SearchState
from xinglin.wechat.models import Follower
from xinglin.wechat.replies import Text
from xinglin.wechat.services.outgoing import tell_or_keep

KEPT = timedelta(days=1)


@transaction.atomic
def begin_search(*, query: str, follower: Follower | None = None) -> ArticleSearch:
    """Write a search down; a job asks the sources after the commit. Raises ``NothingAsked``."""
    query = plain(query).strip()[:200]
    if len(query) < 2:
        raise NothingAsked(_("请写至少两个字的检索词，如：房颤 抗凝"))
    search = ArticleSearch.objects.create(
        token=secrets.token_hex(16), follower=follower, query=query, at=clock.now()
    )
    app.configure_task("delivery.search_articles", queue="errands").defer(search_id=search.pk)
    return search


def answer_search(*, search_id: int) -> ArticleSearch:
    """Ask the sources, outside of a transaction, and keep what they say; tell it to who asked in the chat."""
    search = ArticleSearch.objects.select_related("follower__account").get(pk=search_id)
    if search.state != SearchState.WAITING:
        return search
    try:
        found = articles.search(search.query)
        trouble = "" if found else _("没有查到文章；请换个说法，或用英文检索词。")
    except Refusal as refusal:
        found, trouble = [], str(refusal)
    with transaction.atomic():
        search.state = SearchState.DONE if found else SearchState.FAILED
        search.results, search.trouble = [each.as_plain() for each in found], trouble[:400]
        search.save(update_fields=["state", "results", "trouble"])
        if search.follower is not None:
            tell_or_keep(follower=search.follower, reply=Text(said_of(search)))
    return search


def said_of(search: ArticleSearch) -> str:
    """Return a result as the chat says it; the numbers are read by 「读 1」 and 「求 1」."""
    if not search.results:
        return search.trouble
    lines = [_("“%(query)s”查到：") % {"query": search.query}]
    for number, kept in enumerate(search.results, start=1):
        found = articles.FoundArticle.from_plain(kept)
        ours = (_("本馆情报"),) if found.is_ours else ()
        marks = "".join(f"〔{mark}〕" for mark in (*ours, *found.marks))
        lines.append(f"{number}. {marks}{found.work.title[:90]}（{found.where[:60]}）")
    lines.append(_("回复“读 1”看能不能直接读，“求 1”请馆员送全文。"))
    return "\n".join(lines)


def forget_searches() -> int:
    """Delete the searches of yesterday. Returns how many."""
    deleted, _of = ArticleSearch.objects.filter(at__lt=clock.now() - KEPT).delete()
    return deleted
