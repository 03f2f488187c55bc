"""Sending fleets out and reading their ledgers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from wechat_sandbox.codec import from_plain
from wechat_sandbox.control_api.requests import Unicode, body_of, world_of
from wechat_sandbox.errors import Refused
from wechat_sandbox.fleet import Fleet, Plan, launch

LINES_AT_ONCE = 500


def _told(fleet: Fleet) -> dict[str, object]:
    return {
        "number": fleet.number,
        "finished": fleet.finished,
        "plan": fleet.plan,
        "ledger": fleet.ledger.summary(),
    }


async def fleets(request: Request) -> Response:
    """List the fleets, or send one out by its plan."""
    world = world_of(request)
    if request.method == "GET":
        return Unicode([_told(one) for one in world.fleets.values()])
    try:
        plan = from_plain(Plan, (await body_of(request)).raw)
    except ValueError as error:
        raise Refused("bad_fleet_plan", str(error)) from error
    return Unicode(_told(launch(world, plan)), status_code=201)


def _fleet(request: Request) -> Fleet:
    found = world_of(request).fleets.get(request.path_params["number"])
    if found is None:
        raise Refused("no_such_fleet", f"No fleet {request.path_params['number']}.", 404)
    return found


async def fleet(request: Request) -> Response:
    """How a fleet is doing; DELETE calls it back."""
    found = _fleet(request)
    if request.method == "DELETE" and found.task is not None:
        found.task.cancel()
    return Unicode(_told(found))


async def lines(request: Request) -> Response:
    """Every push of the ledger, one JSON object a line."""
    found = _fleet(request)

    def written() -> Iterator[str]:
        lines = iter(found.ledger.lines)
        while some := list(islice(lines, LINES_AT_ONCE)):
            yield "".join(json.dumps(asdict(line)) + "\n" for line in some)

    return StreamingResponse(written(), media_type="application/x-ndjson")


ROUTES = [
    Route("/sandbox/fleets", fleets, methods=["GET", "POST"]),
    Route("/sandbox/fleets/{number:int}", fleet, methods=["GET", "DELETE"]),
    Route("/sandbox/fleets/{number:int}/ledger", lines, methods=["GET"]),
]
