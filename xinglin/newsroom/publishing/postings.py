"""Postings: planned, cancelled, reported by hand; the job in ``delivery`` sends them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.errors import MassQuotaSpent, PieceUnfit, PostingNotPossible
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article, Outlet, Posting, Review
from xinglin.newsroom.planning.experts import against_elsewhere
from xinglin.newsroom.publishing.checker import DIGEST, TITLE
from xinglin.newsroom.publishing.forms import problems_for
from xinglin.newsroom.publishing.lifecycle import (
    MASS,
    POSTING_DEEDS,
    POSTING_MOVES,
    OutletKind,
    PostingState,
    Way,
)
from xinglin.newsroom.publishing.outlets import ways_of
from xinglin.newsroom.publishing.platforms import rules_of
from xinglin.newsroom.publishing.quotas import quota_of
from xinglin.newsroom.review.lifecycle import Lane
from xinglin.newsroom.services.articles import PUBLISH, locked

DELIVER = "xinglin.newsroom.deliver"
OUR_OWN = (OutletKind.WECHAT, OutletKind.EMAIL)
FEWEST_ON_A_LIST, MOST_ON_A_LIST = 2, 10_000


@dataclass(frozen=True, kw_only=True)
class PostingFile:
    """How an article shall go out to one channel; without an outlet on our own pages."""

    outlet: Outlet | None = None
    way: Way = Way.PUBLISH
    due_at: datetime | None = None
    title: str = ""
    digest: str = ""
    tags: Sequence[str] = ()
    tag_id: int | None = None
    people: Sequence[int] = field(default_factory=tuple)
    comments: bool = True


@transaction.atomic
def plan(*, article: Article, version: int, file: PostingFile, by: Staff | None) -> Posting:
    """Have the newest text of an article go out to a channel, now or at a time.

    The posting is bound to the text: one that is changed meanwhile does not go out. Review may still be
    running; the publishing path asks again when the time has come.

    Raises ``PostingNotPossible``, ``MassQuotaSpent``, ``PieceUnfit``, ``ArticleChangedMeanwhile``.
    """
    access.require(by, PUBLISH, article.library_id)
    kept = locked(article, version=version)
    text = kept.newest
    if text is None or kept.state == State.DISCARDED:
        raise PostingNotPossible(_("《%(title)s》没有可以发布的内容。"), title=kept.title)
    due_at, outlet = file.due_at or clock.now(), file.outlet
    posting = Posting(
        article=kept, outlet=outlet, sha256=text.sha256, way=file.way, due_at=due_at, planned_by=by,
        planned_at=clock.now(), title=(file.title or text.title).strip(), comments=file.comments,
        digest=(file.digest or text.digest).strip(), tags=" ".join(file.tags), tag_id=file.tag_id,
        people=list(dict.fromkeys(file.people)),
    )  # fmt: skip
    if outlet is not None:
        access.require(by, PUBLISH, outlet.library_id)
        # One outlet's quota is counted by one at a time.
        Outlet.objects.select_for_update(of=("self",)).get(pk=outlet.pk)
        _refuse_unfit(posting, outlet)
    try:
        with transaction.atomic():
            posting.save()
    except IntegrityError:
        raise PostingNotPossible(_("这一稿已经安排到这个渠道了；要改，请先取消原来的安排。")) from None
    history.record(
        kept,
        "plan_posting",
        by=by.user if by else None,
        changes={"outlet": str(outlet or _("网页")), "way": posting.get_way_display(), "due_at": due_at},
    )
    if due_at <= clock.now():
        send_soon(posting)
    return posting


@transaction.atomic
def reschedule(*, posting: Posting, due_at: datetime, by: Staff | None) -> Posting:
    """Move a planned posting to another time. Raises ``PostingNotPossible`` and ``MassQuotaSpent``."""
    kept = _locked(posting, by)
    if kept.state != PostingState.PLANNED:
        raise _not_here(kept, str(_("改时间")))
    kept.due_at = due_at
    if kept.outlet is not None:
        _refuse_over_quota(kept, kept.outlet)
    kept.save(update_fields=["due_at"])
    history.record(kept, "reschedule", by=by.user if by else None, changes={"due_at": due_at})
    if due_at <= clock.now():
        send_soon(kept)
    return kept


@transaction.atomic
def cancel(*, posting: Posting, by: Staff | None) -> Posting:
    """Give a posting up that is not out. Raises ``PostingNotPossible``."""
    return _moved(posting, "cancel", by)


@transaction.atomic
def send_again(*, posting: Posting, by: Staff | None) -> Posting:
    """Try once more what failed, or what nobody knows the fate of: a person decides that.

    Raises ``PostingNotPossible`` and ``MassQuotaSpent``.
    """
    kept = _moved(posting, "again", by)
    kept.error, kept.tries, kept.due_at = "", 0, clock.now()
    if kept.outlet is not None:
        _refuse_over_quota(kept, kept.outlet)
    kept.save(update_fields=["error", "tries", "due_at"])
    send_soon(kept)
    return kept


@transaction.atomic
def report_out(*, posting: Posting, url: str, by: Staff | None) -> Posting:
    """Say that a piece is out there by hand, and where. Raises ``PostingNotPossible``."""
    kept = _moved(posting, "report", by)
    kept.url, kept.out_at, kept.error = url[:1000], clock.now(), ""
    kept.save(update_fields=["url", "out_at", "error"])
    return kept


@transaction.atomic
def report_corrected(*, posting: Posting, by: Staff | None) -> Posting:
    """Say that the text out there was put right by hand. Raises ``PostingNotPossible``."""
    kept = _moved(posting, "corrected", by)
    shown = kept.article.shown
    if shown is not None:
        kept.sha256 = shown.sha256
    kept.save(update_fields=["sha256"])
    return kept


@transaction.atomic
def report_withdrawn(*, posting: Posting, by: Staff | None) -> Posting:
    """Say that the piece was taken down out there. Raises ``PostingNotPossible``."""
    return _moved(posting, "withdrawn", by)


@transaction.atomic
def put_in_place(*, follower_id: int, of: int) -> None:
    """Put one follower in the place of another on the lists that are still to be sent to. May run twice."""
    waiting = Posting.objects.select_for_update().filter(state=PostingState.PLANNED, people__contains=[of])
    for posting in waiting:
        posting.people = list(dict.fromkeys(follower_id if each == of else each for each in posting.people))
        posting.save(update_fields=["people"])


def send_soon(posting: Posting) -> None:
    """Have a posting sent by a job after the commit."""
    app.configure_task(DELIVER, queue="newsroom", lock=f"newsroom-posting-{posting.pk}").defer(
        posting_id=posting.pk
    )


def move(posting: Posting, deed: str) -> None:
    """Move a locked posting by the table. Raises ``PostingNotPossible``."""
    then = POSTING_MOVES.get((PostingState(posting.state), deed))
    if then is None:
        raise _not_here(posting, str(POSTING_DEEDS[deed]))
    posting.state = then[0]


def is_urgent(article: Article) -> bool:
    """Whether an article came by the fast lane: it may use the send that is kept for emergencies."""
    last = Review.objects.filter(article=article).order_by("-pk").first()
    return last is not None and last.lane == Lane.FAST


def _moved(posting: Posting, deed: str, by: Staff | None) -> Posting:
    kept = _locked(posting, by)
    move(kept, deed)
    kept.save(update_fields=["state"])
    history.record(kept, f"posting_{deed}", by=by.user if by else None)
    return kept


def _locked(posting: Posting, by: Staff | None) -> Posting:
    access.require(by, PUBLISH, posting.article.library_id)
    return (
        Posting.objects.select_for_update(of=("self",))
        .select_related("article__shown", "outlet__account")
        .get(pk=posting.pk)
    )


def _not_here(posting: Posting, deed: str) -> PostingNotPossible:
    return PostingNotPossible(
        _("这条发布任务现在是“%(state)s”，不能%(deed)s；请刷新页面后再看。"),
        state=posting.get_state_display(),
        deed=deed,
    )


def _refuse_unfit(posting: Posting, outlet: Outlet) -> None:
    if not outlet.active:
        raise PostingNotPossible(_("渠道「%(name)s」已停用。"), name=outlet.name)
    if posting.way not in ways_of(outlet):
        raise PostingNotPossible(
            _("「%(outlet)s」不能“%(way)s”：账号没有这项权限；请换一种方式。"),
            outlet=outlet.name,
            way=posting.get_way_display(),
        )
    if posting.way == Way.MASS_LIST and not FEWEST_ON_A_LIST <= len(posting.people) <= MOST_ON_A_LIST:
        raise PostingNotPossible(
            _("按名单群发要有 %(least)d 到 %(most)d 人，现在是 %(n)d 人；请换一个名单或加上几位。"),
            least=FEWEST_ON_A_LIST, most=MOST_ON_A_LIST, n=len(posting.people),
        )  # fmt: skip
    if posting.way == Way.MASS_TAG and posting.tag_id is None:
        raise PostingNotPossible(_("按标签群发要选一个标签。"))
    problems = problems_for(
        rules_of(outlet), posting.article.newest.content, title=posting.title, tags=posting.tags.split()
    ) if posting.article.newest else []  # fmt: skip
    if outlet.kind not in OUR_OWN and (against := against_elsewhere(posting.article)):
        problems.append(str(_("合作专家没有同意发到其他平台：%(who)s") % {"who": "、".join(against)}))
    if outlet.kind == OutletKind.WECHAT:
        if len(posting.title) > TITLE:
            problems.append(
                str(_("微信标题 %(n)d 字，最多 %(most)d 字") % {"n": len(posting.title), "most": TITLE})
            )
        if len(posting.digest) > DIGEST:
            problems.append(
                str(_("微信摘要 %(n)d 字，最多 %(most)d 字") % {"n": len(posting.digest), "most": DIGEST})
            )
    if problems:
        raise PieceUnfit(
            _("不合「%(outlet)s」的要求：%(what)s。"), outlet=outlet.name, what="；".join(problems)
        )
    _refuse_over_quota(posting, outlet)


def _refuse_over_quota(posting: Posting, outlet: Outlet) -> None:
    if posting.way not in MASS:
        return
    quota = quota_of(outlet, clock.local(posting.due_at).date(), without=posting if posting.pk else None)
    reserve = 0 if is_urgent(posting.article) or not outlet.keeps_one_send else 1
    if quota.allows(reserve=reserve, to_all=posting.way == Way.MASS_ALL):
        return
    month = (
        _("；本月群发全部已用 %(used)d 次、排了 %(planned)d 次，共 %(most)d 次")
        % {"used": quota.month_used, "planned": quota.month_planned, "most": quota.month_most}
        if quota.month_most is not None
        else ""
    )
    raise MassQuotaSpent(
        _(
            "「%(outlet)s」%(day)s 的群发额度不够：当天已用 %(used)d 次、排了 %(planned)d 次，"
            "共 %(most)d 次%(month)s%(kept)s。"
        ),
        outlet=outlet.name,
        day=clock.local(posting.due_at).date(),
        used=quota.day_used,
        planned=quota.day_planned,
        most=quota.day_most,
        month=month,
        kept=_("（留一次给应急）") if reserve else "",
    )
