"""One account, one quota: what the newsroom mass-sends and what campaigns send are counted together."""

from datetime import timedelta

import pytest

from xinglin.audience.models import Batch, Channel, Reason
from xinglin.audience.rules.tree import All
from xinglin.audience.services import campaigns
from xinglin.audience.services.judging import Outline, preview
from xinglin.audience.services.policies import policy_of
from xinglin.audience.tests.factories import a_campaign, a_segment, an_audience
from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.newsroom.models import Outlet, Posting
from xinglin.newsroom.publishing import outlets
from xinglin.newsroom.publishing.lifecycle import OutletKind, PostingState, Way
from xinglin.newsroom.publishing.quotas import quota_of
from xinglin.newsroom.tests.factories import a_notice
from xinglin.wechat.models import Account
from xinglin.wechat.testing import a_follower

pytestmark = pytest.mark.django_db


def an_outlet_of(account: Account) -> Outlet:
    file = outlets.OutletFile(name=f"渠道{account.pk}", account=account)
    return outlets.add_outlet(library=account.library, kind=OutletKind.WECHAT, file=file, by=None)


def mass_sent(outlet: Outlet, *, state: PostingState = PostingState.OUT, way: Way = Way.MASS_ALL) -> Posting:
    """A posting that the newsroom mass-sent a moment ago."""
    now = clock.now() - timedelta(seconds=1)
    return Posting.objects.create(
        article=a_notice(outlet.library, title=f"群发{Posting.objects.count()}"),
        outlet=outlet, sha256="0" * 64, way=way, title="群发", due_at=now, sent_at=now, planned_at=now, state=state,
    )  # fmt: skip


def told(account: Account, channel: Channel = Channel.MASS) -> dict[Reason, int]:
    """What the preview of a push to everybody says."""
    campaign = a_campaign(a_segment(account), channel=channel)
    return preview(Outline.of(campaign), policy_of(account), All(), {})


def test_what_the_newsroom_sent_to_everybody_counts_towards_the_month_and_the_cap(
    account: Account, a_small_consortium: SmallConsortium
) -> None:
    policy, outlet = policy_of(account), an_outlet_of(account)
    policy.cap, policy.cap_days = 10, 7
    policy.save()
    for _each in range(2):
        a_follower(account)
    for _each in range(3):
        mass_sent(outlet)
    mass_sent(outlet, state=PostingState.CANCELLED)
    mass_sent(outlet, way=Way.MASS_LIST)
    elsewhere = an_audience(a_small_consortium.b)
    mass_sent(an_outlet_of(elsewhere))
    assert told(account) == {Reason.NONE: 2}
    mass_sent(outlet)
    assert told(account) == {Reason.MONTH_FULL: 2}
    # The platform's month is of mass messages; our own cap is of every push.
    assert told(account, Channel.IN_APP) == {Reason.NONE: 2}
    policy.cap = 4
    policy.save()
    assert told(account, Channel.IN_APP) == {Reason.CAPPED: 2}


def test_the_newsroom_sees_what_campaigns_use_of_the_day(account: Account) -> None:
    outlet, today = an_outlet_of(account), clock.today()
    a_follower(account)
    campaign = a_campaign(a_segment(account), title_b="另一个标题")
    tomorrow = clock.now() + timedelta(days=1)
    campaigns.schedule(campaign=campaign, at=tomorrow, by=None)
    Batch.objects.create(campaign=campaign, number=1, size=2, client_message_id="x", called_at=clock.now())
    Batch.objects.create(
        campaign=campaign, number=2, size=2, client_message_id="y", called_at=clock.now(), state="refused"
    )
    assert quota_of(outlet, today).day_used == 1
    planned = quota_of(outlet, clock.local(tomorrow).date())
    assert (planned.day_used, planned.day_planned, planned.day_left) == (0, 2, 98)


def test_the_month_of_pushes_shows_what_the_newsroom_mass_sends(
    account: Account, a_small_consortium: SmallConsortium
) -> None:
    mass_sent(an_outlet_of(account))
    client = signed_in(a_small_consortium.manager)
    assert "文章：群发" in client.get(f"/console/audience/month/?account={account.pk}").content.decode()
