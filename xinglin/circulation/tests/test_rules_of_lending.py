"""The rest of the rules: fixed days, recalls, periods of fines, replacement, boxes."""

from datetime import date, timedelta
from itertools import product

import pytest

from xinglin.catalog.lifecycle import Condition
from xinglin.circulation import errors, queries, services
from xinglin.circulation.due import due_date, recalled_to
from xinglin.circulation.lateness import fine_for
from xinglin.circulation.lifecycle import FeeState
from xinglin.circulation.models import Transit
from xinglin.circulation.rules import Case, judged
from xinglin.circulation.services import Next
from xinglin.circulation.terms import ClosedDays, FineAt, FixedDue, LoanUnit, Penalty, Terms
from xinglin.circulation.tests.factories import a_copy, a_hold, a_loan, a_title
from xinglin.circulation.tests.test_due_dates import due_day, shanghai
from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.commons.testing import run_errands
from xinglin.consortium.hours import Timetable
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.notices.models import Notice
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_patron


def test_a_fixed_day_limits_or_sets_the_due_date_until_it_is_over() -> None:
    anything, term = Timetable({}), date(2027, 1, 15)
    counted = Terms(loan_length=30, closed_days=ClosedDays.COUNT, fixed_due_on=term)
    assert due_day(counted, shanghai(2026, 12, 1), anything) == date(2026, 12, 31)
    assert due_day(counted, shanghai(2027, 1, 2), anything) == term
    assert due_day(counted, shanghai(2027, 1, 15), anything) == date(2027, 2, 14), "no longer"
    exactly = Terms(loan_length=30, fixed_due_on=term, fixed_due=FixedDue.EXACTLY)
    due = due_date(exactly, since=shanghai(2026, 10, 1), length=30, timetable=anything)
    assert clock.local(due.at).date() == term
    assert "固定到期日" in due.steps[-1]
    holidays = Terms(
        loan_length=30,
        closed_days=ClosedDays.COUNT,
        fixed_due_on=date(2026, 9, 7),
        fixed_due=FixedDue.EARLIEST,
    )
    assert due_day(holidays, shanghai(2026, 7, 1), anything) == date(2026, 9, 7), "after the summer"
    assert due_day(holidays, shanghai(2026, 8, 20), anything) == date(2026, 9, 19), "late enough by itself"


def test_a_recall_leaves_every_reader_the_days_that_are_granted() -> None:
    terms = Terms(recall_days=7, recall_kept_days=14)
    lent, due, today = shanghai(2026, 9, 1, 9), shanghai(2026, 9, 30, 23, 59), date(2026, 9, 3)
    assert recalled_to(terms, lent_at=lent, due_at=due, today=today) == clock.end_of_day(date(2026, 9, 15))
    late = recalled_to(terms, lent_at=lent, due_at=due, today=date(2026, 9, 20))
    assert late == clock.end_of_day(date(2026, 9, 27))
    assert recalled_to(terms, lent_at=lent, due_at=due, today=date(2026, 9, 28)) is None
    assert recalled_to(Terms(recall_days=0), lent_at=lent, due_at=due, today=today) is None
    by_the_hour = Terms(loan_unit=LoanUnit.HOURS)
    assert recalled_to(by_the_hour, lent_at=lent, due_at=due, today=today) is None


@pytest.mark.parametrize(
    ("at", "units", "expected"),
    [
        (FineAt.START, 1, 100), (FineAt.START, 7, 100), (FineAt.START, 8, 200),
        (FineAt.END, 1, 0), (FineAt.END, 7, 100), (FineAt.END, 13, 100), (FineAt.END, 14, 200),
    ],
)  # fmt: skip
def test_a_fine_by_the_week_is_charged_when_a_week_begins_or_when_it_is_over(
    at: str, units: int, expected: int
) -> None:
    assert fine_for(Terms(fine_every=7, fine_at=at, fine_fen=100), units, None) == expected


@pytest.mark.django_db
def test_a_fine_never_grows_over_what_the_rule_takes_for_a_copy_without_a_price(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    services.add_rule(terms=Terms(penalty=Penalty.FINE, fine_fen=100, price_fen=700), by=None)
    loan = a_loan(readers.of_main, a_small_consortium.main, days_ago=60)
    back = services.check_in(item=loan.item, library=a_small_consortium.main, by=None)
    assert back.charge.fee is not None
    assert back.charge.fee.amount_fen == 700


@pytest.mark.django_db(transaction=True)
def test_a_recalled_loan_is_due_sooner_is_not_renewed_and_is_recalled_once(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    loan = a_loan(readers.of_main, a_small_consortium.main, days_ago=10)
    with pytest.raises(NotAllowed):
        services.recall(loan=loan, reason="试", by=a_small_consortium.outsider)
    recalled = services.recall(loan=loan, reason="会诊急用", by=a_small_consortium.manager)
    assert clock.local(recalled.due_at).date() == clock.today() + timedelta(days=7)
    with pytest.raises(errors.RecallGainsNothing):
        services.recall(loan=loan, reason="再试", by=a_small_consortium.manager)
    with pytest.raises(errors.LoanRecalled):
        services.renew(loan=loan)
    run_errands()
    run_errands()
    assert Notice.objects.filter(patron=readers.of_main, kind="circulation.recalled").count() == 1
    services.check_in(item=loan.item, library=a_small_consortium.main, by=None)
    with pytest.raises(errors.LoanClosed):
        services.recall(loan=loan, reason="迟了", by=a_small_consortium.manager)


@pytest.mark.django_db
def test_a_lost_copy_is_replaced_by_another_and_nothing_is_owed(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    loan = a_loan(readers.of_a, a_small_consortium.a)
    fee = services.lose(loan=loan, by=None)
    assert fee is not None
    with pytest.raises(NotAllowed):
        services.accept_replacement(fee=fee, barcode="NEW1", by=a_small_consortium.outsider)
    new = services.accept_replacement(fee=fee, barcode="NEW1", by=a_small_consortium.librarian_a)
    fee.refresh_from_db()
    loan.item.refresh_from_db()
    assert (fee.state, fee.owed_fen) == (FeeState.REPLACED, 0)
    assert (new.holding_id, new.condition) == (loan.item.holding_id, Condition.IN_PROCESS)
    assert loan.item.condition == Condition.WITHDRAWN
    with pytest.raises(errors.FeeMoveNotPossible):
        services.accept_replacement(fee=fee, barcode="NEW2", by=a_small_consortium.librarian_a)
    a_loan(readers.of_a, a_small_consortium.a)


@pytest.mark.django_db
def test_a_box_says_what_is_missing_in_it(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    main, a = a_small_consortium.main, a_small_consortium.a
    copies = [a_copy(a_title(), a) for _number in range(3)]
    with pytest.raises(errors.NothingToBox):
        services.seal_box(start=main, to=a, by=a_small_consortium.manager)
    for copy in copies:
        services.check_in(item=copy, library=main, by=None)
    box = services.seal_box(start=main, to=a, by=a_small_consortium.manager)
    with pytest.raises(errors.NothingToBox):
        services.seal_box(start=main, to=a, by=a_small_consortium.manager)
    with pytest.raises(errors.BoxUnknown):
        services.open_box(number="BOX9999999", library=a, by=a_small_consortium.librarian_a)
    opened = services.open_box(number=box.number.lower(), library=a, by=a_small_consortium.librarian_a)
    assert opened.opened_at is not None
    for copy in copies[:2]:
        assert services.check_in(item=copy, library=a, by=None).next == Next.SHELF
    (missing,) = Transit.objects.filter(box=box, received_at=None)
    assert missing.item == copies[2]


@pytest.mark.django_db
def test_holds_are_limited_in_one_library_and_in_all(a_small_consortium: SmallConsortium) -> None:
    main, a = a_small_consortium.main, a_small_consortium.a
    services.add_rule(terms=Terms(holds_most=1, holds_most_anywhere=2), by=None)
    reader = a_patron(main)
    a_hold(reader, a_title(main), main)
    with pytest.raises(errors.HoldLimitReached, match="医学院图书馆最多可有 1 个"):
        a_hold(reader, a_title(main), main)
    a_hold(reader, a_title(main), a)
    with pytest.raises(errors.HoldLimitReached, match="共有 2 个"):
        a_hold(reader, a_title(main), a_small_consortium.b)


def test_the_rule_that_holds_is_the_one_that_the_explainer_puts_first(
    a_small_consortium: SmallConsortium,
) -> None:
    """Every way of naming library, home, category and kind, a third of them retired, and every case."""
    libraries = (a_small_consortium.main, a_small_consortium.a)
    categories = tuple(a_patron(library).category for library in libraries)
    kinds = ("book", "media")
    ways = product((None, *libraries), (None, *libraries), (None, categories[0]), ("", *kinds))
    for number, (library, home, category, kind) in enumerate(ways):
        rule = services.add_rule(
            library=library,
            home_library=home,
            category=category,
            item_type=kind,
            terms=Terms(loan_length=number + 1),
            by=None,
        )
        if number % 3 == 1:
            services.retire_rule(rule=rule, by=None)
    for library, home, category, kind in product(libraries, libraries, categories, kinds):
        case = Case(library, home, category, kind)
        first = judged(case, queries.rules_in_force())[0]
        match = queries.terms_for(case)
        assert first.fits
        assert (match.rule, match.terms) == (first.rule, first.rule.terms)
