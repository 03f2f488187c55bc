"""The sandbox's one world: state, time, chance, record, and who is watching."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, cast

from wechat_sandbox.clock import Clock
from wechat_sandbox.codec import from_plain, to_plain
from wechat_sandbox.courier import Courier
from wechat_sandbox.errors import Refused
from wechat_sandbox.faults import Faults
from wechat_sandbox.state import Account, Follower, Person, State
from wechat_sandbox.timeline import Timeline

if TYPE_CHECKING:
    from wechat_sandbox.fleet import Fleet

SNAPSHOT_FORMAT = 1
SAVE_EVERY = 3.0


@dataclass
class Settings:
    """What a test may tune; the defaults are the platform's rules."""

    patience: float = 5.0
    """Real seconds a callback has to answer one try."""
    tries: int = 3
    pause: float = 0.5
    """Real seconds between two tries."""
    job_delay: float = 1.0
    """Seconds of the virtual clock until a publish or a mass send is done."""
    token_grace: float = 300.0
    """Seconds that a replaced classic token stays valid."""


class World:
    """Holds everything; all of it is touched from the server's event loop only."""

    def __init__(
        self, *, seed: int = 1, state_dir: Path | None = None, base_url: str = "http://127.0.0.1"
    ) -> None:
        self.seed = seed
        self.state_dir = state_dir
        self.base_url = base_url
        self.state = State()
        self.settings = Settings()
        self.clock = Clock()
        self.random = Random(seed)  # noqa: S311 - repeatable on purpose
        self.timeline = Timeline(self.announce)
        self.faults = Faults(self.random)
        self.scenario: dict[str, object] = {}
        self.version = 0
        self._woken = asyncio.Event()
        self._errands: set[asyncio.Task[object]] = set()
        self._tasks: set[asyncio.Task[object]] = set()
        self.held: dict[str, asyncio.Event] = {}
        self.fleets: dict[int, Fleet] = {}
        self.paces: dict[tuple[str, str], tuple[int, int]] = {}
        """Calls of an account to a path within one minute of the clock: which minute, how many."""
        self.courier = Courier()

    # -- who is watching -------------------------------------------------

    def announce(self) -> None:
        """Wake every page and helper that waits for news."""
        self.version += 1
        woken, self._woken = self._woken, asyncio.Event()
        woken.set()

    async def news(self, after: int, timeout: float) -> int:
        """Wait until something changed after ``after``; return the present version."""
        if self.version <= after:
            try:
                await asyncio.wait_for(self._woken.wait(), timeout)
            except TimeoutError:
                return self.version
        return self.version

    def spawn(self, work: Coroutine[object, object, object]) -> asyncio.Task[object]:
        """Run beside the request; the world keeps the task until it ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def errand(self, work: Coroutine[object, object, object]) -> None:
        """Run something that the platform owes, such as the report of a job; ``settle`` waits for it."""
        task = self.spawn(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def settle(self) -> None:
        """Wait until everything that the platform owes has been delivered or given up."""
        while self._errands:
            await asyncio.gather(*self._errands, return_exceptions=True)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.courier.close()
        self.save()

    # -- names -------------------------------------------------------------

    def secret(self, length: int) -> str:
        """A text that nobody else holds: random by seed, unique by serial."""
        material = f"{self.seed}:{self.state.next_serial()}:{self.random.getrandbits(64)}".encode()
        text = ""
        while len(text) < length:
            material = hashlib.sha256(material).digest()
            text += base64.urlsafe_b64encode(material).decode().rstrip("=")
        return text[:length]

    def message_id(self) -> int:
        """64 bits with the time in the upper half, as captured MsgIds have."""
        return (self.clock.seconds() << 32) + self.state.next_serial() % 2**32

    def rid(self) -> str:
        return f"{self.clock.seconds():08x}-{self.random.getrandbits(32):08x}-{self.state.next_serial():08x}"

    def _hashed(self, *parts: str) -> str:
        digest = hashlib.sha256("|".join((str(self.seed), *parts)).encode()).digest()
        return base64.urlsafe_b64encode(digest).decode()

    # -- look-ups ------------------------------------------------------------

    def account(self, appid: str) -> Account:
        found = self.state.accounts.get(appid)
        if found is None:
            raise Refused("no_such_account", f"No account {appid!r} in this sandbox.", 404)
        return found

    def person(self, key: str) -> Person:
        found = self.state.people.get(key)
        if found is None:
            raise Refused("no_such_person", f"Nobody called {key!r} in this sandbox.", 404)
        return found

    def follower(self, account: Account, person: str) -> Follower:
        """The person as this account sees them; the openid is the same in every run with one seed."""
        openid = self.openid(account.appid, self.person(person).key)
        found = account.followers.get(openid)
        if found is None:
            found = account.followers[openid] = Follower(openid=openid, person=person)
        return found

    def unionid(self, follower: Follower) -> str:
        """The same for all accounts of one owner; members of a fleet have one too."""
        person = self.state.people.get(follower.person)
        return person.unionid if person else "o" + self._hashed("union", follower.openid)[:27]

    def openid(self, appid: str, person: str) -> str:
        return "o" + self._hashed(appid)[:5] + self._hashed(appid, person)[:22]

    def add_person(self, key: str, nickname: str, about: str = "", colour: str = "") -> Person:
        colours = ("#4c7fd6", "#d6774c", "#3aa675", "#a35bc2", "#c29a2f", "#4ba3b5")
        person = Person(
            key=key,
            nickname=nickname or key,
            unionid="o" + self._hashed("union", key)[:27],
            colour=colour or colours[len(self.state.people) % len(colours)],
            about=about,
        )
        self.state.people[key] = person
        self.announce()
        return person

    # -- snapshot ----------------------------------------------------------------

    def snapshot(self) -> dict[str, object]:
        return {
            "format": SNAPSHOT_FORMAT,
            "clock": to_plain(self.clock),
            "settings": to_plain(self.settings),
            "state": to_plain(self.state),
        }

    def restore(self, snapshot: dict[str, object]) -> None:
        """Become exactly what a snapshot says, or stay as before and refuse."""
        if snapshot.get("format") != SNAPSHOT_FORMAT:
            raise Refused(
                "bad_snapshot", f"Snapshot format {snapshot.get('format')!r}, expected {SNAPSHOT_FORMAT}."
            )
        try:
            clock = from_plain(Clock, snapshot["clock"])
            settings = from_plain(Settings, snapshot["settings"])
            state = from_plain(State, snapshot["state"])
        except (KeyError, ValueError) as error:
            raise Refused("bad_snapshot", f"The snapshot cannot be read: {error}") from error
        self.clock, self.settings, self.state = clock, settings, state
        self.announce()

    def reset(self) -> None:
        """Begin again from nothing, with the same seed; fleets are called back."""
        for fleet in self.fleets.values():
            if fleet.task is not None:
                fleet.task.cancel()
        self.fleets.clear()
        self.paces.clear()
        self.state, self.clock, self.settings = State(), Clock(), Settings()
        self.random.seed(self.seed)
        self.faults.clear()
        self.timeline.clear()

    @property
    def _file(self) -> Path | None:
        return self.state_dir / "sandbox.json" if self.state_dir else None

    def save(self) -> None:
        """Keep the snapshot for the next start; written whole or not at all."""
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self.snapshot(), ensure_ascii=False), encoding="utf-8")
        fresh.replace(self._file)

    async def keep_saving(self) -> None:
        """Save every few seconds while things change, so that a killed sandbox loses little."""
        saved = -1
        while self._file is not None:
            if self.version != saved:
                saved = self.version
                self.save()
            await asyncio.sleep(SAVE_EVERY)

    def load(self) -> bool:
        """Take up what the last run left. Says whether there was anything."""
        if self._file is None or not self._file.exists():
            return False
        self.restore(cast("dict[str, object]", json.loads(self._file.read_text(encoding="utf-8"))))
        return True
