"""What came of a campaign: figures, groups that are large enough to speak of, titles compared, and what to do next."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from xinglin.audience.models import (
    Batch,
    Behaviour,
    Campaign,
    Channel,
    Delivery,
    DeliveryState,
    Did,
    LinkOpens,
    Reason,
    Tag,
    Way,
)
from xinglin.audience.proportions import LEVEL, newcombe, told, two_proportions
from xinglin.audience.services.policies import policy_of
from xinglin.commons import clock

LEAST_PER_TITLE = 30


@dataclass(frozen=True)
class Shares:
    """Figures of some people, each a count."""

    sent: int
    opened: int
    finished: int
    shared: int
    replied: int
    unfollowed: int
    good: int
    bad: int
    acted: int

    def rate(self, number: int) -> float:
        return 100 * number / self.sent if self.sent else 0.0

    @property
    def lines(self) -> list[tuple[str, int, float]]:
        """The figures as they are shown: name, number, share of those who received it."""
        names = (
            (_("送达"), self.sent), (_("打开"), self.opened), (_("读完"), self.finished), (_("转发"), self.shared),
            (_("回复"), self.replied), (_("评为有用"), self.good), (_("评为没用"), self.bad),
            (_("后续行动"), self.acted), (_("取消关注"), self.unfollowed),
        )  # fmt: skip
        return [(name, number, self.rate(number)) for name, number in names]


@dataclass(frozen=True)
class Group:
    """The figures of those who carry one tag; none where they are too few."""

    dimension: str
    name: str
    shares: Shares | None


@dataclass(frozen=True)
class Comparison:
    """Two titles compared by the share that opened."""

    titles: tuple[str, str]
    sent: tuple[int, int]
    opened: tuple[int, int]
    p_value: float
    low: float
    high: float
    test: str
    verdict: str
    better: int | None


@dataclass(frozen=True)
class Report:
    """Everything that is said of a campaign."""

    campaign: Campaign
    targets: int
    unsure: int
    failed: int
    waiting: int
    reasons: dict[Reason, int]
    shares: Shares
    platform_sent: int | None
    platform_reads: int | None
    platform_shares: int | None
    anonymous_opens: int
    groups: list[Group] = field(default_factory=list)
    comparison: Comparison | None = None
    ways: dict[Way, int] = field(default_factory=dict)
    acts: dict[Did, int] = field(default_factory=dict)
    suggestions: list[str] = field(default_factory=list)

    @property
    def sent(self) -> int:
        return self.shares.sent

    @property
    def replied(self) -> int:
        return self.shares.replied

    @property
    def unfollowed(self) -> int:
        return self.shares.unfollowed


SUMS = {
    "sent": Count("follower_id"),
    "opened": Count("opened_at"),
    "finished": Count("finished_at"),
    "shared": Count("shared_at"),
    "replied": Count("replied_at"),
    "unfollowed": Count("unfollowed_at"),
    "good": Count("follower_id", filter=Q(rating=1)),
    "bad": Count("follower_id", filter=Q(rating=-1)),
    "acted": Count("acted_at"),
}


def of(campaign: Campaign) -> Report:
    """Return the report of a campaign as it stands now."""
    rows = Delivery.objects.filter(campaign=campaign)
    by_state = dict(rows.values_list("state").annotate(n=Count("follower_id")).order_by())
    reasons = {
        Reason(reason): number
        for reason, number in rows.exclude(reason=Reason.NONE).values_list("reason").annotate(
            n=Count("follower_id")
        ).order_by()
    }  # fmt: skip
    sent = rows.filter(state=DeliveryState.SENT)
    shares = Shares(**sent.aggregate(**SUMS))
    platform = Batch.objects.filter(campaign=campaign).aggregate(
        sent=Sum("reported_sent"), reads=Sum("read_users"), shares=Sum("share_users")
    )
    opens = LinkOpens.objects.filter(campaign=campaign).aggregate(n=Sum("count"))["n"] or 0
    comparison = compare_titles(campaign) if campaign.title_b else None
    found = Report(
        campaign=campaign,
        targets=sum(by_state.values()),
        unsure=by_state.get(DeliveryState.UNSURE, 0),
        failed=by_state.get(DeliveryState.FAILED, 0),
        waiting=by_state.get(DeliveryState.PLANNED, 0) + by_state.get(DeliveryState.CLEARED, 0),
        reasons=reasons,
        shares=shares,
        platform_sent=platform["sent"],
        platform_reads=platform["reads"],
        platform_shares=platform["shares"],
        anonymous_opens=opens,
        groups=groups_of(campaign),
        comparison=comparison,
        acts={
            Did(kind): number
            for kind, number in sent.exclude(acted_by=None)
            .values_list("acted_by")
            .annotate(n=Count("follower_id"))
            .order_by("acted_by")
        },
        ways={
            Way(way): number
            for way, number in sent.exclude(way=None)
            .values_list("way")
            .annotate(n=Count("follower_id"))
            .order_by()
        },
    )
    found.suggestions.extend(suggestions(found))
    return found


def groups_of(campaign: Campaign) -> list[Group]:
    """Return the figures by tag; a group of fewer than the policy's smallest is named without figures.

    Sensitive tags are not asked at all.
    """
    smallest = policy_of(campaign.account).smallest_group
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select t.tag_id, count(*), count(d.opened_at), count(d.finished_at), count(d.shared_at),
                   count(d.replied_at), count(d.unfollowed_at), count(*) filter (where d.rating = 1),
                   count(*) filter (where d.rating = -1), count(d.acted_at)
            from audience_delivery d join audience_followertag t on t.follower_id = d.follower_id
            where d.campaign_id = %s and d.state = %s
            group by t.tag_id
            """,
            [campaign.pk, int(DeliveryState.SENT)],
        )
        figures = {row[0]: Shares(*row[1:]) for row in cursor.fetchall()}
    tags = (
        Tag.objects.filter(pk__in=figures)
        .select_related("dimension")
        .order_by("dimension__position", "position")
    )
    return [
        Group(tag.dimension.name, tag.name, figures[tag.pk] if figures[tag.pk].sent >= smallest else None)
        for tag in tags
    ]


def compare_titles(campaign: Campaign) -> Comparison:
    """Compare the shares that opened under either title.

    Two-proportion z test with pooled variance, Fisher's exact test where a cell is small; the interval of the
    difference is Newcombe's (1998, method 10), which holds for small shares too.
    """
    rows = Delivery.objects.filter(campaign=campaign, state=DeliveryState.SENT)
    found = {
        row["variant"]: (row["sent"], row["opened"])
        for row in rows.values("variant").annotate(sent=SUMS["sent"], opened=SUMS["opened"]).order_by()
    }
    (n_a, x_a), (n_b, x_b) = found.get(0, (0, 0)), found.get(1, (0, 0))
    p_value, test = two_proportions(x_a, n_a, x_b, n_b)
    low, high = newcombe(x_a, n_a, x_b, n_b)
    better = None
    if min(n_a, n_b) < LEAST_PER_TITLE:
        verdict = _("每个标题至少要送达 %(n)d 人才能比较，现在还不能下结论。") % {"n": LEAST_PER_TITLE}
    elif p_value >= LEVEL:
        verdict = _("两个标题的打开率没有显著差别（p %(p)s），可能只是偶然。") % {"p": told(p_value)}
    else:
        better = 0 if x_a / n_a > x_b / n_b else 1
        verdict = _("「%(title)s」的打开率显著更高（p %(p)s）。") % {
            "title": campaign.titles[better],
            "p": told(p_value),
        }
    return Comparison(
        (campaign.title_a, campaign.title_b),
        (n_a, n_b),
        (x_a, x_b),
        p_value,
        low,
        high,
        test,
        verdict,
        better,
    )


def suggestions(found: Report) -> list[str]:
    """Return what this push teaches for the next."""
    told: list[str] = []
    if found.comparison is not None and found.comparison.better is not None:
        told.append(
            _("下次用「%(title)s」这类标题。") % {"title": found.comparison.titles[found.comparison.better]}
        )
    large = [(group, group.shares) for group in found.groups if group.shares is not None]
    if large and found.shares.opened:
        best, figures = max(large, key=lambda one: one[1].rate(one[1].opened))
        if figures.rate(figures.opened) > 1.2 * found.shares.rate(found.shares.opened):
            told.append(
                _("「%(group)s」的打开率 %(rate).1f%%，高于总体；可为这个分群单独策划。")
                % {"group": best.name, "rate": figures.rate(figures.opened)}
            )
    if found.shares.sent and found.shares.rate(found.shares.unfollowed) > 1:
        told.append(
            _("取消关注占 %(rate).1f%%，偏高：请缩小分群，或降低频次。")
            % {"rate": found.shares.rate(found.shares.unfollowed)}
        )
    hour = best_hour(found.campaign)
    if hour is not None:
        told.append(_("读者多在 %(hour)d 点前后打开，下次可在这之前发送。") % {"hour": hour})
    missed = found.shares.sent - found.shares.opened
    if missed and found.shares.opened and found.campaign.channel != Channel.MASS:
        told.append(
            _("%(n)d 人收到但没有打开：可新建分群「收到过本次推送且未打开」，换个标题再发一次。")
            % {"n": missed}
        )
    return told


def best_hour(campaign: Campaign) -> int | None:
    """Return the hour of the day in which most of the account's followers opened something lately."""
    opens = Behaviour.objects.filter(
        kind=Did.OPENED,
        at__gte=clock.now() - timedelta(days=90),
        campaign_id__in=Campaign.objects.filter(account=campaign.account).values("pk"),
    )
    hours = (
        opens.annotate(hour=F("at__hour")).values_list("hour").annotate(n=Count("pk")).order_by("-n", "hour")
    )
    first = hours.first()
    return first[0] if first and first[1] >= LEAST_PER_TITLE else None
