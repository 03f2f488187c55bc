"""A fleet of followers that talk, click, read and share at a set rate, and the ledger of it all.

The members are as real to an account as anybody: they have openids, follow, open windows, count in the
statistics. What is left out is their conversations, so that a million of them fit into memory.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from wechat_sandbox import media, samples, statistics
from wechat_sandbox.errors import Refused
from wechat_sandbox.events import head
from wechat_sandbox.faults import PUSH_FAULTS, Fault
from wechat_sandbox.ledger import Ledger, Line
from wechat_sandbox.menus import menu_in_force
from wechat_sandbox.publishing import subject
from wechat_sandbox.push import deliver, pack
from wechat_sandbox.state import Account, Follower
from wechat_sandbox.timeline import Entry
from wechat_sandbox.windows import open_window
from wechat_sandbox.wire import XmlFields
from wechat_sandbox.world import World

LARGEST = 1_000_000
NOTE_EVERY = 1.0
"""Seconds between two sums in the record: to sum a long ledger takes its time."""
AT_ONCE = 400
"""Deeds under way together; beyond it the fleet falls behind its rate and says so."""
WORDS = ("你好", "搜 心电图", "开放时间", "我的借阅", "怎么续借", "文献传递", "谢谢", "1", "更多")
DEFAULT_DEEDS = {"text": 70.0, "click": 10.0, "image": 3.0, "location": 2.0, "read": 10.0, "share": 2.0}
DEFAULT_DEEDS |= {"unfollow": 1.0, "follow": 2.0}


@dataclass
class Plan:
    """What the fleet is to do. ``deeds`` weigh the deeds; ``faults`` are chances for each try."""

    appid: str
    size: int = 1000
    rate: float = 10.0
    seconds: float = 10.0
    seed: int = 1
    deeds: dict[str, float] = field(default_factory=lambda: dict(DEFAULT_DEEDS))
    faults: dict[str, float] = field(default_factory=dict)
    texts: list[str] = field(default_factory=lambda: list(WORDS))
    slow_seconds: float = 6.0

    def check(self) -> None:
        """Refuse a plan that cannot be carried out as written."""
        unknown = (self.deeds.keys() - DEFAULT_DEEDS.keys()) | (self.faults.keys() - PUSH_FAULTS.keys())
        if unknown:
            raise Refused("unknown_deed", f"A fleet knows no {', '.join(sorted(unknown))}.")
        if not 1 <= self.size <= LARGEST:
            raise Refused("bad_fleet_size", f"{self.size} followers; 1 to {LARGEST}.")
        if not (self.rate > 0 and self.seconds > 0 and any(self.deeds.values()) and self.texts):
            raise Refused("bad_fleet_plan", "rate, seconds, deeds and texts must not be empty.")


class Fleet:
    """One fleet at work."""

    def __init__(self, world: World, plan: Plan, number: int) -> None:
        plan.check()
        self.number = number
        self.plan = plan
        self.ledger = Ledger()
        self.finished = False
        self._world = world
        self._account: Account = world.account(plan.appid)
        self._random = Random(plan.seed)  # noqa: S311 - repeatable on purpose
        self._members: list[Follower] = []
        self._said: set[tuple[str, int, str]] = set()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._picture = ""
        self._entry: Entry | None = None
        self._noted = 0.0
        self.task: asyncio.Task[object] | None = None

    async def run(self) -> None:
        """Enlist the members, then act at random moments so that the rate is met on average."""
        try:
            await self._enlist()
            await self._act_until_the_end()
        finally:
            self.finished = True
            self._note()

    async def _enlist(self) -> None:
        world, account = self._world, self._account
        for number in range(self.plan.size):
            openid = world.openid(account.appid, f"fleet {number}")
            member = account.followers.get(openid)
            if member is None:
                member = Follower(openid=openid, person="", following=True, since=world.clock.now())
                account.followers[openid] = member
            self._members.append(member)
            if number % 2000 == 0:
                await asyncio.sleep(0)
        kept = media.store(world, account, type_="image", name="fleet.png", content=samples.picture())
        self._picture = kept.media_id
        self._entry = world.timeline.begin(
            "fleet", f"{self.plan.size} 人的车队", world.clock.now(), appid=account.appid
        )

    async def _act_until_the_end(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        moment = began
        under_way: set[asyncio.Task[None]] = set()
        while (moment := moment + self._random.expovariate(self.plan.rate)) < began + self.plan.seconds:
            if (wait := moment - loop.time()) > 0:
                await asyncio.sleep(wait)
            await self._room.acquire()
            self.ledger.latest = max(self.ledger.latest, loop.time() - moment)
            task = loop.create_task(self._one())
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        self.ledger.elapsed = loop.time() - began
        await asyncio.gather(*under_way)

    async def _one(self) -> None:
        try:
            await self._deed()
        finally:
            self._room.release()
            self._note_now_and_then()

    def _note_now_and_then(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._noted > NOTE_EVERY:
            self._noted = now
            self._note()

    def _note(self) -> None:
        if self._entry:
            self._entry.detail["ledger"] = self.ledger.summary()
            verdict = "ok" if self.finished else "pending"
            self._world.timeline.finish(self._entry, verdict, self.ledger.in_words())

    def _member(self) -> Follower:
        """Few members do most of the talking."""
        return self._members[int(len(self._members) * self._random.random() ** 2)]

    async def _deed(self) -> None:
        names, weights = zip(*self.plan.deeds.items(), strict=True)
        name = self._random.choices(names, weights)[0]
        member = self._member()
        self.ledger.deeds += 1
        if name == "follow" and member.following:
            name = "text"
        elif name not in ("follow", "read", "share") and not member.following:
            name = "follow"
        if name in ("read", "share"):
            self._look(member, name)
            return
        await self._push(member, *self._words(member, name))

    def _look(self, member: Follower, name: str) -> None:
        published = [p for p in self._account.publications.values() if p.status == 0]
        if not published:
            self.ledger.count("nothing to read")
            return
        publication = self._random.choice(published)
        index = self._random.randrange(len(publication.articles))
        at = self._world.clock.now()
        statistics.hit(self._account, name, subject(publication, index), member.openid, at)
        self.ledger.count(name)

    def _words(self, member: Follower, name: str) -> tuple[str, XmlFields]:
        """Trigger and fields of a deed's push."""
        if name in ("follow", "unfollow"):
            return self._come_or_go(member, name)
        if name == "click":
            clicked = self._click(member)
            if clicked:
                return "CLICK", clicked
        return self._message(member, name if name in ("image", "location") else "text")

    def _come_or_go(self, member: Follower, name: str) -> tuple[str, XmlFields]:
        at = self._world.clock.now()
        event = "subscribe" if name == "follow" else "unsubscribe"
        key = (member.openid, int(at), event)
        if key in self._said:
            return self._message(member, "text") if member.following else ("", {})
        self._said.add(key)
        member.following = name == "follow"
        if member.following:
            member.since = at
            open_window(member, "follow", at)
            statistics.followed(self._account, member.scene, at)
        else:
            member.grants, member.tags, member.remark = [], [], ""
            statistics.unfollowed(self._account, member.scene, at)
        fields: XmlFields = {"Event": event, "EventKey": ""}
        return event, {**head(self._world, self._account, member, "event"), **fields}

    def _click(self, member: Follower) -> XmlFields:
        """A tap on a click button; nothing when there is none or it was tapped this very second.

        The platform tells two equal events of one second apart as little as their receiver can.
        """
        buttons = menu_in_force(self._account, member)
        every = [*buttons, *(sub for b in buttons for sub in _subs(b))]
        keys = [str(button["key"]) for button in every if button.get("type") == "click"]
        if not keys:
            return {}
        key = self._random.choice(keys)
        once = (member.openid, self._world.clock.seconds(), key)
        if once in self._said:
            return {}
        self._said.add(once)
        open_window(member, "menu", self._world.clock.now())
        return {
            **head(self._world, self._account, member, "event"),
            "Event": "CLICK",
            "EventKey": key,
        }

    def _message(self, member: Follower, type_: str) -> tuple[str, XmlFields]:
        open_window(member, "message", self._world.clock.now())
        statistics.messaged(self._account, type_, member.openid, self._world.clock.now())
        content: XmlFields
        if type_ == "image":
            url = f"{self._world.base_url}/mmbiz/{self._picture}/0"
            content = {"PicUrl": url, "MediaId": self._picture}
        elif type_ == "location":
            x, y = Decimal("39.908823"), Decimal("116.397470")
            content = {"Location_X": x, "Location_Y": y, "Scale": 16, "Label": "图书馆"}
        else:
            content = {"Content": self._random.choice(self.plan.texts)}
        first = head(self._world, self._account, member, type_)
        return type_, {**first, **content, "MsgId": self._world.message_id()}

    async def _push(self, member: Follower, trigger: str, fields: XmlFields) -> None:
        if not trigger:
            self.ledger.count("skipped")
            return
        self.ledger.count(trigger)
        parcel = pack(self._world, self._account, member.openid, trigger, fields)
        outcome = await deliver(self._world, parcel, draw=self._draw)
        line = Line.of(fields, trigger, member.openid, outcome)
        self.ledger.add(line)
        failed = line.verdict != "delivered"
        at = self._world.clock.now()
        statistics.pushed(self._account, at, milliseconds=line.milliseconds, failed=failed)

    def _draw(self) -> Fault | None:
        """A fault by the plan's chances, drawn anew for each try."""
        for action, chance in self.plan.faults.items():
            if self._random.random() < chance:
                self.ledger.fault(action)
                return Fault(0, "push", action, seconds=self.plan.slow_seconds)
        return None


def _subs(button: dict[str, object]) -> list[dict[str, object]]:
    subs = button.get("sub_button")
    return [sub for sub in subs if isinstance(sub, dict)] if isinstance(subs, list) else []


def launch(world: World, plan: Plan) -> Fleet:
    """Send a fleet out; it works beside everything else."""
    fleet = Fleet(world, plan, len(world.fleets) + 1)
    world.fleets[fleet.number] = fleet
    fleet.task = world.spawn(fleet.run())
    return fleet
