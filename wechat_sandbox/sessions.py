"""Talks with customer-service accounts: wait, accept, hand on, close, and the record of them."""

from __future__ import annotations

from wechat_sandbox.errors import ApiError
from wechat_sandbox.events import event
from wechat_sandbox.state import Account, Follower, KfRecord, KfSession
from wechat_sandbox.world import World

FROM_WORKER, FROM_USER = 2002, 2003


def session_of(account: Account, openid: str) -> KfSession | None:
    return next((one for one in account.service.sessions if one.openid == openid), None)


def wait(world: World, account: Account, follower: Follower, kf_account: str = "") -> None:
    """A reply handed the follower over (transfer_customer_service)."""
    if kf_account and kf_account in account.service.kf:
        accept(world, account, follower, kf_account)
    elif session_of(account, follower.openid) is None:
        account.service.sessions.append(KfSession(follower.openid, "", world.clock.now()))


def accept(world: World, account: Account, follower: Follower, kf_account: str) -> None:
    """Take or create a talk. Raises 65414 when somebody else has it."""
    found = session_of(account, follower.openid)
    if found and found.kf_account == kf_account:
        return
    if found and found.kf_account:
        raise ApiError(65414)
    if found:
        found.kf_account = kf_account
    else:
        account.service.sessions.append(KfSession(follower.openid, kf_account, world.clock.now()))
    world.errand(event(world, account, follower, "kf_create_session", {"KfAccount": kf_account}))


def close(world: World, account: Account, follower: Follower, kf_account: str) -> None:
    """End a talk. Raises 65413 when this worker has none with the follower."""
    found = session_of(account, follower.openid)
    if found is None or found.kf_account != kf_account:
        raise ApiError(65413)
    account.service.sessions.remove(found)
    world.errand(event(world, account, follower, "kf_close_session", {"KfAccount": kf_account}))


def hand_on(world: World, account: Account, follower: Follower, to: str) -> None:
    """One worker passes the follower to another."""
    found = session_of(account, follower.openid)
    if found is None or not found.kf_account:
        raise ApiError(65413)
    fields = {"FromKfAccount": found.kf_account, "ToKfAccount": to}
    found.kf_account = to
    world.errand(event(world, account, follower, "kf_switch_session", fields))


def note(world: World, account: Account, follower: Follower, text: str, *, by_worker: str = "") -> None:
    """Write a line of the record; what nobody serves is not recorded."""
    found = session_of(account, follower.openid)
    if found is None and not by_worker:
        return
    worker = by_worker or (found.kf_account if found else "")
    code = FROM_WORKER if by_worker else FROM_USER
    account.service.records.append(KfRecord(follower.openid, worker, code, text, world.clock.now()))
