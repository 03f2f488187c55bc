"""What a campaign says, and the links by which we know whose eyes fell on it.

A personal link names campaign and follower under a signature: a million of them need no row. It shows an article and
takes an opinion; it signs nobody in.
"""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from xinglin.audience.errors import LinkUnknown
from xinglin.audience.models import Campaign
from xinglin.commons.text import shortened
from xinglin.wechat.jsonvalue import JsonObject
from xinglin.wechat.models import Follower
from xinglin.wechat.replies import Article, News, Reply

SALT = "xinglin.audience.push"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TOKEN = re.compile(r"([0-9a-z]{1,13})-([0-9a-z]{1,13})-([0-9a-f]{16})")


def token_of(campaign_id: int, follower_id: int) -> str:
    """Return the signed name of one delivery."""
    return f"{_short(campaign_id)}-{_short(follower_id)}-{_signature(campaign_id, follower_id)}"


def read_token(token: str) -> tuple[int, int]:
    """Return campaign and follower of a token. Raises ``LinkUnknown`` for one that we did not sign."""
    found = _TOKEN.fullmatch(token)
    if found is not None:
        campaign_id, follower_id = int(found[1], 36), int(found[2], 36)
        if constant_time_compare(found[3], _signature(campaign_id, follower_id)):
            return campaign_id, follower_id
    raise LinkUnknown(_("这个链接不完整或已失效；请回到公众号重新打开。"))


def personal_address(campaign: Campaign, follower: Follower) -> str:
    """Return the address of the article for one follower."""
    return f"{settings.PUBLIC_URL}/m/p/{token_of(campaign.pk, follower.pk)}/"


def common_address(campaign: Campaign, variant: int) -> str:
    """Return the address of the article in a message that is the same for everybody."""
    return f"{settings.PUBLIC_URL}/m/c/{campaign.pk}/{variant}/"


def choices_link(campaign: Campaign, follower: Follower) -> str:
    """Return where one follower opts out."""
    return f"{settings.PUBLIC_URL}/m/p/{token_of(campaign.pk, follower.pk)}/off/"


def title_of(campaign: Campaign, variant: int) -> str:
    """Return the title of a variant."""
    return campaign.titles[variant] if variant < len(campaign.titles) else campaign.title_a


def digest_of(campaign: Campaign) -> str:
    """Return what the article says in short."""
    return campaign.article.shown.digest if campaign.article.shown else ""


def message_for(campaign: Campaign, follower: Follower, variant: int) -> Reply:
    """Return the customer-service message to one follower: an article card with their link."""
    digest = shortened(digest_of(campaign), characters=100)
    off = _("回复「退订推送」可不再接收")
    card = Article(
        title=title_of(campaign, variant),
        description=f"{digest}\n{off}" if digest else off,
        picture_url="",
        url=personal_address(campaign, follower),
    )
    return News((card,))


def mass_content(campaign: Campaign, variant: int) -> JsonObject:
    """Return what a mass call sends: the draft that was named, or a text with the common link."""
    if campaign.draft_media_id:
        return {"msgtype": "mpnews", "mpnews": {"media_id": campaign.draft_media_id}}
    lines = [title_of(campaign, variant), shortened(digest_of(campaign), characters=200),
             common_address(campaign, variant), _("回复「退订推送」可不再接收")]  # fmt: skip
    return {"msgtype": "text", "text": {"content": "\n".join(line for line in lines if line)}}


def _short(number: int) -> str:
    text = ""
    while number or not text:
        number, rest = divmod(number, 36)
        text = DIGITS[rest] + text
    return text


def _signature(campaign_id: int, follower_id: int) -> str:
    return salted_hmac(SALT, f"{campaign_id}:{follower_id}", algorithm="sha256").hexdigest()[:16]
