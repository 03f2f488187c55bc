"""In whatever order things are done: no health article is shown that no gatekeeper approved."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinglin.commons.errors import Refusal
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.newsroom import services
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article, Review, ReviewEntry
from xinglin.newsroom.review import services as review
from xinglin.newsroom.review.lifecycle import REVIEW_MOVES, Hand, Lane, ReviewState
from xinglin.newsroom.review.record import breaks_in
from xinglin.newsroom.review.rules import FAST, ORDINARY, Nod, next_step, objections
from xinglin.newsroom.services import Arrangement
from xinglin.newsroom.tests.factories import a_column, a_content, a_draft
from xinglin.newsroom.tests.reviewers import Office, a_physician, an_office, on_duty

DEEDS = (
    "submit",
    "fast",
    "approve",
    "send_back",
    "recall",
    "revise",
    "move",
    "publish",
    "withdraw",
    "discard",
    "restore",
)
PEOPLE = ("writer", "operator", "head", "leader", "physician", "publisher", "doctor_writer")


@pytest.fixture
def office(a_small_consortium: SmallConsortium) -> Office:
    office = an_office(a_small_consortium.a)
    on_duty(office)
    return office


class Play:
    """One article, and everybody doing anything to it."""

    def __init__(self, office: Office, doctor_writer: Staff) -> None:
        self.office = office
        self.people = {name: getattr(office, name, doctor_writer) for name in PEOPLE}
        self.pk = a_draft(office.library, column="health", by=office.writer).pk

    @property
    def article(self) -> Article:
        return Article.objects.select_related("column", "newest", "shown").get(pk=self.pk)

    def do(self, deed: str, who: str, what: int) -> None:
        article, by = self.article, self.people[who]
        newest = Review.objects.filter(article=article).order_by("-pk").first()
        deeds: dict[str, Callable[[], object]] = {
            "submit": lambda: review.submit(article=article, version=article.version, by=by),
            "fast": lambda: review.submit(
                article=article, version=article.version, by=by, lane=Lane.FAST, reason="急"
            ),
            "approve": lambda: newest and review.approve(review=newest, sha256=newest.sha256, by=by),
            "send_back": lambda: newest
            and review.send_back(review=newest, sha256=newest.sha256, by=by, reason="改"),
            "recall": lambda: newest and review.recall(review=newest, by=by),
            "revise": lambda: services.revise(
                article=article, version=article.version, content=a_content(f"第{what}版"),
                arrangement=Arrangement(article.column, False, article.expires_on), by=by,
            ),
            "move": lambda: newest_content_moved(article, ("health", "notices", "policy")[what % 3], by),
            "publish": lambda: services.publish(article=article, version=article.version, by=by),
            "withdraw": lambda: services.withdraw(
                article=article, version=article.version, reason="错", by=by
            ),
            "discard": lambda: services.discard(article=article, version=article.version, by=by),
            "restore": lambda: services.restore(article=article, version=article.version, by=by),
        }  # fmt: skip
        with suppress(Refusal), transaction.atomic():
            deeds[deed]()


def newest_content_moved(article: Article, column: str, by: Staff) -> Article:
    assert article.newest is not None
    return services.revise(
        article=article, version=article.version, content=article.newest.content,
        arrangement=Arrangement(a_column(column), False, article.expires_on), by=by,
    )  # fmt: skip


def shown_without_a_gatekeeper(article: Article) -> bool:
    """Whether a health article's readers see a text that no licensed stranger to it approved."""
    if article.state != State.PUBLISHED or article.shown is None or not article.column.needs_gatekeeper:
        return False
    writers = set(article.revisions.filter(pk__lte=article.shown.pk).values_list("author_id", flat=True))
    return not any(
        entry.licence and entry.person_id not in writers
        for entry in ReviewEntry.objects.filter(
            article=article, deed="approve", sha256=article.shown.sha256, licensed_until__isnull=False
        )
    )


# The likely way through is drawn often enough that examples really publish.
ANY_DEED = st.tuples(st.sampled_from(DEEDS), st.sampled_from(PEOPLE), st.integers(0, 3))
WHOLE_WAY = st.sampled_from(
    [
        [
            ("submit", "writer", 0),
            *(("approve", who, 0) for who in ("operator", "head", "leader", "physician")),
        ],
        [("fast", "writer", 0), ("approve", "physician", 0), ("approve", "leader", 0)],
        [("fast", "writer", 0), ("approve", "operator", 0), ("approve", "leader", 0)],
        [("submit", "doctor_writer", 0), *(("approve", who, 0) for who in ("operator", "head", "leader"))],
        [("move", "publisher", 1), ("publish", "publisher", 0), ("move", "publisher", 0)],
    ]
)
PIECES = st.lists(st.one_of(ANY_DEED.map(lambda one: [one]), WHOLE_WAY), max_size=6)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=PIECES)
def test_no_path_shows_a_health_article_that_no_gatekeeper_approved(
    office: Office, pieces: list[list[tuple[str, str, int]]]
) -> None:
    class Enough(Exception):
        pass

    with suppress(Enough), transaction.atomic():
        play = Play(office, a_physician(office.library, "correspondent", "reviewer", name="写稿的医师"))
        versions = 0
        for deed in [deed for piece in pieces for deed in piece] + [("publish", "publisher", 0)]:
            play.do(*deed)
            article = play.article
            assert not shown_without_a_gatekeeper(article), deed
            # A return, or whatever else, never costs a version.
            assert article.revisions.count() >= versions
            versions = article.revisions.count()
        assert breaks_in(play.article) == []
        raise Enough


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lane=st.sampled_from(Lane),
    nods=st.lists(
        st.builds(
            Nod,
            place=st.integers(0, 3),
            hand=st.sampled_from(Hand),
            reviewer_id=st.integers(1, 4),
            sha256=st.sampled_from(["a", "b"]),
            licensed_until=st.none() | st.dates(),
            on_duty=st.booleans(),
        ),
        max_size=5,
    ),
    day=st.dates(),
)
def test_without_objection_there_was_a_gatekeeper_who_is_not_the_writer(
    lane: Lane, nods: list[Nod], day: object
) -> None:
    from datetime import date

    assert isinstance(day, date)
    against = objections(
        lane=lane, required=[step.hand for step in ORDINARY], nods=nods, sha256="a", involved={1},
        needs_gatekeeper=True, day=day,
    )  # fmt: skip
    if not against:
        keepers = [nod for nod in nods if nod.is_a_gatekeepers(day)]
        assert any(nod.sha256 == "a" and nod.reviewer_id != 1 for nod in keepers)
        assert len({nod.reviewer_id for nod in nods}) >= 2
        assert lane is Lane.ORDINARY or any(nod.on_duty for nod in keepers)


def test_the_table_has_no_way_out_of_a_closed_round_and_passes_only_by_a_reviewer() -> None:
    closed = {ReviewState.RETURNED, ReviewState.VOID, ReviewState.USED}
    assert not [state for state, _deed in REVIEW_MOVES if state in closed]
    to_passed = {deed for (_state, deed), (then, _hand) in REVIEW_MOVES.items() if then is ReviewState.PASSED}
    assert to_passed == {"pass_last"}


def test_the_fast_lane_always_asks_a_gatekeeper_first(office: Office) -> None:
    from datetime import date

    step = next_step(FAST, [], needs_gatekeeper=True, day=date(2026, 11, 29))
    assert step is not None and step.hand is Hand.GATEKEEPER
