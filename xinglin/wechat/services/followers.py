"""Followers come and go; going erases what the platform says must go."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.commons.bulletin import announce
from xinglin.wechat.events import FollowerJoined, FollowerLeft
from xinglin.wechat.models import (
    Binding,
    Conversation,
    Follower,
    IncomingMessage,
    MovedFollower,
    OutgoingMessage,
    PersonalLink,
    SubscriptionConsent,
)
from xinglin.wechat.services import outgoing


@transaction.atomic
def follow(*, follower: Follower, scene: str = "", at: datetime | None = None) -> None:
    """Note that somebody follows, and by which QR code.

    Who left and came back within a moment may still be known by the row that was erased in between: they are
    somebody new.
    """
    kept = Follower.objects.select_for_update().get(pk=follower.pk)
    if kept.erased_at is not None:
        if follower.erased_at is not None:
            return  # their openid is gone from the message too: the next one will bring it
        kept, _made = Follower.objects.get_or_create(account=follower.account, openid=follower.openid)
    kept.is_following = True
    kept.followed_at = at or clock.now()
    kept.unfollowed_at = None
    if scene and not kept.scene:
        kept.scene = scene[:64]
    kept.save(update_fields=["is_following", "followed_at", "unfollowed_at", "scene"])
    announce(FollowerJoined(follower_id=kept.pk, scene=scene[:64]))


@transaction.atomic
def unfollow(*, follower: Follower, at: datetime | None = None) -> None:
    """Note that somebody left, and erase what was kept of them (protocol sheet §4, unsubscribe)."""
    follower.is_following = False
    follower.unfollowed_at = at or clock.now()
    follower.save(update_fields=["is_following", "unfollowed_at"])
    erase(follower=follower)


@transaction.atomic
def erase(*, follower: Follower) -> None:
    """Delete all personal information of a follower: binding, conversation, links, and what was written.

    Rooms above do the same when they hear of it, whether it was an unfollow or a permission taken back.
    The row itself stays, without the openid, so that yesterday's counts are still true. Who follows again is
    somebody new to us.
    """
    outgoing.call_back(follower=follower, reason=_("读者已取消关注。"))
    SubscriptionConsent.objects.filter(follower=follower).delete()
    Binding.objects.filter(follower=follower).delete()
    Conversation.objects.filter(follower=follower).delete()
    PersonalLink.objects.filter(follower=follower).delete()
    MovedFollower.objects.filter(follower=follower).delete()
    IncomingMessage.objects.filter(follower=follower).update(
        text="", event_key="", payload={}, reply=None, needs_person=False, starred=False
    )
    OutgoingMessage.objects.filter(follower=follower).update(reply={}, error="")
    follower.openid = f"erased-{secrets.token_hex(16)}"
    follower.unionid = follower.remark = follower.scene = ""
    follower.starred = False
    follower.erased_at = clock.now()
    follower.save()
    announce(FollowerLeft(follower_id=follower.pk))
