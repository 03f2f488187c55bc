"""Serials: predicted by a pattern, checked in once, claimed when late."""

from datetime import date, timedelta

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from xinglin.acquisitions import queries, services
from xinglin.acquisitions.errors import BudgetExceeded, IssueMoveNotPossible, SubscriptionUnfit
from xinglin.acquisitions.models import Claim, Issue, IssueState, Subscription
from xinglin.acquisitions.prediction import Frequency, predict
from xinglin.acquisitions.services.serials import SubscriptionFile
from xinglin.acquisitions.tests.factories import a_fund, a_vendor
from xinglin.circulation.tests.racing import at_once
from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.consortium.models import Library
from xinglin.consortium.tests.cast import SmallConsortium, signed_in


def a_subscription(library: Library, *, first_on: date, days: int = 150) -> Subscription:
    file = SubscriptionFile(
        title="中华心血管病杂志",
        issn="0253-3758",
        frequency=Frequency.MONTHLY,
        first_on=first_on,
        until=first_on + timedelta(days=days),
    )
    return services.subscribe(library=library, vendor=a_vendor(), file=file, by=None)


@pytest.mark.parametrize(
    ("frequency", "in_a_year"),
    [
        (Frequency.WEEKLY, 53), (Frequency.FORTNIGHTLY, 27), (Frequency.SEMIMONTHLY, 24), (Frequency.MONTHLY, 12),
        (Frequency.BIMONTHLY, 6), (Frequency.QUARTERLY, 4), (Frequency.HALF_YEARLY, 2), (Frequency.YEARLY, 1),
    ],
)  # fmt: skip
def test_a_year_of_each_pattern(frequency: Frequency, in_a_year: int) -> None:
    issues = predict(frequency, first_on=date(2026, 1, 1), until=date(2026, 12, 31))
    assert [each.number for each in issues] == list(range(1, in_a_year + 1))


def test_months_left_out_use_no_number_and_the_last_day_is_kept() -> None:
    issues = predict(
        Frequency.MONTHLY, first_on=date(2026, 1, 31), until=date(2027, 2, 1), skipped_months=(2, 8)
    )
    assert [(each.year, each.number) for each in issues[:2]] == [(2026, 1), (2026, 2)]
    assert issues[1].expected_on == date(2026, 3, 31) and issues[2].expected_on == date(2026, 4, 30)
    assert issues[-1].year == 2027 and issues[-1].number == 1 and len(issues) == 11


@given(
    st.sampled_from(list(Frequency)),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.integers(0, 800),
    st.sets(st.integers(1, 12), max_size=6),
)
def test_issues_come_one_after_the_other_and_each_number_once(
    frequency: Frequency, first: date, days: int, skipped: set[int]
) -> None:
    until = first + timedelta(days=days)
    issues = predict(frequency, first_on=first, until=until, skipped_months=skipped)
    expected = [each.expected_on for each in issues]
    assert expected == sorted(set(expected)) and all(first <= day <= until for day in expected)
    assert len({(each.year, each.number) for each in issues}) == len(issues)
    assert not {day.month for day in expected} & skipped


@pytest.mark.django_db
def test_a_late_issue_is_claimed_by_letter_and_not_every_day(a_small_consortium: SmallConsortium) -> None:
    today = clock.today()
    subscription = a_subscription(a_small_consortium.a, first_on=today - timedelta(days=40))
    late = subscription.issues.first()
    assert (
        late is not None
        and queries.issues_visible_to(a_small_consortium.librarian_a).filter(queries.is_late()).get() == late
    )
    claim = services.claim(issue=late, by=a_small_consortium.librarian_a)
    assert "中华心血管病杂志" in claim.letter and "0253-3758" in claim.letter and "第 1 次" in claim.letter
    with pytest.raises(IssueMoveNotPossible, match="两周"):
        services.claim(issue=late, by=None)
    soon = subscription.issues.last()
    assert soon is not None
    with pytest.raises(IssueMoveNotPossible, match="不用催"):
        services.claim(issue=soon, by=None)
    services.give_up(issue=late, note="合刊", by=None)
    services.check_in(issue=late, by=None)
    late.refresh_from_db()
    assert late.state == IssueState.CAME and Claim.objects.count() == 1


@pytest.mark.django_db
def test_renewing_adds_issues_and_changes_none(a_small_consortium: SmallConsortium) -> None:
    subscription = a_subscription(a_small_consortium.a, first_on=date(2026, 1, 5), days=100)
    first = subscription.issues.first()
    assert first is not None
    services.check_in(issue=first, by=None)
    services.extend(subscription=subscription, until=date(2026, 12, 31), by=None)
    assert (
        subscription.issues.count() == 12 and subscription.issues.filter(state=IssueState.CAME).count() == 1
    )
    with pytest.raises(SubscriptionUnfit):
        services.extend(subscription=subscription, until=date(2026, 12, 31), by=None)


@pytest.mark.django_db(transaction=True)
def test_two_who_check_in_one_issue_note_it_once(a_small_consortium: SmallConsortium) -> None:
    issue = a_subscription(a_small_consortium.a, first_on=clock.today()).issues.first()
    assert issue is not None
    results = at_once(*[lambda: services.check_in(issue=issue, by=None)] * 2)
    assert [type(each) for each in results].count(IssueMoveNotPossible) == 1


@pytest.mark.django_db
def test_the_screens_of_serials(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    client, vendor = signed_in(cast.librarian_a), a_vendor()
    told = {
        "library": cast.a.pk, "vendor": vendor.pk, "title": "护理学杂志", "frequency": "semimonthly",
        "first_on": "2026-11-01", "first_number": "21", "until": "2026-12-31", "copies": "1", "grace_days": "7",
        "skipped_months": "1，2",
    }  # fmt: skip
    assert client.post("/console/acquisitions/subscription/new/", told).status_code == 302
    page = client.get(f"/console/acquisitions/subscription/{Subscription.objects.get().pk}/")
    assert "2026 年第 21 期" in page.content.decode()
    picked = [issue.pk for issue in Issue.objects.all()[:2]]
    client.post("/console/acquisitions/issues/do/check_in/", {"pick": picked})
    assert Issue.objects.filter(state=IssueState.CAME).count() == 2
    shown = client.get("/console/acquisitions/issues/?late=on&export=csv")
    assert shown.status_code == 200
    with pytest.raises(NotAllowed):
        services.check_in(issue=Issue.objects.filter(state=IssueState.EXPECTED)[0], by=cast.outsider)


@pytest.mark.django_db
def test_a_claim_is_mailed_once_to_the_vendor_and_where_it_cannot_be_says_why(
    a_small_consortium: SmallConsortium, settings: Settings
) -> None:
    library = a_small_consortium.a
    library.email = "serials@a.example"
    library.save()
    first, second, third = a_subscription(library, first_on=clock.today() - timedelta(days=100)).issues.all()[
        :3
    ]
    assert "邮件服务器" in services.claim(issue=first, by=None).why_not
    settings.EMAIL_HOST, settings.EMAIL_BACKEND = (
        "mail.example",
        "django.core.mail.backends.locmem.EmailBackend",
    )
    assert "没有登记邮箱" in services.claim(issue=second, by=None).why_not
    a_vendor(email="orders@vendor.example")
    claim = services.claim(issue=third, by=a_small_consortium.librarian_a)
    assert claim.why_not == ""
    assert [services.mail_claim(claim_id=claim.pk) for _again in range(2)] == [True, False]
    (letter,) = mail.outbox
    assert (letter.to, letter.reply_to) == (["orders@vendor.example"], ["serials@a.example"])
    assert letter.body == claim.letter
    claim.refresh_from_db()
    assert (claim.mailed_to, claim.mailed_at is not None) == ("orders@vendor.example", True)
    page = signed_in(a_small_consortium.librarian_a).get("/console/acquisitions/claims/").content.decode()
    assert page.count("没有寄出") == 2 and "已寄出" in page


@pytest.mark.django_db
def test_a_letter_about_an_issue_that_came_meanwhile_is_not_mailed(
    a_small_consortium: SmallConsortium, settings: Settings
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_BACKEND = (
        "mail.example",
        "django.core.mail.backends.locmem.EmailBackend",
    )
    issue = a_subscription(a_small_consortium.a, first_on=clock.today() - timedelta(days=40)).issues.all()[0]
    a_vendor(email="orders@vendor.example")
    claim = services.claim(issue=issue, by=None)
    services.check_in(issue=issue, by=None)
    assert not services.mail_claim(claim_id=claim.pk)
    claim.refresh_from_db()
    assert "已到馆" in claim.why_not and not mail.outbox


@pytest.mark.django_db
def test_the_money_of_a_term_is_bound_paid_and_released(a_small_consortium: SmallConsortium) -> None:
    by, fund = a_small_consortium.librarian_a, a_fund(a_small_consortium.a, budget_fen=100_000)
    paper = a_subscription(a_small_consortium.a, first_on=clock.today() - timedelta(days=40), days=300)

    def standing() -> tuple[int, int]:
        found = queries.standing_of(fund)
        shown = queries.funds_visible_to(by).get(pk=fund.pk)
        assert queries.left_of(shown) == found.left_fen
        return found.committed_fen, found.spent_fen

    term = services.bind_term(subscription=paper, fund=fund, amount_fen=60_000, by=by)
    assert standing() == (60_000, 0)
    with pytest.raises(SubscriptionUnfit, match="已有订费"):
        services.bind_term(subscription=paper, fund=fund, amount_fen=1, by=by)
    with pytest.raises(BudgetExceeded):
        services.pay_term(term=term, number="1", amount_fen=100_001, paid_on=clock.today(), by=by)
    services.pay_term(term=term, number="0012", amount_fen=58_000, paid_on=clock.today(), by=by)
    assert standing() == (0, 58_000)
    with pytest.raises(SubscriptionUnfit, match="已支付"):
        services.pay_term(term=term, number="0012", amount_fen=58_000, paid_on=clock.today(), by=by)
    services.extend(subscription=paper, until=paper.until + timedelta(days=365), by=by)
    with pytest.raises(BudgetExceeded):
        services.bind_term(subscription=paper, fund=fund, amount_fen=60_000, by=by)
    services.bind_term(subscription=paper, fund=fund, amount_fen=40_000, by=by)
    assert standing() == (40_000, 58_000)
    services.end_subscription(subscription=paper, on=clock.today(), reason="停刊", by=by)
    assert standing() == (0, 58_000)
    assert not paper.issues.filter(expected_on__gt=clock.today()).exists()
    with pytest.raises(SubscriptionUnfit, match="已停订"):
        services.end_subscription(subscription=paper, on=clock.today(), reason="停刊", by=by)
    with pytest.raises(NotAllowed):
        services.bind_term(subscription=paper, fund=fund, amount_fen=1, by=a_small_consortium.outsider)
