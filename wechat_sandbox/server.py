"""The ASGI application: platform API, WeChat's pages, control API and phone under one address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from wechat_sandbox import agenda, scenario
from wechat_sandbox.api import TABLE
from wechat_sandbox.api.front import answer
from wechat_sandbox.control_api import accounts, deeds, fleets, publishing, rule, subscriptions
from wechat_sandbox.control_api.requests import refused
from wechat_sandbox.errors import ApiError, Refused
from wechat_sandbox.pages import articles, backstage, files, oauth
from wechat_sandbox.pages.templates import HERE
from wechat_sandbox.phone import views
from wechat_sandbox.world import World

HOSTS = ["127.0.0.1", "localhost", "[::1]", "*.weixin.qq.com"]
"""Names a request may ask for; others point to a page that plays with name servers."""
PREFIXES = ("cgi-bin", "customservice", "datacube", "sns", "wxa", "wxaapi")
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD"]


async def jssdk(request: Request) -> Response:
    """``res.wx.qq.com/open/js/jweixin-1.6.0.js``, whatever its version."""
    return FileResponse(HERE / "static" / "jweixin.js", media_type="text/javascript")


def create_app(world: World) -> Starlette:
    """Everything wired together around one world."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if not world.load():
            await scenario.load(world, world.scenario)
        world.spawn(agenda.keep_running(world))
        world.spawn(world.keep_saving())
        yield
        await world.close()

    routes = [
        *views.ROUTES,
        *rule.ROUTES,
        *accounts.ROUTES,
        *fleets.ROUTES,
        *publishing.ROUTES,
        *subscriptions.ROUTES,
        *deeds.ROUTES,
        *files.ROUTES,
        *oauth.ROUTES,
        *articles.ROUTES,
        *backstage.ROUTES,
        Route("/open/js/{name}.js", jssdk),
        Mount("/static", StaticFiles(directory=HERE / "static")),
        *(Route(path, answer, methods=METHODS) for path in TABLE),
        *(Route(f"/{prefix}/{{rest:path}}", answer, methods=METHODS) for prefix in PREFIXES),
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)],
        exception_handlers={Refused: refused, ApiError: refused},
    )
    app.state.world = world
    return app
