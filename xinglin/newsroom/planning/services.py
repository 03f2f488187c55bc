"""Every change of topics and of the network of correspondents; each deed is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.missing.queries import missed_on
from xinglin.commons import clock, history
from xinglin.commons.text import plain, shortened
from xinglin.consortium import access
from xinglin.consortium.models import Library, LibraryKind, Staff
from xinglin.newsroom.errors import DeedNotPossible, TopicUnfit
from xinglin.newsroom.models import Article, Column, Correspondent, Expert, Topic
from xinglin.newsroom.planning.lifecycle import TOPIC_DEEDS, TOPIC_MOVES, Origin, TopicState
from xinglin.newsroom.planning.queries import alike

CHANGE = "newsroom.change_topic"
FEWEST_IN_A_MESSAGE, FEWEST_IN_A_SEARCH = 4, 2
"""Characters: a message of three is no question, a search of two may be a whole subject (戒烟)."""
WORTH_A_TOPIC = 2
"""So often the same words must have been looked for on a day: one search is a slip of the finger."""


@dataclass(frozen=True, kw_only=True)
class TopicFile:
    """What is entered of a topic."""

    title: str
    column: Column | None = None
    goal: str = ""
    tasks: str = ""
    level: str = ""
    form: str = ""
    difference: str = ""
    joint_with: str = ""
    experts: Sequence[Expert] = ()
    need: int = 0
    fits_goal: int = 0
    doable: int = 0
    priority: int = 0
    worth: int = 5


@transaction.atomic
def propose(*, library: Library, file: TopicFile, by: Staff | None) -> Topic:
    """Put a topic into the pool. Raises ``TopicUnfit`` without a title."""
    access.require(by, "newsroom.write_topic", library.pk)
    topic = Topic(library=library, made_by=by, made_at=clock.now())
    return _entered(topic, file, "propose", by)


@transaction.atomic
def amend(*, topic: Topic, file: TopicFile, by: Staff | None) -> Topic:
    """Change what is said of a topic. Raises ``TopicUnfit``."""
    access.require(by, CHANGE, topic.library_id)
    return _entered(Topic.objects.select_for_update().get(pk=topic.pk), file, "amend", by)


@transaction.atomic
def suggest(
    *, library: Library, words: str, origin: Origin, askers: Sequence[str] = (), times: int = 1
) -> Topic | None:
    """Take up what readers ask for: a like topic is counted once more, another one is new. Too short is none.

    ``times`` is how often it was asked already. ``askers`` are the numbers under which ``forget`` finds the words
    of somebody who leaves.
    """
    said = " ".join(plain(words).split())
    if len(said) < (FEWEST_IN_A_SEARCH if origin == Origin.SEARCH else FEWEST_IN_A_MESSAGE):
        return None
    for known in alike(said, library):
        Topic.objects.filter(pk=known.pk).update(asked=F("asked") + times)
        known.refresh_from_db()
        return known
    return Topic.objects.create(
        library=library,
        title=shortened(said, characters=60),
        quote=said[:300],
        origin=origin,
        asked=times,
        askers=list(askers),
        made_at=clock.now(),
    )


@transaction.atomic
def take_up_searches(*, day: date) -> int:
    """Put into the pool what readers of a day looked for in vain, more than once; return how many topics it met.

    What they looked for without having chosen a library is the main library's to write about.
    """
    main = Library.objects.filter(kind=LibraryKind.MAIN, active=True).order_by("code").first()
    libraries = Library.objects.in_bulk()
    met = 0
    for missed in missed_on(day, at_least=WORTH_A_TOPIC):
        library = libraries.get(missed.library_id) if missed.library_id else main
        if library is None:
            continue
        topic = suggest(library=library, words=missed.words, origin=Origin.SEARCH, times=missed.times)
        met += topic is not None
    return met


@transaction.atomic
def forget(*, person: str) -> None:
    """Forget the words of somebody who left: a topic that is nothing else goes, of others the quotation."""
    theirs = Topic.objects.select_for_update().filter(askers__contains=[person])
    theirs.filter(state__in=[TopicState.POOL, TopicState.DROPPED], asked=1).delete()
    theirs.update(quote="", askers=[])


@transaction.atomic
def plan(*, topic: Topic, on: date, by: Staff | None) -> Topic:
    """Give a topic its day, or another one. Raises ``DeedNotPossible``."""
    access.require(by, CHANGE, topic.library_id)
    kept = _moved(topic, "plan")
    kept.planned_on = on
    return _saved(kept, "plan_posting", {"planned_on": on}, by)


@transaction.atomic
def assign(*, topic: Topic, writer: Staff, due_on: date, by: Staff | None) -> Topic:
    """Ask somebody to write about a topic until a day. Raises ``DeedNotPossible`` and ``TopicUnfit``."""
    access.require(by, CHANGE, topic.library_id)
    if topic.library_id not in access.libraries_of(writer, "newsroom.write_article"):
        raise TopicUnfit(_("%(name)s 没有给这个馆写稿的权限；请先授予通讯员角色。"), name=writer.name)
    if due_on < clock.today():
        raise TopicUnfit(_("交稿日 %(day)s 已经过了。"), day=due_on)
    kept = _moved(topic, "assign")
    kept.writer, kept.due_on = writer, due_on
    return _saved(kept, "assign", {"writer": writer.name, "due_on": due_on}, by)


@transaction.atomic
def drop(*, topic: Topic, by: Staff | None) -> Topic:
    """Give a topic up; it can be taken up again. Raises ``DeedNotPossible``."""
    access.require(by, CHANGE, topic.library_id)
    return _saved(_moved(topic, "drop"), "discard", {}, by)


@transaction.atomic
def reopen(*, topic: Topic, by: Staff | None) -> Topic:
    """Take up a topic again. Raises ``DeedNotPossible``."""
    access.require(by, CHANGE, topic.library_id)
    return _saved(_moved(topic, "reopen"), "restore", {}, by)


@transaction.atomic
def hand_in(*, topic: Topic, article: Article, by: Staff | None) -> Topic:
    """Say that an article is about a topic. Raises ``DeedNotPossible``."""
    kept = _moved(topic, "hand_in")
    kept.article = article
    if kept.writer is None:
        kept.writer = by
    return _saved(kept, "submit", {"article": article.title}, by)


@transaction.atomic
def note_published(*, article: Article) -> None:
    """Close the topic of an article that is published. May run twice."""
    topic = Topic.objects.select_for_update().filter(article=article, state=TopicState.WRITTEN).first()
    if topic is not None:
        topic.state = TOPIC_MOVES[(TopicState.WRITTEN, "publish")][0]
        topic.save(update_fields=["state"])


@transaction.atomic
def name_correspondent(
    *, library: Library, department: str, staff: Staff | None, active: bool = True,
    row: Correspondent | None = None, by: Staff | None,
) -> Correspondent:  # fmt: skip
    """Name who writes for a department; a department without anybody stands as vacant. Raises ``TopicUnfit``."""
    access.require(by, CHANGE, library.pk)
    kept = row or Correspondent(library=library)
    kept.department, kept.staff, kept.active = department.strip(), staff, active
    if not kept.department:
        raise TopicUnfit(_("请写科室名称。"))
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise TopicUnfit(_("「%(department)s」已经登记过这位通讯员。"), department=kept.department) from None
    history.record(
        kept, "amend" if row else "add", by=by.user if by else None, changes={"department": kept.department}
    )
    return kept


def _entered(topic: Topic, file: TopicFile, deed: str, by: Staff | None) -> Topic:
    if not file.title.strip():
        raise TopicUnfit(_("请写选题。"))
    strangers = [str(expert) for expert in file.experts if expert.library_id != topic.library_id]
    if strangers:
        raise TopicUnfit(_("%(who)s 不在这个馆的专家库里。"), who="、".join(strangers))
    for name in TopicFile.__dataclass_fields__.keys() - {"experts"}:
        setattr(topic, name, getattr(file, name))
    topic.save()
    topic.experts.set(file.experts)
    history.record(topic, deed, by=by.user if by else None, changes={"title": topic.title})
    return topic


def _moved(topic: Topic, deed: str) -> Topic:
    kept = Topic.objects.select_for_update(of=("self",)).select_related("library").get(pk=topic.pk)
    move = TOPIC_MOVES.get((TopicState(kept.state), deed))
    if move is None:
        raise DeedNotPossible(
            _("选题《%(title)s》现在是“%(state)s”，不能%(deed)s；请刷新页面后再看。"),
            title=kept.title, state=kept.get_state_display(), deed=TOPIC_DEEDS[deed],
        )  # fmt: skip
    kept.state = move[0]
    return kept


def _saved(topic: Topic, deed: str, changes: dict[str, object], by: Staff | None) -> Topic:
    topic.save()
    history.record(topic, deed, by=by.user if by else None, changes=changes)
    return topic
