"""How often and when an account may push."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.audience.errors import CampaignNotReady
from xinglin.audience.models import PushPolicy
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.wechat.models import Account


def policy_of(account: Account) -> PushPolicy:
    """Return the policy of an account, made with the house's own figures when there is none."""
    return PushPolicy.objects.get_or_create(account=account)[0]


@transaction.atomic
def set_policy(
    *, account: Account, cap: int, cap_days: int, quiet_from: time, quiet_to: time, smallest_group: int,
    by: Staff | None,
) -> PushPolicy:  # fmt: skip
    """Change the policy. Raises ``CampaignNotReady`` for figures that would stop everything, or nothing."""
    access.require(by, "audience.change_policy", account.library_id)
    if not (1 <= cap <= 30 and 1 <= cap_days <= 90 and 2 <= smallest_group <= 100):
        raise CampaignNotReady(_("每人每期 1 至 30 条，周期 1 至 90 天，最小可报告人数 2 至 100。"))
    policy_of(account)
    kept = PushPolicy.objects.select_for_update().get(account=account)
    kept.cap, kept.cap_days, kept.smallest_group = cap, cap_days, smallest_group
    kept.quiet_from, kept.quiet_to = quiet_from, quiet_to
    kept.version += 1
    kept.save()
    told = {"cap": cap, "cap_days": cap_days, "quiet_from": quiet_from, "quiet_to": quiet_to}
    history.record(kept, "amend", by=by.user if by else None, changes=told)
    return kept


def quiet_until(policy: PushPolicy, moment: datetime) -> datetime | None:
    """Return when the quiet hours in which a moment lies end; None outside of them. Equal ends mean none."""
    start, end = policy.quiet_from, policy.quiet_to
    if start == end:
        return None
    here = clock.local(moment)
    now = here.time()
    inside = start <= now < end if start < end else now >= start or now < end
    if not inside:
        return None
    ends = here.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return ends if ends > here else ends + timedelta(days=1)
