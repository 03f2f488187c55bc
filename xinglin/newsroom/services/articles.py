"""Writing: new articles, new revisions, and drafts put aside. Nothing here is seen by readers."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.blocks import Content, read_content
from xinglin.newsroom.errors import ArticleChangedMeanwhile, ContentUnfit, DeedNotPossible, ReviewNeeded
from xinglin.newsroom.lifecycle import DEEDS, MOVES, State
from xinglin.newsroom.models import Article, Column, Revision, StoredFile
from xinglin.newsroom.review.gate import void

WRITE = "newsroom.write_article"
PUBLISH = "newsroom.publish_article"


@dataclass(frozen=True)
class Arrangement:
    """Where an article stands and for whom: not part of its text, so no revision keeps it."""

    column: Column
    for_branches: bool = False
    expires_on: date | None = None


@transaction.atomic
def write(*, library: Library, content: Content, arrangement: Arrangement, by: Staff | None) -> Article:
    """Begin an article as a draft. Raises ``ContentUnfit``."""
    access.require(by, WRITE, library.pk)
    article = Article.objects.create(
        library=library,
        column=arrangement.column,
        for_branches=arrangement.for_branches,
        expires_on=arrangement.expires_on,
        changed_at=clock.now(),
    )
    article.newest = _add_revision(article, content, by)
    article.save(update_fields=["newest"])
    history.record(article, "write", by=by.user if by else None, changes={"title": content.title})
    return article


@transaction.atomic
def revise(
    *, article: Article, version: int, content: Content, arrangement: Arrangement, by: Staff | None
) -> Article:
    """Write a new revision, and arrange the article anew. ``version`` is the one the person had open.

    The row is locked and compared, so of two people who save the same article the second is told and
    nothing is overwritten. Content that did not change makes no new revision. A published article keeps
    showing the old text; but to arrange it anew shows at once, and needs the right to publish.

    Raises ``ArticleChangedMeanwhile``, ``DeedNotPossible``, ``ContentUnfit``.
    """
    access.require(by, WRITE, article.library_id)
    kept = locked(article, version=version)
    goes_to(kept, "revise")
    changes: dict[str, object] = {}
    newest = kept.newest
    if newest is None or newest.sha256 != read_content(content.as_json()).sha256:
        kept.newest = _add_revision(kept, content, by)
        changes["revision"] = [newest.number if newest else None, kept.newest.number]
        void(kept, by=by, why=str(_("文字、标题或封面改过")))
    before = Arrangement(kept.column, kept.for_branches, kept.expires_on)
    if before != arrangement:
        if kept.state == State.PUBLISHED:
            access.require(by, PUBLISH, kept.library_id)
            _refuse_a_side_door(before.column, arrangement.column)
        kept.column, kept.for_branches = arrangement.column, arrangement.for_branches
        kept.expires_on = arrangement.expires_on
        changes["arrangement"] = [_told(before), _told(arrangement)]
        if before.column != arrangement.column:
            void(kept, by=by, why=str(_("换了栏目")))
    if changes:
        save(kept)
        history.record(kept, "revise", by=by.user if by else None, changes=changes)
    return kept


@transaction.atomic
def discard(*, article: Article, version: int, by: Staff | None) -> Article:
    """Put a draft aside that was never published; it can be restored. Raises ``DeedNotPossible``."""
    return _move(article, version, "discard", by)


@transaction.atomic
def restore(*, article: Article, version: int, by: Staff | None) -> Article:
    """Take up a discarded draft again. Raises ``DeedNotPossible``."""
    return _move(article, version, "restore", by)


def locked(article: Article, *, version: int) -> Article:
    """Return the article's row, locked for this transaction.

    Raises ``ArticleChangedMeanwhile`` when it is not in the version that the person saw.
    """
    kept = (
        Article.objects.select_for_update(of=("self",)).select_related("column", "newest").get(pk=article.pk)
    )
    if kept.version != version:
        raise ArticleChangedMeanwhile(
            _("您打开后，《%(title)s》已被别人改到第 %(now)d 版（您看到的是第 %(seen)d 版）；请另开一页核对后再办。"),
            title=kept.title, now=kept.version, seen=version,
        )  # fmt: skip
    return kept


def goes_to(article: Article, deed: str) -> State:
    """Return where a deed leads an article. Raises ``DeedNotPossible``."""
    move = MOVES.get((State(article.state), deed))
    if move is None:
        raise DeedNotPossible(
            _("《%(title)s》现在是“%(state)s”，不能%(deed)s；请刷新页面后再看。"),
            title=article.title,
            state=article.get_state_display(),
            deed=DEEDS[deed],
        )
    return move[0]


def save(article: Article) -> None:
    """Save a locked article as its next version."""
    article.version += 1
    article.changed_at = clock.now()
    article.save()


def _move(article: Article, version: int, deed: str, by: Staff | None) -> Article:
    access.require(by, WRITE, article.library_id)
    kept = locked(article, version=version)
    kept.state = goes_to(kept, deed)
    save(kept)
    void(kept, by=by, why=str(DEEDS[deed]))
    history.record(kept, deed, by=by.user if by else None)
    return kept


def _add_revision(article: Article, content: Content, by: Staff | None) -> Revision:
    """Add what was written, read once more by the rules for what comes from outside."""
    sound = read_content(content.as_json())
    known = set(StoredFile.objects.filter(name__in=sound.files).values_list("name", flat=True))
    if sound.files - known:
        raise ContentUnfit(
            _("有 %(n)d 个图片或附件没有上传成功，文章没有保存；请重新上传。"), n=len(sound.files - known)
        )
    last = article.revisions.aggregate(last=Max("number"))["last"] or 0
    kept = sound.as_json()
    return Revision.objects.create(
        article=article,
        number=last + 1,
        title=sound.title,
        digest=sound.digest,
        cover=sound.cover,
        blocks=kept["blocks"],
        about=kept.get("about", {}),
        sha256=sound.sha256,
        author=by,
        at=clock.now(),
    )


def _refuse_a_side_door(before: Column, after: Column) -> None:
    """Hold back what readers would see at once in a column whose review it never passed."""
    if before == after or not after.needs_review:
        return
    raise ReviewNeeded(
        _("栏目「%(column)s」的文章须经审核，已发布的文章不能直接移过去；请先撤下，换了栏目再送审。"),
        column=after.name,
    )


def _told(arrangement: Arrangement) -> str:
    parts = [arrangement.column.name]
    if arrangement.for_branches:
        parts.append(str(_("同时给下级馆")))
    if arrangement.expires_on:
        parts.append(str(_("有效期至 %(day)s")) % {"day": arrangement.expires_on})
    return " · ".join(parts)
