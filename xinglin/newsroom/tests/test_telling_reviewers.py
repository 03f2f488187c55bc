"""Reviewers are told that a step waits for them, once, by the way that is open to them; and that it is late."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from xinglin.commons import clock
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.newsroom.events import ReviewAsked, ReviewOverdue
from xinglin.newsroom.listeners import tell_that_it_is_late, tell_whose_turn_it_is
from xinglin.newsroom.models import Review, ReviewPost, ReviewTold
from xinglin.newsroom.models.reviews import ToldBy
from xinglin.newsroom.notice_kinds import _still_waits
from xinglin.newsroom.review import services as review
from xinglin.newsroom.review.lifecycle import Hand
from xinglin.newsroom.tests.reviewers import Office, an_office, submitted
from xinglin.notices.models import Notice
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.cast import Readers

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(a_small_consortium: SmallConsortium, settings: Settings) -> Office:
    settings.EMAIL_HOST = "mail.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PUBLIC_URL = "https://library.example"
    return an_office(a_small_consortium.a)


def with_address(person: Staff, address: str) -> Staff:
    person.user.email = address
    person.user.save()
    return person


def asked(round_: Review) -> None:
    tell_whose_turn_it_is(ReviewAsked(review_id=round_.pk, hand=round_.hand))


def test_everybody_whose_turn_it_is_gets_one_letter_with_a_link_of_their_own(office: Office) -> None:
    with_address(office.operator, "operator@example.org")
    with_address(office.writer, "writer@example.org")
    round_ = submitted(office, title="控制血压")
    asked(round_)
    asked(round_)  # the errand ran twice
    (letter,) = mail.outbox
    assert letter.to == ["operator@example.org"] and "控制血压" in letter.subject
    link = letter.body.rsplit("\n", 1)[-1]
    assert link.startswith("https://library.example/m/")
    page = signed_in(office.operator).get(link.removeprefix("https://library.example"))
    assert "控制血压" in page.content.decode()
    assert "控制血压" not in Client().get(link.removeprefix("https://library.example")).content.decode()
    # Who has no address is noted as not reached, so that the office sees whom to ring up.
    ways = dict(ReviewTold.objects.values_list("person__user__first_name", "way"))
    assert ways["运营"] == ToldBy.EMAIL and ways["科主任"] == ToldBy.NONE and "通讯员" not in ways


def test_who_is_a_reader_too_is_told_as_readers_are_until_the_step_is_done(
    office: Office, readers: Readers
) -> None:
    Patron.objects.filter(pk=readers.of_a.pk).update(email="Head@example.org")
    ReviewPost.objects.create(library=office.library, hand=Hand.OPERATOR, person=office.operator)
    with_address(office.operator, "head@example.org")
    round_ = submitted(office)
    asked(round_)
    assert not mail.outbox
    notice = Notice.objects.get(kind="newsroom.review_waits")
    assert notice.patron == readers.of_a and notice.link.startswith("/m/") and _still_waits(notice)
    review.approve(review=round_, sha256=round_.sha256, by=office.operator)
    assert not _still_waits(notice)


def test_a_late_step_is_told_to_the_deputy_as_well(office: Office) -> None:
    ReviewPost.objects.create(
        library=office.library, hand=Hand.OPERATOR, person=office.operator, deputy=office.head
    )
    for person, name in ((office.operator, "operator"), (office.head, "head")):
        with_address(person, f"{name}@example.org")
    round_ = submitted(office)
    asked(round_)
    assert [letter.to for letter in mail.outbox] == [["operator@example.org"]]
    tell_that_it_is_late(ReviewOverdue(review_id=round_.pk))  # it is not
    clock.move(timedelta(days=30))
    tell_that_it_is_late(ReviewOverdue(review_id=round_.pk))
    assert sorted(letter.to[0] for letter in mail.outbox[1:]) == ["head@example.org", "operator@example.org"]
    assert all("超时" in letter.subject for letter in mail.outbox[1:])


def test_the_page_of_a_review_says_who_was_told_and_the_menu_counts_without_texts(
    office: Office, a_small_consortium: SmallConsortium
) -> None:
    round_ = submitted(office)
    asked(round_)
    page = signed_in(office.operator).get(f"/console/newsroom/review/{round_.pk}/").content.decode()
    assert "没有可用的途径" in page and "已通知" in page
    from xinglin.newsroom.review import queries

    assert [queries.number_waiting_for_me(each) for each in (office.operator, office.writer)] == [1, 0]
    assert list(queries.waiting_for_me(office.operator)) == [round_]
    assert queries.number_waiting_for_me(a_small_consortium.outsider) == 0
