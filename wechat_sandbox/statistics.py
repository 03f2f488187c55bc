"""Counting what happens, for the data interfaces (datacube)."""

from __future__ import annotations

from wechat_sandbox.clock import china_day, china_hour
from wechat_sandbox.state import Account, Day, Hits, Pushes

SOURCES = {
    "ADD_SCENE_SEARCH": 1,
    "ADD_SCENE_PROFILE_CARD": 17,
    "ADD_SCENE_QR_CODE": 30,
    "ADD_SCENE_PROFILE_LINK": 57,
    "ADD_SCENE_WECHAT_ADVERTISEMENT": 100,
    "ADD_SCENE_WXA": 149,
    "ADD_SCENE_REPRINT": 161,
    "ADD_SCENE_CHANNELS": 200,
    "ADD_SCENE_LIVESTREAM": 201,
}
"""How a follower came, as ``user_source`` numbers; all others are 0."""

MESSAGE_TYPES = {"text": 1, "image": 2, "voice": 3, "video": 4, "shortvideo": 4, "link": 6}


def _day(account: Account, at: float) -> Day:
    return account.days.setdefault(china_day(at), Day())


def followed(account: Account, scene: str, at: float) -> None:
    _count(_day(account, at).new, scene)


def unfollowed(account: Account, scene: str, at: float) -> None:
    _count(_day(account, at).gone, scene)


def _count(counts: dict[str, int], scene: str) -> None:
    source = str(SOURCES.get(scene, 0))
    counts[source] = counts.get(source, 0) + 1


def hit(account: Account, kind: str, subject: str, who: str, at: float) -> None:
    """Somebody wrote (``message``), read (``read``), shared (``share``) or kept (``favourite``)."""
    key = f"{kind}|{china_hour(at)}|{subject}"
    _day(account, at).hits.setdefault(key, Hits()).add(who)


def messaged(account: Account, type_: str, who: str, at: float) -> None:
    number = MESSAGE_TYPES.get(type_)
    if number:
        hit(account, "message", str(number), who, at)


def pushed(account: Account, at: float, *, milliseconds: int, failed: bool) -> None:
    hour = _day(account, at).pushes.setdefault(str(china_hour(at)), Pushes())
    hour.count += 1
    hour.failed += failed
    hour.milliseconds += milliseconds
    hour.slowest = max(hour.slowest, milliseconds)
