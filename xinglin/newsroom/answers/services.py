"""Every change that readers' answers make; each deed is one transaction."""

import secrets
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.text import plain
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.answers.lifecycle import COMMENT_MOVES
from xinglin.newsroom.blocks import Poll, Quiz
from xinglin.newsroom.errors import AnswerUnfit, DeedNotPossible
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Answer, Article, Comment, CommentState, Posting, Rating, Share
from xinglin.newsroom.publishing.lifecycle import PostingState
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.client.errors import PlatformUnreachable, WeChatApiError
from xinglin.wechat.jsonvalue import as_int, as_object, as_text
from xinglin.wechat.models import Account

MODERATE = "newsroom.moderate_comment"
COMMENT_LENGTH = 600
A_PAGE = 49


def question_of(article: Article, key: str) -> Poll | Quiz:
    """Return a poll or quiz of the text that readers see. Raises ``AnswerUnfit``."""
    blocks = article.shown.content.blocks if article.shown and article.state == State.PUBLISHED else ()
    for block in blocks:
        if isinstance(block, Poll | Quiz) and key and block.key == key:
            return block
    raise AnswerUnfit(_("这道题已经不在了；请刷新页面。"))


@transaction.atomic
def answer(
    *,
    article: Article,
    key: str,
    person: str,
    choices: Sequence[int] = (),
    words: str = "",
    via: str = "page",
    question: Poll | Quiz | None = None,
    wave: str = "",
) -> Answer:
    """Keep one person's answer; a second one is refused, whatever way it comes by.

    A room above that asks the questions of a text at another time, and more than once, says which ``question`` it
    asked and names its ``wave``.

    Raises ``AnswerUnfit``.
    """
    question = question or question_of(article, key)
    chosen = sorted(set(choices))
    said = plain(words).strip()[:500]
    free = isinstance(question, Poll) and question.free
    if free:
        chosen = []
    elif any(not 0 <= place < len(question.options) for place in chosen) or not chosen:
        raise AnswerUnfit(_("请先选一项再提交。"))
    elif len(chosen) > 1 and not (isinstance(question, Poll) and question.many):
        raise AnswerUnfit(_("这道题只能选一项。"))
    if free and not said:
        raise AnswerUnfit(_("请先写下您的回答再提交。"))
    right = chosen == [question.right] if isinstance(question, Quiz) else None
    try:
        with transaction.atomic():
            return Answer.objects.create(
                article=article, key=key, person=person, choices=chosen, words=said if free else "",
                right=right, via=via, wave=wave, at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        raise AnswerUnfit(_("您已经答过这道题，每人只能答一次。")) from None


@transaction.atomic
def rate(*, article: Article, person: str, useful: bool) -> Rating:
    """Keep whether an article was of use to somebody; they may change their mind."""
    rating, _created = Rating.objects.update_or_create(
        article=article, person=person, defaults={"useful": useful, "at": clock.now()}
    )
    return rating


@transaction.atomic
def comment(*, article: Article, person: str, text: str) -> Comment:
    """Keep a comment of our own page; it is shown when somebody has read it. Raises ``AnswerUnfit``."""
    said = plain(text).strip()
    if not 1 <= len(said) <= COMMENT_LENGTH:
        raise AnswerUnfit(_("留言须有 1 到 %(most)d 个字。"), most=COMMENT_LENGTH)
    if Comment.objects.filter(article=article, person=person, state=CommentState.WAITING).count() >= 5:
        raise AnswerUnfit(_("您有 5 条留言还在等馆员看；请稍后再写。"))
    return Comment.objects.create(article=article, person=person, text=said, at=clock.now())


@transaction.atomic
def show(*, comment: Comment, by: Staff | None) -> Comment:
    """Let readers see a comment. Raises ``DeedNotPossible``."""
    return _moved(comment, "show", by)


@transaction.atomic
def hide(*, comment: Comment, by: Staff | None) -> Comment:
    """Take a comment from readers' sight on our page. Raises ``DeedNotPossible``."""
    return _moved(comment, "hide", by)


def feature(*, comment: Comment, on: bool, by: Staff | None) -> Comment:
    """Put a comment among the featured ones, in WeChat too where it came from there."""
    access.require(by, MODERATE, comment.article.library_id)
    _state_after(comment, "feature")
    if comment.posting is not None and comment.remote_id is not None:
        api = client_for(_account_of(comment.posting)).comment
        (api.feature if on else api.unfeature)(comment.posting.data_id, 0, comment.remote_id)
    with transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(featured=on)
        history.record(comment, "feature" if on else "unfeature", by=by.user if by else None)
    comment.featured = on
    return comment


def reply(*, comment: Comment, text: str, by: Staff) -> Comment:
    """Answer a comment in public, where it was written. Raises ``AnswerUnfit`` and ``DeedNotPossible``."""
    access.require(by, MODERATE, comment.article.library_id)
    _state_after(comment, "reply")
    said = text.strip()
    if not 1 <= len(said) <= COMMENT_LENGTH:
        raise AnswerUnfit(_("回复须有 1 到 %(most)d 个字。"), most=COMMENT_LENGTH)
    if comment.posting is not None and comment.remote_id is not None:
        client_for(_account_of(comment.posting)).comment.reply(
            comment.posting.data_id, 0, comment.remote_id, said
        )
    with transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(reply=said, replied_by=by)
        history.record(comment, "answer", by=by.user)
    comment.reply, comment.replied_by = said, by
    return comment


def fetch_comments(*, posting: Posting) -> int:
    """Fetch the comments that readers wrote in WeChat; return how many are new."""
    account = _account_of(posting)
    if not posting.data_id or not account.may(Capability.COMMENT):
        return 0
    api, begin, new = client_for(account).comment, 0, 0
    while True:
        page = api.page(posting.data_id, 0, begin=begin, count=A_PAGE)
        for raw in page.items:
            told = as_object(raw)
            _row, created = Comment.objects.get_or_create(
                posting=posting,
                remote_id=as_int(told.get("user_comment_id")),
                defaults={
                    "article": posting.article,
                    "text": as_text(told.get("content"))[:COMMENT_LENGTH],
                    "at": clock.now(),
                    "state": CommentState.SHOWN,
                    "featured": bool(as_int(told.get("comment_type"))),
                },
            )
            new += created
        begin += len(page.items)
        if not page.items or begin >= page.total:
            return new


def fetch_all_comments() -> int:
    """Fetch the comments of everything that is out and not older than two months."""
    new = 0
    out = Posting.objects.filter(
        state__in=[PostingState.OUT, PostingState.TO_CORRECT], outlet__account__active=True
    ).exclude(data_id="")
    for posting in out.select_related("outlet__account", "article").order_by("-out_at")[:60]:
        try:
            new += fetch_comments(posting=posting)
        except (WeChatApiError, PlatformUnreachable) as error:
            Posting.objects.filter(pk=posting.pk).update(error=str(error))
    return new


@transaction.atomic
def pass_on(*, article: Article, came_by: str = "") -> Share:
    """Make a link for somebody who passes an article on; it remembers the link that had come to them."""
    parent = Share.objects.filter(article=article, code=came_by).first() if came_by else None
    return Share.objects.create(
        article=article,
        code=secrets.token_urlsafe(9),
        parent=parent,
        depth=parent.depth + 1 if parent else 1,
        at=clock.now(),
    )


def count_opening(*, article: Article, code: str) -> None:
    """Count that a link was opened; by whom is not kept."""
    Share.objects.filter(article=article, code=code[:16]).update(opens=F("opens") + 1)


@transaction.atomic
def merge(*, person: str, into: str) -> None:
    """Give what somebody answered to whom they turned out to be; a second answer to one question becomes nobody's."""
    kept = Answer.objects.filter(
        article=OuterRef("article"), key=OuterRef("key"), wave=OuterRef("wave"), person=into
    )
    Answer.objects.filter(~Exists(kept), person=person).update(person=into)
    rated = Rating.objects.filter(article=OuterRef("article"), person=into)
    Rating.objects.filter(~Exists(rated), person=person).update(person=into)
    Comment.objects.filter(person=person).update(person=into)
    forget(person=person)


@transaction.atomic
def forget(*, person: str) -> None:
    """Make anonymous what somebody answered; the counts stay, comments of theirs lose their text."""
    for model in (Answer, Rating):
        for row in model.objects.filter(person=person):
            model.objects.filter(pk=row.pk).update(person=f"gone-{row.pk}")
    Answer.objects.filter(person__startswith="gone-").exclude(words="").update(words="")
    Comment.objects.filter(person=person).update(
        person="", text="（已按要求删除）", state=CommentState.HIDDEN
    )


def _moved(comment: Comment, deed: str, by: Staff | None) -> Comment:
    access.require(by, MODERATE, comment.article.library_id)
    kept = Comment.objects.select_for_update(of=("self",)).select_related("article").get(pk=comment.pk)
    kept.state = _state_after(kept, deed)
    kept.save(update_fields=["state"])
    history.record(kept, "show" if deed == "show" else "hide", by=by.user if by else None)
    return kept


def _state_after(comment: Comment, deed: str) -> CommentState:
    move = COMMENT_MOVES.get((CommentState(comment.state), deed))
    if move is None:
        raise DeedNotPossible(
            _("这条留言现在是“%(state)s”，不能这样办；请刷新页面。"), state=comment.get_state_display()
        )
    return move[0]


def _account_of(posting: Posting) -> Account:
    account = posting.outlet.account if posting.outlet else None
    if account is None:
        raise DeedNotPossible(_("这个渠道没有接入的公众号。"))
    return account
