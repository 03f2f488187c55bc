"""What desks took of each other's fees: kept payment by payment, and settled month by month."""

from datetime import datetime, timedelta

import pytest

from xinglin.circulation import queries, services
from xinglin.circulation.lifecycle import FeeState
from xinglin.circulation.models import Fee, Payment
from xinglin.circulation.settlement import debts, debts_of, month_of
from xinglin.circulation.terms import Penalty, Terms
from xinglin.circulation.tests.factories import a_loan
from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.cast import Readers


def a_fee(patron: Patron, library: Library) -> Fee:
    """What thirteen days late cost: 1.30 yuan, and it belongs to the library."""
    loan = a_loan(patron, library, days_ago=20, override="试")
    fee = services.check_in(item=loan.item, library=library, by=None).charge.fee
    assert fee is not None
    return fee


@pytest.fixture
def fining(a_small_consortium: SmallConsortium) -> SmallConsortium:
    services.add_rule(
        terms=Terms(penalty=Penalty.FINE, fine_fen=10, loan_length=7, owed_most_fen=10_000), by=None
    )
    return a_small_consortium


@pytest.mark.django_db
def test_what_two_desks_took_for_each_other_is_set_off(fining: SmallConsortium, readers: Readers) -> None:
    a, main = fining.a, fining.main
    of_a, of_main = a_fee(readers.of_a, a), a_fee(readers.of_main, main)
    services.pay(fee=of_a, amount_fen=100, by=fining.manager)
    services.pay(fee=of_a, amount_fen=30, by=fining.librarian_a)
    services.pay(fee=of_main, amount_fen=40, by=fining.librarian_a)
    assert [(row.library, row.amount_fen) for row in of_a.payments.order_by("pk")] == [(main, 100), (a, 30)]
    (debt,) = debts_of(queries.payments_visible_to(fining.manager), clock.today())
    assert (debt.debtor, debt.creditor) == (main, a)
    assert (debt.taken_fen, debt.against_fen, debt.owed_fen, debt.count) == (100, 40, 60, 2)
    clock.move(timedelta(days=40))
    assert not debts_of(queries.payments_visible_to(fining.manager), clock.today())


@pytest.mark.django_db
def test_what_a_desk_gives_back_for_another_it_has_coming(fining: SmallConsortium, readers: Readers) -> None:
    a, main = fining.a, fining.main
    loan = a_loan(readers.of_a, a)
    fee = services.lose(loan=loan, by=None)
    assert fee is not None
    services.pay(fee=fee, amount_fen=fee.amount_fen, by=fining.librarian_a)
    assert not debts_of(Payment.objects.all(), clock.today()), "its own desk took it"
    back = services.check_in(item=loan.item, library=main, by=None)
    fee.refresh_from_db()
    assert (back.refunded_fen, fee.state) == (fee.amount_fen, FeeState.REFUNDED)
    (debt,) = debts_of(Payment.objects.all(), clock.today())
    assert (debt.debtor, debt.creditor, debt.owed_fen) == (a, main, fee.amount_fen)


def test_the_sums_of_three_libraries_come_out_pair_by_pair() -> None:
    one, two, three = (Library(pk=number, code=f"L{number}") for number in (1, 2, 3))
    rows = [(1, 2, 500, 3), (2, 1, 700, 1), (3, 1, 50, 1), (2, 3, -80, 2)]
    found = debts(rows, {1: one, 2: two, 3: three})
    assert [(debt.debtor, debt.creditor, debt.owed_fen, debt.count) for debt in found] == [
        (two, one, 200, 4),
        (three, two, 80, 2),
        (three, one, 50, 1),
    ]


def test_a_month_begins_and_ends_at_midnight_in_the_library() -> None:
    december = datetime(2026, 12, 9, tzinfo=clock.SHANGHAI).date()
    begins, ends = month_of(december)
    assert (f"{begins:%Y-%m-%d %H:%M %z}", f"{ends:%Y-%m-%d %H:%M %z}") == (
        "2026-12-01 00:00 +0800",
        "2027-01-01 00:00 +0800",
    )


@pytest.mark.django_db
def test_the_screens_show_and_export_it_to_those_it_concerns(
    fining: SmallConsortium, readers: Readers
) -> None:
    services.pay(fee=a_fee(readers.of_a, fining.a), amount_fen=130, by=fining.manager)
    desk, outside = signed_in(fining.manager), signed_in(fining.outsider)
    listed, settled = "/console/circulation/payments/", "/console/circulation/settlement/"
    assert "1.30" in desk.get(f"{listed}?for_others=1").content.decode()
    assert "1.30" not in outside.get(listed).content.decode()
    assert "1.30" in desk.get(settled).content.decode()
    assert "没有要结算的" in outside.get(settled).content.decode()
    assert "没有要结算的" in desk.get(f"{settled}?month=2020-01").content.decode()
    assert "1.30" in desk.get(f"{settled}?export=csv").getvalue().decode("utf-8-sig")
    assert desk.get(f"{settled}?export=xlsx").content[:2] == b"PK"
