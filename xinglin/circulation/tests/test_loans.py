"""Lending, taking back, renewing: the morning of a desk."""

from datetime import timedelta

import pytest

from xinglin.circulation import errors, queries, services
from xinglin.circulation.lifecycle import HoldState, LoanState
from xinglin.circulation.models import Loan, Transit, Whereabouts
from xinglin.circulation.services import Next
from xinglin.circulation.status import statuses_of
from xinglin.circulation.terms import Penalty, Terms
from xinglin.circulation.tests.factories import a_copy, a_hold, a_loan, a_title
from xinglin.commons import clock, history
from xinglin.commons.errors import NotAllowed
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons import services as patrons
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_patron

pytestmark = pytest.mark.django_db
FINES = Terms(penalty=Penalty.FINE, fine_fen=10)


def test_what_is_lent_here_and_brought_back_there_goes_home(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    copy = a_copy(a_title(), a_small_consortium.a)
    loan = services.lend(
        patron=readers.of_a, item=copy, library=a_small_consortium.a, by=a_small_consortium.librarian_a
    )
    copy.refresh_from_db()
    assert not copy.available
    assert "借出" in statuses_of([copy])[copy.pk].words
    back = services.check_in(item=copy, library=a_small_consortium.b, by=a_small_consortium.outsider)
    assert (back.next, back.loan, back.charge.fee) == (Next.BOX, loan, None)
    assert back.transit is not None
    assert back.transit.to_library == a_small_consortium.a
    loan.refresh_from_db()
    assert (loan.state, loan.returned_to) == (LoanState.RETURNED, a_small_consortium.b)
    assert "送往附一院馆" in statuses_of([copy])[copy.pk].words
    home = services.check_in(item=copy, library=a_small_consortium.a, by=a_small_consortium.librarian_a)
    copy.refresh_from_db()
    assert (home.next, home.loan, copy.available) == (Next.SHELF, None, True)
    assert not Whereabouts.objects.exists()


def test_a_copy_that_nobody_had_still_moves_and_serves_who_waits(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    copy = a_copy(record, a_small_consortium.main)
    hold = a_hold(readers.of_a, record, a_small_consortium.a)
    seen = services.check_in(item=copy, library=a_small_consortium.b, by=None)
    assert (seen.next, seen.hold) == (Next.BOX, hold)
    assert Whereabouts.objects.get(item=copy).library == a_small_consortium.b
    hold.refresh_from_db()
    assert (hold.state, hold.kept_until) == (HoldState.IN_TRANSIT, None), "no word before it is there"
    arrived = services.check_in(item=copy, library=a_small_consortium.a, by=None)
    hold.refresh_from_db()
    assert (arrived.next, hold.state) == (Next.HOLD_SHELF, HoldState.READY)


def test_a_copy_in_the_wrong_box_is_sent_on_to_where_it_was_going(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    copy = a_copy(record, a_small_consortium.main)
    services.set_aside(hold=a_hold(readers.of_a, record, a_small_consortium.a), item=copy, by=None)
    astray = services.check_in(item=copy, library=a_small_consortium.b, by=None)
    assert astray.next == Next.BOX
    ways = list(Transit.objects.order_by("pk").values_list("from_library__code", "to_library__code"))
    assert ways == [("MAIN", "A"), ("B", "A")]
    assert Transit.objects.filter(received_at=None).count() == 1


def test_a_returned_copy_goes_to_the_next_reader_and_not_to_the_shelf(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    loan = a_loan(readers.of_main, a_small_consortium.a, item=a_copy(record, a_small_consortium.a))
    a_hold(readers.of_a, record, a_small_consortium.a)
    back = services.check_in(item=loan.item, library=a_small_consortium.a, by=None)
    loan.item.refresh_from_db()
    assert (back.next, loan.item.available) == (Next.HOLD_SHELF, False)
    with pytest.raises(errors.KeptForAnother):
        services.lend(patron=readers.of_main, item=loan.item, library=a_small_consortium.a, by=None)
    services.lend(patron=readers.of_a, item=loan.item, library=a_small_consortium.a, by=None)
    assert back.hold is not None
    back.hold.refresh_from_db()
    assert back.hold.state == HoldState.FILLED


def test_what_may_be_set_aside_is_set_aside_with_a_reason_that_is_kept(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    main = a_small_consortium.main
    services.add_rule(library=main, terms=Terms(loans_most=1), by=None)
    a_loan(readers.of_main, main)
    copy = a_copy(a_title(), main)
    with pytest.raises(errors.LoanLimitReached, match="已借 1 册，最多 1 册"):
        services.lend(patron=readers.of_main, item=copy, library=main, by=a_small_consortium.manager)
    loan = services.lend(
        patron=readers.of_main, item=copy, library=main, by=a_small_consortium.manager, override="急诊手术用"
    )
    entry = history.history_of(loan).get(deed="lend")
    assert (entry.reason, entry.changes) == ("急诊手术用", {"set_aside": ["loan_limit_reached"]})
    patrons.suspend(patron=readers.of_main, reason="遗失未赔", by=None)
    with pytest.raises(errors.MayNotBorrow):
        services.lend(
            patron=readers.of_main, item=a_copy(a_title(), main), library=main, by=None, override="仍要借"
        )


def test_quotas_of_two_libraries_are_counted_apart(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    """dp2 issue 939, 2: what was borrowed at home does not use up what a guest may borrow elsewhere."""
    main, a = a_small_consortium.main, a_small_consortium.a
    services.add_rule(library=main, terms=Terms(loans_most=2, loans_most_anywhere=3), by=None)
    services.add_rule(library=a, home_library=main, terms=Terms(loans_most=1, loans_most_anywhere=3), by=None)
    services.add_rule(library=a_small_consortium.b, terms=Terms(loans_most=5, loans_most_anywhere=3), by=None)
    for library in (main, main, a):
        a_loan(readers.of_main, library)
    with pytest.raises(errors.LoanLimitReached, match="附一院馆已借 1 册"):
        a_loan(readers.of_main, a)
    with pytest.raises(errors.LoanLimitReached, match="共借 3 册"):
        a_loan(readers.of_main, a_small_consortium.b)


def test_who_has_something_overdue_neither_renews_nor_borrows_but_may_bring_back(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    """dp2 issue 940, cases 7.1 to 7.4 and 8.1."""
    main = a_small_consortium.main
    services.add_rule(terms=FINES, by=None)
    other = a_loan(readers.of_main, main)
    late = a_loan(readers.of_main, main, days_ago=40)
    with pytest.raises(errors.OverdueFirst, match="这本书已逾期"):
        services.renew(loan=late)
    with pytest.raises(errors.OverdueFirst, match=r"有 1 册已逾期"):
        services.renew(loan=other)
    with pytest.raises(errors.OverdueFirst):
        a_loan(readers.of_main, main)
    assert services.check_in(item=other.item, library=main, by=None).charge.fee is None
    back = services.check_in(item=late.item, library=main, by=None)
    assert back.charge.fee is not None
    assert back.charge.fee.amount_fen == 100, "ten days late at ten fen"
    with pytest.raises(errors.FeesOwed):
        a_loan(readers.of_main, main, item=late.item)
    services.pay(fee=back.charge.fee, amount_fen=100, by=a_small_consortium.outsider)
    a_loan(readers.of_main, main, item=late.item)


def test_each_refusal_of_a_renewal_has_its_own_sentence(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    main = a_small_consortium.main
    record = a_title()
    loan = a_loan(readers.of_main, main, item=a_copy(record, main))
    loan = services.renew(loan=loan)
    with pytest.raises(errors.RenewalLimitReached, match="已续借 1 次"):
        services.renew(loan=loan)
    Loan.objects.update(renewals=0)
    a_hold(readers.of_a, record, a_small_consortium.a)
    with pytest.raises(errors.OthersAreWaiting, match="1 位读者在等"):
        services.renew(loan=loan)
    a_copy(record, main)
    before = loan.due_at
    assert services.renew(loan=loan).due_at > before, "another copy serves who waits"
    early = a_loan(readers.of_a, a_small_consortium.a)
    services.add_rule(library=a_small_consortium.b, terms=Terms(renew_days_before=3), by=None)
    guarded = a_loan(readers.of_a, a_small_consortium.b)
    with pytest.raises(errors.RenewalTooEarly, match="到期前 3 天内"):
        services.renew(loan=guarded)
    outcomes = services.renew_all(loans=queries.open_loans_of(readers.of_a))
    assert {(outcome.loan.pk, outcome.refusal is None) for outcome in outcomes} == {
        (early.pk, True),
        (guarded.pk, False),
    }


def test_a_card_that_ends_gives_no_later_date(a_small_consortium: SmallConsortium) -> None:
    reader = a_patron(a_small_consortium.main, expires_on=clock.today() + timedelta(days=5))
    loan = a_loan(reader, a_small_consortium.main)
    assert clock.local(loan.due_at).date() == reader.expires_on
    with pytest.raises(errors.RenewalGainsNothing):
        services.renew(loan=loan)


def test_the_version_of_a_rule_is_frozen_on_the_loan(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    main = a_small_consortium.main
    rule = services.add_rule(library=main, terms=Terms(loan_length=10, penalty=Penalty.NONE), by=None)
    loan = a_loan(readers.of_main, main, days_ago=15)
    newer = services.amend_rule(rule=rule, terms=FINES, by=a_small_consortium.manager)
    assert (newer.version, loan.rule) == (2, rule)
    back = services.check_in(item=loan.item, library=main, by=None)
    assert (back.charge.cost.units_late, back.charge.fee) == (5, None), "by the old version"
    with pytest.raises(errors.RuleChangedMeanwhile):
        services.amend_rule(rule=rule, terms=FINES, by=a_small_consortium.manager)
    with pytest.raises(errors.RuleExists):
        services.add_rule(library=main, by=None)


def test_a_copy_under_way_is_received_when_it_is_lent(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    copy = a_copy(a_title(), a_small_consortium.a)
    services.check_in(item=copy, library=a_small_consortium.main, by=None)
    assert Transit.objects.filter(received_at=None).exists()
    a_loan(readers.of_a, a_small_consortium.a, item=copy)
    assert not Transit.objects.filter(received_at=None).exists()


def test_the_outsider_lends_and_sees_nothing_of_another_library(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    outsider = a_small_consortium.outsider
    loan = a_loan(readers.of_a, a_small_consortium.a)
    fee = services.lose(loan=a_loan(readers.of_a, a_small_consortium.a), by=None)
    assert fee is not None
    assert not queries.loans_visible_to(outsider).exists()
    assert not queries.fees_visible_to(outsider).exists()
    with pytest.raises(NotAllowed):
        services.lend(
            patron=readers.of_a,
            item=a_copy(a_title(), a_small_consortium.a),
            library=a_small_consortium.a,
            by=outsider,
        )
    with pytest.raises(NotAllowed):
        services.lose(loan=loan, by=outsider)
    with pytest.raises(NotAllowed):
        services.waive(fee=fee, reason="试", by=outsider)
    with pytest.raises(NotAllowed):
        services.add_rule(library=a_small_consortium.a, by=outsider)
    with pytest.raises(NotAllowed):
        services.add_rule(by=a_small_consortium.librarian_a)
    loan.refresh_from_db()
    assert loan.state == LoanState.OUT


def test_a_reader_with_loans_and_fees_is_not_cleared(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a_loan(readers.of_a, a_small_consortium.b)
    services.lose(loan=a_loan(readers.of_a, a_small_consortium.a), by=None)
    with pytest.raises(Exception, match=r"外区馆.*未还[\s\S]*附一院馆.*未缴"):
        patrons.leave(patron=readers.of_a, reason="调离", by=None)
