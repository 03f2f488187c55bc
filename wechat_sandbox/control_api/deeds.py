"""A person's deeds over HTTP: ``POST /sandbox/accounts/{appid}/people/{person}/{deed}``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal, InvalidOperation
from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wechat_sandbox import deeds, media, samples, scans, taps
from wechat_sandbox.api.fields import Fields
from wechat_sandbox.control_api.requests import (
    Unicode,
    account_of,
    body_of,
    content_of,
    follower_of,
    world_of,
)
from wechat_sandbox.errors import Refused
from wechat_sandbox.events import event
from wechat_sandbox.push import Outcome
from wechat_sandbox.state import Account, Follower, Media
from wechat_sandbox.taps import Tapped
from wechat_sandbox.wire import XmlFields
from wechat_sandbox.world import World


def told(outcome: Outcome | None, opens: str = "") -> dict[str, object]:
    """What a deed led to, for the doer."""
    if outcome is None:
        return {"pushed": False, "open": opens}
    return {
        "pushed": True,
        "verdict": outcome.verdict,
        "problem": outcome.problem,
        "tries": len(outcome.tries),
        "reply": outcome.reply and {"type": outcome.reply.type, **outcome.reply.content},
        "warnings": outcome.reply.warnings if outcome.reply else [],
        "open": opens,
    }


async def _follow(world: World, account: Account, who: Follower, body: Fields) -> Outcome | None:
    scene = body.optional_text("scene", "ADD_SCENE_SEARCH")
    return await deeds.follow(world, account, who, scene=scene)


async def _unfollow(world: World, account: Account, who: Follower, body: Fields) -> Outcome | None:
    return await deeds.unfollow(world, account, who)


async def _text(world: World, account: Account, who: Follower, body: Fields) -> Outcome | None:
    item = body.optional_text("bizmsgmenuid")
    return await deeds.text(world, account, who, content=body.optional_text("content"), bizmsgmenuid=item)


def _file(world: World, account: Account, type_: str, content: bytes, name: str) -> Media:
    return media.store(world, account, type_=type_, name=name, content=content)


async def _image(world: World, account: Account, who: Follower, body: Fields) -> Outcome | None:
    content = content_of(body) or samples.picture()
    if media.format_of(content) not in ("png", "jpeg", "gif"):
        raise Refused("not_a_picture", "Send a PNG, JPEG or GIF.")
    kept = _file(world, account, "image", content, body.optional_text("name", "photo.jpg"))
    return await deeds.picture(world, account, who, media=kept)


async def _voice(world: World, account: Account, who: Follower, body: Fields) -> Outcome | None:
    seconds = body.integer("seconds", default=3)
    kept = _file(world, account, "voice", content_of(body) or samples.voice(seconds), "voice.amr")
    return await deeds.voice(world, account, who, media=kept, seconds=seconds)


async def _video(world: World, account: Account, who: Follower, body: Fields) -> Outcome | None:
    kept = _file(world, account, "video", content_of(body) or samples.video(), "video.mp4")
    thumb = _file(world, account, "thumb", samples.picture(), "thumb.jpg")
    short = body.flag("short")
    return await deeds.video(world, account, who, media=kept, thumb=thumb, short=short)


def place_of(body: Fields) -> taps.Place:
    try:
        latitude = Decimal(body.optional_text("latitude", "39.908823"))
        longitude = Decimal(body.optional_text("longitude", "116.397470"))
    except InvalidOperation as error:
        raise Refused("bad_place", "`latitude` and `longitude` must be numbers.") from error
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Refused("bad_place", "There is no such place on earth.")
    return taps.Place(latitude, longitude, body.optional_text("label"))


async def _location(world: World, account: Account, who: Follower, body: Fields) -> Outcome | None:
    place = place_of(body)
    return await deeds.location(
        world, account, who, latitude=place.latitude, longitude=place.longitude, label=place.label
    )


async def _report(world: World, account: Account, who: Follower, body: Fields) -> Outcome | None:
    place = place_of(body)
    return await deeds.report_location(
        world, account, who, latitude=place.latitude, longitude=place.longitude
    )


async def _link(world: World, account: Account, who: Follower, body: Fields) -> Outcome | None:
    return await deeds.link(
        world,
        account,
        who,
        title=body.optional_text("title"),
        description=body.optional_text("description"),
        url=body.optional_text("url"),
    )


async def _send_file(world: World, account: Account, who: Follower, body: Fields) -> Outcome | None:
    name = body.optional_text("name", "file.pdf")
    return await deeds.file(world, account, who, name=name, content=content_of(body))


async def _emit(world: World, account: Account, who: Follower, body: Fields) -> Outcome | None:
    """Push any event: those of the platform's back office, of cards, of times to come."""
    fields = cast(XmlFields, body.child("fields").raw if "fields" in body else {})
    return await event(world, account, who, body.text("event", error=40097), fields)


async def _menu(world: World, account: Account, who: Follower, body: Fields) -> Tapped:
    pictures = [content_of(Fields({"content": one})) for one in _texts(body, "pictures")]
    button = taps.find_button(account, who, body.optional_text("button"))
    type_ = str(button["type"])
    if type_.startswith("pic_"):
        pictures = pictures or [samples.picture()]
    done = taps.Tap(
        scan_result=body.optional_text("scan_result"),
        scan_type=body.optional_text("scan_type", "qrcode"),
        pictures=[_file(world, account, "image", one, "photo.jpg") for one in pictures],
        place=place_of(body) if type_ == "location_select" else None,
    )
    return await taps.tap(world, account, who, body.optional_text("button"), done)


def _texts(body: Fields, name: str) -> list[str]:
    return body.texts(name) if name in body else []


Deed = Callable[[World, Account, Follower, Fields], Awaitable[Outcome | Tapped | None]]
DEEDS: dict[str, Deed] = {
    "follow": _follow,
    "unfollow": _unfollow,
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "location": _location,
    "report_location": _report,
    "link": _link,
    "file": _send_file,
    "menu": _menu,
    "emit": _emit,
}


async def deed(request: Request) -> Response:
    """Do it and tell what came of it. It takes its course even when the asker goes away."""
    world, account, who = world_of(request), account_of(request), follower_of(request)
    work = DEEDS.get(request.path_params["deed"])
    if work is None:
        raise Refused("no_such_deed", f"A person cannot {request.path_params['deed']!r}.", 404)
    running = world.spawn(_told(work(world, account, who, await body_of(request))))
    return Unicode(await running)


async def _told(work: Awaitable[Outcome | Tapped | None]) -> dict[str, object]:
    done = await work
    if isinstance(done, Tapped):
        return told(done.outcome, done.open) | {"more": [told(one) for one in done.more]}
    return told(done)


async def seen(request: Request) -> Response:
    """The person has read the conversation down to its end."""
    who = follower_of(request)
    who.read_until = who.chat[-1].number if who.chat else 0
    world_of(request).announce()
    return Unicode({"read_until": who.read_until})


async def scan(request: Request) -> Response:
    """Scan a code: its ticket, its address, or any text that was in a QR code."""
    world = world_of(request)
    person = world.person(request.path_params["person"])
    body = await body_of(request)
    found = await scans.scan(world, person.key, body.optional_text("result"))
    entered = bool(found.appid) and world.follower(world.account(found.appid), person.key).following
    where = {"appid": found.appid, "text": found.text, "entered": entered}
    return Unicode(told(found.outcome, found.open) | where)


async def codes(request: Request) -> Response:
    """The codes that hang on the walls: each account's own, and its newest with a scene."""
    return Unicode(scans.codes_in_sight(world_of(request)))


ROUTES = [
    Route("/sandbox/accounts/{appid}/people/{person}/seen", seen, methods=["POST"]),
    Route("/sandbox/accounts/{appid}/people/{person}/{deed}", deed, methods=["POST"]),
    Route("/sandbox/codes", codes, methods=["GET"]),
    Route("/sandbox/people/{person}/scan", scan, methods=["POST"]),
]
