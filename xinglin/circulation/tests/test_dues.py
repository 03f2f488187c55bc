"""What lateness and loss cost: charged once, paid, waived, paid back once."""

from datetime import timedelta

import pytest

from xinglin.catalog import services as catalog
from xinglin.circulation import errors, queries, services
from xinglin.circulation.lifecycle import FeeState
from xinglin.circulation.models import Fee, FeeKind, Loan, Suspension
from xinglin.circulation.services import Next
from xinglin.circulation.terms import Penalty, Terms
from xinglin.circulation.tests.factories import a_loan
from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons.tests.cast import Readers

pytestmark = pytest.mark.django_db
FINES = Terms(penalty=Penalty.FINE, fine_fen=10)


def test_lateness_suspends_and_the_latest_end_wins(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    main = a_small_consortium.main
    loans = [a_loan(readers.of_main, main, days_ago=days, override="试") for days in (50, 40)]
    for loan in loans:
        services.check_in(item=loan.item, library=main, by=None)
    ends = list(Suspension.objects.order_by("-until").values_list("until", flat=True))
    assert ends == [clock.today() + timedelta(days=20), clock.today() + timedelta(days=10)]
    with pytest.raises(errors.BorrowingSuspended, match=str(ends[0])):
        a_loan(readers.of_main, main)
    for suspension in Suspension.objects.all():
        services.lift_suspension(suspension=suspension, reason="疫情期间免罚", by=a_small_consortium.manager)
    a_loan(readers.of_main, main)


def test_a_return_that_lay_in_the_book_drop_is_dated_back(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    loan = a_loan(readers.of_main, a_small_consortium.main, days_ago=31)
    last_day = clock.now() - timedelta(days=2)
    back = services.check_in(item=loan.item, library=a_small_consortium.main, by=None, at=last_day)
    assert not Suspension.objects.exists()
    assert back.loan is not None
    assert back.loan.closed_at == last_day


def test_a_lost_copy_is_paid_once_and_paid_back_once(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    main = a_small_consortium.main
    loan = a_loan(readers.of_main, main)
    catalog.change_item(item=loan.item, version=loan.item.version, price_fen=8800, by=None)
    loan.refresh_from_db()
    fee = services.lose(loan=loan, by=None, reason="读者报失")
    assert fee is not None
    assert (fee.kind, fee.amount_fen, fee.library) == (FeeKind.LOST, 8800, main)
    with pytest.raises(errors.LoanClosed):
        services.lose(loan=loan, by=None)
    services.pay(fee=fee, amount_fen=8800, by=None)
    first = services.check_in(item=loan.item, library=main, by=None)
    second = services.check_in(item=loan.item, library=main, by=None)
    assert (first.was_gone, first.refunded_fen, second.was_gone, second.refunded_fen) == (
        True,
        8800,
        False,
        0,
    )
    assert Fee.objects.get().state == FeeState.REFUNDED


def test_what_was_waived_is_not_paid_back(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    loan = a_loan(readers.of_main, a_small_consortium.main)
    fee = services.lose(loan=loan, by=None)
    assert fee is not None
    services.pay(fee=fee, amount_fen=1000, by=None)
    services.waive(fee=fee, reason="困难补助", by=a_small_consortium.manager)
    back = services.check_in(item=loan.item, library=a_small_consortium.main, by=None)
    assert (back.refunded_fen, Fee.objects.get().state) == (0, FeeState.WAIVED)


def test_nothing_is_charged_after_the_reader_said_it_was_brought_back(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    loan = services.claim_returned(loan=a_loan(readers.of_main, a_small_consortium.main), by=None)
    Loan.objects.filter(pk=loan.pk).update(
        due_at=clock.now() - timedelta(days=9), claimed_at=clock.now() - timedelta(days=10)
    )
    with pytest.raises(errors.ClaimedReturned):
        services.renew(loan=loan)
    back = services.check_in(item=loan.item, library=a_small_consortium.main, by=None)
    assert (back.was_gone, back.next, back.charge.cost.units_late) == (True, Next.SHELF, 0)


def test_the_lending_library_and_the_readers_own_take_payment_and_neither_sees_a_third_ones(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    """dp2 issue 941, cases 12.3 and 12.5."""
    services.add_rule(terms=FINES, by=None)
    loans = [
        a_loan(readers.outsider, library, days_ago=40, override="试")
        for library in (a_small_consortium.a, a_small_consortium.b)
    ]
    at_a, at_b = (
        services.check_in(item=loan.item, library=a_small_consortium.main, by=None).charge.fee
        for loan in loans
    )
    assert at_a is not None
    assert at_b is not None
    assert list(queries.fees_visible_to(a_small_consortium.librarian_a)) == [at_a]
    assert set(queries.fees_visible_to(a_small_consortium.outsider)) == {at_a, at_b}
    services.pay(fee=at_a, amount_fen=30, by=a_small_consortium.librarian_a)
    paid = services.pay(fee=at_a, amount_fen=70, by=a_small_consortium.outsider)
    assert (paid.state, paid.owed_fen) == (FeeState.PAID, 0)
    with pytest.raises(errors.FeeMoveNotPossible):
        services.pay(fee=at_a, amount_fen=1, by=None)
    with pytest.raises(errors.AmountUnfit):
        services.pay(fee=at_b, amount_fen=101, by=None)
