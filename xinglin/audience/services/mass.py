"""Mass sending of a campaign: to lists of openids, or to a WeChat tag that is lent for it.

Every call is written down with its ``clientmsgid`` before it is made. One whose answer never came is made again
under the same key within the platform's 24 hours: it is then carried out once, now or before (sheet §8.5). An older
one is left for a person.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xinglin.audience.lifecycle import CampaignState
from xinglin.audience.models import (
    AudienceConsent,
    Batch,
    BatchState,
    Campaign,
    ConsentKind,
    Delivery,
    DeliveryState,
    OptOut,
    Profile,
    Reason,
)
from xinglin.audience.services import slots
from xinglin.audience.services.claiming import claim_batch
from xinglin.audience.telling import mass_content
from xinglin.commons import clock
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.client.errors import (
    NotAuthorised,
    PlatformBusy,
    PlatformUnreachable,
    QuotaUsedUp,
    WeChatApiError,
)
from xinglin.wechat.client.mass import MassJob
from xinglin.wechat.jsonvalue import as_text
from xinglin.wechat.models import Follower

LONGEST_LIST = 10_000
EVERYBODY_AT_ONCE = 2_000_000
KEY_LIVES = timedelta(hours=23)
SENT_BEFORE = 45065


def send(campaign: Campaign) -> datetime | None:
    """Send batch after batch, and return when to come back; None at the end."""
    by_list = campaign.account.may(Capability.MASS_BY_LIST)
    for batch in Batch.objects.filter(campaign=campaign, state=BatchState.CALLING).order_by("number"):
        _call(campaign, batch, by_list=by_list)
    for variant in range(len(campaign.titles)):
        over, last = False, 0
        while not over:
            most = LONGEST_LIST if by_list else EVERYBODY_AT_ONCE
            page = claim_batch(campaign=campaign, most=most, variant=variant, after=last)
            if page.wait_until is not None:
                return page.wait_until
            if page.batch is not None:
                _call(campaign, page.batch, by_list=by_list)
            over, last = page.over, page.last
    return None


def _call(campaign: Campaign, batch: Batch, *, by_list: bool) -> None:
    """Make one call, or make it again, and write down what the platform says.

    A quota or a busy platform leaves the batch as it is: the same call is made later. Raises those errors.
    """
    if clock.now() - batch.called_at > KEY_LIVES:
        _leave_to_a_person(batch)
        return
    try:
        job = _to_a_list(campaign, batch) if by_list else _to_a_tag(campaign, batch)
    except (QuotaUsedUp, PlatformBusy, PlatformUnreachable):
        raise
    except NotAuthorised as error:
        _refused(batch, error)
        raise
    except WeChatApiError as error:
        if error.errcode != SENT_BEFORE:
            _refused(batch, error)
            raise
        job = MassJob(as_text(error.answer.get("msg_id")), as_text(error.answer.get("msg_data_id")))
    if job is None:
        return
    # What reports came meanwhile stands: the state goes forward only.
    Batch.objects.filter(pk=batch.pk).update(message_id=job.message_id, data_id=job.data_id)
    Batch.objects.filter(pk=batch.pk, state=BatchState.CALLING).update(state=BatchState.ACCEPTED)
    _rows(batch).filter(state=DeliveryState.UNSURE).update(state=DeliveryState.SENT)


def _to_a_list(campaign: Campaign, batch: Batch) -> MassJob | None:
    openids = list(
        Follower.objects.filter(pk__in=_rows(batch).values("follower_id"), erased_at__isnull=True)
        .order_by("pk").values_list("openid", flat=True)
    )  # fmt: skip
    if len(openids) < 2:
        _nobody_left(batch)
        return None
    return client_for(campaign.account).mass.send_to(
        openids, mass_content(campaign, batch.variant), client_message_id=batch.client_message_id
    )


def _to_a_tag(campaign: Campaign, batch: Batch) -> MassJob | None:
    """Fill a push slot, look once more at who refused meanwhile, and send to its tag."""
    slot = slots.lend(campaign=campaign, batch=batch)
    slots.fill(slot=slot, batch=batch)
    late = _who_refused_meanwhile(campaign, batch)
    slots.untag(slot=slot, followers=late)
    _rows(batch).filter(follower_id__in=late).update(
        state=DeliveryState.SKIPPED, reason=Reason.OPTED_OUT, sent_at=None
    )
    if not Campaign.objects.filter(pk=campaign.pk, state=CampaignState.SENDING).exists():
        _put_back(batch)  # stopped while the tag was filled: nothing was sent
        return None
    if not _rows(batch).filter(state=DeliveryState.UNSURE).exists():
        _nobody_left(batch)
        return None
    return client_for(campaign.account).mass.send_all(
        mass_content(campaign, batch.variant),
        tag_id=slot.platform_tag,
        client_message_id=batch.client_message_id,
    )


def _who_refused_meanwhile(campaign: Campaign, batch: Batch) -> list[int]:
    rows = _rows(batch).filter(state=DeliveryState.UNSURE)
    followers = rows.values("follower_id")
    refused = OptOut.objects.filter(follower__in=followers).filter(
        topic=campaign.topic
    ) | OptOut.objects.filter(follower__in=followers, topic=None)
    gone = set(refused.values_list("follower_id", flat=True))
    if campaign.is_sensitive:
        standing = AudienceConsent.objects.filter(kind=ConsentKind.HEALTH, withdrawn_at=None)
        gone |= set(
            rows.exclude(follower_id__in=standing.values("follower_id")).values_list("follower_id", flat=True)
        )
    present = Profile.objects.filter(account=campaign.account)
    gone |= set(
        rows.exclude(follower_id__in=present.values("follower_id")).values_list("follower_id", flat=True)
    )
    return sorted(gone)


def _rows(batch: Batch) -> QuerySet[Delivery]:
    return Delivery.objects.filter(campaign=batch.campaign_id, batch=batch.number)


def _refused(batch: Batch, error: WeChatApiError) -> None:
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.REFUSED, status=error.words[:60])
    _rows(batch).filter(state=DeliveryState.UNSURE).update(
        state=DeliveryState.FAILED, reason=Reason.REFUSED, sent_at=None
    )


def _nobody_left(batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.REFUSED, status=_("没有可发送的人"))
    _rows(batch).filter(state=DeliveryState.UNSURE).update(
        state=DeliveryState.SKIPPED, reason=Reason.NOT_FOLLOWING, sent_at=None
    )


def _put_back(batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.REFUSED, status=_("提交前已停止"))
    _rows(batch).filter(state=DeliveryState.UNSURE).update(
        state=DeliveryState.PLANNED, sent_at=None, batch=None
    )


def _leave_to_a_person(batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(
        state=BatchState.ACCEPTED, status=_("结果不明，请到公众平台核对")
    )
