"""What came of a push, person by person: opened, read to the end, shared, rated, acted."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F

from xinglin.audience.models import Behaviour, Campaign, Delivery, Did, LinkOpens, ProfilingOff
from xinglin.commons import clock
from xinglin.patrons.models import Patron
from xinglin.wechat.models import Follower
from xinglin.wechat.queries import followers_of

MARKS = {Did.OPENED: "opened_at", Did.FINISHED: "finished_at", Did.SHARED: "shared_at"}
RATINGS = {Did.RATED_GOOD: 1, Did.RATED_BAD: -1}
ACTIONS = (Did.BORROWED, Did.ASKED, Did.REGISTERED)
# Within these days after the send something is taken to follow from it.
REPLIES_WITHIN, LEAVES_WITHIN, ACTS_WITHIN = 3, 7, 14


@transaction.atomic
def note(*, campaign: Campaign, follower: Follower, kind: Did) -> None:
    """Write down once what a follower did with a campaign; the first time counts."""
    row = Delivery.objects.filter(campaign=campaign, follower_id=follower.pk)
    if kind in RATINGS:
        row.update(rating=RATINGS[kind])
        new = 1
    else:
        mark = MARKS[kind]
        new = row.filter(**{f"{mark}__isnull": True}).update(**{mark: clock.now()})
        if kind != Did.OPENED:
            # Who read to the end or shared has opened it, even where that page view was lost.
            row.filter(opened_at__isnull=True).update(opened_at=clock.now())
    if new:
        behave(follower=follower, kind=kind, campaign=campaign)


@transaction.atomic
def acted(*, patron: Patron, kind: Did) -> int:
    """Put down to a push what a reader did after it: asked for a document, placed a hold, signed up for a lecture.

    It is the push that they opened last, of those that reached them within the fortnight, and its first action counts.
    Rooms call this, or announce what this room listens to; loans are taken by ``settle``. Returns how many pushes.
    """
    if kind not in ACTIONS:
        raise ValueError(f"{kind} is nothing that follows from a push")
    since, marked = clock.now() - timedelta(days=ACTS_WITHIN), 0
    for follower in followers_of(patron):
        rows = Delivery.objects.filter(follower_id=follower.pk, sent_at__gt=since, opened_at__isnull=False)
        row = rows.order_by("-opened_at").first()
        if row is None or row.acted_at is not None:  # a second action, or the same one told twice
            continue
        mine = Delivery.objects.filter(
            campaign=row.campaign_id, follower_id=follower.pk, acted_at__isnull=True
        )
        if mine.update(acted_at=clock.now(), acted_by=kind):
            behave(follower=follower, kind=kind, campaign=Campaign.objects.get(pk=row.campaign_id))
            marked += 1
    return marked


@transaction.atomic
def behave(
    *, follower: Follower, kind: Did, campaign: Campaign | None = None, article_id: int | None = None,
    column_id: int | None = None,
) -> None:  # fmt: skip
    """Write down what a follower did, unless they switched that off or are gone."""
    if follower.erased_at is not None or ProfilingOff.objects.filter(follower=follower).exists():
        return
    Behaviour.objects.create(
        follower_id=follower.pk,
        kind=kind,
        at=clock.now(),
        article_id=campaign.article_id if campaign else article_id,
        column_id=campaign.topic_id if campaign else column_id,
        campaign_id=campaign.pk if campaign else None,
    )


@transaction.atomic
def count_link(*, campaign: Campaign, variant: int) -> None:
    """Count that somebody unknown opened the common link."""
    row, _made = LinkOpens.objects.get_or_create(campaign=campaign, variant=variant, day=clock.today())
    LinkOpens.objects.filter(pk=row.pk).update(count=F("count") + 1)


SETTLE = (
    """
    update audience_delivery d set replied_at = m.at
    from (select m.follower_id, min(m.received_at) as at
          from audience_delivery x
          join wechat_incomingmessage m on m.follower_id = x.follower_id and m.kind <> 'event'
               and m.received_at > x.sent_at and m.received_at < x.sent_at + make_interval(days => %(replies)s)
          where x.campaign_id = %(campaign)s and x.sent_at is not null and x.replied_at is null
          group by m.follower_id) m
    where d.campaign_id = %(campaign)s and d.follower_id = m.follower_id
    """,
    """
    update audience_delivery d set unfollowed_at = f.unfollowed_at
    from wechat_follower f
    where d.campaign_id = %(campaign)s and d.sent_at is not null and d.unfollowed_at is null
      and f.id = d.follower_id and f.unfollowed_at > d.sent_at
      and f.unfollowed_at < d.sent_at + make_interval(days => %(leaves)s)
    """,
    f"""
    with acts as (
      select distinct on (x.follower_id) x.follower_id, t.at, t.kind
      from audience_delivery x cross join lateral (
        select l.lent_at as at, {Did.BORROWED} as kind from circulation_loan l
        join wechat_binding b on b.patron_id = l.patron_id and b.unbound_at is null
        where b.follower_id = x.follower_id
        union all
        select m.received_at, {Did.ASKED} from wechat_incomingmessage m
        where m.follower_id = x.follower_id and m.needs_person
      ) t
      where x.campaign_id = %(campaign)s and x.opened_at is not null and x.acted_at is null
        and t.at > x.sent_at and t.at < x.sent_at + make_interval(days => %(acts)s)
      order by x.follower_id, t.at
    ), marked as (
      update audience_delivery d set acted_at = a.at, acted_by = a.kind
      from acts a where d.campaign_id = %(campaign)s and d.follower_id = a.follower_id
      returning d.follower_id, d.acted_at, d.acted_by
    )
    insert into audience_behaviour (follower_id, kind, at, article_id, column_id, campaign_id)
    select m.follower_id, m.acted_by, m.acted_at, c.article_id, c.topic_id, c.id
    from marked m join audience_campaign c on c.id = %(campaign)s
    join wechat_follower f on f.id = m.follower_id and f.erased_at is null
    where not exists (select from audience_profilingoff o where o.follower_id = m.follower_id)
    """,  # noqa: S608 -- put together from constants
)


def may_change(campaign: Campaign) -> bool:
    """Whether what people do now still counts as following from a push."""
    return campaign.finished_at is None or clock.now() - campaign.finished_at < timedelta(
        days=ACTS_WITHIN + 1
    )


def settle(*, campaign: Campaign) -> None:
    """Take from the other rooms' tables what people did after a push: wrote, left, borrowed."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in SETTLE:
            cursor.execute(
                statement,
                {
                    "campaign": campaign.pk,
                    "replies": REPLIES_WITHIN,
                    "leaves": LEAVES_WITHIN,
                    "acts": ACTS_WITHIN,
                },
            )
