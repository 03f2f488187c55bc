"""Days without charges for lateness: who lays them down, what comes back on them, and what stands written."""

from datetime import date, timedelta

import pytest

from xinglin.circulation import errors, services
from xinglin.circulation.models import Amnesty, CirculationRule, Fee, Suspension
from xinglin.circulation.terms import Penalty, Terms
from xinglin.circulation.tests.factories import a_loan
from xinglin.commons import clock, history
from xinglin.commons.errors import NotAllowed
from xinglin.consortium.models import Library
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.patrons.tests.cast import Readers

pytestmark = pytest.mark.django_db


def a_fining_rule() -> CirculationRule:
    return services.add_rule(terms=Terms(penalty=Penalty.FINE, fine_fen=10, loan_length=7), by=None)


def laid_down(library: Library | None, *, ends: date | None = None) -> Amnesty:
    return services.lay_down_amnesty(
        library=library, begins=clock.today(), ends=ends or clock.today(), reason="世界读书日", by=None
    )


def test_what_comes_back_late_on_such_a_day_costs_nothing_and_the_loan_says_why(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, librarian = a_small_consortium.a, a_small_consortium.librarian_a
    a_fining_rule()
    loans = [a_loan(readers.of_a, a, days_ago=20, override="试") for _number in range(2)]
    laid_down(a)
    back = services.check_in(item=loans[0].item, library=a, by=librarian)
    assert (back.charge.fee, back.charge.cost.fine_fen) == (None, 0)
    assert back.charge.cost.units_late == 13, "late it was all the same"
    entry = history.history_of(loans[0]).get(deed="forgive_lateness")
    assert (entry.changes["fine_fen"], entry.reason) == (130, "世界读书日")
    clock.move(timedelta(days=1))
    assert services.check_in(item=loans[1].item, library=a, by=librarian).charge.fee is not None
    assert Fee.objects.get().amount_fen == 140


def test_it_is_the_lending_librarys_and_spares_from_not_borrowing_too(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    services.add_rule(terms=Terms(penalty=Penalty.SUSPENSION, loan_length=7), by=None)
    of_a = a_loan(readers.of_a, a_small_consortium.a, days_ago=20)
    of_b = a_loan(readers.of_main, a_small_consortium.b, days_ago=20)
    amnesty = laid_down(a_small_consortium.b)
    assert services.check_in(item=of_a.item, library=a_small_consortium.b, by=None).charge.suspension
    assert services.check_in(item=of_b.item, library=a_small_consortium.a, by=None).charge.amnesty == amnesty
    assert Suspension.objects.get().loan == of_a
    laid_down(None)
    third = a_loan(readers.of_a, a_small_consortium.a, days_ago=20, override="试")
    assert (
        services.check_in(item=third.item, library=a_small_consortium.a, by=None).charge.amnesty is not None
    )


def test_a_library_lays_down_its_own_and_calls_it_off(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, chief = a_small_consortium.a, a_small_consortium.librarian_a
    today = clock.today()
    for begins, ends, reason in (
        (today - timedelta(days=1), today, "x"),
        (today, today - timedelta(days=1), "x"),
        (today, today + timedelta(days=200), "x"),
        (today, today, " "),
    ):
        with pytest.raises(errors.AmnestyUnfit):
            services.lay_down_amnesty(library=a, begins=begins, ends=ends, reason=reason, by=None)
    with pytest.raises(NotAllowed):
        services.lay_down_amnesty(library=None, begins=today, ends=today, reason="x", by=chief)
    outsider = signed_in(a_small_consortium.outsider)
    told = {"library": a.pk, "begins": f"{today}", "ends": f"{today}", "reason": "世界读书日"}
    outsider.post("/console/circulation/amnesty/new/", told)
    assert not Amnesty.objects.exists()
    desk = signed_in(chief)
    assert desk.post("/console/circulation/amnesty/new/", told).status_code == 302
    amnesty = Amnesty.objects.get()
    assert "免罚中" in desk.get("/console/circulation/amnesties/").content.decode()
    services.call_off_amnesty(amnesty=amnesty, by=chief)
    with pytest.raises(errors.AmnestyUnfit):
        services.call_off_amnesty(amnesty=amnesty, by=chief)
    a_fining_rule()
    loan = a_loan(readers.of_a, a, days_ago=20)
    assert services.check_in(item=loan.item, library=a, by=chief).charge.fee is not None


def test_a_slip_says_what_was_brought_back_and_paid(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, librarian = a_small_consortium.a, a_small_consortium.librarian_a
    a_fining_rule()
    loan = a_loan(readers.of_a, a, days_ago=20)
    fee = services.check_in(item=loan.item, library=a, by=librarian).charge.fee
    assert fee is not None
    services.pay(fee=fee, amount_fen=100, by=librarian)
    desk = signed_in(librarian)
    reader = desk.post("/console/circulation/desk/", {"code": "A0001"})["Location"].split("reader=")[1]
    slip = desk.get(f"/console/circulation/receipt/?reader={reader}").content.decode()
    assert "今天归还" in slip and loan.item.barcode in slip
    assert "今天缴费" in slip and "1.00" in slip and "还欠" in slip and "0.30" in slip
    clock.move(timedelta(days=1))
    tomorrow = desk.get(f"/console/circulation/receipt/?reader={reader}").content.decode()
    assert "今天归还" not in tomorrow and "今天缴费" not in tomorrow
