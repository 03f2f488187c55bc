"""Campaigns: planned, scheduled, started, stopped by one button, taken up again."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.audience import sealed
from xinglin.audience.errors import CampaignMoved, CampaignNotReady
from xinglin.audience.lifecycle import MOVES, CampaignState
from xinglin.audience.models import Campaign, Channel, Delivery, DeliveryState, Segment
from xinglin.audience.rules import tree
from xinglin.audience.services import surveys
from xinglin.audience.services.subscribing import template_of
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.lifecycle import State as ArticleState
from xinglin.newsroom.models import Article, Column
from xinglin.wechat.capabilities import Capability, daily_mass_quota
from xinglin.wechat.models import Account

SEND = "audience.send_campaign"
VIEW = "audience.view_campaign"
NEEDS = {
    Channel.MASS: (Capability.MASS_BY_TAG, Capability.MASS_BY_LIST),
    Channel.CUSTOMER: (Capability.CUSTOMER_SERVICE,),
    Channel.SUBSCRIPTION: (Capability.SUBSCRIPTION_NOTICE,),
}


@dataclass(frozen=True)
class CampaignFile:
    """What a librarian says of a campaign."""

    name: str
    segment: Segment
    article: Article
    channel: Channel
    topic: Column | None = None
    title_a: str = ""
    title_b: str = ""
    draft_media_id: str = ""
    is_urgent: bool = False
    falls_back: bool = False


def channels_of(account: Account) -> list[Channel]:
    """Return the ways that an account has, the widest first; sending by hand where it may not send at all."""
    found = [
        channel for channel, wanted in NEEDS.items() if any(account.may(capability) for capability in wanted)
    ]
    by_hand = [] if Channel.MASS in found else [Channel.BY_HAND]
    return [*found, *by_hand, Channel.IN_APP, Channel.EMAIL]


@transaction.atomic
def plan(
    *, file: CampaignFile, by: Staff | None, campaign: Campaign | None = None, version: int | None = None
) -> Campaign:
    """Write a campaign down as a draft, or change a draft.

    Raises ``CampaignNotReady`` when it could never be sent so, ``CampaignMoved``.
    """
    account = file.segment.account
    access.require(by, SEND, account.library_id)
    _refuse_unfit(file)
    kept = Campaign(created_by=by) if campaign is None else locked(campaign, "amend", version)
    kept.account, kept.segment, kept.article = account, file.segment, file.article
    kept.name, kept.channel, kept.topic = file.name, file.channel, file.topic or file.article.column
    shown = file.article.shown
    kept.title_a = (file.title_a or (shown.title if shown else ""))[:64]
    kept.title_b = file.title_b if file.title_b != kept.title_a else ""
    kept.draft_media_id, kept.is_urgent = file.draft_media_id, file.is_urgent
    kept.falls_back = file.falls_back and file.channel == Channel.SUBSCRIPTION
    kept.version += campaign is not None
    kept.save()
    history.record(kept, "amend" if campaign else "draft", by=by.user if by else None)
    return kept


def _refuse_unfit(file: CampaignFile) -> None:
    account = file.segment.account
    if file.channel not in channels_of(account):
        raise CampaignNotReady(
            _("%(account)s 没有「%(channel)s」的权限；请改用：%(others)s。"),
            account=account.name, channel=file.channel.label,
            others="、".join(str(each.label) for each in channels_of(account)),
        )  # fmt: skip
    if file.channel == Channel.SUBSCRIPTION and template_of(account) is None:
        raise CampaignNotReady(
            _(
                "%(account)s 还没有用于推送的订阅通知模板；请到“微信 → 提醒模板”为「推送文章」对应一个订阅通知模板。"
            ),
            account=account.name,
        )
    if file.article.state != ArticleState.PUBLISHED:
        raise CampaignNotReady(_("《%(title)s》还没有发布，发布后才能推送。"), title=file.article.title)
    if file.title_b and file.channel == Channel.MASS and daily_mass_quota(account.kind) < 2:
        raise CampaignNotReady(
            _("%(account)s 每天只能群发 1 次，不能同时比较两个标题。"), account=account.name
        )
    if file.title_b and (file.channel == Channel.BY_HAND or file.draft_media_id):
        raise CampaignNotReady(_("人工群发和用公众号草稿群发时，不能比较两个标题。"))


@transaction.atomic
def schedule(
    *, campaign: Campaign, at: datetime | None, by: Staff | None, version: int | None = None
) -> Campaign:
    """Set when a campaign goes out; without a moment at once. From then on only the clock moves it.

    Raises ``CampaignNotReady`` for a moment that has passed, ``CampaignMoved``.
    """
    access.require(by, SEND, campaign.account.library_id)
    kept = locked(campaign, "schedule", version)
    now = clock.now()
    if at is not None and at < now:
        raise CampaignNotReady(_("发送时间已经过去，请选一个将来的时间，或选择立即发送。"))
    _refuse_unfit(
        CampaignFile(
            kept.name, kept.segment, kept.article, Channel(kept.channel), kept.topic, kept.title_a,
            kept.title_b, kept.draft_media_id,
        )
    )  # fmt: skip
    kept.send_at = kept.next_at = at or now
    _move(kept, "schedule", by)
    return kept


@transaction.atomic
def unschedule(*, campaign: Campaign, by: Staff | None) -> Campaign:
    """Take a campaign back before it starts."""
    access.require(by, SEND, campaign.account.library_id)
    kept = locked(campaign, "unschedule")
    kept.send_at = kept.next_at = None
    _move(kept, "unschedule", by)
    return kept


@transaction.atomic
def discard(*, campaign: Campaign, by: Staff | None) -> Campaign:
    """Put a draft aside."""
    access.require(by, SEND, campaign.account.library_id)
    kept = locked(campaign, "discard")
    _move(kept, "discard", by)
    return kept


@transaction.atomic
def start(*, campaign_id: int) -> bool:
    """Start a campaign whose time has come: its rule is copied. Return whether it was this call that did it."""
    kept = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("segment", "account")
        .get(pk=campaign_id)
    )
    if kept.state != CampaignState.SCHEDULED or kept.send_at is None or kept.send_at > clock.now():
        return False
    rule = tree.read(kept.segment.rule)
    kept.rule, kept.started_at = tree.write(rule), clock.now()
    kept.is_sensitive = bool(sealed.sensitive_tags(tree.tags_of(rule)))
    _move(kept, "start", None)
    surveys.close_baseline_at_start(campaign=kept)
    return True


@transaction.atomic
def stop(*, campaign: Campaign, by: Staff | None) -> Campaign:
    """Stop a campaign: what has not been handed to the platform by now never is, unless somebody resumes it."""
    access.require(by, SEND, campaign.account.library_id)
    kept = locked(campaign, "stop")
    kept.finished_at, kept.next_at = clock.now(), None
    _move(kept, "stop", by)
    return kept


@transaction.atomic
def resume(*, campaign: Campaign, by: Staff | None) -> Campaign:
    """Go on with a campaign that was stopped or ran into trouble, with those who have not been written to."""
    access.require(by, SEND, campaign.account.library_id)
    kept = locked(campaign, "resume")
    kept.problem, kept.finished_at, kept.next_at = "", None, clock.now()
    _move(kept, "resume", by)
    return kept


@transaction.atomic
def confirm_by_hand(*, campaign: Campaign, by: Staff | None) -> Campaign:
    """Note that a person has sent it in the platform's own back-end."""
    access.require(by, SEND, campaign.account.library_id)
    kept = locked(campaign, "confirm")
    now = clock.now()
    Delivery.objects.filter(campaign=kept, state=DeliveryState.CLEARED).update(
        state=DeliveryState.SENT, sent_at=now
    )
    kept.finished_at, kept.next_at = now, None
    _move(kept, "confirm", by)
    return kept


@transaction.atomic
def move_by_job(*, campaign: Campaign, deed: str, problem: str = "") -> bool:
    """Let the job bring a campaign on; one that was stopped meanwhile stays stopped."""
    kept = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if (CampaignState(kept.state), deed) not in MOVES:
        return False
    kept.problem, kept.next_at = problem[:300], None
    if deed in ("finish", "fail"):
        kept.finished_at = clock.now()
    _move(kept, deed, None)
    return True


def locked(campaign: Campaign, deed: str, version: int | None = None) -> Campaign:
    """Return the row, locked, when the deed is possible from where it stands. Raises ``CampaignMoved``."""
    kept = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("account", "segment__account", "article__column", "article__shown", "topic")
        .get(pk=campaign.pk)
    )
    if (CampaignState(kept.state), deed) not in MOVES or (version is not None and kept.version != version):
        raise CampaignMoved(
            _("「%(name)s」现在是「%(state)s」，不能这样办理；请刷新后再看。"),
            name=kept.name, state=kept.get_state_display(),
        )  # fmt: skip
    return kept


def client_message_id(campaign: Campaign, number: int) -> str:
    """Return the platform's key of one mass call: at most 32 characters, of this installation alone."""
    told = f"{campaign.account.appid}:{campaign.pk}:{campaign.created_at.isoformat()}:{number}"
    return f"xl{hashlib.sha256(told.encode()).hexdigest()[:30]}"


def _move(kept: Campaign, deed: str, by: Staff | None) -> None:
    kept.state = MOVES[CampaignState(kept.state), deed][0]
    kept.version += 1
    kept.save()
    history.record(kept, f"campaign_{deed}", by=by.user if by else None)
