"""Topics, correspondents, the calendar, and rumours refuted in the chat."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.commons.testing import asked_in
from xinglin.console.testing import assert_constant_queries
from xinglin.consortium import roles
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import a_staff
from xinglin.newsroom import services as articles
from xinglin.newsroom.errors import DeedNotPossible, GatekeeperNeeded, RumourUnfit, TopicUnfit
from xinglin.newsroom.models import Rumour, RumourState, Topic
from xinglin.newsroom.planning import queries, services
from xinglin.newsroom.planning.lifecycle import Origin, TopicState
from xinglin.newsroom.planning.services import TopicFile
from xinglin.newsroom.publishing import outlets
from xinglin.newsroom.publishing.lifecycle import OutletKind
from xinglin.newsroom.rumours import services as rumours
from xinglin.newsroom.rumours.matching import rumour_repeated
from xinglin.newsroom.rumours.services import RumourFile
from xinglin.newsroom.tests.factories import a_draft
from xinglin.newsroom.tests.reviewers import a_physician
from xinglin.wechat.testing import a_follower, an_account, say, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(a_small_consortium: SmallConsortium) -> Staff:
    return a_staff(roles.CORRESPONDENT, library=a_small_consortium.a, name="通讯员甲")


def a_topic(cast: SmallConsortium, title: str = "孩子发烧怎么办", **more: int) -> Topic:
    return services.propose(library=cast.a, file=TopicFile(title=title, **more), by=None)  # type: ignore[arg-type]


def test_a_topic_is_scored_planned_assigned_handed_in_and_closed_by_publication(
    a_small_consortium: SmallConsortium, writer: Staff
) -> None:
    topic = a_topic(a_small_consortium, need=5, fits_goal=4, doable=3, priority=2)
    assert topic.score == 6 * 9 + 3 * 5 + 1
    editor = a_small_consortium.librarian_a
    today = clock.today()
    topic = services.plan(topic=topic, on=today + timedelta(days=3), by=editor)
    topic = services.assign(topic=topic, writer=writer, due_on=today + timedelta(days=1), by=editor)
    assert (topic.state, topic.is_late) == (TopicState.ASSIGNED, False)
    article = a_draft(a_small_consortium.a, by=writer)
    topic = services.hand_in(topic=topic, article=article, by=writer)
    with pytest.raises(DeedNotPossible):
        services.drop(topic=topic, by=editor)
    articles.publish(article=article, version=article.version, by=editor)
    services.note_published(article=article)
    topic.refresh_from_db()
    assert topic.state == TopicState.DONE
    services.name_correspondent(library=a_small_consortium.a, department="心内科", staff=writer, by=editor)
    services.name_correspondent(library=a_small_consortium.a, department="儿科", staff=None, by=editor)
    libraries = [a_small_consortium.a.pk]
    since = today - timedelta(days=30)
    (standing,) = queries.ranking(libraries, since=since)
    assert (standing.published, standing.points) == (1, 3 + topic.worth)
    assert [(each.department, each.is_silent) for each in queries.coverage(libraries, since=since)] == [
        ("儿科", True), ("心内科", False),
    ]  # fmt: skip


def test_the_same_question_is_counted_and_not_kept_twice(a_small_consortium: SmallConsortium) -> None:
    first = services.suggest(
        library=a_small_consortium.a, words="孩子发烧三天要去医院吗？", origin=Origin.MESSAGE
    )
    again = services.suggest(
        library=a_small_consortium.a, words="孩子发烧三天，要去医院吗", origin=Origin.MESSAGE
    )
    assert first is not None and again is not None and (again.pk, again.asked) == (first.pk, 2)
    assert services.suggest(library=a_small_consortium.a, words="嗯", origin=Origin.MESSAGE) is None
    other = services.suggest(
        library=a_small_consortium.b, words="孩子发烧三天要去医院吗？", origin=Origin.MESSAGE
    )
    assert other is not None and other.pk != first.pk


def test_the_calendar_shows_topics_and_quiet_stretches_and_moves_by_a_form(
    a_small_consortium: SmallConsortium,
) -> None:
    topic = a_topic(a_small_consortium)
    clock_day = clock.today()
    client = signed_in(a_small_consortium.librarian_a)
    moved = client.post("/console/newsroom/calendar/", {"topic": str(topic.pk), "on": clock_day.isoformat()})
    assert moved.status_code == 302
    topic.refresh_from_db()
    assert topic.planned_on == clock_day
    month = client.get(f"/console/newsroom/calendar/?from={clock_day:%Y-%m-%d}").content.decode()
    assert topic.title in month
    assert client.get("/console/newsroom/calendar/?view=week").status_code == 200
    client.post("/console/newsroom/calendar/", {"topic": str(topic.pk), "on": "2026-13-77"})
    topic.refresh_from_db()
    assert topic.planned_on == clock_day
    first = date(clock_day.year + 1, 3, 1)
    weeks = queries.weeks_of(a_small_consortium.librarian_a, first, whole_month=True)
    assert queries.quiet_stretches(weeks) == [(first, date(clock_day.year + 1, 3, 31))]
    assert any(day.health_day == "全国爱耳日" for week in weeks for day in week)


def test_the_pages_open_and_the_outsider_sees_none_of_it(
    a_small_consortium: SmallConsortium, writer: Staff
) -> None:
    topic = a_topic(a_small_consortium)
    mine, outside = signed_in(a_small_consortium.librarian_a), signed_in(a_small_consortium.outsider)
    for page in ("topics", "network", "ranking", "rumours", "topic/new", "seat/new", "rumour/new"):
        assert mine.get(f"/console/newsroom/{page}/").status_code == 200, page
    assert mine.get(f"/console/newsroom/topic/{topic.pk}/").status_code == 200
    assert topic.title not in outside.get("/console/newsroom/topics/").content.decode()
    assert outside.get(f"/console/newsroom/topic/{topic.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        services.plan(topic=topic, on=clock.today(), by=a_small_consortium.outsider)
    with pytest.raises(TopicUnfit):
        services.assign(
            topic=topic,
            writer=a_small_consortium.outsider,
            due_on=clock.today(),
            by=a_small_consortium.librarian_a,
        )
    assigned = services.assign(
        topic=topic, writer=writer, due_on=clock.today(), by=a_small_consortium.librarian_a
    )
    assert assigned.title in signed_in(writer).get("/m/submit/").content.decode()


def a_card(cast: SmallConsortium, by: Staff | None = None) -> Rumour:
    file = RumourFile(
        claim="喝醋能软化血管",
        truth="醋喝进胃里就被稀释，软化不了血管。",
        sources="中国居民膳食指南",
        wordings="吃醋可以软化血管",
    )
    return rumours.write(library=cast.a, file=file, by=by)


def test_a_message_that_repeats_a_rumour_is_answered_by_its_card(a_small_consortium: SmallConsortium) -> None:
    physician = a_physician(a_small_consortium.a)
    follower = a_follower(an_account(a_small_consortium.a))
    card = a_card(a_small_consortium, a_small_consortium.librarian_a)
    assert rumour_repeated("听说喝醋能软化血管，是真的吗", a_small_consortium.a) is None
    with pytest.raises(GatekeeperNeeded):
        rumours.approve(rumour=card, by=a_small_consortium.librarian_a)
    card = rumours.approve(rumour=card, by=physician)
    answer = text_of(say(follower, "听说喝醋能软化血管，是真的吗"))
    assert "【谣言】" in answer and "膳食指南" in answer
    assert "【谣言】" in text_of(say(follower, "邻居讲吃醋可以软化血管呢"))
    assert "【谣言】" not in text_of(say(follower, "血管"))
    card.refresh_from_db()
    assert card.answered == 2
    changed = rumours.write(
        library=card.library,
        file=RumourFile(claim=card.claim, truth="改了", sources=card.sources),
        row=card,
        by=a_small_consortium.librarian_a,
    )
    assert changed.state == RumourState.DRAFT
    assert rumour_repeated("喝醋能软化血管", a_small_consortium.a) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Rumour.objects.filter(pk=card.pk).update(state=RumourState.APPROVED)
    with pytest.raises(RumourUnfit):
        rumours.write(library=card.library, file=RumourFile(claim="短", truth="x", sources=""), by=None)


def test_a_physician_does_not_approve_what_they_wrote(a_small_consortium: SmallConsortium) -> None:
    physician = a_physician(a_small_consortium.a, roles.BRANCH_LIBRARIAN)
    card = a_card(a_small_consortium, physician)
    with pytest.raises(GatekeeperNeeded, match="自己"):
        rumours.approve(rumour=card, by=physician)


def test_the_ranking_and_the_calendar_ask_no_more_for_more_people_and_days(
    a_small_consortium: SmallConsortium,
) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    library = a_small_consortium.a
    outlets.add_outlet(
        library=library, kind=OutletKind.WECHAT,
        file=outlets.OutletFile(name="附一院", account=an_account(library, kind="F1")), by=None,
    )  # fmt: skip

    def a_correspondent(number: int) -> None:
        staff = a_staff(roles.CORRESPONDENT, library=library, name=f"通讯员{number}")
        services.name_correspondent(library=library, department=f"科室{number}", staff=staff, by=None)
        a_draft(library, by=staff)

    a_correspondent(0)

    def three_more() -> None:
        for number in (1, 2, 3):
            a_correspondent(number)

    assert_constant_queries(client, "/console/newsroom/ranking/", three_more)
    for sheet in ("ranking", "coverage"):
        kept = client.get(f"/console/newsroom/{sheet}.xlsx?days=30")
        assert (kept.status_code, kept.content[:2]) == (200, b"PK")
    with CaptureQueriesContext(connection) as week:
        client.get("/console/newsroom/calendar/?view=week")
    later = clock.today() + timedelta(days=40)
    with CaptureQueriesContext(connection) as month:
        client.get(f"/console/newsroom/calendar/?from={later.replace(day=1)}")
    assert len(asked_in(month)) <= len(asked_in(week)) + 1
