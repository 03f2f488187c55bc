"""When an account may write to a follower of its own accord (the customer-service window).

Page "客服消息", limits of 2026: a message from the user allows 5 answers in 48 hours; a tap on a
click or scan button, a follow, and a scanned code allow 3 in one minute. Other taps allow nothing.
"""

from __future__ import annotations

from wechat_sandbox.errors import ApiError
from wechat_sandbox.state import Follower, Grant

ALLOWANCE: dict[str, tuple[int, float]] = {
    "message": (5, 48 * 3600),
    "menu": (3, 60),
    "follow": (3, 60),
    "scan": (3, 60),
}


def open_window(follower: Follower, reason: str, now: float) -> None:
    """The follower did something that allows answers; a newer deed of one sort replaces the older."""
    count, seconds = ALLOWANCE[reason]
    follower.grants = [g for g in follower.grants if g.reason != reason and g.until > now]
    follower.grants.append(Grant(reason=reason, left=count, until=now + seconds))
    follower.last_at = now


def spend(follower: Follower, now: float) -> None:
    """Use one allowance, the soonest to lapse first. Raises 45015 or 45047."""
    live = sorted((g for g in follower.grants if g.until > now), key=lambda g: g.until)
    if not live:
        raise ApiError(45015)
    usable = next((g for g in live if g.left > 0), None)
    if usable is None:
        raise ApiError(45047)
    usable.left -= 1


def remaining(follower: Follower, now: float) -> list[dict[str, object]]:
    """What is left, for the inspector."""
    return [
        {"reason": g.reason, "left": g.left, "seconds": int(g.until - now)}
        for g in follower.grants
        if g.until > now
    ]
