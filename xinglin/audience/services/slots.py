"""Push slots: a few WeChat tags of an account, filled just before a send and emptied after it."""

import logging
from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.audience.errors import CampaignNotReady
from xinglin.audience.lifecycle import CampaignState
from xinglin.audience.models import Batch, BatchState, Campaign, Delivery, DeliveryState, PushSlot, Reason
from xinglin.audience.services import tagging
from xinglin.audience.services.tagging import AT_ONCE
from xinglin.wechat.calling import client_for
from xinglin.wechat.client.errors import WeChatApiError
from xinglin.wechat.jsonvalue import as_text
from xinglin.wechat.models import Account, Follower

log = logging.getLogger(__name__)

SLOTS = 3
# A tag of more followers than this cannot be deleted: they are taken off one page after the other (sheet §8.10).
LARGE = 100_000
NO_SUCH_TAG = frozenset({45159, 45058})


@transaction.atomic
def lend(*, campaign: Campaign, batch: Batch) -> PushSlot:
    """Return the slot of a batch, the one it had before or a free one.

    Raises ``CampaignNotReady`` while all slots are in use.
    """
    Account.objects.select_for_update(no_key=True).get(pk=campaign.account_id)
    held = PushSlot.objects.filter(account=campaign.account, campaign=campaign, batch=batch.number).first()
    if held is not None:
        return held
    for number in range(1, SLOTS + 1):
        slot, _made = PushSlot.objects.get_or_create(account=campaign.account, number=number)
        if slot.campaign_id is None:
            slot.campaign, slot.batch, slot.filled_to = campaign, batch.number, 0
            slot.save()
            return slot
    raise CampaignNotReady(_("%(n)d 个推送标签位都在使用中，请等前面的推送完成。"), n=SLOTS)


def fill(*, slot: PushSlot, batch: Batch) -> None:
    """Give the members of a batch the slot's tag, from where a former job stood."""
    if slot.platform_tag is None:
        slot.platform_tag = _tag_named(slot.account, f"推送位{slot.number}")
        slot.save(update_fields=["platform_tag"])
    rows = Delivery.objects.filter(campaign=batch.campaign_id, batch=batch.number, state=DeliveryState.UNSURE)
    while page := list(
        rows.filter(follower_id__gt=slot.filled_to)
        .order_by("follower_id")
        .values_list("follower_id", flat=True)[:AT_ONCE]
    ):
        for openids in _openids(page):
            _leave_out(batch, slot.account, tagging.tag(slot.account, slot.platform_tag, openids))
        slot.filled_to = page[-1]
        slot.save(update_fields=["filled_to"])


def untag(*, slot: PushSlot, followers: Iterable[int]) -> None:
    """Take the slot's tag from some followers."""
    wanted = list(followers)
    for start in range(0, len(wanted), AT_ONCE):
        for openids in _openids(wanted[start : start + AT_ONCE]):
            client_for(slot.account).tags.untag(slot.platform_tag or 0, openids)


def empty(*, slot: PushSlot) -> None:
    """Take the tag from everybody and give the slot back. A tag that can be deleted is: one call for all."""
    tags = client_for(slot.account).tags
    if slot.platform_tag is not None:
        size = Delivery.objects.filter(campaign=slot.campaign_id, batch=slot.batch).count()
        try:
            if size > LARGE:
                while (page := tags.members(slot.platform_tag)).openids:
                    for start in range(0, len(page.openids), AT_ONCE):
                        tags.untag(slot.platform_tag, page.openids[start : start + AT_ONCE])
            else:
                tags.delete(slot.platform_tag)
                slot.platform_tag = None
        except WeChatApiError as error:
            if error.errcode not in NO_SUCH_TAG:
                raise
            slot.platform_tag = None
    slot.campaign, slot.batch, slot.filled_to = None, None, 0
    slot.save()


def empty_those_that_are_done() -> int:
    """Give back every slot whose send is over, and return how many."""
    done = 0
    for slot in PushSlot.objects.filter(campaign__isnull=False).select_related("account", "campaign"):
        batch = Batch.objects.filter(campaign=slot.campaign_id, number=slot.batch or 0).first()
        over = batch is None or batch.state in (BatchState.REPORTED, BatchState.REFUSED)
        given_up = slot.campaign is not None and slot.campaign.state in (
            CampaignState.STOPPED,
            CampaignState.FAILED,
        )
        if over or (given_up and batch is not None and batch.state == BatchState.CALLING):
            empty(slot=slot)
            done += 1
    return done


def _tag_named(account: Account, name: str) -> int:
    """Return the number of the account's tag of a name, made when there is none: a former job may have made it."""
    tags = client_for(account).tags
    known = {as_text(tag.get("name")): int(str(tag.get("id"))) for tag in tags.all()}
    return known[name] if name in known else tags.create(name)


def _openids(followers: Sequence[int]) -> Iterator[list[str]]:
    rows = Follower.objects.filter(pk__in=followers, is_following=True, erased_at__isnull=True)
    if openids := list(rows.order_by("pk").values_list("openid", flat=True)):
        yield openids


def _leave_out(batch: Batch, account: Account, refused: Sequence[str]) -> None:
    """Leave out those whom the platform would not tag."""
    if not refused:
        return
    left_out = Follower.objects.filter(account=account, openid__in=refused).values("pk")
    Delivery.objects.filter(campaign=batch.campaign_id, batch=batch.number, follower_id__in=left_out).update(
        state=DeliveryState.FAILED, reason=Reason.REFUSED, sent_at=None
    )
