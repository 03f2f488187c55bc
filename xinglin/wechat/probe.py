"""Finding out what an account may really do, by calls that change nothing (protocol sheet §1a.6)."""

import logging
from collections.abc import Callable
from datetime import timedelta

from xinglin.commons import clock
from xinglin.wechat.capabilities import PROBE_OK, PROBE_REFUSED, Capability
from xinglin.wechat.client import WeChatClient
from xinglin.wechat.client.datacube import Series
from xinglin.wechat.client.errors import PlatformUnreachable, WeChatApiError

log = logging.getLogger(__name__)

# Answers to a question about nothing: there is no menu yet, there is no such article. The call itself was allowed.
ALLOWED_BUT_EMPTY = frozenset({46003, 88001})
# No such interface for this kind of account; no 留言 privilege, which even a certified account may lack (88000).
REFUSED = frozenset({48001, 88000})


NO_ARTICLE = "1"


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
    Capability.SUBSCRIPTION_NOTICE: lambda client: client.subscription.templates(),
    Capability.COMMENT: lambda client: client.comment.page(NO_ARTICLE, count=1),
}


def probe(client: WeChatClient) -> dict[str, str]:
    """Return for each capability ``ok``, ``48001``, or what else the platform said.

    Only the first two are conclusions; anything else leaves the table in force until the next probe.
    """
    return {str(capability): _outcome(call, client) for capability, call in PROBES.items()}


def _outcome(call: Callable[[WeChatClient], object], client: WeChatClient) -> str:
    try:
        call(client)
    except WeChatApiError as error:
        if error.errcode in REFUSED:
            return PROBE_REFUSED
        return PROBE_OK if error.errcode in ALLOWED_BUT_EMPTY else str(error.errcode)
    except PlatformUnreachable as error:
        log.warning("a probe got no answer", extra={"why": error.code})
        return "unreachable"
    return PROBE_OK
