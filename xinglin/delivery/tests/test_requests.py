"""Asking, working and delivering: the deeds, their refusals, and who sees what."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.commons.testing import asked_in
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.delivery import finding, queries, services
from xinglin.delivery.errors import (
    AlreadyAsked,
    AlreadyDelivered,
    CopyrightLimitReached,
    LinkOver,
    MayNotAsk,
    MoveNotPossible,
    NothingAsked,
    PatientNamed,
    RequestUnknown,
    TooManyOpenRequests,
)
from xinglin.delivery.lifecycle import MOVES, FeeState, State
from xinglin.delivery.models import (
    CopyUse,
    Counting,
    DocumentKind,
    DocumentRequest,
    Onward,
    Skill,
    Source,
    Urgency,
)
from xinglin.delivery.services.asking import MOST_OPEN, Asking
from xinglin.delivery.services.fulfilling import Supply
from xinglin.delivery.services.policy import SourceFile, TermsFile
from xinglin.delivery.tests.factories import a_delivery, a_desk, a_paper, a_request, a_work
from xinglin.delivery.works import Work
from xinglin.eresources.models import Kind
from xinglin.eresources.tests.factories import a_database, a_title_list
from xinglin.patrons import services as patrons
from xinglin.patrons.models import Patron, Right
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_category, a_patron

pytestmark = pytest.mark.django_db


def test_a_request_stands_in_the_queue_of_the_readers_own_library(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    request = a_request(readers.of_a)
    assert (request.library, request.home_library) == (a_small_consortium.a, a_small_consortium.a)
    assert request.number.startswith("WX")
    assert request.due_at > request.asked_at
    assert request in queries.requests_visible_to(a_small_consortium.librarian_a)
    assert request in queries.requests_visible_to(a_small_consortium.manager)
    assert request not in queries.requests_visible_to(a_small_consortium.outsider)


def test_one_document_is_asked_for_once(readers: Readers) -> None:
    work = a_work(doi="10.1000/xyz1")
    first = a_request(readers.of_a, work)
    with pytest.raises(AlreadyAsked, match=first.number):
        a_request(readers.of_a, a_work("Another reading of the title", doi="10.1000/XYZ1"))
    a_request(readers.of_main, work)
    services.cancel(request=first, patron=readers.of_a)
    again = a_request(readers.of_a, work)
    a_delivery(again)
    with pytest.raises(AlreadyDelivered, match=again.number):
        a_request(readers.of_a, work)
    services.ask(patron=readers.of_a, work=work, asking=Asking(source=Source.H5, insists=True))


def test_what_names_nothing_or_a_patient_is_refused(readers: Readers) -> None:
    with pytest.raises(NothingAsked):
        a_request(readers.of_a, Work(asked_as="   "))
    with pytest.raises(PatientNamed):
        a_request(readers.of_a, a_work(asked_as="患者 11010519491231002X 的用药"))
    a_request(readers.of_a, a_work(asked_as="登记号 440524188001010014"))
    with pytest.raises(PatientNamed):
        services.ask(
            patron=readers.of_a,
            work=a_work(),
            asking=Asking(source=Source.H5, note="病人 11010519491231002X"),
        )


def test_who_may_not_ask_and_who_has_asked_enough(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    visitor = a_patron(a_small_consortium.a, category=a_category("VISITOR", rights=(Right.BORROW,)))
    with pytest.raises(MayNotAsk):
        a_request(visitor)
    patrons.suspend(patron=readers.of_main, reason="证件待核", by=None)
    with pytest.raises(MayNotAsk):
        a_request(readers.of_main)
    for _request in range(MOST_OPEN):
        a_request(readers.of_a)
    with pytest.raises(TooManyOpenRequests, match=str(MOST_OPEN)):
        a_request(readers.of_a)


def test_what_is_asked_in_one_coming_is_one_visit(readers: Readers) -> None:
    first, second = a_request(readers.of_a), a_request(readers.of_a)
    at_desk = a_request(readers.of_a, source=Source.DESK)
    DocumentRequest.objects.update(asked_at=clock.now() - timedelta(minutes=31))
    later = a_request(readers.of_a)
    assert first.visit == second.visit
    assert len({first.visit, at_desk.visit, later.visit}) == 3


def test_the_desk_deals_out_by_skill_then_load_then_turn(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast = a_small_consortium
    foreign = a_desk(cast.librarian_a, cast.a, Skill.FOREIGN)
    chinese = a_desk(cast.manager, cast.a, Skill.CHINESE, most_open=1)
    assert a_request(readers.of_a, a_work("心房颤动抗凝治疗进展")).assigned_to == chinese.staff
    assert a_request(readers.of_a, a_work("Atrial fibrillation")).assigned_to == foreign.staff
    # The specialist is full: it goes to who has room.
    assert a_request(readers.of_a, a_work("心力衰竭诊治指南解读")).assigned_to == foreign.staff
    services.amend_handler(handler=foreign, active=False, by=None)
    assert a_request(readers.of_a, a_work("房颤消融")).assigned_to is None


def test_only_the_library_that_works_on_it_may_touch_it(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    request = a_request(readers.of_a)
    outsider = a_small_consortium.outsider
    for deed in (
        lambda: services.take(request=request, by=outsider),
        lambda: services.decline(request=request, reason="没有", by=outsider),
        lambda: services.deliver_file(request=request, data=b"", supply=Supply(), by=outsider),
        lambda: services.pass_on(request=request, library=a_small_consortium.b, by=outsider, reason=""),
    ):
        with pytest.raises(NotAllowed):
            deed()
    request.refresh_from_db()
    assert (request.state, request.assigned_to) == (State.SUBMITTED, None)


def test_the_reader_is_asked_and_answers_and_the_clock_starts_anew(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    request = a_request(readers.of_a)
    services.ask_back(request=request, question="请问是哪一年的？", by=a_small_consortium.librarian_a)
    with pytest.raises(RequestUnknown):
        services.answer(request=request, patron=readers.of_main, text="2020")
    request = services.answer(request=request, patron=readers.of_a, text="2020 年")
    assert (request.state, request.answer) == (State.WORKING, "2020 年")
    with pytest.raises(MoveNotPossible, match="处理中"):
        services.answer(request=request, patron=readers.of_a, text="又")


def test_a_delivery_is_marked_billed_and_ends(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    cast = a_small_consortium
    services.set_terms(
        library=cast.a,
        urgency=Urgency.NORMAL,
        file=TermsFile(minutes=480, take_minutes=60, counting=Counting.OPEN, fee_fen=200, page_fee_fen=30),
        by=None,
    )
    request = a_request(readers.of_a)
    file = services.deliver_file(request=request, data=a_paper(3), supply=Supply(), by=cast.librarian_a)
    request.refresh_from_db()
    assert (request.state, request.pages, request.fee_fen) == (State.DELIVERED, 3, 290)
    assert request.fee_state == FeeState.OPEN
    assert queries.file_for(readers.of_a, file.token) == file
    with pytest.raises(RequestUnknown):
        queries.file_for(readers.of_main, file.token)
    for _turn in range(3):
        assert services.count_download(file=file).startswith(b"%PDF")
    with pytest.raises(LinkOver, match="已下载 3 次"):
        services.count_download(file=file)
    services.pay(request=request, by=cast.librarian_a)
    clock.move(timedelta(days=8))
    assert services.purge_expired() == 1
    assert not default_storage.exists(file.file)
    with pytest.raises(LinkOver):
        queries.file_for(readers.of_a, file.token)


def test_copyright_is_counted_at_the_delivery_and_released_when_it_is_taken_back(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    same_issue = {"container": "中华心血管病杂志", "issn": "0253-3758", "volume": "48", "issue": "3"}
    first = a_request(readers.of_a, a_work("甲", **same_issue))
    second = a_request(readers.of_a, a_work("乙", **same_issue))
    assert not CopyUse.objects.exists(), "nothing is counted when it is asked for"
    a_delivery(first)
    with pytest.raises(CopyrightLimitReached, match="每位读者一篇"):
        a_delivery(second)
    second.refresh_from_db()
    assert second.state == State.SUBMITTED
    services.reopen(request=first, reason="送错了", by=a_small_consortium.librarian_a)
    a_delivery(second)
    with pytest.raises(CopyrightLimitReached):
        a_delivery(first)
    a_delivery(first, permission="版权方许可 2026-17")
    assert CopyUse.objects.get(request=first, released_at=None).permission == "版权方许可 2026-17"


def test_a_third_of_a_book_and_five_recent_articles_of_a_journal(readers: Readers) -> None:
    chapter = {
        "kind": DocumentKind.CHAPTER,
        "container": "实用心电图学",
        "isbn": "9787117123457",
        "issue": "",
    }
    part = a_request(readers.of_a, a_work("第一章", **chapter, page_range="1-33"))
    services.deliver_file(request=part, data=a_paper(33), supply=Supply(book_pages=100), by=None)
    more = a_request(readers.of_a, a_work("第二章", **chapter, page_range="34"))
    with pytest.raises(CopyrightLimitReached, match="三分之一"):
        services.deliver_file(request=more, data=a_paper(1), supply=Supply(book_pages=100), by=None)
    this_year = clock.today().year
    journal = {"container": "NEJM", "issn": "0028-4793"}
    for number in range(5):
        a_delivery(a_request(readers.of_a, a_work(year=this_year, issue=str(number), **journal)))
    sixth = a_request(readers.of_a, a_work(year=this_year, issue="9", **journal))
    with pytest.raises(CopyrightLimitReached, match="每馆每年五篇"):
        a_delivery(sixth)
    a_delivery(a_request(readers.of_a, a_work(year=this_year - 6, issue="9", **journal)))
    database = a_database(readers.of_a.home_library, kind=Kind.LICENSED)
    services.add_source(
        database=database,
        file=SourceFile(issn="0028-4793", onward=Onward.SECURE, without_limits=True),
        by=None,
    )
    a_delivery(sixth)


def test_a_link_is_delivered_without_a_copy_and_rated(readers: Readers) -> None:
    request = a_request(readers.of_a)
    services.deliver_link(request=request, address="https://example.org/a", supply=Supply(), by=None)
    request = services.rate(request=request, patron=readers.of_a, stars=5, praise="很快")
    assert (request.pages, request.stars, request.praise) == (0, 5, "很快")
    assert not CopyUse.objects.exists()


def test_what_is_not_taken_in_time_moves_on_and_what_is_late_is_raised_once(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast = a_small_consortium
    a_desk(cast.librarian_a, cast.a)
    clinical = a_request(readers.of_a, urgency=Urgency.CLINICAL)
    assert clinical.assigned_to == cast.librarian_a
    assert services.escalate_late() == 0
    clock.move(timedelta(minutes=31))
    assert services.escalate_late() == 1
    assert services.escalate_late() == 0
    clock.move(timedelta(hours=2))
    assert services.escalate_late() == 1
    clinical.refresh_from_db()
    assert clinical.escalation == 2


def test_the_round_of_what_is_late_asks_no_more_for_more_requests(readers: Readers) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as statements:
            assert services.escalate_late() == 0
        return len(asked_in(statements))

    a_request(readers.of_a)
    few = asked()
    for _number in range(5):
        a_request(readers.of_a)
    assert asked() == few


def test_no_state_is_a_trap_and_closed_ones_reopen_only_by_the_table() -> None:
    reachable = {State.SUBMITTED} | {there for there, _hand in MOVES.values()}
    assert reachable == set(State)
    assert {there for (here, _deed), (there, _hand) in MOVES.items() if here == State.CANCELLED} == set()


def test_an_erased_reader_leaves_numbers_and_nothing_else(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    request = a_request(readers.of_a, a_work(asked_as="给我这篇"))
    file = a_delivery(request)
    services.forget_reader(patron_id=readers.of_a.pk)
    request.refresh_from_db()
    assert (request.patron, request.asked_as, request.items, request.pages) == (None, "", 1, 2)
    assert not default_storage.exists(file.file)


@pytest.mark.django_db
def test_a_licensed_journal_is_offered_only_to_its_readers_and_only_for_its_years(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    database = a_database(a_small_consortium.main, "karger", name="Karger", libraries=(a_small_consortium.a,))
    a_title_list(database, ("Heart", "1936-1327", "1936-1335", "2008", "2015-06"))

    def offered(year: int | None, patron: Patron) -> list[tuple[str, bool]]:
        work = Work(title="Heart failure", issn="1936-1335", year=year)
        return [(copy.kind, copy.enough) for copy in finding.copies_of(work, patron=patron)]

    assert offered(2010, readers.of_a) == [("licensed", True)]
    assert offered(2015, readers.of_a) == [("licensed", False)]
    assert offered(2016, readers.of_a) == offered(2007, readers.of_a) == []
    assert offered(2010, readers.outsider) == []
    request = a_request(readers.of_a, Work(doi="10.1000/heart.1", asked_as="10.1000/heart.1"))
    assert request.found == []
    services.describe(request=request, work=Work(title="Heart failure", issn="1936-1335", year=2010))
    request.refresh_from_db()
    assert [copy["kind"] for copy in request.found] == ["licensed"]
    assert request.state == State.SUBMITTED
