"""Review, by the services: who may, in which order, bound to which text, and what is written down."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.consortium import roles
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.consortium.tests.factories import a_staff
from xinglin.newsroom import services
from xinglin.newsroom.blocks import Content
from xinglin.newsroom.errors import (
    DeedNotPossible,
    GatekeeperNeeded,
    NotReady,
    NotYourTurn,
    ReviewNeeded,
    ReviewOver,
)
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article, ColumnStep, Remark, ReviewEntry, ReviewPost
from xinglin.newsroom.review import record
from xinglin.newsroom.review import services as review
from xinglin.newsroom.review.gate import objections_to
from xinglin.newsroom.review.lifecycle import Hand, Lane, ReviewState
from xinglin.newsroom.review.services import Passage
from xinglin.newsroom.services import Arrangement
from xinglin.newsroom.tests.factories import a_column, a_content
from xinglin.newsroom.tests.reviewers import Office, a_physician, an_office, on_duty, pass_all, submitted


@pytest.fixture
def office(a_small_consortium: SmallConsortium) -> Office:
    return an_office(a_small_consortium.a)


def rewritten(article: Article, content: Content, by: Staff) -> Article:
    return services.revise(
        article=article,
        version=article.version,
        content=content,
        arrangement=Arrangement(article.column, article.for_branches, article.expires_on),
        by=by,
    )


def test_a_health_article_passes_three_hands_and_a_gatekeeper_before_it_is_published(office: Office) -> None:
    round_ = submitted(office)
    assert round_.hand == Hand.OPERATOR
    for person, then in ((office.operator, Hand.HEAD), (office.head, Hand.LEADER)):
        round_ = review.approve(review=round_, sha256=round_.sha256, by=person)
        assert (round_.state, round_.hand) == (ReviewState.WAITING, then)
    # The three ordinary hands have nodded, but none of them is licensed: a gatekeeper is asked.
    round_ = review.approve(review=round_, sha256=round_.sha256, by=office.leader)
    assert (round_.state, round_.hand) == (ReviewState.WAITING, Hand.GATEKEEPER)
    article = Article.objects.get(pk=round_.article_id)
    with pytest.raises(GatekeeperNeeded):
        services.publish(article=article, version=article.version, by=office.publisher)
    round_ = review.approve(review=round_, sha256=round_.sha256, by=office.physician)
    assert round_.state == ReviewState.PASSED
    article = services.publish(article=article, version=article.version, by=office.publisher)
    assert article.state == State.PUBLISHED
    round_.refresh_from_db()
    assert round_.state == ReviewState.USED
    deeds = list(ReviewEntry.objects.filter(article=article).values_list("deed", flat=True))
    assert deeds == ["submit", *["approve"] * 4, "publish"]
    licensed = ReviewEntry.objects.get(article=article, hand=Hand.GATEKEEPER)
    assert licensed.licence and licensed.licensed_until == office.physician.licence_valid_until


def test_a_head_who_is_a_gatekeeper_spares_the_extra_step(office: Office) -> None:
    head = a_physician(office.library, roles.REVIEWER, name="医师主任")
    round_ = submitted(office)
    for person in (office.operator, head, office.leader):
        round_ = review.approve(review=round_, sha256=round_.sha256, by=person)
    assert round_.state == ReviewState.PASSED


def test_nobody_reviews_their_own_nor_twice(office: Office) -> None:
    both = a_staff(roles.CORRESPONDENT, roles.REVIEWER, library=office.library)
    round_ = submitted(office)
    rewritten_by = rewritten(round_.article, a_content("改过"), both)
    round_ = review.submit(article=rewritten_by, version=rewritten_by.version, by=office.writer)
    with pytest.raises(NotYourTurn, match="自己的稿"):
        review.approve(review=round_, sha256=round_.sha256, by=both)
    round_ = review.approve(review=round_, sha256=round_.sha256, by=office.operator)
    with pytest.raises(NotYourTurn, match="另一级"):
        review.approve(review=round_, sha256=round_.sha256, by=office.operator)


def test_a_licence_that_ends_tomorrow_does_not_carry_a_publication_next_week(office: Office) -> None:
    brief = a_physician(office.library, name="快到期", days=1)
    round_ = submitted(office)
    for person in (office.operator, office.head, office.leader, brief):
        round_ = review.approve(review=round_, sha256=round_.sha256, by=person)
    article = Article.objects.get(pk=round_.article_id)
    assert objections_to(article) == []
    clock.move(timedelta(days=7))
    try:
        with pytest.raises(GatekeeperNeeded, match="执业资格"):
            services.publish(article=article, version=article.version, by=office.publisher)
    finally:
        clock.set_right()


@pytest.mark.parametrize(
    "changed",
    [
        a_content("开馆时间调整", "改了一个字。"),
        a_content("改了标题", "本周六闭馆一天。"),
    ],
)
def test_any_change_voids_the_approvals_of_the_old_text(office: Office, changed: Content) -> None:
    round_ = submitted(office)
    article = pass_all(office, round_)
    article = rewritten(article, changed, office.writer)
    round_.refresh_from_db()
    assert round_.state == ReviewState.VOID
    with pytest.raises(GatekeeperNeeded, match="没有送审"):
        services.publish(article=article, version=article.version, by=office.publisher)
    # Writing the old words back does not bring the old approvals back.
    article = rewritten(article, a_content(), office.writer)
    with pytest.raises(GatekeeperNeeded):
        services.publish(article=article, version=article.version, by=office.publisher)
    assert article.revisions.count() == 3


def test_an_approval_of_a_text_that_was_changed_meanwhile_is_refused(office: Office) -> None:
    round_ = submitted(office)
    rewritten(round_.article, a_content("别的"), office.writer)
    with pytest.raises(ReviewOver):
        review.approve(review=round_, sha256=round_.sha256, by=office.operator)
    assert not ReviewEntry.objects.filter(deed="approve").exists()


def test_a_returned_article_keeps_its_remarks_and_every_version(office: Office) -> None:
    round_ = submitted(office)
    with pytest.raises(NotReady):
        review.send_back(review=round_, sha256=round_.sha256, by=office.operator, reason=" ")
    round_ = review.send_back(
        review=round_,
        sha256=round_.sha256,
        by=office.operator,
        reason="请补来源",
        passages=[Passage(1, "哪个周六？", "本周六")],
    )
    assert round_.state == ReviewState.RETURNED
    remark = Remark.objects.get()
    assert (remark.block, remark.quote, remark.author) == (1, "本周六", office.operator)
    article = rewritten(Article.objects.get(pk=round_.article_id), a_content("补了"), office.writer)
    again = review.submit(article=article, version=article.version, by=office.writer)
    assert (again.pk != round_.pk, article.revisions.count()) == (True, 2)
    assert article.revisions.filter(sha256=round_.sha256).exists()
    review.settle_remark(remark=remark, by=office.writer)
    remark.refresh_from_db()
    assert remark.settled_by == office.writer


def test_the_fast_lane_is_two_people_and_one_is_a_gatekeeper_on_duty(office: Office) -> None:
    first = submitted(office)
    article = review.recall(review=first, by=office.writer).article
    article.refresh_from_db()
    with pytest.raises(NotReady, match="原因"):
        review.submit(article=article, version=article.version, by=office.writer, lane=Lane.FAST)
    round_ = submitted(office, lane=Lane.FAST)
    with pytest.raises(GatekeeperNeeded, match="值班"):
        review.approve(review=round_, sha256=round_.sha256, by=office.physician)
    with pytest.raises(NotYourTurn):
        review.approve(review=round_, sha256=round_.sha256, by=office.operator)
    on_duty(office)
    round_ = review.approve(review=round_, sha256=round_.sha256, by=office.physician)
    with pytest.raises(NotYourTurn):
        review.approve(review=round_, sha256=round_.sha256, by=office.physician)
    round_ = review.approve(review=round_, sha256=round_.sha256, by=office.leader)
    assert round_.state == ReviewState.PASSED
    article = Article.objects.get(pk=round_.article_id)
    assert services.publish(article=article, version=article.version, by=office.publisher).shown is not None


def test_a_column_has_its_own_steps_and_posts_narrow_who_may(office: Office) -> None:
    policy = a_column("policy")
    ColumnStep.objects.create(column=policy, place=0, hand=Hand.HEAD, hours=8)
    ReviewPost.objects.create(
        library=office.library, hand=Hand.HEAD, person=office.head, deputy=office.operator
    )
    round_ = submitted(office, column="policy")
    assert round_.hand == Hand.HEAD
    with pytest.raises(NotYourTurn, match="岗位"):
        review.approve(review=round_, sha256=round_.sha256, by=office.operator)
    clock.move(timedelta(hours=9))
    try:
        assert review.note_overdue(review=round_)
        assert not review.note_overdue(review=round_)
        # The step is late: the deputy may act.
        round_ = review.approve(review=round_, sha256=round_.sha256, by=office.operator)
    finally:
        clock.set_right()
    assert round_.state == ReviewState.PASSED


def test_a_deputy_reviews_while_the_person_is_away(office: Office) -> None:
    ReviewPost.objects.create(
        library=office.library, hand=Hand.OPERATOR, person=office.operator, deputy=office.head,
        away_from=clock.today(),
    )  # fmt: skip
    round_ = submitted(office)
    round_ = review.approve(review=round_, sha256=round_.sha256, by=office.head)
    assert round_.hand == Hand.HEAD


def test_a_text_in_a_column_without_review_is_published_by_one_person(office: Office) -> None:
    round_ = submitted(office, column="notices")
    article = Article.objects.get(pk=round_.article_id)
    services.publish(article=article, version=article.version, by=office.publisher)
    round_.refresh_from_db()
    assert round_.state == ReviewState.VOID


def test_a_reviewed_column_is_never_published_by_one_person(office: Office) -> None:
    round_ = submitted(office, column="policy")
    article = Article.objects.get(pk=round_.article_id)
    with pytest.raises(ReviewNeeded, match="还在审核"):
        services.publish(article=article, version=article.version, by=None)
    with pytest.raises(DeedNotPossible):
        review.submit(article=article, version=article.version, by=office.writer)


def test_the_outsider_reviews_nothing_and_nothing_changes(
    office: Office, a_small_consortium: SmallConsortium
) -> None:
    round_ = submitted(office)
    with pytest.raises(NotAllowed):
        review.approve(review=round_, sha256=round_.sha256, by=a_small_consortium.outsider)
    with pytest.raises(NotAllowed):
        review.recall(review=round_, by=a_small_consortium.outsider)
    round_.refresh_from_db()
    assert round_.state == ReviewState.WAITING


def test_the_record_cannot_be_changed_and_what_changes_beneath_is_found(office: Office) -> None:
    article = pass_all(office, submitted(office))
    assert record.breaks_in(article) == []
    entry = ReviewEntry.objects.get(article=article, hand=Hand.HEAD)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewEntry.objects.filter(pk=entry.pk).update(remark="另说")
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")  # what a thief with the database could do
        try:
            cursor.execute("update newsroom_reviewentry set person_name = '别人' where id = %s", [entry.pk])
            assert any("链码" in each for each in record.breaks_in(article))
            cursor.execute(
                "update newsroom_reviewentry set person_name = %s where id = %s",
                [entry.person_name, entry.pk],
            )
            assert record.breaks_in(article) == []
            cursor.execute(
                "delete from newsroom_reviewentry where article_id = %s and hand = 'gatekeeper'", [article.pk]
            )
            assert any("末尾" in each for each in record.breaks_in(article))
        finally:
            cursor.execute("set session_replication_role = origin")
