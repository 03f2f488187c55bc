"""Pushes by subscription notice: one counted consent each, and what is done where there is none."""

from django.utils.translation import gettext as _

from xinglin.audience.models import Campaign, Reason, Way
from xinglin.audience.notice_kinds import PUSH
from xinglin.audience.telling import digest_of, message_for, personal_address, title_of
from xinglin.commons import clock
from xinglin.wechat.calling import client_for
from xinglin.wechat.channels import NO_CONSENT
from xinglin.wechat.client.errors import FollowerUnreachable, PlatformNotReached, WeChatApiError
from xinglin.wechat.models import Account, Follower, NoticeTemplate, TemplateWay
from xinglin.wechat.queries import window_of
from xinglin.wechat.replies import as_messages
from xinglin.wechat.services import subscriptions
from xinglin.wechat.templates_of_notices import filled


def template_of(account: Account) -> NoticeTemplate | None:
    """Return the template by which an account's pushes go out, as the librarian mapped it."""
    return NoticeTemplate.objects.filter(
        account=account, kind=PUSH, way=TemplateWay.SUBSCRIPTION, active=True
    ).first()


def notify(campaign: Campaign, follower: Follower, variant: int) -> Way | Reason:
    """Send one notice against one consent; without one, fall back where the campaign says so.

    What the platform refused without sending gives the consent back. Where nobody knows, it stays used: the platform
    may have counted it (sheet §8.4). Raises the platform's errors.
    """
    chosen = template_of(campaign.account)
    if chosen is not None and _sent(campaign, follower, variant, chosen):
        return Way.SUBSCRIPTION
    if not campaign.falls_back:
        return Reason.NO_SUBSCRIPTION
    if window_of(follower).is_open:
        try:
            for part in as_messages(message_for(campaign, follower, variant), follower.openid):
                client_for(campaign.account).custom.send(part)
        except FollowerUnreachable:
            return Way.IN_APP  # the platform counts the window otherwise; the page shows it all the same
        return Way.CUSTOMER
    return Way.IN_APP


def _sent(campaign: Campaign, follower: Follower, variant: int, chosen: NoticeTemplate) -> bool:
    """Send the notice where there is a consent, and return whether it went out."""
    counted = not chosen.is_lasting
    if counted:
        if not subscriptions.take(follower=follower, template_id=chosen.template_id):
            return False
    elif not subscriptions.stands(follower=follower, template_id=chosen.template_id):
        return False
    facts = {
        "heading": title_of(campaign, variant),
        "text": digest_of(campaign) or title_of(campaign, variant),
        "title": title_of(campaign, variant),
        "digest": digest_of(campaign),
        "topic": campaign.topic.name,
        "day": f"{clock.local(clock.now()):%Y-%m-%d}",
        "reader": _("读者"),
        "home_library": campaign.account.library.label,
    }
    try:
        client_for(campaign.account).subscription.send(
            follower.openid,
            chosen.template_id,
            filled(chosen, facts),
            page=personal_address(campaign, follower),
        )
    except WeChatApiError as error:
        if error.errcode == NO_CONSENT:
            subscriptions.withdraw(follower=follower, template_id=chosen.template_id)
            return False
        if counted:
            subscriptions.give_back(follower=follower, template_id=chosen.template_id)
        raise
    except PlatformNotReached:
        if counted:
            subscriptions.give_back(follower=follower, template_id=chosen.template_id)
        raise
    return True
