"""Claims: letters to vendors about issues that are late, mailed where there is a way, and kept either way."""

from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.errors import IssueMoveNotPossible
from xinglin.acquisitions.events import IssueClaimed
from xinglin.acquisitions.models import Claim, Issue
from xinglin.acquisitions.services.serials import locked_issue
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium.models import Staff
from xinglin.notices.channels import mail_is_set_up

CLAIM_AGAIN_AFTER = timedelta(days=14)


@transaction.atomic
def claim(*, issue: Issue, by: Staff | None) -> Claim:
    """Write to the vendor about a late issue; again after two weeks. It is mailed after the commit.

    Raises ``IssueMoveNotPossible``.
    """
    kept = locked_issue(issue, by)
    if not kept.is_late:
        raise IssueMoveNotPossible(
            _("《%(issue)s》预计 %(day)s 到，宽限 %(days)d 天，现在不用催。"),
            issue=kept, day=kept.expected_on, days=kept.subscription.grace_days,
        )  # fmt: skip
    last = kept.claims.first()
    if last is not None and last.at + CLAIM_AGAIN_AFTER > clock.now():
        raise IssueMoveNotPossible(
            _("《%(issue)s》%(day)s 已催过第 %(round)d 次；两周后再催。"),
            issue=kept, day=clock.local(last.at).date(), round=last.round,
        )  # fmt: skip
    times = last.round + 1 if last else 1
    why_not = _no_way_to(kept)
    made = Claim.objects.create(
        issue=kept, round=times, letter=letter_about(kept, times), at=clock.now(), by=by, why_not=why_not
    )
    history.record(kept, "claim_issue", by=by.user if by else None, changes={"round": times})
    if not why_not:
        announce(IssueClaimed(claim_id=made.pk))
    return made


@transaction.atomic
def mail_claim(*, claim_id: int) -> bool:
    """Mail a letter, once; the row is locked meanwhile, so that two errands do not both send it.

    Returns whether it was sent now. An issue that came meanwhile is not claimed any more; a server that does not
    answer raises, and the errand is tried again.
    """
    kept = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("issue__subscription__vendor", "issue__subscription__library")
        .get(pk=claim_id)
    )
    if kept.mailed_at is not None or kept.why_not:
        return False
    kept.why_not = _no_way_to(kept.issue)
    if not kept.issue.is_late:
        kept.why_not = gettext("寄出之前，这一期已到馆或不再等了。")
    if kept.why_not:
        kept.save(update_fields=["why_not"])
        return False
    paper = kept.issue.subscription
    EmailMessage(
        subject=gettext("催缺：《%(issue)s》（第 %(times)d 次）")
        % {"issue": kept.issue, "times": kept.round},
        body=kept.letter,
        to=[paper.vendor.email],
        reply_to=[paper.library.email] if paper.library.email else None,
    ).send()
    kept.mailed_at, kept.mailed_to = clock.now(), paper.vendor.email
    kept.save(update_fields=["mailed_at", "mailed_to"])
    history.record(kept.issue, "email", changes={"round": kept.round, "to": kept.mailed_to})
    return True


def letter_about(issue: Issue, times: int) -> str:
    """Return the letter to the vendor."""
    paper = issue.subscription
    return gettext(
        "%(vendor)s：\n\n我馆订阅的《%(title)s》（ISSN %(issn)s）%(label)s，%(copies)d 份，"
        "预计 %(day)s 到馆，至今未收到。"
        "这是第 %(times)d 次催询，请查明补寄，或告知缺刊、合刊情况。\n\n%(library)s\n%(today)s"
    ) % {
        "vendor": paper.vendor.name, "title": paper.title, "issn": paper.issn or "—", "label": issue.label,
        "copies": paper.copies, "day": issue.expected_on, "times": times, "library": paper.library.name,
        "today": clock.today(),
    }  # fmt: skip


def _no_way_to(issue: Issue) -> str:
    """Return why a letter cannot be mailed, or ""."""
    if not mail_is_set_up():
        return gettext("系统没有设置邮件服务器；请复制催缺信另外发送。")
    if not issue.subscription.vendor.email:
        return gettext("书商没有登记邮箱；请复制催缺信另外发送。")
    return ""
