"""Topics and their sources: set up, amended, rested, asked again."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.intelligence.errors import (
    IntelligenceDeedNotPossible,
    SourceUnfit,
    TopicChangedMeanwhile,
    TopicCodeTaken,
)
from xinglin.intelligence.lifecycle import RUN_MOVES, SOURCE_MOVES, ItemState, RunState, SourceState
from xinglin.intelligence.models import HandTask, Run, Source, SourceKind, Topic
from xinglin.intelligence.models.topics import ADDRESS_KINDS
from xinglin.intelligence.queries import CHANGE

LONGEST_QUERY = 8_000


@transaction.atomic
def add_topic(
    *,
    library: Library,
    code: str,
    name: str,
    description: str = "",
    public: bool = True,
    two_people: bool = True,
    by: Staff | None,
) -> Topic:
    """Begin to follow a subject. Raises ``TopicCodeTaken``."""
    access.require(by, CHANGE, library.pk)
    if Topic.objects.filter(code=code).exists():
        raise TopicCodeTaken(_("已有代码为「%(code)s」的专题；请换一个代码。"), code=code)
    topic = Topic.objects.create(
        library=library, code=code, name=name, description=description, public=public, two_people=two_people
    )
    history.record(topic, "add", by=by.user if by else None, changes={"code": code, "name": name})
    return topic


@transaction.atomic
def amend_topic(
    *,
    topic: Topic,
    version: int,
    name: str,
    description: str,
    public: bool,
    two_people: bool,
    by: Staff | None,
) -> Topic:
    """Change what is said of a topic. Raises ``TopicChangedMeanwhile``."""
    kept = Topic.objects.select_for_update().get(pk=topic.pk)
    access.require(by, CHANGE, kept.library_id)
    if kept.version != version:
        raise TopicChangedMeanwhile(
            _("您打开后，专题「%(name)s」已被别人修改；请重新打开后再改。"), name=kept.name
        )
    changes = {}
    for field, value in {
        "name": name,
        "description": description,
        "public": public,
        "two_people": two_people,
    }.items():
        if getattr(kept, field) != value:
            changes[field] = [getattr(kept, field), value]
            setattr(kept, field, value)
    if changes:
        kept.version += 1
        kept.save()
        history.record(kept, "amend", by=by.user if by else None, changes=changes)
    return kept


@transaction.atomic
def add_source(
    *, topic: Topic, kind: str, query: str, since: date | None = None, look_every: int = 7, by: Staff | None
) -> Source:
    """Let a source be asked for a topic. Raises ``SourceUnfit``."""
    access.require(by, CHANGE, topic.library_id)
    source = Source.objects.create(
        topic=topic, kind=kind, query=_fit(kind, query), since=since or clock.today(), look_every=look_every,
        state=SourceState.BY_HAND if kind == SourceKind.BY_HAND else SourceState.ACTIVE,
    )  # fmt: skip
    if kind == SourceKind.BY_HAND:
        HandTask.objects.create(source=source, reason=str(_("新来源：请到网站查看，把新文献导入")))
    history.record(topic, "add", by=by.user if by else None, changes={"source": kind, "query": source.query})
    return source


@transaction.atomic
def amend_source(*, source: Source, query: str, look_every: int | None = None, by: Staff | None) -> Source:
    """Change what is asked: the next run asks anew from the first day, for the new words may find old papers.

    Raises ``SourceUnfit``.
    """
    kept = _locked(source, by)
    fit = _fit(kept.kind, query)
    if look_every is not None and look_every != kept.look_every:
        changes = {"look_every": [kept.look_every, look_every]}
        history.record(kept.topic, "amend", by=by.user if by else None, changes=changes)
        kept.look_every = look_every
        kept.save(update_fields=["look_every"])
    if fit != kept.query:
        history.record(kept.topic, "amend", by=by.user if by else None, changes={"query": [kept.query, fit]})
        kept.query, kept.query_version = fit, kept.query_version + 1
        kept.asked_until = kept.revised_until = None
        kept.save()
    return kept


def hide_source(*, source: Source, by: Staff | None) -> Source:
    """Let a source rest. Raises ``IntelligenceDeedNotPossible``."""
    return _move(source, "hide", by)


def show_source(*, source: Source, by: Staff | None) -> Source:
    """Ask a source again. Raises ``IntelligenceDeedNotPossible``."""
    return _move(source, "show", by)


@transaction.atomic
def _move(source: Source, deed: str, by: Staff | None) -> Source:
    kept = _locked(source, by)
    move = SOURCE_MOVES.get((SourceState(kept.state), deed))
    if move is None:
        raise IntelligenceDeedNotPossible(_("来源现在的状态不能这样做；请刷新后再看。"))
    kept.state = SourceState.BY_HAND if deed == "show" and kept.kind == SourceKind.BY_HAND else move[0]
    kept.save(update_fields=["state"])
    history.record(kept.topic, deed, by=by.user if by else None, changes={"source": str(kept)})
    return kept


@transaction.atomic
def try_again(*, run: Run, by: Staff | None) -> Run:
    """Open a run that has gaps once more. Raises ``IntelligenceDeedNotPossible``."""
    kept = Run.objects.select_for_update().select_related("source__topic").get(pk=run.pk)
    access.require(by, CHANGE, kept.source.topic.library_id)
    move = RUN_MOVES.get((RunState(kept.state), "try_again"))
    busy = kept.source.runs.filter(kind=kept.kind, state__in=[RunState.LISTING, RunState.FETCHING]).exists()
    if move is None or busy:
        raise IntelligenceDeedNotPossible(_("这次运行没有缺漏，或同一来源正在运行；不需要重取。"))
    kept.items.filter(state__in=[ItemState.UNREADABLE, ItemState.TO_GET]).update(
        state=ItemState.TO_GET, tries=0
    )
    kept.state, kept.finished_at = move[0], None
    kept.save()
    return kept


@transaction.atomic
def finish_task(*, task: HandTask, by: Staff | None) -> HandTask:
    """Say that a person has looked. Raises ``IntelligenceDeedNotPossible``."""
    kept = HandTask.objects.select_for_update(of=("self",)).select_related("source__topic").get(pk=task.pk)
    access.require(by, CHANGE, kept.source.topic.library_id)
    if kept.done_at:
        raise IntelligenceDeedNotPossible(_("这项任务已经完成。"))
    kept.done_at, kept.done_by = clock.now(), by.user if by else None
    kept.save()
    return kept


@transaction.atomic
def ask_people() -> int:
    """Ask people to look again at the sources that the machine cannot ask, when their days are over; return how many.

    A source with an open task is not asked for twice.
    """
    last = HandTask.objects.filter(source=OuterRef("pk")).order_by("-pk")
    waiting = (
        Source.objects.filter(state=SourceState.BY_HAND)
        .annotate(
            last_made=Subquery(last.values("made_at")[:1]), last_done=Subquery(last.values("done_at")[:1])
        )
        .exclude(Exists(last.filter(done_at=None)))
    )
    now = clock.now()
    due = [
        each
        for each in waiting
        if each.last_made is None
        or (each.last_done or each.last_made) + timedelta(days=each.look_every) <= now
    ]
    reason = str(_("到时间了：请到网站查看，把新文献导入"))
    HandTask.objects.bulk_create([HandTask(source=each, reason=reason) for each in due])
    return len(due)


def _locked(source: Source, by: Staff | None) -> Source:
    kept = Source.objects.select_for_update(of=("self",)).select_related("topic").get(pk=source.pk)
    access.require(by, CHANGE, kept.topic.library_id)
    return kept


def _fit(kind: str, query: str) -> str:
    fit = query.strip()
    if not fit or len(fit) > LONGEST_QUERY:
        raise SourceUnfit(
            _("检索式要填写，最长 %(most)d 个字符；现在有 %(now)d 个。"), most=LONGEST_QUERY, now=len(fit)
        )
    if kind in ADDRESS_KINDS and not fit.startswith(("http://", "https://")):
        raise SourceUnfit(_("RSS、网页和 OAI-PMH 来源要填 http:// 或 https:// 开头的网址。"))
    return fit
