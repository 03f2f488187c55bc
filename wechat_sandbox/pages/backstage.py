"""A small 公众平台 back-end for the person behind an account."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wechat_sandbox.kinds import LABELS, Kind
from wechat_sandbox.pages.templates import show
from wechat_sandbox.world import World


async def home(request: Request) -> Response:
    """Drafts, what was published, comments; the page fetches them itself."""
    world: World = request.app.state.world
    account = world.account(request.path_params["appid"])
    others = [one for one in world.state.accounts.values() if one.kind is not Kind.MINI]
    return show(
        request, "backstage.html", {"account": account, "label": LABELS[account.kind], "accounts": others}
    )


ROUTES = [Route("/mp/{appid}", home, methods=["GET"])]
