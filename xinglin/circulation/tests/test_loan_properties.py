"""Two desks at once: one copy is lent once, limits hold, and nobody waits in a circle."""

import pytest

from xinglin.circulation import services
from xinglin.circulation.lifecycle import OPEN_LOANS
from xinglin.circulation.models import Loan, Suspension, Transit
from xinglin.circulation.terms import Terms
from xinglin.circulation.tests.factories import a_copy, a_hold, a_loan, a_title
from xinglin.circulation.tests.racing import at_once
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons.tests.cast import Readers


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_desks_lend_one_copy_once(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    copy = a_copy(a_title(), a_small_consortium.main)
    desks = [(readers.of_main, a_small_consortium.main), (readers.of_a, a_small_consortium.a)]
    results = at_once(
        *[
            lambda patron=patron, library=library: services.lend(
                patron=patron, item=copy, library=library, by=None
            )
            for patron, library in desks
        ]
    )
    assert sum(isinstance(result, Loan) for result in results) == 1
    assert Loan.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_desks_do_not_both_slip_under_the_limit(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    services.add_rule(terms=Terms(loans_most=3, loans_most_anywhere=3), by=None)
    for _number in range(2):
        a_loan(readers.of_main, a_small_consortium.main)
    copies = [a_copy(a_title(), a_small_consortium.main) for _number in range(4)]
    at_once(
        *[
            lambda copy=copy: services.lend(
                patron=readers.of_main, item=copy, library=a_small_consortium.main, by=None
            )
            for copy in copies
        ]
    )
    assert Loan.objects.filter(state__in=OPEN_LOANS).count() == 3


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_copy_scanned_twice_at_once_is_returned_and_charged_once(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    loan = a_loan(
        readers.of_main, a_small_consortium.main, item=a_copy(record, a_small_consortium.main), days_ago=45
    )
    hold = a_hold(readers.of_a, record, a_small_consortium.a)
    places = (a_small_consortium.main, a_small_consortium.main, a_small_consortium.b)
    results = at_once(
        *[lambda place=place: services.check_in(item=loan.item, library=place, by=None) for place in places]
    )
    assert all(isinstance(result, services.CheckIn) for result in results), results
    assert [result.loan for result in results if result.loan] == [loan]  # type: ignore[attr-defined]
    assert Suspension.objects.count() == 1
    assert Transit.objects.filter(received_at=None, hold=hold).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_lending_and_taking_back_for_the_same_reader_do_not_wait_in_a_circle(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    late = a_loan(
        readers.of_main, a_small_consortium.main, item=a_copy(record, a_small_consortium.main), days_ago=45
    )
    other = a_copy(record, a_small_consortium.main)
    results = at_once(
        lambda: services.check_in(item=late.item, library=a_small_consortium.main, by=None),
        lambda: services.lend(
            patron=readers.of_main, item=other, library=a_small_consortium.main, by=None, override="试"
        ),
        lambda: services.renew(loan=late, override="试"),
    )
    assert all(result is not None for result in results), "nobody was left waiting"
