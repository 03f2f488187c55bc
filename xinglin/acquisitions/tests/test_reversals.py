"""What was entered wrongly is taken back with a reason: money and copies add up again, nothing is deleted."""

import pytest

from xinglin.acquisitions import queries, services
from xinglin.acquisitions.errors import InvoiceUnfit, OrderUnfit
from xinglin.acquisitions.lifecycle import OrderState, SuggestionState
from xinglin.acquisitions.models import Accession, Fund, OrderLine
from xinglin.acquisitions.tests.factories import a_fund, a_line, a_suggestion, an_order
from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.services import change_condition
from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.commons.history import history_of
from xinglin.consortium import roles
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import a_staff
from xinglin.patrons.tests.cast import Readers

pytestmark = pytest.mark.django_db


@pytest.fixture
def received(a_small_consortium: SmallConsortium) -> OrderLine:
    """Three copies at 60 yuan, two of them received."""
    fund = a_fund(a_small_consortium.a, budget_fen=100_000)
    order = an_order(a_small_consortium.a)
    line = a_line(order, fund, price_fen=6_000, copies=3)
    services.place_order(order=order, by=None)
    services.receive(line=line, copies=2, seen=0, by=None)
    line.refresh_from_db()
    return line


def used(fund: Fund) -> tuple[int, int]:
    standing = queries.standing_of(fund)
    return standing.committed_fen, standing.spent_fen


def test_a_reversed_invoice_binds_the_money_again_and_may_be_entered_rightly(received: OrderLine) -> None:
    order, fund = received.order, received.fund

    def enter(goods: int) -> object:
        return services.enter_invoice(
            order=order, number="0441", dated_on=clock.today(), charged={received.pk: (2, goods)}, tax_fen=300,
            by=None,
        )  # fmt: skip

    assert used(fund) == (18_000, 0)
    enter(11_000)
    assert used(fund) == (6_000, 11_300)
    with pytest.raises(InvoiceUnfit):
        enter(12_000)
    invoice = order.invoices.get()
    with pytest.raises(InvoiceUnfit, match="原因"):
        services.reverse_invoice(invoice=invoice, reason=" ", by=None)
    services.reverse_invoice(invoice=invoice, reason="金额录错", by=None)
    assert used(fund) == (18_000, 0)
    with pytest.raises(InvoiceUnfit, match="已冲销"):
        services.reverse_invoice(invoice=invoice, reason="再来一次", by=None)
    entry = history_of(order)[0]
    assert (entry.deed, entry.reason) == ("reverse_invoice", "金额录错")
    enter(12_000)
    assert used(fund) == (6_000, 12_300)
    assert order.invoices.count() == 2


def test_a_settled_order_is_open_again_when_its_invoice_is_reversed(received: OrderLine) -> None:
    order = received.order
    services.cancel_order(order=order, reason="缺货", by=None)
    services.enter_invoice(
        order=order, number="0441", dated_on=clock.today(), charged={received.pk: (2, 12_000)}, by=None
    )
    services.close_order(order=order, by=None)
    services.reverse_invoice(invoice=order.invoices.get(), reason="退货", by=None)
    order.refresh_from_db()
    assert order.state == OrderState.RECEIVED


def test_a_copy_taken_back_is_awaited_again_and_its_number_is_never_given_twice(received: OrderLine) -> None:
    order = received.order
    first, second = Accession.objects.order_by("serial")
    services.reverse_receipt(accession=first, reason="缺页退换", by=None)
    received.refresh_from_db()
    order.refresh_from_db()
    assert (received.received, received.outstanding, order.state) == (1, 2, OrderState.PARTLY)
    assert first.item is not None
    first.item.refresh_from_db()
    assert first.item.condition == Condition.WITHDRAWN
    with pytest.raises(OrderUnfit, match="已撤销"):
        services.reverse_receipt(accession=first, reason="又一次", by=None)
    (third,) = services.receive(line=received, copies=1, seen=1, by=None)
    assert third.serial == second.serial + 1
    services.reverse_receipt(accession=second, reason="错发", by=None)
    services.reverse_receipt(accession=third, reason="错发", by=None)
    order.refresh_from_db()
    assert order.state == OrderState.PLACED
    assert Accession.objects.count() == 3


def test_what_is_invoiced_or_stands_on_the_shelf_is_not_taken_back(received: OrderLine) -> None:
    first, second = Accession.objects.order_by("serial")
    assert second.item is not None
    change_condition(item=second.item, deed="shelve", by=None)
    with pytest.raises(OrderUnfit, match="离开加工"):
        services.reverse_receipt(accession=second, reason="错发", by=None)
    services.enter_invoice(
        order=received.order,
        number="0441",
        dated_on=clock.today(),
        charged={received.pk: (2, 12_000)},
        by=None,
    )
    with pytest.raises(OrderUnfit, match="先冲销发票"):
        services.reverse_receipt(accession=first, reason="错发", by=None)


def test_a_wish_that_had_come_is_on_order_again(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    suggestion = a_suggestion(readers.of_a)
    suggestion.price_fen = 6_000
    suggestion.save()
    services.approve(suggestion=suggestion, reason="", by=None)
    order, fund = an_order(a_small_consortium.a), a_fund(a_small_consortium.a)
    line = services.order_suggestion(order=order, suggestion=suggestion, fund=fund, by=None)
    services.place_order(order=order, by=None)
    (made,) = services.receive(line=line, copies=1, seen=0, by=None)
    services.reverse_receipt(accession=made, reason="错发", by=None)
    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.ORDERED


def test_a_cataloguer_receives_and_takes_back_but_neither_orders_nor_pays(
    a_small_consortium: SmallConsortium, received: OrderLine
) -> None:
    cataloguer = a_staff(roles.CATALOGUER, library=a_small_consortium.a)
    services.receive(line=received, copies=1, seen=2, by=cataloguer)
    made = Accession.objects.latest("serial")
    client = signed_in(cataloguer)
    answer = client.post(f"/console/acquisitions/accessions/{made.pk}/do/reverse/", {"reason": "缺页"})
    assert answer.status_code == 302
    made.refresh_from_db()
    assert made.reversal_reason == "缺页"
    assert "缺页" in client.get("/console/acquisitions/accessions/").content.decode()
    with pytest.raises(NotAllowed):
        services.enter_invoice(
            order=received.order, number="1", dated_on=clock.today(), charged={received.pk: (1, 1)},
            by=cataloguer,
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        services.receive(line=received, copies=1, seen=2, by=a_small_consortium.outsider)
    outside = signed_in(a_small_consortium.outsider)
    assert made.number not in outside.get("/console/acquisitions/accessions/").content.decode()
