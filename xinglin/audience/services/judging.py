"""Who may be sent a campaign at this moment: one expression of SQL, for the preview and for the sending alike."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from xinglin.audience.models import Campaign, Channel, DeliveryState, PushPolicy, Reason
from xinglin.audience.rules.compiling import Carriers, members
from xinglin.audience.rules.tree import Node
from xinglin.audience.services.subscribing import template_of
from xinglin.commons import clock
from xinglin.newsroom.publishing.quotas import sent_to_all
from xinglin.wechat.capabilities import monthly_deliveries
from xinglin.wechat.models import Account
from xinglin.wechat.queries import AFTER_A_MESSAGE

# The order is that of ``Reason``: the first thing that stands against somebody is the one that is told.
VERDICT = f"""
    case
      when not exists (select from audience_profile p
                       where p.follower_id = n.follower_id and p.account_id = %(account)s)
        then {Reason.NOT_FOLLOWING}
      when exists (select from audience_optout o where o.follower_id = n.follower_id
                   and (o.topic_id is null or o.topic_id = %(topic)s)) then {Reason.OPTED_OUT}
      when %(sensitive)s and not exists (
             select from audience_audienceconsent c where c.follower_id = n.follower_id
             and c.kind = 'health' and c.withdrawn_at is null) then {Reason.NO_CONSENT}
      when %(cap)s <= (select count(*) from audience_delivery x
                       where x.follower_id = n.follower_id and x.sent_at > %(since)s
                         and x.campaign_id <> %(campaign)s) then {Reason.CAPPED}
      when %(monthly)s <= (select count(*) from audience_delivery x
                           where x.follower_id = n.follower_id and x.sent_at >= %(month)s
                             and x.batch is not null) then {Reason.MONTH_FULL}
      when %(window)s and not exists (
             select from wechat_incomingmessage m where m.follower_id = n.follower_id
             and m.received_at > %(opened)s and m.kind <> 'event') then {Reason.NO_WINDOW}
      when %(email)s and not exists (
             select from wechat_binding b join patrons_patron r on r.id = b.patron_id
             where b.follower_id = n.follower_id and b.unbound_at is null and r.email <> '')
        then {Reason.NO_EMAIL}
      when %(template)s::text is not null and not exists (
             select from wechat_subscriptionconsent s
             where s.follower_id = n.follower_id and s.template_id = %(template)s::text
             and case when %(lasting)s then s.refused_at is null else s.remaining > 0 end)
        then {Reason.NO_SUBSCRIPTION}
      when exists (select from wechat_follower w where w.id = n.follower_id and w.is_blocked)
        then {Reason.BLOCKED}
      else 0
    end
"""  # noqa: S608 -- put together from constants

# Rows are locked in the order of their keys; ``more`` tells whether the page was full.
JUDGE_PAGE = f"""
    with n as (
      select follower_id from audience_delivery
      where campaign_id = %(campaign)s and state = {DeliveryState.PLANNED} and follower_id > %(after)s
        and (%(variant)s::int is null or variant = %(variant)s)
      order by follower_id limit %(most)s for update
    ), judged as (select n.follower_id, {VERDICT} as reason from n)
    update audience_delivery d
    set state = case when j.reason = 0 then %(to)s else {DeliveryState.SKIPPED} end,
        reason = j.reason,
        batch = case when j.reason = 0 then %(batch)s::int end,
        sent_at = case when j.reason = 0 and %(to)s <> {DeliveryState.CLEARED} then %(now)s::timestamptz end
    from judged j
    where d.campaign_id = %(campaign)s and d.follower_id = j.follower_id
    returning d.follower_id, d.reason
"""  # noqa: S608 -- put together from constants

NEVER = 1_000_000


@dataclass(frozen=True)
class Outline:
    """What judging needs to know of a campaign, or of one that is only being thought of."""

    account: Account
    topic_id: int
    channel: Channel
    is_sensitive: bool
    campaign_id: int = 0
    falls_back: bool = False

    @classmethod
    def of(cls, campaign: Campaign) -> "Outline":
        return cls(
            campaign.account, campaign.topic_id, Channel(campaign.channel), campaign.is_sensitive, campaign.pk,
            campaign.falls_back,
        )  # fmt: skip


def facts(outline: Outline, policy: PushPolicy, now: datetime) -> dict[str, Any]:
    """Return the parameters of ``VERDICT``.

    What the newsroom mass-sent to everybody reached each of them: it counts towards the cap and the platform's month.
    """
    since, month = now - timedelta(days=policy.cap_days), month_start(now)
    monthly = monthly_deliveries(outline.account.kind) if outline.channel == Channel.MASS else None
    by_consent = outline.channel == Channel.SUBSCRIPTION and not outline.falls_back
    chosen = template_of(outline.account) if by_consent else None
    return {
        "account": outline.account.pk,
        "campaign": outline.campaign_id,
        "topic": outline.topic_id,
        "sensitive": outline.is_sensitive,
        "cap": policy.cap - sent_to_all(outline.account, since),
        "since": since,
        "monthly": NEVER if monthly is None else monthly - sent_to_all(outline.account, month),
        "month": month,
        "window": outline.channel == Channel.CUSTOMER,
        "opened": now - AFTER_A_MESSAGE,
        "email": outline.channel == Channel.EMAIL,
        # A template that was taken away meanwhile leaves nobody's consent.
        "template": (chosen.template_id if chosen else "") if by_consent else None,
        "lasting": chosen is not None and chosen.is_lasting,
    }


def month_start(now: datetime) -> datetime:
    """Return when the calendar month began, by the platform's own clock."""
    return clock.local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def preview(outline: Outline, policy: PushPolicy, rule: Node, carriers: Carriers) -> dict[Reason, int]:
    """Return how many of those who fit would be sent the campaign now, and how many are left out for which reason."""
    people = members(outline.account, rule, carriers).values("follower_id")
    inner, inner_values = people.query.sql_with_params()
    verdict, values = positional(VERDICT, facts(outline, policy, clock.now()))
    with connection.cursor() as cursor:
        cursor.execute(
            f"select v.reason, count(*) from (select {verdict} as reason from ({inner}) n) v group by v.reason",  # noqa: S608
            [*values, *inner_values],
        )
        return {Reason(reason): number for reason, number in cursor.fetchall()}


def positional(statement: str, named: dict[str, Any]) -> tuple[str, list[Any]]:
    """Return a statement with named parameters as one with positional ones: the ORM's own are of that kind."""
    values: list[Any] = []

    def place(found: re.Match[str]) -> str:
        values.append(named[found.group(1)])
        return "%s"

    return re.sub(r"%\((\w+)\)s", place, statement), values
