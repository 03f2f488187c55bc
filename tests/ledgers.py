"""The sandbox fleet's ledger against our tables: what both sides know of the same pushes must agree."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from wechat_sandbox.control import Json
from xinglin.wechat.models import IncomingMessage


@dataclass(frozen=True)
class Agreement:
    """What a comparison found; ``differences`` names the first few that stand against each other."""

    pushes: int
    stored: int
    doubtful: int
    differences: list[str]


def compare(lines: Sequence[Json], *, appid: str) -> Agreement:
    """Compare each push of a ledger with what an account of ours has stored.

    A push that was answered at least once stands in our table exactly once. One whose every try was
    cut off on the way may stand there once or not at all. One that never reached us does not. An
    unfollow erases the openid, so those pushes are counted instead of matched one by one.
    """
    rows = IncomingMessage.objects.filter(account__appid=appid).select_related("follower")
    kept = Counter(
        (row.follower.openid, int(row.sent_at.timestamp()), row.event.upper() or row.kind, _number(row))
        for row in rows
    )
    gone = {str(line["openid"]) for line in lines if line["trigger"] == "unsubscribe"}
    wanted: Counter[tuple[str, int, str, int]] = Counter()
    doubtful: Counter[tuple[str, int, str, int]] = Counter()
    answered_of_gone = doubtful_of_gone = 0
    for line in lines:
        key = (str(line["openid"]), _whole(line["create_time"]), _kind(line), _whole(line["msg_id"]))
        if str(line["openid"]) in gone:
            answered_of_gone += bool(line["reached"])
            doubtful_of_gone += not line["reached"] and bool(line["doubtful"])
        elif line["reached"]:
            wanted[key] += 1
        elif line["doubtful"]:
            doubtful[key] += 1
    differences = [f"missing: {key}" for key in (wanted - kept)]
    anonymous = 0
    for key, times in kept.items():
        if key not in wanted and key not in doubtful:
            anonymous += times
        elif times > 1 or (key in wanted and times != wanted[key]):
            differences.append(f"stored {times} times: {key}")
    if not answered_of_gone <= anonymous <= answered_of_gone + doubtful_of_gone:
        differences.append(
            f"{anonymous} rows of the unfollowed, not {answered_of_gone} (+{doubtful_of_gone})"
        )
    return Agreement(
        len(lines), sum(kept.values()), sum(doubtful.values()) + doubtful_of_gone, differences[:10]
    )


def _number(row: IncomingMessage) -> int:
    written = row.payload.get("MsgId") if isinstance(row.payload, dict) else None
    return int(str(written)) if written else 0


def _kind(line: Json) -> str:
    trigger = str(line["trigger"])
    return trigger if _whole(line["msg_id"]) else trigger.upper()


def _whole(value: object) -> int:
    return int(str(value))
