"""What must hold however things come together: opt-out, cap, quiet hours, consent; and nobody twice."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinglin.audience.errors import CampaignMoved, CampaignNotReady
from xinglin.audience.lifecycle import MOVES, CampaignState
from xinglin.audience.models import (
    Campaign,
    Channel,
    ConsentKind,
    Delivery,
    DeliveryState,
    OptOut,
    PushPolicy,
    Reason,
)
from xinglin.audience.rules.tree import All, HasTag
from xinglin.audience.services import campaigns, choices, sending, tags
from xinglin.audience.services.judging import Outline, preview
from xinglin.audience.services.policies import policy_of, quiet_until
from xinglin.audience.services.preparing import prepare
from xinglin.audience.tests.factories import (
    a_campaign,
    a_member,
    a_segment,
    an_article,
    an_audience,
    consent,
    states,
    tag_of,
    under_way,
)
from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.wechat.models import Account, Follower
from xinglin.wechat.services import followers as wechat_followers
from xinglin.wechat.testing import a_follower

pytestmark = pytest.mark.django_db

SENT = (DeliveryState.SENT, Reason.NONE)
DEEDS = st.lists(
    st.sampled_from(
        ("push", "push", "out", "in", "consent", "withdraw", "leave", "day", "week", "night", "stop")
    ),
    min_size=3,
    max_size=14,
)


class Story:
    """One follower and what happens to them; every send is checked against what held when it went out."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.follower = a_follower(account)
        self.other = a_follower(account)
        self.article = an_article(account)
        disease = tag_of("disease")
        for each in (self.follower, self.other):
            consent(each)
            tags.put(follower=each, tag=disease, source=5)  # type: ignore[arg-type]
        self.segment = a_segment(account, HasTag(disease.pk), name=f"s{self.follower.pk}")
        self.at: list[datetime] = []

    def push(self) -> None:
        campaign = a_campaign(self.segment, channel=Channel.IN_APP, article=self.article)
        Campaign.objects.filter(pk=campaign.pk).update(
            channel=Channel.EMAIL
        )  # quiet hours are asked of what rings
        campaign.refresh_from_db()
        campaigns.schedule(campaign=campaign, at=None, by=None)
        campaigns.start(campaign_id=campaign.pk)
        sent_before = self.sent()
        sending.send(campaign_id=campaign.pk)
        if self.sent() > sent_before:
            self.check()
            self.at.append(clock.now())

    def sent(self) -> int:
        return Delivery.objects.filter(follower_id=self.follower.pk, state=DeliveryState.SENT).count()

    def check(self) -> None:
        now = clock.now()
        policy = PushPolicy.objects.get(account=self.account)
        assert not OptOut.objects.filter(follower=self.follower).exists()
        assert self.follower.audience_consents.filter(withdrawn_at=None).exists()
        assert Follower.objects.get(pk=self.follower.pk).is_following
        assert quiet_until(policy, now) is None
        since = now - timedelta(days=policy.cap_days)
        assert sum(moment > since for moment in self.at) < policy.cap

    def do(self, deed: str) -> None:
        deeds: dict[str, Callable[[], object]] = {
            "push": self.push,
            "out": lambda: choices.opt_out(follower=self.follower, topic=None, through="test"),
            "in": lambda: choices.opt_in(follower=self.follower, topic=None),
            "consent": lambda: self._consent(),
            "withdraw": lambda: tags.withdraw_consent(follower=self.follower, kind=ConsentKind.HEALTH),
            "leave": lambda: Follower.objects.filter(pk=self.follower.pk).update(is_following=False),
            "day": lambda: clock.move(timedelta(days=1)),
            "week": lambda: clock.move(timedelta(days=7)),
            "night": lambda: clock.move(timedelta(hours=9)),
            "stop": lambda: None,
        }
        deeds[deed]()

    def _consent(self) -> None:
        consent(self.follower)
        tags.put(follower=self.follower, tag=tag_of("disease"), source=5)  # type: ignore[arg-type]


# How long one input takes says something of the machine, not of the rules.
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(deeds=DEEDS)
def test_opt_out_cap_quiet_hours_and_consent_hold_in_any_order(
    deeds: list[str], account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    PushPolicy.objects.filter(account=account).update(
        cap=2, cap_days=7, quiet_from=time(22), quiet_to=time(8)
    )
    monkeypatch.setattr("xinglin.audience.services.sending.mail", lambda *_args: Reason.NONE)
    monkeypatch.setattr("xinglin.audience.services.judging.facts", _without_address(_facts()))
    monkeypatch.setattr("xinglin.audience.services.claiming.facts", _without_address(_facts()))
    clock.set_right()
    story = Story(account)
    for deed in deeds:
        story.do(deed)
    clock.set_right()


def _facts() -> Callable[..., dict[str, object]]:
    from xinglin.audience.services import judging

    return judging.facts


def _without_address(facts: Callable[..., dict[str, object]]) -> Callable[..., dict[str, object]]:
    """Judge as for e-mail, but nobody here has an address."""

    def told(*args: object) -> dict[str, object]:
        return {**facts(*args), "email": False}

    return told


def test_who_refused_is_left_out_each_for_the_first_reason(account: Account) -> None:
    good, out, gone = a_follower(account), a_follower(account), a_follower(account)
    article = an_article(account)
    choices.opt_out(follower=out, topic=article.column, through="test")
    campaign = under_way(a_campaign(a_segment(account), channel=Channel.IN_APP, article=article))
    prepare(campaign=campaign)
    wechat_followers.unfollow(follower=gone)
    sending.send(campaign_id=campaign.pk)
    assert states(campaign) == {
        good.pk: SENT,
        out.pk: (DeliveryState.SKIPPED, Reason.OPTED_OUT),
        gone.pk: (DeliveryState.SKIPPED, Reason.NOT_FOLLOWING),
    }
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENT


def test_the_cap_counts_over_all_campaigns_and_the_preview_says_so_before(account: Account) -> None:
    PushPolicy.objects.filter(account=account).update(cap=1)
    one, segment = a_follower(account), a_segment(account)
    first = under_way(a_campaign(segment, channel=Channel.IN_APP))
    sending.send(campaign_id=first.pk)
    late = a_follower(account)
    second = a_campaign(segment, channel=Channel.IN_APP)
    told = preview(Outline.of(second), policy_of(account), All(), {})
    assert told == {Reason.NONE: 1, Reason.CAPPED: 1}
    sending.send(campaign_id=under_way(second).pk)
    assert states(second) == {one.pk: (DeliveryState.SKIPPED, Reason.CAPPED), late.pk: SENT}


def test_quiet_hours_end_in_the_morning(account: Account) -> None:
    policy = PushPolicy(account=account, quiet_from=time(22), quiet_to=time(8))
    night = datetime(2026, 3, 1, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai
    ends = quiet_until(policy, night)
    assert ends is not None and clock.local(ends).strftime("%m-%d %H:%M") == "03-02 08:00"
    early = quiet_until(policy, night + timedelta(hours=6))
    assert early is not None and clock.local(early).strftime("%m-%d %H:%M") == "03-02 08:00"
    assert quiet_until(policy, night + timedelta(hours=10)) is None
    assert quiet_until(PushPolicy(quiet_from=time(8), quiet_to=time(8)), night) is None


def test_one_button_stops_and_the_rest_is_taken_up_later(account: Account) -> None:
    for _each in range(3):
        a_follower(account)
    campaign = under_way(a_campaign(a_segment(account), channel=Channel.IN_APP))
    prepare(campaign=campaign)
    campaigns.stop(campaign=campaign, by=None)
    sending.send(campaign_id=campaign.pk)
    assert {state for state, _reason in states(campaign).values()} == {DeliveryState.PLANNED}
    campaigns.resume(campaign=campaign, by=None)
    sending.send(campaign_id=campaign.pk)
    assert {state for state, _reason in states(campaign).values()} == {DeliveryState.SENT}
    with pytest.raises(CampaignMoved):
        campaigns.stop(campaign=campaign, by=None)


def test_a_personal_account_is_sent_by_hand(a_small_consortium: SmallConsortium) -> None:
    account = an_audience(a_small_consortium.main, "S0")
    assert campaigns.channels_of(account) == [Channel.BY_HAND, Channel.IN_APP, Channel.EMAIL]
    with pytest.raises(CampaignNotReady, match="人工群发"):
        a_campaign(a_segment(account), channel=Channel.MASS)
    follower = a_follower(account)
    campaign = under_way(a_campaign(a_segment(account), channel=Channel.BY_HAND))
    sending.send(campaign_id=campaign.pk)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.BY_HAND
    assert states(campaign) == {follower.pk: (DeliveryState.CLEARED, Reason.NONE)}
    campaigns.confirm_by_hand(campaign=campaign, by=None)
    assert states(campaign) == {follower.pk: SENT}


def test_a_subscription_account_cannot_compare_titles_in_one_mass_send(
    a_small_consortium: SmallConsortium,
) -> None:
    segment = a_segment(an_audience(a_small_consortium.main, "S1"))
    with pytest.raises(CampaignNotReady, match="每天只能群发 1 次"):
        a_campaign(segment, title_b="另一个标题")


def test_titles_are_drawn_by_a_hash_and_stay(account: Account) -> None:
    for _each in range(40):
        a_follower(account)
    campaign = under_way(a_campaign(a_segment(account), channel=Channel.IN_APP, title_b="另一个标题"))
    sending.send(campaign_id=campaign.pk)
    variants = list(Delivery.objects.filter(campaign=campaign).values_list("variant", flat=True))
    assert 5 < sum(variants) < 35


def test_a_campaign_starts_when_its_time_has_come_and_not_before(account: Account) -> None:
    a_member(account)
    campaign = a_campaign(a_segment(account), channel=Channel.IN_APP)
    with pytest.raises(CampaignNotReady):
        campaigns.schedule(campaign=campaign, at=clock.now() - timedelta(minutes=1), by=None)
    campaigns.schedule(campaign=campaign, at=clock.now() + timedelta(hours=1), by=None)
    assert not campaigns.start(campaign_id=campaign.pk)
    clock.move(timedelta(hours=2))
    assert campaigns.start(campaign_id=campaign.pk)
    assert not campaigns.start(campaign_id=campaign.pk)
    clock.set_right()


def test_the_outsider_sends_nothing_and_stops_nothing(
    account: Account, a_small_consortium: SmallConsortium
) -> None:
    campaign = under_way(a_campaign(a_segment(account), channel=Channel.IN_APP))
    for deed in (campaigns.stop, campaigns.resume, campaigns.discard, campaigns.confirm_by_hand):
        with pytest.raises(NotAllowed):
            deed(campaign=campaign, by=a_small_consortium.outsider)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING


def test_every_state_but_the_last_ones_leads_somewhere() -> None:
    from_ = {state for state, _deed in MOVES}
    assert set(CampaignState) - from_ == {CampaignState.SENT, CampaignState.DISCARDED}
