"""Ruling the sandbox: clock, faults, settings, record, snapshot."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wechat_sandbox import agenda, scenario
from wechat_sandbox.clock import CHINA
from wechat_sandbox.codec import from_plain, to_plain
from wechat_sandbox.control_api.requests import Unicode, body_of, world_of
from wechat_sandbox.errors import Refused
from wechat_sandbox.faults import API_FAULTS, PUSH_FAULTS
from wechat_sandbox.world import Settings, World


def _clock(world: World) -> dict[str, object]:
    clock = world.clock
    return {
        "now": clock.now(),
        "iso": clock.moment().isoformat(timespec="seconds"),
        "frozen": clock.frozen_at is not None,
    }


async def clock(request: Request) -> Response:
    """Read the clock, or move it: ``advance`` seconds, ``set`` to an ISO time, ``freeze``.

    Returns when the reports of all jobs that have come due are delivered or given up.
    """
    world = world_of(request)
    if request.method == "POST":
        body = await body_of(request)
        if "advance" in body:
            world.clock.advance(_number(body.raw["advance"]))
        if "set" in body:
            world.clock.set(_moment(body.optional_text("set")))
        if "freeze" in body:
            world.clock.freeze() if body.flag("freeze") else world.clock.run()
        await agenda.run_due(world)
        world.announce()
        await world.settle()
    return Unicode(_clock(world))


async def settle(request: Request) -> Response:
    """Wait until every report that the platform owes has been delivered or given up."""
    world = world_of(request)
    await agenda.run_due(world)
    await world.settle()
    return Unicode(_clock(world))


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise Refused("bad_number", f"{value!r} is not a number of seconds.")


def _moment(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("bad_time", f"{text!r} is not an ISO time.") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).timestamp()


async def settings(request: Request) -> Response:
    """Read or change the tunable rules."""
    world = world_of(request)
    if request.method == "PATCH":
        wanted = {**cast("dict[str, object]", to_plain(world.settings)), **(await body_of(request)).raw}
        try:
            world.settings = from_plain(Settings, wanted)
        except ValueError as error:
            raise Refused("bad_settings", str(error)) from error
    return Unicode(world.settings)


async def faults(request: Request) -> Response:
    """List what may go wrong and what is ordered, order a fault, or clear them."""
    world = world_of(request)
    if request.method == "POST":
        body = await body_of(request)
        options = {k: v for k, v in body.raw.items() if k not in ("on", "action")}
        on, action = body.optional_text("on"), body.optional_text("action")
        return Unicode(world.faults.add(on=on, action=action, **options), status_code=201)
    if request.method == "DELETE":
        world.faults.clear()
    return Unicode({"rules": world.faults.rules, "push": PUSH_FAULTS, "api": API_FAULTS})


async def timeline(request: Request) -> Response:
    """The record, newest last; ``after`` is the ``mark`` of an earlier answer."""
    world, query = world_of(request), request.query_params
    if request.method == "DELETE":
        world.timeline.clear()
    entries = world.timeline.entries(
        after=_whole(query.get("after", "0")),
        kind=query.get("kind", ""),
        appid=query.get("appid", ""),
        person=query.get("person", ""),
        limit=min(_whole(query.get("limit", "200")), 5000),
    )
    return Unicode({"mark": world.timeline.mark, "entries": entries})


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise Refused("bad_number", f"{text!r} is not a whole number.")
    return int(text)


async def snapshot(request: Request) -> Response:
    return Unicode(world_of(request).snapshot())


async def restore(request: Request) -> Response:
    """Become what a snapshot says."""
    world = world_of(request)
    world.restore((await body_of(request)).raw)
    world.save()
    return Unicode(_clock(world))


async def reset(request: Request) -> Response:
    """Back to the beginning: the scenario of the start, or nothing with ``{"empty": true}``."""
    world = world_of(request)
    empty = (await body_of(request)).flag("empty")
    world.reset()
    if not empty:
        await scenario.load(world, world.scenario)
    return Unicode(_clock(world))


async def add_scenario(request: Request) -> Response:
    """Add people and accounts to what is there."""
    world = world_of(request)
    await scenario.load(world, (await body_of(request)).raw)
    return Unicode({"accounts": list(world.state.accounts), "people": list(world.state.people)})


ROUTES = [
    Route("/sandbox/clock", clock, methods=["GET", "POST"]),
    Route("/sandbox/settle", settle, methods=["POST"]),
    Route("/sandbox/settings", settings, methods=["GET", "PATCH"]),
    Route("/sandbox/faults", faults, methods=["GET", "POST", "DELETE"]),
    Route("/sandbox/timeline", timeline, methods=["GET", "DELETE"]),
    Route("/sandbox/snapshot", snapshot, methods=["GET"]),
    Route("/sandbox/restore", restore, methods=["POST"]),
    Route("/sandbox/reset", reset, methods=["POST"]),
    Route("/sandbox/scenario", add_scenario, methods=["POST"]),
]
