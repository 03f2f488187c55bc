"""The ASGI application: E-utilities, Europe PMC, feeds, and the control of all three."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from literature_sandbox import europepmc, eutils, indexes
from literature_sandbox.faults import WORDS
from literature_sandbox.world import World

HOSTS = ["127.0.0.1", "localhost", "[::1]"]
_HTML = (
    "<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body><h1>Sorry</h1></body></html>"
)
_BUSY = '{"error":"API rate limit exceeded","count":"4"}'


def create_app(world: World) -> Starlette:
    """Everything wired together around one world."""
    routes = [
        Route("/entrez/eutils/{tool}.fcgi", _eutils, methods=["GET", "POST"]),
        Route("/europepmc/webservices/rest/search", _europe, methods=["GET", "POST"]),
        Route("/crossref/works", _crossref),
        Route("/openalex/works", _openalex),
        Route("/oai", _oai),
        Route("/robots.txt", _robots),
        Route("/europepmc/articles/{place}", _full_text),
        Route("/feeds/{name:path}", _feed),
        Route("/__emu/clock", _clock, methods=["GET", "POST"]),
        Route("/__emu/faults", _faults, methods=["GET", "POST"]),
        Route("/__emu/log", _log),
        Route("/", _front),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)])
    app.state.world = world
    return app


async def _asked(request: Request) -> dict[str, str]:
    asked = {name: str(value) for name, value in request.query_params.items()}
    if request.method == "POST":
        asked |= {name: str(value) for name, value in (await request.form()).items()}
    return asked


async def _eutils(request: Request) -> Response:
    world: World = request.app.state.world
    tool, asked = request.path_params["tool"], await _asked(request)
    if not world.admit("eutils", has_key=bool(asked.get("api_key"))):
        world.note(tool, "too many")
        return Response(_BUSY, 429, {"Retry-After": "1"}, "application/json")
    if request.method == "GET" and asked.get("id", "").count(",") >= eutils.LONGEST_GET_LIST:
        world.note(tool, "too long")
        return Response("Request-URI Too Long", 414)
    fault = world.faults.draw(tool)
    world.note(tool, fault or "answered")
    spoilt = _without_an_answer(fault)
    if spoilt is not None:
        return spoilt
    match tool:
        case "esearch":
            body = eutils.esearch(world, asked, fault)
        case "efetch":
            body = eutils.efetch(world, asked, fault)
        case "epost":
            body = eutils.epost(world, asked)
        case "esummary":
            body = eutils.esummary(world, asked)
        case "einfo":
            body = eutils.einfo(world)
        case _:
            return Response("Not Found", 404)
    return _spoilt(body, fault, "text/xml; charset=UTF-8")


async def _europe(request: Request) -> Response:
    world: World = request.app.state.world
    asked = await _asked(request)
    if not world.admit("epmc"):
        world.note("epmc", "too many")
        return Response("Too Many Requests", 429, {"Retry-After": "1"})
    fault = world.faults.draw("epmc")
    world.note("epmc", fault or "answered")
    spoilt = _without_an_answer(fault)
    body = europepmc.search(world, asked, fault, str(request.base_url))
    return spoilt or _spoilt(body, fault, "application/json;charset=UTF-8")


async def _full_text(request: Request) -> Response:
    page = europepmc.full_text(request.app.state.world, request.path_params["place"])
    return HTMLResponse(page) if page else Response("Not Found", 404)


async def _crossref(request: Request) -> Response:
    return await _indexed(request, "crossref", indexes.crossref, "application/json")


async def _openalex(request: Request) -> Response:
    return await _indexed(request, "openalex", indexes.openalex, "application/json")


async def _oai(request: Request) -> Response:
    return await _indexed(request, "oai", indexes.oai, "text/xml; charset=UTF-8")


async def _indexed(
    request: Request, name: str, answer: Callable[[World, dict[str, str], str], bytes], kind: str
) -> Response:
    world: World = request.app.state.world
    asked = await _asked(request)
    if not world.admit(name):
        world.note(name, "too many")
        return Response("Too Many Requests", 429, {"Retry-After": "1"})
    fault = world.faults.draw(name)
    world.note(name, fault or "answered")
    return _without_an_answer(fault) or _spoilt(answer(world, asked, fault), fault, kind)


async def _robots(request: Request) -> Response:
    world: World = request.app.state.world
    return PlainTextResponse(world.robots) if world.robots else Response("Not Found", 404)


def _without_an_answer(fault: str) -> Response | None:
    if fault == "busy":
        return Response(_BUSY, 429, {"Retry-After": "2"}, "application/json")
    if fault.startswith("error_"):
        return Response("Internal error", int(fault.removeprefix("error_")))
    return Response(_HTML, 200, media_type="text/html") if fault == "html" else None


def _spoilt(body: bytes, fault: str, kind: str) -> Response:
    if fault == "truncated":
        return Response(body[: len(body) * 2 // 3], 200, media_type=kind)
    if fault == "bad_bytes":
        return Response(body.replace(b"</", b"\xff\xfe</", 1), 200, media_type=kind)
    if fault == "cut":
        return StreamingResponse(_cut(body), 200, {"Content-Length": str(len(body))}, kind)
    return Response(body, 200, media_type=kind)


async def _cut(body: bytes) -> AsyncIterator[bytes]:
    """Send half of what was promised; the server then closes the connection, having promised more."""
    yield body[: len(body) // 2]


async def _feed(request: Request) -> Response:
    world: World = request.app.state.world
    name = request.path_params["name"]
    shown = world.feeds.at(name, world.clock.now())
    world.note(f"feed {name}", str(shown.status) if shown else "404")
    if shown is None:
        return Response("Not Found", 404)
    if shown.status in (301, 302):
        return Response(status_code=shown.status, headers={"Location": shown.location})
    if shown.status != 200:
        return Response(status_code=shown.status)
    if request.headers.get("if-none-match") == shown.etag:
        return Response(status_code=304, headers={"ETag": shown.etag})
    return Response(shown.body, 200, {"ETag": shown.etag, "Content-Type": shown.kind})


async def _clock(request: Request) -> Response:
    world: World = request.app.state.world
    if request.method == "POST":
        seconds = float((await request.json()).get("advance", 0))
        if seconds < 0:
            return JSONResponse({"error": "the clock only moves forward"}, 422)
        world.clock.wait(seconds)
    return JSONResponse({"now": world.clock.now(), "today": world.clock.today().isoformat()})


async def _faults(request: Request) -> Response:
    world: World = request.app.state.world
    if request.method == "POST":
        said = await request.json()
        if "rate" in said:
            world.faults.rate = min(max(float(said["rate"]), 0.0), 0.9)
        for kind in said.get("order", []):
            if kind not in WORDS:
                return JSONResponse({"error": f"no fault {kind!r}", "known": WORDS}, 422)
            world.faults.order(kind)
    return JSONResponse({"rate": world.faults.rate, "drawn": dict(world.faults.drawn), "known": WORDS})


async def _log(request: Request) -> Response:
    world: World = request.app.state.world
    newest = [vars(each) for each in world.log[-200:]]
    return JSONResponse(
        {"requests": len(world.log), "busiest_second": world.busiest_second, "newest": newest}
    )


async def _front(request: Request) -> Response:
    world: World = request.app.state.world
    present = len(world.shelf.present(world.clock.now()))
    return PlainTextResponse(
        f"Literature sandbox: {present} of {len(world.shelf.records)} articles have appeared by"
        f" {world.clock.today()}.\n/entrez/eutils/  /europepmc/webservices/rest/search  /__emu/clock  /__emu/faults"
        "  /__emu/log\n"
    )
