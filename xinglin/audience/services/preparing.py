"""Writing the log of a campaign: one row for one person, page by page of follower numbers.

A page and the mark of how far it went are one transaction, and the key is (campaign, follower): a killed process
goes on behind the last whole page, and nobody stands in the log twice or is left out.
"""

from django.db import connection, transaction
from django.db.models import Max

from xinglin.audience.lifecycle import CampaignState
from xinglin.audience.models import Campaign, Profile
from xinglin.audience.rules import tree
from xinglin.audience.rules.compiling import Carriers, members
from xinglin.audience.services import segments

PAGE = 250_000

# A row that was there would be an error and stop the page: a mark and its page are one, so there is none.
# The variant is drawn by a hash of campaign and follower: the same whoever asks and however often.
WRITE = """
    insert into audience_delivery (campaign_id, follower_id, state, reason, variant)
    select %s, m.follower_id, 0, 0,
           case when %s then abs(hashint8extended(m.follower_id, %s::bigint) %% 2) else 0 end
    from ({people}) m order by m.follower_id
"""


def prepare(*, campaign: Campaign, page: int = PAGE) -> None:
    """Write the log to its end, from wherever it stands."""
    campaign.refresh_from_db()
    if campaign.is_prepared:
        return
    rule = tree.read(campaign.rule)
    carriers = segments.opened(campaign.account, rule, None, f"推送「{campaign.name}」")
    while prepare_page(campaign=campaign, carriers=carriers, page=page):
        pass


@transaction.atomic
def prepare_page(*, campaign: Campaign, carriers: Carriers, page: int = PAGE) -> bool:
    """Write the next page, and return whether there are more. A campaign that was stopped gets none."""
    kept = Campaign.objects.select_for_update(of=("self",)).select_related("account").get(pk=campaign.pk)
    if kept.is_prepared or kept.state != CampaignState.SENDING:
        return False
    if kept.prepare_until is None:
        last = Profile.objects.filter(account=kept.account).aggregate(last=Max("follower_id"))["last"]
        kept.prepare_until, kept.prepared_to = last or 0, 0
    begin = kept.prepared_to or 0
    first = (
        Profile.objects.filter(account=kept.account, follower_id__gt=begin)
        .order_by("follower_id").values_list("follower_id", flat=True).first()
    )  # fmt: skip
    end = kept.prepare_until if first is None else min(first - 1 + page, kept.prepare_until)
    rule = tree.read(kept.rule)
    people = members(kept.account, rule, carriers).filter(follower_id__gt=begin, follower_id__lte=end)
    inner, values = people.values("follower_id").query.sql_with_params()
    with connection.cursor() as cursor:
        # A power cut takes back a page and its mark together: no need to wait for the disk.
        cursor.execute("set local synchronous_commit to off")
        cursor.execute(WRITE.format(people=inner), [kept.pk, bool(kept.title_b), kept.pk, *values])
    kept.prepared_to = end
    kept.save(update_fields=["prepared_to", "prepare_until"])
    return end < kept.prepare_until
