"""One address: callbacks to the gateway, all else to Django as WSGI in a thread pool.

Django's own ASGI handler measured 1.4 to 8 times slower and ran PostgreSQL out of connections
(DESIGN.md, "One address"); so pages go through ``a2wsgi``. In production the proxy may split the
paths instead, with ``xinglin serve --only gateway`` behind one of them.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")

from a2wsgi import WSGIMiddleware

from xinglin.config.wsgi import application as pages
from xinglin.wechat.gateway.asgi import GATEWAY_PATH
from xinglin.wechat.gateway.asgi import application as gateway

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# a2wsgi types its two sides more narrowly than Django and ASGI servers do; Any is where they meet.
_pages: Any = WSGIMiddleware(cast(Any, pages), workers=16)


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Hand a request to whoever answers it; start-up and shut-down are the gateway's to know."""
    if scope["type"] == "lifespan" or (scope["type"] == "http" and scope["path"].startswith(GATEWAY_PATH)):
        await gateway(scope, receive, send)
    else:
        await _pages(scope, receive, send)
