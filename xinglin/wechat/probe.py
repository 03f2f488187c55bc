"""Finding out what an account may really do, by calls that change nothing (protocol sheet §1a.6)."""

import logging
from collections.abc import Callable
from datetime import timedelta

from xinglin.commons import clock
from xinglin.wechat.capabilities import PROBE_OK, PROBE_REFUSED, Capability
from xinglin.wechat.client import WeChatClient
from xinglin.wechat.client.datacube import Series
from xinglin.wechat.client.errors import NotAuthorised, PlatformUnreachable, WeChatApiError

log = logging.getLogger(__name__)

NO_MENU_YET = 46003


def _statistics(client: WeChatClient) -> object:
    yesterday = clock.today() - timedelta(days=1)
    return client.datacube.fetch(Series.USER_SUMMARY, yesterday, yesterday)


# Only calls that read. What has none (customer-service messages, OAuth) stays with the table.
PROBES: dict[Capability, Callable[[WeChatClient], object]] = {
    Capability.CUSTOM_MENU: lambda client: client.menu.get(),
    Capability.USERS: lambda client: client.user.page(),
    Capability.PUBLISH: lambda client: client.freepublish.page(count=1),
    Capability.STATISTICS: _statistics,
    Capability.DRAFT: lambda client: client.draft.count(),
    Capability.MATERIAL: lambda client: client.material.count(),
    Capability.TAGS: lambda client: client.tags.all(),
    Capability.TEMPLATE_MESSAGE: lambda client: client.template.industry(),
}


def probe(client: WeChatClient) -> dict[str, str]:
    """Return for each capability ``ok``, ``48001``, or what else the platform said.

    Only the first two are conclusions; anything else leaves the table in force until the next probe.
    """
    return {str(capability): _outcome(call, client) for capability, call in PROBES.items()}


def _outcome(call: Callable[[WeChatClient], object], client: WeChatClient) -> str:
    try:
        call(client)
    except NotAuthorised as error:
        return PROBE_REFUSED if error.errcode == 48001 else str(error.errcode)
    except WeChatApiError as error:
        return PROBE_OK if error.errcode == NO_MENU_YET else str(error.errcode)
    except PlatformUnreachable as error:
        log.warning("a probe got no answer", extra={"why": error.code})
        return "unreachable"
    return PROBE_OK
