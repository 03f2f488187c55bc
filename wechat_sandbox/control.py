"""A hand on the sandbox for other programs' tests and demonstrations: ``SandboxClient``.

Speaks the control API (``docs/control-api.md``) over HTTP; needs nothing but the sandbox's address.
"""

from __future__ import annotations

import base64
import json
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import cast
from urllib.parse import parse_qs, urlsplit

import httpx

Json = dict[str, object]


class ControlError(Exception):
    """The sandbox refused a request; ``code`` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True)
class Result:
    """What a deed led to: ``reply`` is what the callback answered, if anything."""

    pushed: bool
    verdict: str
    problem: str
    tries: int
    reply: Json | None
    open: str

    @property
    def text(self) -> str:
        """The text of the reply, empty when it was none or of another type."""
        return str(self.reply.get("text", "")) if self.reply else ""


class SandboxClient:
    """One sandbox, seen from a test. Use as a context manager or call ``close``."""

    def __init__(self, base_url: str, *, timeout: float = 30.0) -> None:
        self.base_url = base_url.rstrip("/")
        # The sandbox speaks plain HTTP only; a client that loads no certificates is made ten times faster.
        no_certificates = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._http = httpx.Client(
            base_url=self.base_url, timeout=timeout, trust_env=False, verify=no_certificates
        )

    def __enter__(self) -> SandboxClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def request(
        self, method: str, path: str, body: Mapping[str, object] | None = None, **query: object
    ) -> object:
        """Any control call. Raises ``ControlError`` when it is refused."""
        wanted = {name: str(value) for name, value in query.items() if value not in (None, "")}
        answer = self._http.request(method, f"/sandbox{path}", json=body, params=wanted)
        if answer.status_code >= 400:
            problem = (
                answer.json() if answer.headers.get("content-type", "").startswith("application/json") else {}
            )
            raise ControlError(
                problem.get("code", str(answer.status_code)), problem.get("message", answer.text)
            )
        return answer.json()

    def _object(
        self, method: str, path: str, body: Mapping[str, object] | None = None, **query: object
    ) -> Json:
        return cast(Json, self.request(method, path, body, **query))

    # -- accounts and people ------------------------------------------------------

    def add_account(self, appid: str, *, kind: str = "S0", **fields: object) -> Json:
        """Add or change an account; see ``docs/control-api.md`` for the fields."""
        return self._object("POST", "/accounts", {"appid": appid, "kind": kind, **fields})

    def change_account(self, appid: str, **fields: object) -> Json:
        """Change some fields; ``kind="S1"`` is the kind switch."""
        return self._object("PATCH", f"/accounts/{appid}", fields)

    def account(self, appid: str) -> Json:
        return self._object("GET", f"/accounts/{appid}")

    def connect(
        self, appid: str, url: str, *, token: str, encoding_aes_key: str = "", mode: str = "plain"
    ) -> Json:
        """Save the server settings; the answer says whether the address ``passed`` the check."""
        wanted = {"url": url, "token": token, "encoding_aes_key": encoding_aes_key, "mode": mode}
        return self._object("PUT", f"/accounts/{appid}/callback", wanted)

    def add_person(self, key: str, nickname: str = "", about: str = "") -> Json:
        return self._object("POST", "/people", {"key": key, "nickname": nickname or key, "about": about})

    add_follower = add_person

    def openid(self, appid: str, person: str) -> str:
        """How the account knows the person."""
        return str(self.follower(appid, person)["openid"])

    def follower(self, appid: str, person: str) -> Json:
        """Openid, following, windows and conversation of one person with one account."""
        return self._object("GET", f"/accounts/{appid}/people/{person}")

    # -- deeds ---------------------------------------------------------------------

    def do(self, appid: str, person: str, deed: str, **fields: object) -> Result:
        """Any deed; returns when its push has been answered or given up."""
        told = self._object("POST", f"/accounts/{appid}/people/{person}/{deed}", fields)
        return _result(told)

    def follow(self, appid: str, person: str) -> Result:
        return self.do(appid, person, "follow")

    def unfollow(self, appid: str, person: str) -> Result:
        return self.do(appid, person, "unfollow")

    def send_text(self, appid: str, person: str, content: str) -> Result:
        return self.do(appid, person, "text", content=content)

    def send_image(self, appid: str, person: str, content: bytes = b"") -> Result:
        return self.do(appid, person, "image", content=base64.b64encode(content).decode())

    def send_voice(self, appid: str, person: str, seconds: int = 3) -> Result:
        return self.do(appid, person, "voice", seconds=seconds)

    def send_location(
        self, appid: str, person: str, latitude: str, longitude: str, label: str = ""
    ) -> Result:
        return self.do(appid, person, "location", latitude=latitude, longitude=longitude, label=label)

    def click_menu(self, appid: str, person: str, button: str, **done: object) -> Result:
        """Tap the button at ``"0"`` or ``"0.2"``."""
        return self.do(appid, person, "menu", button=button, **done)

    def scan(self, person: str, result: str) -> Result:
        """Scan a ticket, the address inside a code, or any text."""
        return _result(self._object("POST", f"/people/{person}/scan", {"result": result}))

    def authorize(self, person: str, url: str) -> str:
        """Open a web-authorisation address as the person, agree, and return the address it leads back to."""
        parts = urlsplit(url)
        asked = f"/connect/oauth2/authorize?{parts.query}"
        cookies = {"Cookie": f"sandbox_person={person}"}
        answer = self._http.get(asked, headers=cookies)
        if answer.status_code == 200:
            answer = self._http.post(asked, headers=cookies)
        if answer.status_code != 302:
            said = re.search(r"<p>(.*?)</p>", answer.text)
            raise ControlError("not_authorized", said[1] if said else answer.text[:300])
        return answer.headers["location"]

    def oauth_code(self, person: str, appid: str, scope: str = "snsapi_base") -> str:
        """A fresh code of a person, for tests that skip the browser."""
        query = f"appid={appid}&redirect_uri=http%3A%2F%2F127.0.0.1%2F&response_type=code&scope={scope}"
        back = self.authorize(person, f"{self.base_url}/connect/oauth2/authorize?{query}")
        return parse_qs(urlsplit(back).query)["code"][0]

    # -- what happened ----------------------------------------------------------------

    def chat(self, appid: str, person: str) -> list[Json]:
        """All bubbles, oldest first."""
        return cast("list[Json]", self.follower(appid, person)["chat"])

    def last_reply(self, appid: str, person: str) -> Json | None:
        """The newest bubble that the account put into the conversation."""
        said = [bubble for bubble in self.chat(appid, person) if bubble["by"] == "account"]
        return said[-1] if said else None

    def timeline(self, *, after: int = 0, kind: str = "", appid: str = "", person: str = "") -> list[Json]:
        """Pushes, answers and calls, oldest first."""
        found = self._object(
            "GET", "/timeline", after=after, kind=kind, appid=appid, person=person, limit=5000
        )
        return cast("list[Json]", found["entries"])

    # -- fleets ------------------------------------------------------------------------------

    def start_fleet(self, appid: str, *, size: int, rate: float, seconds: float, **plan: object) -> int:
        """Send a fleet out and return its number; see ``docs/fleet.md`` for the plan."""
        wanted = {"appid": appid, "size": size, "rate": float(rate), "seconds": float(seconds), **plan}
        return int(cast(int, self._object("POST", "/fleets", wanted)["number"]))

    def fleet(self, number: int) -> Json:
        """``finished`` and the sums of the ``ledger``."""
        return self._object("GET", f"/fleets/{number}")

    def wait_for_fleet(self, number: int, *, patience: float = 600.0) -> Json:
        """Ask until the fleet is home; return the sums of its ledger."""
        end = time.monotonic() + patience
        pause = 0.05
        while time.monotonic() < end:
            told = self.fleet(number)
            if told["finished"]:
                return cast(Json, told["ledger"])
            time.sleep(pause)
            pause = min(pause * 1.5, 1.0)
        raise ControlError("fleet_still_out", f"Fleet {number} is not home after {patience:g} s.")

    def fleet_ledger(self, number: int) -> list[Json]:
        """Every push: trigger, openid, create_time, msg_id, key, tries, reached, doubtful, verdict …"""
        answer = self._http.get(f"/sandbox/fleets/{number}/ledger")
        return [cast(Json, json.loads(line)) for line in answer.text.splitlines()]

    # -- rule ----------------------------------------------------------------------------

    def clock(self) -> Json:
        return self._object("GET", "/clock")

    def advance_clock(self, seconds: float) -> Json:
        return self._object("POST", "/clock", {"advance": seconds})

    def settle(self) -> None:
        """Wait until every report that the platform owes has been delivered; moving the clock waits too."""
        self.request("POST", "/settle")

    def set_clock(self, iso: str) -> Json:
        """Move forward to an ISO time; without a zone it is Beijing time."""
        return self._object("POST", "/clock", {"set": iso})

    def settings(self, **changes: object) -> Json:
        """Change tunable rules, ``patience=0.5`` for instance, and return them all."""
        return self._object("PATCH", "/settings", changes)

    def fault(self, on: str, action: str, **options: object) -> Json:
        """Order a fault: ``fault("push", "drop", times=2)``, ``fault("api", "errcode", errcode=45009)``."""
        return self._object("POST", "/faults", {"on": on, "action": action, **options})

    def clear_faults(self) -> None:
        self.request("DELETE", "/faults")

    def snapshot(self) -> Json:
        return self._object("GET", "/snapshot")

    def restore(self, snapshot: Json) -> None:
        self.request("POST", "/restore", snapshot)

    def reset(self, *, empty: bool = False) -> None:
        """Back to the scenario of the start, or to nothing."""
        self.request("POST", "/reset", {"empty": empty})


def _result(told: Json) -> Result:
    return Result(
        pushed=bool(told.get("pushed")),
        verdict=str(told.get("verdict", "")),
        problem=str(told.get("problem", "")),
        tries=int(cast(int, told.get("tries", 0))),
        reply=cast("Json | None", told.get("reply")),
        open=str(told.get("open", "")),
    )
