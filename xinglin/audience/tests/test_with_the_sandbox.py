"""Campaigns against the pretend WeChat, with faults: its ledger and ours say the same."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from django.test import override_settings

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.testing import running_sandbox
from xinglin.audience import report
from xinglin.audience.lifecycle import CampaignState
from xinglin.audience.models import (
    Batch,
    BatchState,
    Campaign,
    Channel,
    Delivery,
    DeliveryState,
    PushSlot,
    Reason,
    Source,
)
from xinglin.audience.rules.tree import HasTag
from xinglin.audience.services import campaigns, choices, instep, mass, sending, slots, tracking
from xinglin.audience.services.tags import put_on_many, take_off
from xinglin.audience.tasks import wake_campaigns
from xinglin.audience.tests.factories import (
    a_campaign,
    a_segment,
    an_audience,
    states,
    tag_of,
    under_way,
)
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.factories import a_library
from xinglin.wechat.calling import client_for
from xinglin.wechat.models import Account, Follower, FollowerSync, SyncState
from xinglin.wechat.services import syncing
from xinglin.wechat.testing import AES_KEY, TOKEN, RunningGateway, running_gateway, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sandbox() -> Iterator[SandboxClient]:
    with (
        running_sandbox(patience=1.0) as running,
        override_settings(WECHAT_API_URL=str(running.base_url).rstrip("/")),
    ):
        yield running


@pytest.fixture
def gateway() -> Iterator[RunningGateway]:
    with running_gateway() as running:
        yield running


def connected(sandbox: SandboxClient, gateway: RunningGateway, kind: str) -> Account:
    """An account of which both sides know."""
    appid = f"wxaudience{kind}"
    made = sandbox.add_account(appid, kind=kind)
    account = an_audience(a_library(f"L{kind}"), kind, appid=appid, secret=str(made["secret"]))
    told = sandbox.connect(appid, gateway.url_of(account), token=TOKEN, encoding_aes_key=AES_KEY, mode="safe")
    assert told["passed"], told
    return account


def a_fleet(sandbox: SandboxClient, account: Account, size: int, **plan: object) -> list[dict[str, Any]]:
    """Send a fleet out, wait for it, and return the lines of its ledger."""
    number = sandbox.start_fleet(account.appid, size=size, **plan)  # type: ignore[arg-type]
    sandbox.wait_for_fleet(number)
    return cast("list[dict[str, Any]]", sandbox.fleet_ledger(number))


def synced(account: Account) -> FollowerSync:
    """A full synchronisation, run to its end."""
    sync = syncing.start(account=account, is_full=True, by=None)
    syncing.run(sync_id=sync.pk)
    sync.refresh_from_db()
    return sync


def sent_by_the_platform(sandbox: SandboxClient, account: Account) -> tuple[int, list[str]]:
    """What the sandbox handed over by mass sends, and to which openids."""
    world = cast("dict[str, Any]", sandbox.snapshot())
    [kept] = [each for each in _accounts(world) if each["appid"] == account.appid]
    masses = list(kept["masses"].values())
    return sum(each["sent"] for each in masses), [openid for each in masses for openid in each["openids"]]


def _accounts(world: dict[str, Any]) -> list[dict[str, Any]]:
    accounts = world.get("accounts") or world["state"]["accounts"]
    return list(accounts.values()) if isinstance(accounts, dict) else list(accounts)


def reported(sandbox: SandboxClient, campaign: Campaign) -> bool:
    """Whether the platform has delivered, and its report on every batch was heard and written down."""
    sandbox.advance_clock(30)
    return until(lambda: _are_all_reported(campaign), 20)


def _are_all_reported(campaign: Campaign) -> bool:
    run_errands()
    return not Batch.objects.filter(campaign=campaign).exclude(state=BatchState.REPORTED).exists()


def test_a_campaign_reports_what_the_fleets_ledger_says_although_things_go_wrong(
    sandbox: SandboxClient, gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = connected(sandbox, gateway, "F1")
    a_fleet(sandbox, account, 400, rate=20, seconds=0.2, deeds={"text": 1})
    assert synced(account).state == SyncState.DONE
    everybody = list(Follower.objects.filter(account=account).order_by("pk"))
    assert len(everybody) == 400
    tag = tag_of("preference", "健康科普")
    put_on_many(followers=[each.pk for each in everybody[:150]], tag=tag, source=Source.IMPORT)
    choices.opt_out(follower=everybody[0], topic=None, through="test")
    monkeypatch.setattr(mass, "LONGEST_LIST", 60)
    campaign = a_campaign(a_segment(account, HasTag(tag.pk)))
    campaigns.schedule(campaign=campaign, at=None, by=None)
    # The second call is cut off after it was carried out, or before: nobody can know. The third meets a busy platform.
    for action, more in (("cut", {}), ("errcode", {"errcode": -1}), ("expire_token", {})):
        sandbox.fault("api", action, path="/cgi-bin/message/mass/send", times=1, **more)
    for _each in range(4):
        Campaign.objects.filter(pk=campaign.pk).update(next_at=campaign.created_at)
        wake_campaigns()
        run_errands()
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENT, campaign.problem
    assert reported(sandbox, campaign)
    texts = a_fleet(
        sandbox, account, 400, rate=100, seconds=1.5, deeds={"text": 1}, faults={"lose_answer": 0.05}
    )
    leaves = a_fleet(sandbox, account, 400, rate=40, seconds=1.0, seed=7, deeds={"unfollow": 1})
    run_errands()
    tracking.settle(campaign=campaign)
    told = report.of(campaign)
    handed, openids = sent_by_the_platform(sandbox, account)
    recipients = {each.openid for each in everybody[1:150]}
    assert len(openids) == len(set(openids)) == handed == told.sent == told.platform_sent == 149
    assert set(openids) == recipients
    assert told.reasons[Reason.OPTED_OUT] == 1 and told.targets == 150
    wrote = {line["openid"] for line in texts if line["trigger"] == "text" and line["reached"]}
    left = {line["openid"] for line in leaves if line["trigger"] == "unsubscribe" and line["reached"]}
    assert not [line for line in texts + leaves if line["doubtful"] and not line["reached"]]
    assert told.replied == len(wrote & recipients) > 0
    assert told.unfollowed == len(left & recipients) > 0


def test_a_subscription_account_sends_by_a_tag_that_is_lent_and_emptied(
    sandbox: SandboxClient, gateway: RunningGateway
) -> None:
    account = connected(sandbox, gateway, "S1")
    a_fleet(sandbox, account, 130, rate=10, seconds=0.1, deeds={"text": 1})
    synced(account)
    people = list(Follower.objects.filter(account=account).order_by("pk"))
    tag = tag_of("preference", "健康科普")
    put_on_many(followers=[each.pk for each in people[:120]], tag=tag, source=Source.IMPORT)
    campaign = under_way(a_campaign(a_segment(account, HasTag(tag.pk))))
    # The filling is cut in the middle: what follows goes on from there.
    sandbox.fault("api", "cut", path="/cgi-bin/tags/members/batchtagging", times=1)
    sending.send(campaign_id=campaign.pk)
    slot = PushSlot.objects.get()
    assert slot.campaign == campaign
    choices.opt_out(follower=people[3], topic=None, through="test")
    sending.send(campaign_id=campaign.pk)
    assert reported(sandbox, campaign)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENT
    handed, openids = sent_by_the_platform(sandbox, account)
    assert handed == 119 and set(openids) == {each.openid for each in people[:120]} - {people[3].openid}
    assert states(campaign)[people[3].pk] == (DeliveryState.SKIPPED, Reason.OPTED_OUT)
    slots.empty_those_that_are_done()  # unless the worker's own round was faster
    assert PushSlot.objects.get(campaign=None).platform_tag is None
    # A second one on the same day meets the quota of a subscription account, and waits for the next.
    second = under_way(a_campaign(a_segment(account, HasTag(tag.pk))))
    sending.send(campaign_id=second.pk)
    second.refresh_from_db()
    assert second.state == CampaignState.SENDING and second.next_at is not None and second.problem
    campaigns.stop(campaign=second, by=None)
    slots.empty_those_that_are_done()
    assert not Delivery.objects.filter(campaign=second, state=DeliveryState.SENT).exists()


def test_customer_service_messages_go_one_by_one_and_a_cut_one_is_left_to_a_person(
    sandbox: SandboxClient, gateway: RunningGateway
) -> None:
    account = connected(sandbox, gateway, "F1")
    for name in ("wang", "li", "zhao"):
        sandbox.add_person(name)
        sandbox.follow(account.appid, name)
    for name in ("wang", "li"):
        sandbox.send_text(account.appid, name, "帮助")
    campaign = under_way(a_campaign(a_segment(account), channel=Channel.CUSTOMER))
    sandbox.fault("api", "cut", path="/cgi-bin/message/custom/send", times=1)
    sending.send(campaign_id=campaign.pk)
    sending.send(campaign_id=campaign.pk)
    found = sorted(states(campaign).values())
    assert found == [
        (DeliveryState.UNSURE, Reason.NONE),
        (DeliveryState.SENT, Reason.NONE),
        (DeliveryState.SKIPPED, Reason.NO_WINDOW),
    ]
    chats = [sandbox.chat(account.appid, name)[-1] for name in ("wang", "li")]
    cards = [str(line["content"]) for line in chats if campaign.title_a in str(line["content"])]
    assert 1 <= len(cards) <= 2 and "/m/p/" in cards[0]


def test_a_segment_is_kept_in_step_with_a_tag_of_the_platform(
    sandbox: SandboxClient, gateway: RunningGateway
) -> None:
    account = connected(sandbox, gateway, "F1")
    a_fleet(sandbox, account, 70, rate=10, seconds=0.1, deeds={"text": 1})
    synced(account)
    people = list(Follower.objects.filter(account=account).order_by("pk"))
    tag = tag_of("preference", "健康科普")
    put_on_many(followers=[each.pk for each in people[:60]], tag=tag, source=Source.IMPORT)
    segment = a_segment(account, HasTag(tag.pk))
    assert instep.keep_in_step(segment=segment) == (60, 0)
    take_off(follower=people[0], tag=tag)
    put_on_many(followers=[people[65].pk], tag=tag, source=Source.IMPORT)
    assert instep.keep_in_step(segment=segment) == (1, 1)
    assert instep.keep_in_step(segment=segment) == (0, 0)


def test_somebody_who_carries_twenty_tags_already_holds_nobody_else_up(
    sandbox: SandboxClient, gateway: RunningGateway
) -> None:
    account = connected(sandbox, gateway, "F1")
    a_fleet(sandbox, account, 60, rate=10, seconds=0.1, deeds={"text": 1})
    synced(account)
    people = list(Follower.objects.filter(account=account).order_by("pk"))
    tags = client_for(account).tags
    worn = [tags.create(f"别的{number}") for number in range(20)]
    for number in worn:
        tags.tag(number, [people[7].openid])
    tag = tag_of("preference", "健康科普")
    put_on_many(followers=[each.pk for each in people], tag=tag, source=Source.IMPORT)
    segment = a_segment(account, HasTag(tag.pk))
    assert instep.keep_in_step(segment=segment) == (59, 0)
    assert instep.keep_in_step(segment=segment) == (0, 0)
    tags.untag(worn[0], [people[7].openid])
    assert instep.keep_in_step(segment=segment) == (1, 0)
