"""What is late is put before more eyes: once a person and round, and written down."""

from datetime import timedelta

import pytest
from django.core import mail
from pytest_django.fixtures import Settings

from xinglin.commons import clock
from xinglin.commons.history import history_of
from xinglin.consortium import roles
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import a_staff
from xinglin.delivery import services
from xinglin.delivery.models import DocumentRequest, Handler
from xinglin.delivery.notice_kinds import LATE
from xinglin.delivery.tests.factories import a_desk, a_request
from xinglin.notices.models import Notice
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_patron

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _letters_go_out(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example"


def a_colleague(library: Library, email: str) -> Staff:
    staff = a_staff(roles.BRANCH_LIBRARIAN, library=library)
    staff.user.email = email
    staff.user.save()
    a_desk(staff, library)
    return staff


def pass_by(request: DocumentRequest, *, minutes: int = 1) -> None:
    clock.move(request.due_at - clock.now() + timedelta(minutes=minutes))


def test_an_overdue_request_is_told_to_the_whole_desk_once(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    library = a_small_consortium.a
    a_colleague(library, "xu@hospital.example")
    a_colleague(library, "zheng@hospital.example")
    zheng: Patron = a_patron(library, name="郑雅文", email="zheng@hospital.example")
    several = [a_request(readers.of_a) for _number in range(7)]
    pass_by(several[-1])
    assert services.escalate_late() == 7
    assert services.tell_of_late() == 2
    (letter,) = mail.outbox
    assert letter.to == ["xu@hospital.example"]
    assert "7 个申请" in letter.subject
    assert letter.body.count("WX") == 5 and "共 7 个" in letter.body
    (notice,) = Notice.objects.filter(patron=zheng, kind=LATE)
    assert several[0].number in notice.text
    assert services.tell_of_late() == 0 == services.escalate_late()
    assert len(mail.outbox) == 1


def test_what_nobody_took_up_is_told_to_who_has_it_now_and_later_to_all(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    library = a_small_consortium.a
    first, second = (a_colleague(library, f"{name}@hospital.example") for name in ("xu", "zheng"))
    request = a_request(readers.of_a)
    held_by = request.assigned_to
    clock.move(timedelta(hours=4, minutes=1))
    assert services.escalate_late() == 1
    request.refresh_from_db()
    assert request.assigned_to in (first, second) and request.assigned_to != held_by
    assert services.tell_of_late() == 1
    assert mail.outbox[0].to == [request.assigned_to.user.email]
    pass_by(request)
    services.escalate_late()
    assert services.tell_of_late() == 2
    shown = signed_in(a_small_consortium.librarian_a).get(f"/console/delivery/request/{request.pk}/")
    assert "没有按时完成" in shown.content.decode()
    listed = signed_in(a_small_consortium.librarian_a).get("/console/delivery/requests/?raised=1")
    assert request.label in listed.content.decode()


def test_where_nobody_can_be_told_that_is_written_down(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    request = a_request(readers.of_a)
    assert not Handler.objects.exists()
    pass_by(request)
    services.escalate_late()
    assert services.tell_of_late() == 0
    assert [each.reason for each in history_of(request).filter(deed="call_attention")] == ["没有人可以通知"]
