"""Sending: what the job does with one posting, step by step, each step written down before it is taken."""

import logging

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.newsroom.errors import PostingNotPossible
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article, Posting
from xinglin.newsroom.publishing.checker import Piece, problems_of
from xinglin.newsroom.publishing.lifecycle import PostingState, Way
from xinglin.newsroom.publishing.outlets import look_of
from xinglin.newsroom.publishing.pictures import address_of, cover_of
from xinglin.newsroom.publishing.postings import FEWEST_ON_A_LIST, move
from xinglin.newsroom.publishing.wechat_html import as_wechat
from xinglin.newsroom.services.publishing import publish
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.client.errors import (
    PlatformBusy,
    PlatformNotReached,
    PlatformUnreachable,
    WeChatApiError,
)
from xinglin.wechat.jsonvalue import JsonObject
from xinglin.wechat.models import Account, Follower

log = logging.getLogger(__name__)

MOST_TRIES = 8
ALREADY_SENT = 45065


def deliver(*, posting_id: int) -> None:
    """Send one posting whose time has come; run by the job, without a transaction around the calls.

    A busy platform did nothing, so the posting waits and the job is tried again. A mass send carries a name
    of its own, so that a repeated one is recognised by the platform; a publication whose answer never came
    stays unsure, and a person looks.
    """
    posting = _shown_first(posting_id)
    if posting is None or posting.outlet is None or posting.outlet.account is None:
        return
    try:
        _send(posting, posting.outlet.account)
    except (PlatformBusy, PlatformNotReached) as error:
        _waits(posting, error)
        raise
    except PlatformUnreachable as error:
        if posting.state == PostingState.UNSURE and posting.way == Way.PUBLISH:
            _note(posting, str(error))
            return
        _waits(posting, error)
        raise
    except WeChatApiError as error:
        _settle(posting, "refuse", error.words)
    except Refusal as error:
        _settle(posting, "refuse", str(error))


def page_of(article: Article) -> str:
    """Return the address of an article's own page."""
    return f"{settings.PUBLIC_URL}{reverse('mobile:article', args=[article.pk])}"


def piece_of(posting: Posting, account: Account, *, newest: bool = False) -> Piece:
    """Return an article as this account's draft box takes it. Raises ``PostingNotPossible`` with what is wrong.

    What goes out is what readers see; a preview shows the ``newest`` text.
    """
    revision = posting.article.newest if newest else posting.article.shown
    if revision is None:
        raise PostingNotPossible(_("这篇文章还没有内容。"))
    content, look = revision.content, look_of(posting.article.library)
    may_link = account.may(Capability.PAYMENT)
    body = as_wechat(
        content,
        look=look,
        picture=lambda file: address_of(account, file),
        may_link=may_link,
        page=page_of(posting.article),
    )
    cover = cover_of(account, content.cover, title=posting.title, accent=look.accent)
    piece = Piece(
        posting.title, body, content.about.author[:16], posting.digest, page_of(posting.article), cover
    )
    problems = problems_of(piece, may_link=may_link, own_pictures=f"{account.base_url}/mmbiz/")
    if problems:
        raise PostingNotPossible(_("不合微信的要求：%(what)s。"), what="；".join(problems[:5]))
    return piece


@transaction.atomic
def _shown_first(posting_id: int) -> Posting | None:
    """Show the text on our own pages, if it is not there yet, by the one publishing path; then go on.

    The article is locked before the posting, as everywhere.
    """
    known = Posting.objects.filter(pk=posting_id).values_list("article_id", flat=True).first()
    if known is None:
        return None
    article = Article.objects.select_for_update(of=("self",)).get(pk=known)
    posting = (
        Posting.objects.select_for_update(of=("self",))
        .select_related(
            "article__library", "article__shown", "article__newest", "outlet__account", "planned_by"
        )
        .get(pk=posting_id)
    )
    if posting.state != PostingState.PLANNED or posting.due_at > clock.now():
        return None
    try:
        with transaction.atomic():
            _show(article, posting)
    except Refusal as refusal:
        move(posting, "refuse")
        posting.error = str(refusal)
        posting.save(update_fields=["state", "error"])
        return None
    posting.article.refresh_from_db()
    if posting.outlet is None or posting.way == Way.DIGEST:
        move(posting, "show")
        posting.out_at = clock.now()
        posting.url = page_of(article)
    elif posting.way == Way.BY_HAND:
        move(posting, "hand_over")
    posting.tries += 1
    posting.save(update_fields=["state", "out_at", "url", "tries"])
    return posting if posting.state == PostingState.PLANNED else None


def _show(article: Article, posting: Posting) -> None:
    shown, newest = article.shown, article.newest
    if article.state == State.PUBLISHED and shown is not None and shown.sha256 == posting.sha256:
        return
    if newest is None or newest.sha256 != posting.sha256:
        raise PostingNotPossible(_("安排之后，文字、标题或封面改过，没有发出；请看过新稿重新安排。"))
    publish(article=article, version=article.version, by=posting.planned_by)


def _send(posting: Posting, account: Account) -> None:
    client = client_for(account)
    if not posting.media_id:
        piece = piece_of(posting, account)
        article: JsonObject = dict(
            piece.as_json(comments=posting.comments and account.may(Capability.COMMENT))
        )
        posting.media_id = client.draft.add([article])
        posting.save(update_fields=["media_id"])
    _mark_unsure(posting)
    if posting.way == Way.DRAFT:
        _settle(posting, "drafted", "")
        return
    if posting.way == Way.PUBLISH:
        job = client.freepublish.submit(posting.media_id)
        posting.job_id, posting.data_id = job.publish_id, job.data_id
        _settle(posting, "accept", "")
        return
    content: JsonObject = {"msgtype": "mpnews", "mpnews": {"media_id": posting.media_id}}
    name = f"xinglin-{posting.pk}"
    try:
        if posting.way == Way.MASS_LIST:
            sent = client.mass.send_to(_openids_of(posting, account), content, client_message_id=name)
        else:
            tag = posting.tag_id if posting.way == Way.MASS_TAG else None
            sent = client.mass.send_all(content, tag_id=tag, client_message_id=name)
    except WeChatApiError as error:
        # The platform knows this name: an earlier try has arrived although its answer never did.
        if error.errcode != ALREADY_SENT:
            raise
        _settle(posting, "accept", "")
        return
    posting.job_id, posting.data_id = sent.message_id, sent.data_id
    _settle(posting, "accept", "")


def _openids_of(posting: Posting, account: Account) -> list[str]:
    """Return the list as it stands now, without who has left since it was made. Raises ``PostingNotPossible``."""
    here = Follower.objects.filter(pk__in=posting.people, account=account, is_following=True)
    openids = list(here.filter(erased_at=None).order_by("pk").values_list("openid", flat=True))
    if len(openids) < FEWEST_ON_A_LIST:
        raise PostingNotPossible(
            _("名单上现在只剩 %(n)d 位关注者，按名单群发至少要 %(least)d 位；请重新安排。"),
            n=len(openids), least=FEWEST_ON_A_LIST,
        )  # fmt: skip
    return openids


def _mark_unsure(posting: Posting) -> None:
    move(posting, "send")
    posting.sent_at = clock.now()
    posting.save(update_fields=["state", "sent_at"])


def _settle(posting: Posting, deed: str, error: str) -> None:
    move(posting, deed)
    posting.error = error
    posting.save(update_fields=["state", "error", "job_id", "data_id"])
    if error:
        log.warning("a posting failed", extra={"posting": posting.pk})


def _waits(posting: Posting, error: Refusal) -> None:
    """Put a posting back for another try, or give it up after many."""
    if posting.state == PostingState.UNSURE:
        move(posting, "not_now")
    if posting.tries >= MOST_TRIES:
        move(posting, "refuse")
    _note(posting, str(error))


def _note(posting: Posting, error: str) -> None:
    posting.error = error
    posting.save(update_fields=["state", "error"])


def our_address(file: str) -> str:
    """Return the address of a stored picture on our own pages."""
    return f"{settings.PUBLIC_URL}{reverse('mobile:file', args=[file])}"
