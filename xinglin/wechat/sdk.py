"""WeChat's JS-SDK on a page of ours: where its script is, and a page signed for its own address (sheet §8.13)."""

import secrets
from collections.abc import Sequence

from django.conf import settings

from xinglin.commons import clock
from xinglin.wechat.calling import jsapi_ticket
from xinglin.wechat.client.transport import OFFICIAL_API
from xinglin.wechat.crypto import sign_page
from xinglin.wechat.models import Follower

OFFICIAL_SDK = "https://res.wx.qq.com"


def sdk_address() -> str:
    """Return where the JS-SDK is: WeChat's own server, or the sandbox when the platform is one."""
    official = settings.WECHAT_API_URL == OFFICIAL_API
    return f"{OFFICIAL_SDK if official else settings.WECHAT_API_URL}/open/js/jweixin-1.6.0.js"


def config_for(
    follower: Follower, address: str, *, calls: Sequence[str] = (), tags: Sequence[str] = ()
) -> dict[str, object]:
    """Return what ``wx.config`` takes on a page of this address: the calls and the open tags that it uses.

    Raises ``WeChatApiError``, ``PlatformUnreachable`` or ``TokenKeepsFailing`` while there is no ticket to sign with.
    """
    account = follower.account
    signed = sign_page(
        jsapi_ticket(account),
        address,
        appid=account.appid,
        timestamp=str(int(clock.now().timestamp())),
        noncestr=secrets.token_hex(8),
    )
    return {
        "appId": signed.appid,
        "timestamp": int(signed.timestamp),
        "nonceStr": signed.noncestr,
        "signature": signed.signature,
        "jsApiList": list(calls),
        "openTagList": list(tags),
    }
