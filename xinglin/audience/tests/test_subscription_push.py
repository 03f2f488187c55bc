"""Pushes by subscription notice against the pretend WeChat: consents are counted on both sides, fall-backs are told."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.testing import running_sandbox
from xinglin.audience import report
from xinglin.audience.errors import CampaignNotReady
from xinglin.audience.lifecycle import CampaignState
from xinglin.audience.models import Channel, DeliveryState, Reason, Way
from xinglin.audience.notice_kinds import PUSH
from xinglin.audience.rules.tree import All
from xinglin.audience.services import campaigns, sending
from xinglin.audience.services.campaigns import CampaignFile
from xinglin.audience.services.judging import Outline, preview
from xinglin.audience.services.policies import policy_of
from xinglin.audience.tests.factories import (
    a_campaign,
    a_segment,
    an_article,
    an_audience,
    states,
    under_way,
)
from xinglin.consortium.tests.factories import a_library
from xinglin.wechat.calling import client_for
from xinglin.wechat.models import Account, Follower, SubscriptionConsent, TemplateWay
from xinglin.wechat.services import notice_templates, subscriptions
from xinglin.wechat.testing import a_follower, say

pytestmark = pytest.mark.django_db

BIZSEND = "/cgi-bin/message/subscribe/bizsend"


@pytest.fixture
def sandbox() -> Iterator[SandboxClient]:
    with (
        running_sandbox() as running,
        override_settings(WECHAT_API_URL=str(running.base_url).rstrip("/")),
    ):
        yield running


def somebody(sandbox: SandboxClient, account: Account, name: str) -> Follower:
    """A follower whom both sides know."""
    sandbox.add_person(name)
    sandbox.follow(account.appid, name)
    return a_follower(account, sandbox.openid(account.appid, name))


def a_plan(account: Account, *, falls_back: bool = False) -> CampaignFile:
    """A push of the account's notices to everybody."""
    return CampaignFile(
        "订阅推送", a_segment(account), an_article(account), Channel.SUBSCRIPTION, falls_back=falls_back
    )


def test_a_push_takes_one_consent_of_each_and_falls_back_only_where_it_is_told_to(
    sandbox: SandboxClient,
) -> None:
    made = sandbox.add_account("wxsubscribe", kind="S1")
    account = an_audience(a_library(), "S1", appid="wxsubscribe", secret=str(made["secret"]))
    agreed, wrote, quiet, counted_wrongly = (
        somebody(sandbox, account, name) for name in ("wang", "li", "zhao", "qian")
    )
    with pytest.raises(CampaignNotReady, match="提醒模板"):
        campaigns.plan(file=a_plan(account), by=None)
    template = client_for(account).subscription.add_template("3001", [1, 2], "推送")
    notice_templates.set_template(
        account=account, kind=PUSH, way=TemplateWay.SUBSCRIPTION, template_id=template,
        mapping="thing1 = title\ntime2 = day", by=None,
    )  # fmt: skip
    sandbox.request(
        "POST", f"/accounts/{account.appid}/people/wang/notices/popup", {"answers": {template: True}}
    )
    for follower in (agreed, counted_wrongly):
        subscriptions.note_answer(follower=follower, template_id=template, status="accept")
    outline = Outline(account, an_article(account).column_id, Channel.SUBSCRIPTION, is_sensitive=False)
    assert preview(outline, policy_of(account), All(), {}) == {Reason.NONE: 2, Reason.NO_SUBSCRIPTION: 2}

    first = under_way(campaigns.plan(file=a_plan(account), by=None))
    sandbox.fault("api", "errcode", path=BIZSEND, times=1, errcode=45009)
    sending.send(campaign_id=first.pk)
    consent = SubscriptionConsent.objects.get(follower=agreed)
    assert (consent.remaining, consent.used) == (1, 0)  # today's quota: the consent came back
    sending.send(campaign_id=first.pk)
    assert states(first) == {
        agreed.pk: (DeliveryState.SENT, Reason.NONE),
        wrote.pk: (DeliveryState.SKIPPED, Reason.NO_SUBSCRIPTION),
        quiet.pk: (DeliveryState.SKIPPED, Reason.NO_SUBSCRIPTION),
        counted_wrongly.pk: (DeliveryState.FAILED, Reason.NO_SUBSCRIPTION),
    }
    assert set(SubscriptionConsent.objects.values_list("remaining", flat=True)) == {0}
    bubble = sandbox.last_reply(account.appid, "wang") or {}
    assert first.title_a in str(bubble["content"]) and "/m/p/" in str(bubble["content"])

    sandbox.send_text(account.appid, "li", "帮助")
    say(wrote, "帮助")
    subscriptions.note_answer(follower=agreed, template_id=template, status="accept")
    sandbox.request(
        "POST", f"/accounts/{account.appid}/people/wang/notices/popup", {"answers": {template: True}}
    )
    second = under_way(campaigns.plan(file=a_plan(account, falls_back=True), by=None))
    sending.send(campaign_id=second.pk)
    second.refresh_from_db()
    assert second.state == CampaignState.SENT
    ways = dict(second.deliveries.values_list("follower_id", "way"))
    assert ways == {
        agreed.pk: Way.SUBSCRIPTION, wrote.pk: Way.CUSTOMER, quiet.pk: Way.IN_APP, counted_wrongly.pk: Way.IN_APP,
    }  # fmt: skip
    assert report.of(second).ways == {Way.SUBSCRIPTION: 1, Way.CUSTOMER: 1, Way.IN_APP: 2}


def test_an_account_that_may_not_is_told_what_it_may() -> None:
    account = an_audience(a_library(), "S0")
    with pytest.raises(CampaignNotReady, match="人工群发"):
        a_campaign(a_segment(account), channel=Channel.SUBSCRIPTION)
