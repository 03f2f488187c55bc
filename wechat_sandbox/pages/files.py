"""Pictures and other files by address, as WeChat's picture servers give them."""

from __future__ import annotations

from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from wechat_sandbox.api.qrcode import picture_of, showqrcode
from wechat_sandbox.scans import account_address
from wechat_sandbox.world import World

NO_SNIFF = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


async def media(request: Request) -> Response:
    """The bytes of a media; whoever has the address may see it."""
    world: World = request.app.state.world
    found = world.state.media.get(request.path_params["media_id"])
    if found is None:
        return PlainTextResponse("not found", status_code=404)
    return Response(found.content, media_type=found.content_type, headers=NO_SNIFF)


def drawn(letter: str, colour: str, *, round_: bool) -> Response:
    """A portrait: one letter on a coloured ground."""
    radius = 50 if round_ else 14
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        f'<rect width="100" height="100" rx="{radius}" fill="{escape(colour)}"/>'
        '<text x="50" y="51" dy=".35em" text-anchor="middle" font-size="46" fill="#fff" '
        f'font-family="PingFang SC,Noto Sans CJK SC,sans-serif">{escape(letter)}</text></svg>'
    )
    return Response(svg, media_type="image/svg+xml", headers=NO_SNIFF)


async def portrait(request: Request) -> Response:
    world: World = request.app.state.world
    person = world.person(request.path_params["person"])
    return drawn(person.nickname[:1], person.colour, round_=False)


async def badge(request: Request) -> Response:
    world: World = request.app.state.world
    account = world.account(request.path_params["appid"])
    return drawn(account.name[:1], account.colour, round_=True)


async def account_code(request: Request) -> Response:
    """The QR code of an account itself, without a scene."""
    world: World = request.app.state.world
    account = world.account(request.path_params["appid"])
    return Response(picture_of(account_address(account.wechat_id)), media_type="image/png")


ROUTES = [
    Route("/sandbox/codes/{appid}.png", account_code),
    Route("/mmbiz/{media_id}/{size}", media),
    Route("/mmbiz/{media_id}", media),
    Route("/cgi-bin/showqrcode", showqrcode),
    Route("/sandbox/portraits/{person}.svg", portrait),
    Route("/sandbox/badges/{appid}.svg", badge),
]
