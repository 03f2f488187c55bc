"""The people of a review, and articles on their way through it, for tests."""

from dataclasses import dataclass
from datetime import timedelta

from xinglin.commons import clock
from xinglin.consortium import roles
from xinglin.consortium import services as people
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.tests.factories import a_staff
from xinglin.newsroom.models import Article, Review, ReviewPost
from xinglin.newsroom.review import services as review
from xinglin.newsroom.review.lifecycle import Hand, Lane
from xinglin.newsroom.tests.factories import a_draft


@dataclass(frozen=True)
class Office:
    """A publicity office: who writes, and the three who look at it; the head is a physician."""

    library: Library
    writer: Staff
    operator: Staff
    head: Staff
    leader: Staff
    physician: Staff
    publisher: Staff


def an_office(library: Library) -> Office:
    """The people of a library's newsroom. ``physician`` is a gatekeeper with a valid licence."""
    return Office(
        library=library,
        writer=a_staff(roles.CORRESPONDENT, library=library, name="通讯员"),
        operator=a_staff(roles.REVIEWER, library=library, name="运营"),
        head=a_staff(roles.REVIEWER, library=library, name="科主任"),
        leader=a_staff(roles.DECISION_MAKER, library=library, name="院领导"),
        physician=a_physician(library, name="把关医师"),
        publisher=a_staff(roles.BRANCH_LIBRARIAN, library=library, name="发布人"),
    )


def a_physician(library: Library, *more: str, name: str = "医师", days: int = 365) -> Staff:
    """Somebody with a recorded licence, a gatekeeper and whatever else is named."""
    staff = a_staff(library=library, name=name)
    staff.medical_licence = "110101199003070000"
    staff.licence_valid_until = clock.today() + timedelta(days=days)
    staff.save()
    for role in (roles.GATEKEEPER, *more):
        people.grant_role(staff=staff, role=role, library=library, by=None)
    return Staff.objects.get(pk=staff.pk)


def on_duty(office: Office) -> None:
    """Put the physician on duty for emergencies."""
    ReviewPost.objects.create(
        library=office.library,
        hand=Hand.GATEKEEPER,
        person=office.physician,
        duty_from=clock.now() - timedelta(hours=1),
        duty_until=clock.now() + timedelta(hours=12),
    )


def submitted(
    office: Office, *, column: str = "health", lane: Lane = Lane.ORDINARY, title: str = "开馆时间调整"
) -> Review:
    """An article of the office's writer, handed in."""
    article = a_draft(office.library, column=column, by=office.writer, title=title)
    return review.submit(
        article=article, version=article.version, by=office.writer, lane=lane, reason="疫情通报"
    )


def pass_all(office: Office, round_: Review) -> Article:
    """Have everybody nod who is asked, the physician at the end."""
    for person in (office.operator, office.head, office.leader, office.physician):
        round_ = review.approve(review=round_, sha256=round_.sha256, by=person)
    return Article.objects.get(pk=round_.article_id)
