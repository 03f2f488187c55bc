"""Reads of planning: like topics, the ranking of correspondents, which departments are heard of, the calendar."""

from calendar import monthcalendar
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, QuerySet, Sum
from rapidfuzz import fuzz

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article, Correspondent, Outlet, Posting, Review, Revision, Topic
from xinglin.newsroom.planning.lifecycle import TopicState
from xinglin.newsroom.publishing.lifecycle import PostingState
from xinglin.newsroom.publishing.quotas import Quota, quotas_of
from xinglin.newsroom.quality.sketching import bare

VIEW = "newsroom.view_topic"
ALIKE = 78
QUIET_DAYS = 7
# Points: a piece handed in, a piece published; what a topic is worth comes on top.
FOR_HANDING_IN, FOR_PUBLISHED = 1, 3
# Days on which a health article is read; fixed dates alone.
HEALTH_DAYS = {
    (2, 4): "世界癌症日", (3, 3): "全国爱耳日", (3, 24): "世界防治结核病日", (4, 7): "世界卫生日",
    (4, 23): "世界读书日", (4, 25): "全国儿童预防接种日", (5, 5): "世界手卫生日", (5, 12): "国际护士节",
    (5, 20): "中国学生营养日",
    (5, 31): "世界无烟日", (6, 6): "全国爱眼日", (6, 14): "世界献血者日", (6, 26): "国际禁毒日", (7, 28): "世界肝炎日",
    (8, 19): "中国医师节", (9, 20): "全国爱牙日", (9, 21): "世界阿尔茨海默病日", (9, 29): "世界心脏日",
    (10, 8): "全国高血压日", (10, 10): "世界精神卫生日", (10, 20): "世界骨质疏松日", (10, 29): "世界卒中日",
    (11, 14): "联合国糖尿病日", (12, 1): "世界艾滋病日",
}  # fmt: skip


def topics_visible_to(staff: Staff) -> QuerySet[Topic]:
    """Return the topics of someone's libraries."""
    return Topic.objects.filter(library__in=access.libraries_of(staff, VIEW)).select_related(
        "library", "column", "writer__user", "article__newest"
    )


def correspondents_visible_to(staff: Staff) -> QuerySet[Correspondent]:
    """Return the network of someone's libraries."""
    return Correspondent.objects.filter(library__in=access.libraries_of(staff, VIEW)).select_related(
        "library", "staff__user"
    )


def alike(words: str, library: Library, *, without: Topic | None = None) -> list[Topic]:
    """Return the open topics of a library that ask the same, the nearest first."""
    said = bare(words)
    open_now = Topic.objects.filter(library=library).exclude(state__in=[TopicState.DONE, TopicState.DROPPED])
    scored = [
        (fuzz.ratio(said, bare(topic.quote or topic.title)), topic)
        for topic in open_now[:2000]
        if without is None or topic.pk != without.pk
    ]
    return [topic for score, topic in sorted(scored, key=lambda pair: -pair[0]) if score >= ALIKE]


def articles_about(words: str, library: Library) -> list[Article]:
    """Return the articles of a library whose title says nearly the same: the topic was written about."""
    said = bare(words)
    recent = Article.objects.filter(library=library).select_related("newest").order_by("-changed_at")[:1000]
    return [article for article in recent if fuzz.partial_ratio(said, bare(article.title)) >= ALIKE][:5]


@dataclass(frozen=True)
class Standing:
    """One correspondent's work of a time."""

    staff: Staff
    departments: str
    handed_in: int
    published: int
    late: int
    points: int


def ranking(library_ids: Sequence[int], *, since: date) -> list[Standing]:
    """Return correspondents by their points since a day, the best first."""
    mine: dict[Staff, list[str]] = {}
    seats = Correspondent.objects.filter(library__in=library_ids, active=True, staff__isnull=False)
    for seat in seats.select_related("staff__user"):
        if seat.staff is not None:
            mine.setdefault(seat.staff, []).append(seat.department)
    people = [staff.pk for staff in mine]
    rounds = Review.objects.filter(submitted_by__in=people, submitted_at__date__gte=since)
    handed_in = _counted(rounds.values_list("submitted_by").annotate(n=Count("pk")).order_by())
    published = _published_by(people, since=since)
    topics = Topic.objects.filter(writer__in=people)
    done = topics.filter(state=TopicState.DONE, article__published_at__date__gte=since)
    worth = _counted(done.values_list("writer").annotate(n=Sum("worth")).order_by())
    waiting = topics.filter(state=TopicState.ASSIGNED, due_on__lt=clock.today())
    late = _counted(waiting.values_list("writer").annotate(n=Count("pk")).order_by())
    standings = [
        Standing(
            staff=staff,
            departments="、".join(departments),
            handed_in=handed_in[staff.pk],
            published=published[staff.pk],
            late=late[staff.pk],
            points=FOR_HANDING_IN * handed_in[staff.pk]
            + FOR_PUBLISHED * published[staff.pk]
            + worth[staff.pk],
        )
        for staff, departments in mine.items()
    ]
    return sorted(standings, key=lambda each: (-each.points, each.staff.name))


def _published_by(people: Sequence[int], *, since: date) -> Counter[int]:
    """Return how many articles each of some people began that were published since a day."""
    begun = Revision.objects.filter(
        number=1, author__in=people, article__state=State.PUBLISHED, article__published_at__date__gte=since
    )
    return _counted(begun.values_list("author").annotate(n=Count("article")).order_by())


def _counted(rows: "Iterable[tuple[int, int]]") -> Counter[int]:
    return Counter(dict(rows))


@dataclass(frozen=True)
class Coverage:
    """How much is heard of a department."""

    library: Library
    department: str
    people: int
    published: int

    @property
    def is_silent(self) -> bool:
        return self.published == 0


def coverage(library_ids: Sequence[int], *, since: date) -> list[Coverage]:
    """Return the departments with what their correspondents published since a day, the silent first."""
    seats = Correspondent.objects.filter(library__in=library_ids, active=True).select_related("library")
    grouped: dict[tuple[int, str], list[Correspondent]] = {}
    for seat in seats:
        grouped.setdefault((seat.library_id, seat.department), []).append(seat)
    published = _published_by([seat.staff_id for seat in seats if seat.staff_id is not None], since=since)
    found = [
        Coverage(
            mine[0].library,
            department,
            sum(seat.staff_id is not None for seat in mine),
            sum(published[seat.staff_id] for seat in mine if seat.staff_id is not None),
        )
        for (_library, department), mine in grouped.items()
    ]
    return sorted(found, key=lambda each: (each.published, each.library.code, each.department))


@dataclass
class Day:
    """One day of the calendar."""

    on: date
    in_month: bool = True
    health_day: str = ""
    topics: list[Topic] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    quotas: list[tuple[Outlet, Quota]] = field(default_factory=list)

    @property
    def is_today(self) -> bool:
        return self.on == clock.today()


def weeks_of(staff: Staff, first: date, *, whole_month: bool) -> list[list[Day]]:
    """Return the weeks of a month, or the one week that begins on a day, with what is planned and left."""
    if whole_month:
        days = [
            [first.replace(day=number) if number else None for number in week]
            for week in monthcalendar(first.year, first.month)
        ]
    else:
        monday = first - timedelta(days=first.weekday())
        days = [[monday + timedelta(days=number) for number in range(7)]]
    flat = [day for week in days for day in week if day is not None]
    by_day = {day: Day(day, health_day=HEALTH_DAYS.get((day.month, day.day), "")) for day in flat}
    for topic in topics_visible_to(staff).filter(planned_on__range=(flat[0], flat[-1])):
        if topic.planned_on in by_day and topic.state != TopicState.DROPPED:
            by_day[topic.planned_on].topics.append(topic)
    libraries = access.libraries_of(staff, VIEW)
    postings = Posting.objects.filter(
        article__library__in=libraries, due_at__date__range=(flat[0], flat[-1])
    ).exclude(state__in=[PostingState.CANCELLED])
    for posting in postings.select_related("article__newest", "outlet"):
        day = clock.local(posting.due_at).date()
        if day in by_day:
            by_day[day].postings.append(posting)
    outlets = Outlet.objects.filter(library__in=libraries, active=True, account__isnull=False)
    to_come = [day for day in flat if day >= clock.today()]
    for outlet in outlets.select_related("account", "library"):
        for day, quota in quotas_of(outlet, to_come).items():
            if quota.day_most:
                by_day[day].quotas.append((outlet, quota))
    return [[by_day[day] if day is not None else Day(first, in_month=False) for day in week] for week in days]


def quiet_stretches(weeks: Sequence[Sequence[Day]]) -> list[tuple[date, date]]:
    """Return the stretches from today on in which nothing is planned for a week or longer."""
    days = [day for week in weeks for day in week if day.in_month and day.on >= clock.today()]
    found: list[tuple[date, date]] = []
    begin: date | None = None
    for day in [*days, None]:
        empty = day is not None and not day.topics and not day.postings
        if empty and day is not None:
            begin = begin or day.on
        elif begin is not None:
            end = (day.on if day is not None else days[-1].on + timedelta(days=1)) - timedelta(days=1)
            if (end - begin).days + 1 >= QUIET_DAYS:
                found.append((begin, end))
            begin = None
    return found
