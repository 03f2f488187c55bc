"""Serials: subscribe, predict, check in by one click."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from stdnum import issn as issn_rules

from xinglin.acquisitions.errors import IssueMoveNotPossible, SubscriptionUnfit
from xinglin.acquisitions.models import Issue, IssueState, Subscription, Vendor
from xinglin.acquisitions.prediction import Frequency, predict
from xinglin.acquisitions.queries import SERIAL
from xinglin.catalog.models import Record, RecordState
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff

LONGEST_DAYS = 366 * 3


@dataclass(frozen=True, kw_only=True)
class SubscriptionFile:
    """What is subscribed, and how it appears."""

    title: str
    frequency: Frequency
    first_on: date
    until: date
    issn: str = ""
    first_number: int = 1
    skipped_months: tuple[int, ...] = ()
    copies: int = 1
    grace_days: int = 14
    binding_note: str = ""


@transaction.atomic
def subscribe(*, library: Library, vendor: Vendor, file: SubscriptionFile, by: Staff | None) -> Subscription:
    """Take a serial for a time and predict its issues. Raises ``SubscriptionUnfit``, ``NotAllowed``."""
    access.require(by, SERIAL, library.pk)
    number = file.issn.strip().upper()
    if number and not issn_rules.is_valid(number):
        raise SubscriptionUnfit(_("ISSN %(issn)s 的校验位不对；请核对。"), issn=number[:20])
    if not file.title.strip():
        raise SubscriptionUnfit(_("请写刊名。"))
    if not timedelta(0) <= file.until - file.first_on <= timedelta(days=LONGEST_DAYS):
        raise SubscriptionUnfit(_("“订到”要在第一期之后，最长三年。"))
    if not set(file.skipped_months) <= set(range(1, 13)) or file.copies < 1 or file.first_number < 1:
        raise SubscriptionUnfit(_("停出的月份写 1 到 12；份数和期号至少为 1。"))
    number = issn_rules.format(number) if number else ""
    found = (
        Record.objects.filter(issns__contains=[number], state=RecordState.ACTIVE).first() if number else None
    )
    subscription = Subscription.objects.create(
        library=library, vendor=vendor, record=found, title=file.title.strip()[:300], issn=number,
        frequency=file.frequency, skipped_months=sorted(file.skipped_months), first_on=file.first_on,
        first_number=file.first_number, until=file.until, copies=file.copies, grace_days=file.grace_days,
        binding_note=file.binding_note.strip()[:200],
    )  # fmt: skip
    _predict(subscription)
    history.record(subscription, "subscribe", by=by.user if by else None)
    return subscription


@transaction.atomic
def extend(*, subscription: Subscription, until: date, by: Staff | None) -> Subscription:
    """Renew a subscription; issues that are known already stay as they are. Raises ``SubscriptionUnfit``."""
    kept = _locked(subscription, by)
    if kept.ended_on or until <= kept.until or until - clock.today() > timedelta(days=LONGEST_DAYS):
        raise SubscriptionUnfit(
            _("《%(title)s》已订到 %(until)s；续订要更晚，最长三年，停订的请另外登记。"),
            title=kept.title, until=kept.until,
        )  # fmt: skip
    kept.until = until
    kept.save(update_fields=["until"])
    _predict(kept)
    history.record(kept, "extend", by=by.user if by else None, changes={"until": str(until)})
    return kept


@transaction.atomic
def check_in(*, issue: Issue, came_on: date | None = None, note: str = "", by: Staff | None) -> Issue:
    """Note that an issue came; one that was given up may come after all. Raises ``IssueMoveNotPossible``."""
    kept = locked_issue(issue, by)
    if kept.state == IssueState.CAME:
        raise IssueMoveNotPossible(
            _("《%(issue)s》%(day)s 已登记到馆；没有再记一次。"), issue=kept, day=kept.came_on
        )
    kept.state, kept.came_on = IssueState.CAME, came_on or clock.today()
    kept.checked_in_by, kept.note = by, note.strip()[:200] or kept.note
    kept.save()
    history.record(kept, "check_in_issue", by=by.user if by else None)
    return kept


@transaction.atomic
def give_up(*, issue: Issue, note: str, by: Staff | None) -> Issue:
    """Note that an issue will not come. Raises ``IssueMoveNotPossible``, ``SubscriptionUnfit``."""
    kept = locked_issue(issue, by)
    if kept.state != IssueState.EXPECTED:
        raise IssueMoveNotPossible(
            _("《%(issue)s》现在是“%(state)s”。"), issue=kept, state=kept.get_state_display()
        )
    if not note.strip():
        raise SubscriptionUnfit(_("请写明原因，如停刊、合刊、书商缺货。"))
    kept.state, kept.note = IssueState.MISSING, note.strip()[:200]
    kept.save()
    history.record(kept, "give_up_issue", by=by.user if by else None, reason=kept.note)
    return kept


def _predict(subscription: Subscription) -> None:
    issues = predict(
        Frequency(subscription.frequency),
        first_on=subscription.first_on,
        until=subscription.until,
        first_number=subscription.first_number,
        skipped_months=subscription.skipped_months,
    )
    rows = [
        Issue(subscription=subscription, year=each.year, number=each.number, expected_on=each.expected_on)
        for each in issues
    ]
    Issue.objects.bulk_create(rows, ignore_conflicts=True)


def _locked(subscription: Subscription, by: Staff | None) -> Subscription:
    kept = Subscription.objects.select_for_update(of=("self",)).get(pk=subscription.pk)
    access.require(by, SERIAL, kept.library_id)
    return kept


def locked_issue(issue: Issue, by: Staff | None) -> Issue:
    """Return an issue locked, for someone who checks issues in. Raises ``NotAllowed``."""
    rows = Issue.objects.select_for_update(of=("self",))
    kept = rows.select_related("subscription__vendor", "subscription__library").get(pk=issue.pk)
    access.require(by, SERIAL, kept.subscription.library_id)
    return kept
