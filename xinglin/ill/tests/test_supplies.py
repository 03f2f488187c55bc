"""Lending to others, and standing between two others: over real HTTP, signed, doubled, refused."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from xinglin.catalog import services as catalog
from xinglin.catalog.description import Description
from xinglin.circulation import services as circulation
from xinglin.circulation.models import Loan
from xinglin.circulation.tests.factories import a_copy
from xinglin.commons import clock
from xinglin.commons.testing import run_errands
from xinglin.ill import services, signing
from xinglin.ill.errors import NothingToAnswer, NotInThisState
from xinglin.ill.lifecycle import Supplied, Wanted
from xinglin.ill.models import IllMessage, Partner, SupplyRequest, Wish
from xinglin.ill.protocol.messages import (
    Agency,
    Bibliographic,
    Coded,
    Confirmation,
    Header,
    Message,
    Request,
    RequesterMessage,
    Service,
    SupplierMessage,
)
from xinglin.ill.protocol.reading import Refused, read, read_confirmation
from xinglin.ill.protocol.vocabulary import Action, ErrorType, Reason, RequestType, ServiceType, Status
from xinglin.ill.protocol.writing import write
from xinglin.ill.tests.conftest import SECRET, Line

pytestmark = pytest.mark.django_db(transaction=True)


def header(number: str = "R-1", to: str = "XL-A", sender: str = "S1") -> Header:
    return Header(supplier=Agency(to), requester=Agency(sender), timestamp=clock.now(), request_id=number)


def a_request(number: str = "R-1", to: str = "XL-A", isbn: str = "", **more: object) -> Request:
    what = Bibliographic(title="实用心电图学", item_ids=(Coded("ISBN", isbn),) if isbn else ())
    return Request(
        header=header(number, to),
        what=what,
        service=Service(type=ServiceType.LOAN, **more),  # type: ignore[arg-type]
    )


def send(
    message: Message | bytes, *, secret: str = SECRET, at: int | None = None
) -> tuple[int, Confirmation]:
    data = message if isinstance(message, bytes) else write(message)
    moment = int(clock.now().timestamp()) if at is None else at
    headers = {signing.HEADER: signing.signature(secret, data, at=moment)} if secret else None
    answer = Client().post("/ill/iso18626", data, content_type="application/xml", headers=headers)
    return answer.status_code, read_confirmation(answer.content, now=clock.now())


def told(line: Line, partner: Partner) -> list[SupplierMessage]:
    run_errands()
    return [each for each in line.mock(partner).mock.heard if isinstance(each, SupplierMessage)]


def say(action: Action, number: str = "R-1") -> Confirmation:
    clock.move(timedelta(seconds=1))
    return send(RequesterMessage(header=header(number), action=action))[1]


def test_a_copy_is_promised_sent_renewed_returned_and_its_loan_ends(line: Line) -> None:
    partner = line.partner("S1")
    record = catalog.add_record(description=Description(title="实用心电图学"), by=None)
    copy = a_copy(record, line.consortium.a)
    assert send(a_request())[1].ok
    supply = SupplyRequest.objects.get()
    desk = line.consortium.librarian_a
    services.will_supply(supply=supply, by=desk)
    services.loan(supply=supply, barcode=copy.barcode, via="快递", by=desk)
    supply.refresh_from_db()
    copy.refresh_from_db()
    assert not copy.available
    assert say(Action.RECEIVED).ok
    with pytest.raises(NothingToAnswer):
        services.answer_renewal(supply=supply, agree=True, by=desk)
    assert say(Action.RENEW).ok
    services.answer_renewal(supply=supply, agree=True, by=desk)
    with pytest.raises(NotInThisState):
        services.call_overdue(supply=supply, by=desk)
    services.recall(supply=supply, by=desk)
    assert say(Action.SHIPPED_RETURN).ok
    circulation.check_in(item=copy, library=line.consortium.a, by=desk)
    said = told(line, partner)
    assert [(each.reason, each.status) for each in said] == [
        (Reason.REQUEST_RESPONSE, Status.REQUEST_RECEIVED),
        (Reason.STATUS_CHANGE, Status.WILL_SUPPLY),
        (Reason.STATUS_CHANGE, Status.LOANED),
        (Reason.RENEW_RESPONSE, Status.LOANED),
        (Reason.STATUS_CHANGE, Status.RECALLED),
        (Reason.STATUS_CHANGE, Status.LOAN_COMPLETED),
    ]
    supply.refresh_from_db()
    assert supply.state == Supplied.COMPLETED
    assert supply.due_at == said[3].due


def test_the_same_message_twice_has_one_effect_and_one_answer(line: Line) -> None:
    line.partner("S1")
    message = write(a_request())
    first, second = send(message), send(message)
    assert first == second
    assert SupplyRequest.objects.count() == 1
    assert IllMessage.objects.filter(direction="in").count() == 1


def test_a_cancel_is_answered_at_once_where_nobody_has_begun_and_by_a_person_else(line: Line) -> None:
    partner = line.partner("S1")
    send(a_request())
    assert say(Action.CANCEL).ok
    assert told(line, partner)[-1].answer is True
    clock.move(timedelta(seconds=1))
    send(a_request("R-2"))
    supply = SupplyRequest.objects.get(request_id="R-2")
    services.expect(supply=supply, by=None)
    say(Action.CANCEL, "R-2")
    services.answer_cancel(supply=supply, agree=False, by=None)
    last = told(line, partner)[-1]
    assert (last.reason, last.answer, last.status) == (Reason.CANCEL_RESPONSE, False, Status.EXPECT_TO_SUPPLY)


@pytest.mark.parametrize("secret", ["", "another-secret-altogether"])
def test_who_signs_not_or_wrongly_changes_nothing(line: Line, secret: str) -> None:
    line.partner("S1")
    status, answer = send(a_request(), secret=secret)
    assert (status, answer.ok) == (401, False)
    status, answer = send(a_request(), at=int(clock.now().timestamp()) - 3600)
    assert (status, answer.ok) == (401, False)
    assert not SupplyRequest.objects.exists()


def test_a_stranger_and_a_wrong_address_are_refused(line: Line) -> None:
    line.partner("S1")
    assert send(replace(a_request(), header=header(sender="WHO")))[0] == 403
    status, answer = send(a_request(to="NOBODY"))
    assert (status, answer.error) == (200, ErrorType.UNRECOGNISED_VALUE)
    assert "not ours" in answer.error_value
    assert (
        "no such request" in send(RequesterMessage(header=header("X"), action=Action.RECEIVED))[1].error_value
    )
    retry = a_request("R-3", request_type=RequestType.RETRY, previous_request_id="never")
    assert "no request to retry" in send(retry)[1].error_value
    assert not SupplyRequest.objects.exists()


@pytest.mark.corpus
def test_every_file_of_the_corpus_is_answered_over_http(line: Line, shared: Path) -> None:
    """Files name agencies of their own: each becomes a partner, and what they call their supplier is ours."""
    known: set[str] = set()
    for path in sorted((shared / "data" / "library" / "iso18626").glob("*.xml")):
        data = path.read_bytes()
        try:
            message = read(data)
        except Refused as refused:
            status, answer = send(data)
            assert status in (200, 400)
            assert answer.error == refused.error
            continue
        speaks = message.header.supplier if isinstance(message, SupplierMessage) else message.header.requester
        hears = message.header.requester if isinstance(message, SupplierMessage) else message.header.supplier
        if str(speaks) not in known:
            known.add(str(speaks))
            line.partner(speaks.value, symbol_type=speaks.type)
        if hears.value:
            services.name_symbol(library=line.consortium.a, value=hears.value, type=hears.type, by=None)
        status, answer = send(data)
        assert status == 200
        is_new = isinstance(message, Request) and message.asks.request_type == RequestType.NEW
        if is_new and message.header.request_id and hears.value:
            assert answer.ok or "is taken" in answer.error_value, (path.name, answer.error_value)
        else:
            assert answer.ok != bool(answer.error_value), path.name
    assert SupplyRequest.objects.count() > 5


def test_between_two_others_the_broker_passes_on_what_matters(line: Line) -> None:
    asks = line.partner("S1")
    line.partner("S2", "UNFILLED", tier="consortium")
    lends = line.partner("S3", "WILLSUPPLY_LOANED")
    assert send(a_request(to="XL"))[1].ok
    line.carry()
    supply, wish = SupplyRequest.objects.get(), Wish.objects.get()
    assert supply.is_brokered
    assert wish.state == Wanted.SHIPPED
    said = [(each.reason, each.status) for each in told(line, asks)]
    assert said == [
        (Reason.REQUEST_RESPONSE, Status.REQUEST_RECEIVED),
        (Reason.STATUS_CHANGE, Status.EXPECT_TO_SUPPLY),
        (Reason.NOTIFICATION, Status.UNFILLED),
        (Reason.STATUS_CHANGE, Status.EXPECT_TO_SUPPLY),
        (Reason.STATUS_CHANGE, Status.WILL_SUPPLY),
        (Reason.STATUS_CHANGE, Status.LOANED),
    ]
    clock.move(timedelta(seconds=1))
    send(RequesterMessage(header=header(to="XL"), action=Action.RECEIVED))
    clock.move(timedelta(seconds=1))
    send(RequesterMessage(header=header(to="XL"), action=Action.SHIPPED_RETURN))
    line.carry()
    wish.refresh_from_db()
    supply.refresh_from_db()
    assert (wish.state, supply.state) == (Wanted.COMPLETED, Supplied.COMPLETED)
    heard = [each.action for each in line.mock(lends).mock.heard if isinstance(each, RequesterMessage)]
    assert heard == [Action.RECEIVED, Action.SHIPPED_RETURN]
    assert told(line, asks)[-1].status == Status.LOAN_COMPLETED


def test_the_last_refusal_is_the_brokers_own_and_what_we_hold_is_not_brokered(line: Line) -> None:
    asks = line.partner("S1")
    line.partner("S2", "UNFILLED")
    send(a_request(to="XL"))
    line.carry()
    assert told(line, asks)[-1].status == Status.UNFILLED
    record = catalog.add_record(description=Description(title="内科学", isbns=("9787117123457",)), by=None)
    a_copy(record, line.consortium.a)
    send(a_request("R-2", to="XL", isbn="9787117123457"))
    supply = SupplyRequest.objects.get(request_id="R-2")
    assert (supply.is_brokered, supply.library) == (False, line.consortium.a)


def lent_to_a_partner(line: Line) -> tuple[Partner, SupplyRequest, Loan]:
    """A copy of ours that a partner has."""
    partner = line.partner("S1")
    copy = a_copy(
        catalog.add_record(description=Description(title="实用心电图学"), by=None), line.consortium.a
    )
    assert send(a_request())[1].ok
    supply = SupplyRequest.objects.get()
    supply = services.loan(supply=supply, barcode=copy.barcode, via="", by=line.consortium.librarian_a)
    assert supply.loan is not None
    return partner, supply, supply.loan


def test_what_a_partner_keeps_too_long_is_called_for_once_by_the_clock(line: Line) -> None:
    partner, supply, loan = lent_to_a_partner(line)
    services.follow_lateness(loan_id=loan.pk)
    assert not SupplyRequest.objects.get().overdue, "it is not late yet"
    clock.move(loan.due_at - clock.now() + timedelta(days=2))
    for _round in range(3):
        circulation.owe_notices()
        run_errands()
        clock.move(timedelta(days=1))
    statuses = [each.status for each in told(line, partner)]
    assert statuses.count(Status.OVERDUE) == 1
    assert SupplyRequest.objects.get(pk=supply.pk).overdue


def test_what_a_partner_lost_ends_without_return_at_the_price_billed(line: Line) -> None:
    partner, supply, loan = lent_to_a_partner(line)
    fee = circulation.lose(loan=loan, reason="对方来函说丢了", by=line.consortium.librarian_a)
    run_errands()
    supply.refresh_from_db()
    assert (supply.state, supply.cost_fen) == (Supplied.LOST, fee.amount_fen if fee else 0)
    assert told(line, partner)[-1].status == Status.COMPLETED_WITHOUT_RETURN
