"""What the platform counts of a mass-sent article: its readers and sharers, none of them by name."""

from xinglin.audience.models import Batch, Campaign
from xinglin.commons import clock
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.client.datacube import Series
from xinglin.wechat.jsonvalue import as_int, as_list, as_object, as_text


def fetch(*, campaign: Campaign) -> None:
    """Ask for the sums of each batch with an article; where the account may not, nothing is known."""
    if not campaign.account.may(Capability.STATISTICS):
        return
    client = client_for(campaign.account)
    for batch in Batch.objects.filter(campaign=campaign).exclude(data_id=""):
        day = clock.local(batch.called_at).date()
        if day >= clock.today():
            continue
        for row in client.datacube.fetch(Series.ARTICLE_TOTAL_DETAIL, day, day):
            if as_text(row.get("msgid")).partition("_")[0] != batch.data_id:
                continue
            details = [as_object(each) for each in as_list(row.get("details"))]
            batch.read_users = sum(as_int(each.get("int_page_read_user")) for each in details)
            batch.share_users = sum(as_int(each.get("share_user")) for each in details)
            batch.save(update_fields=["read_users", "share_users"])
