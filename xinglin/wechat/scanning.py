"""扫一扫 on a page of ours: WeChat's own scanner beside the fields that ask for one (``wx.scanQRCode``).

    response = scanning.render_with_scanner(request, "acquisitions/mobile/suggest.html", context)

The template includes ``wechat/mobile/scanner.html`` and marks its field with ``data-scan``. Outside WeChat, and where
the account has no JS-SDK, nothing is added: the field is typed into.
"""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xinglin.commons.web import also_allow
from xinglin.wechat import links
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.client.errors import PlatformUnreachable, WeChatApiError
from xinglin.wechat.keeper import TokenKeepsFailing
from xinglin.wechat.sdk import config_for, sdk_address

log = logging.getLogger(__name__)


def render_with_scanner(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """Show a page that has WeChat's scanner where this browser is a follower's and their account may use it."""
    follower = links.follower_of(request)
    if follower is None or not follower.account.may(Capability.JSSDK):
        return render(request, template, context)
    try:
        config = config_for(follower, settings.PUBLIC_URL + request.get_full_path(), calls=("scanQRCode",))
    except (WeChatApiError, PlatformUnreachable, TokenKeepsFailing):
        # Typing does as well: the page is worth more than its scanner.
        log.warning("a page was shown without WeChat's scanner", exc_info=True)
        return render(request, template, context)
    response = render(request, template, {**context, "scanner": config, "sdk": sdk_address()})
    also_allow(response, "script-src", sdk_address())
    return response
