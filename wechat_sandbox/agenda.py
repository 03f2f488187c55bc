"""What the platform does later: jobs that wait for the virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from wechat_sandbox.state import Account, Job
from wechat_sandbox.world import World

Work: TypeAlias = Callable[[World, Account, str], Awaitable[None]]
WORK: dict[str, Work] = {}
TICK = 0.1


def job(kind: str) -> Callable[[Work], Work]:
    """Name the function that does a kind of job."""

    def register(work: Work) -> Work:
        WORK[kind] = work
        return work

    return register


def later(world: World, account: Account, kind: str, key: str, *, seconds: float | None = None) -> None:
    """Put a job on the agenda; without ``seconds`` it waits the settings' ordinary time."""
    delay = world.settings.job_delay if seconds is None else seconds
    world.state.jobs.append(Job(world.clock.now() + delay, kind, account.appid, key))


async def run_due(world: World) -> None:
    """Do all jobs whose time has come, in the order of their times."""
    while True:
        due = sorted((j for j in world.state.jobs if j.due <= world.clock.now()), key=lambda j: j.due)
        if not due:
            return
        first = due[0]
        world.state.jobs.remove(first)
        account = world.state.accounts.get(first.appid)
        if account is not None:
            await WORK[first.kind](world, account, first.key)


async def keep_running(world: World) -> None:
    """Look at the agenda again and again until the sandbox ends."""
    while True:
        await run_due(world)
        await asyncio.sleep(TICK)
