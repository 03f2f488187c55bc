"""A partner that plays scenarios over real HTTP: for tests, for the demonstration, and for trying a connection.

    python -m xinglin.ill.mock --port 8790 --send-to http://127.0.0.1:8600/ill/iso18626 --secret …

What it plays is named by the request: ``supplierUniqueRecordId``, the title, or a line ``MOCK:<symbol>:<scenario>``
in the note: UNFILLED, LOANED, WILLSUPPLY_LOANED, WILLSUPPLY_UNFILLED, LOANED_OVERDUE, LOANED_RECALLED, COPY, COST,
CONDITION, RETRY, ERROR, SILENT. A GET is a question to its catalogue (SRU): it has what ``holds`` names. Nothing here
knows Django.
"""

import argparse
import re
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from xinglin.ill import signing
from xinglin.ill.protocol.messages import (
    Agency,
    Confirmation,
    Cost,
    Header,
    Message,
    Request,
    RequesterMessage,
    SupplierMessage,
)
from xinglin.ill.protocol.reading import LARGEST, Refused, read
from xinglin.ill.protocol.vocabulary import CONFIRMATION_OF, Action, ErrorType, MessageKind, Reason, Status
from xinglin.ill.protocol.writing import write

# What is said one after another, without being asked.
SCENARIOS: dict[str, tuple[Status, ...]] = {
    "UNFILLED": (Status.UNFILLED,),
    "LOANED": (Status.LOANED,),
    "WILLSUPPLY_LOANED": (Status.WILL_SUPPLY, Status.LOANED),
    "WILLSUPPLY_UNFILLED": (Status.WILL_SUPPLY, Status.UNFILLED),
    "WILLSUPPLY": (Status.WILL_SUPPLY,),
    "LOANED_OVERDUE": (Status.LOANED, Status.OVERDUE),
    "LOANED_RECALLED": (Status.LOANED, Status.RECALLED),
    "COPY": (Status.COPY_COMPLETED,),
    "COST": (Status.WILL_SUPPLY,),
    "CONDITION": (Status.WILL_SUPPLY,),
    "RETRY": (Status.RETRY_POSSIBLE,),
    "SILENT": (),
    "ERROR": (),
}
LOAN = timedelta(days=28)
TRIES = 20
BETWEEN_TRIES = 3.0


@dataclass
class Mock:
    """One pretend library. ``hear`` takes a message and says what it answers, and what it sends by itself."""

    symbol: Agency
    default: str = "UNFILLED"
    agrees_to_cancel: bool = True
    renews: bool = True
    holds: frozenset[str] = frozenset()
    heard: list[Message] = field(default_factory=list)
    status: dict[str, Status] = field(default_factory=dict)
    moment: datetime | None = None
    _ticks: int = 0

    def now(self) -> datetime:
        """A moment of its own for each message, so that none is taken for another."""
        self._ticks += 1
        return (self.moment or datetime.fromtimestamp(time.time(), UTC)) + timedelta(microseconds=self._ticks)

    def hear(self, data: bytes) -> tuple[bytes, list[Message]]:
        try:
            message = read(data)
        except Refused as refused:
            kind = CONFIRMATION_OF.get(refused.kind or MessageKind.REQUEST, MessageKind.REQUEST_CONFIRMATION)
            answer = Confirmation(
                kind=kind, received_at=self.now(), timestamp=self.now(), error=refused.error,
                error_value=refused.value,
            )  # fmt: skip
            return write(answer), []
        self.heard.append(message)
        sends: list[Message] = []
        error, value = None, ""
        if isinstance(message, Request):
            scenario = self.scenario_of(message)
            if scenario == "ERROR":
                error, value = ErrorType.UNRECOGNISED_VALUE, "MOCK: ERROR"
            else:
                sends = self.play(message.header, scenario)
        elif isinstance(message, RequesterMessage):
            sends = self.react(message)
        head = message.header
        answer = Confirmation(
            kind=CONFIRMATION_OF[message.kind], received_at=self.now(), timestamp=self.now(),
            supplier=head.supplier, requester=head.requester, request_id=head.request_id, error=error,
            error_value=value, action=message.action if isinstance(message, RequesterMessage) else None,
            reason=message.reason if isinstance(message, SupplierMessage) else None,
        )  # fmt: skip
        return write(answer), sends

    def searched(self, query: str) -> bytes:
        """Answer a search of the catalogue by a number: one short record, or none."""
        number = "".join(re.findall(r"[0-9Xx]", query.rpartition("=")[2])).upper()
        found = number in self.holds
        record = (
            "<records><record><recordSchema>marcxml</recordSchema><recordData>"
            '<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 a 4500</leader>'
            f'<datafield tag="020" ind1=" " ind2=" "><subfield code="a">{number}</subfield></datafield>'
            '<datafield tag="245" ind1="0" ind2="0"><subfield code="a">MOCK</subfield></datafield>'
            "</record></recordData></record></records>"
        )
        return (
            '<searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/"><version>1.1</version>'
            f"<numberOfRecords>{int(found)}</numberOfRecords>{record if found else ''}</searchRetrieveResponse>"
        ).encode()

    def scenario_of(self, message: Request) -> str:
        for line in message.asks.note.splitlines():
            word, _colon, rest = line.strip().partition(":")
            symbol, _colon, scenario = rest.rpartition(":")
            if word == "MOCK" and symbol in (self.symbol.value, str(self.symbol)) and scenario in SCENARIOS:
                return scenario
        for written in (message.what.record_id, message.what.title):
            if written.strip() in SCENARIOS:
                return written.strip()
        return self.default

    def play(self, header: Header, scenario: str) -> list[Message]:
        """What is sent after a request, in its order."""
        return [
            self.say(header, Reason.STATUS_CHANGE, status, scenario=scenario)
            for status in SCENARIOS[scenario]
        ]

    def say(
        self,
        header: Header,
        reason: Reason,
        status: Status,
        *,
        answer: bool | None = None,
        scenario: str = "",
    ) -> SupplierMessage:
        self.status[header.request_id] = status
        now = self.now()
        out = status in (Status.LOANED, Status.OVERDUE, Status.RECALLED)
        return SupplierMessage(
            header=replace(header, timestamp=now, supplier_request_id=f"mock-{header.request_id}"),
            reason=reason,
            status=status,
            last_change=now,
            answer=answer,
            due=now + LOAN if out else None,
            sent_at=now if status == Status.LOANED else None,
            item_id="MOCK-1" if status == Status.LOANED else "",
            sent_via="Mail" if status == Status.LOANED else "",
            reason_unfilled="NotOnShelf" if status == Status.UNFILLED else "",
            reason_retry="AtBindery" if status == Status.RETRY_POSSIBLE else "",
            condition="LibraryUseOnly" if scenario == "CONDITION" else "",
            offered_cost=Cost(Decimal("15.00")) if scenario == "COST" else None,
        )

    def react(self, message: RequesterMessage) -> list[Message]:
        """What is sent after a word of the requester."""
        header = message.header
        now = self.status.get(header.request_id, Status.REQUEST_RECEIVED)
        if message.action == Action.CANCEL:
            if self.agrees_to_cancel and now not in (Status.LOANED, Status.OVERDUE, Status.RECALLED):
                return [self.say(header, Reason.CANCEL_RESPONSE, Status.CANCELLED, answer=True)]
            return [self.say(header, Reason.CANCEL_RESPONSE, now, answer=False)]
        if message.action == Action.RENEW:
            return [self.say(header, Reason.RENEW_RESPONSE, Status.LOANED, answer=self.renews)]
        if message.action == Action.STATUS_REQUEST:
            return [self.say(header, Reason.STATUS_REQUEST_RESPONSE, now)]
        if message.action == Action.SHIPPED_RETURN:
            return [self.say(header, Reason.STATUS_CHANGE, Status.LOAN_COMPLETED)]
        return []


@dataclass
class Running:
    """A mock on a port. What it sends by itself waits in ``outbox`` where nobody is named to send it to."""

    mock: Mock
    url: str
    send_to: str
    secret: str
    pause: float = 0.0
    outbox: list[bytes] = field(default_factory=list)

    def send(self, data: bytes) -> bytes:
        """Bring a message to whoever is named, signed."""
        request = urllib.request.Request(self.send_to, data, {"Content-Type": "application/xml"})  # noqa: S310
        if self.secret:
            at = int((self.mock.moment or datetime.fromtimestamp(time.time(), UTC)).timestamp())
            request.add_header(signing.HEADER, signing.signature(self.secret, data, at=at))
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 (an address of the operator)
            body: bytes = answer.read(LARGEST)
        return body

    def send_patiently(self, data: bytes) -> None:
        """Bring a message after the pause; one that nobody takes yet is brought again, one that is refused is not."""
        for _again in range(TRIES):
            time.sleep(self.pause)
            try:
                self.send(data)
            except urllib.error.HTTPError as refused:
                print(f"refused: {refused}", file=sys.stderr, flush=True)
                return
            except OSError:
                time.sleep(BETWEEN_TRIES)
            else:
                return


@contextmanager
def running(
    mock: Mock, *, port: int = 0, send_to: str = "", secret: str = "", pause: float = 0.0
) -> Iterator[Running]:
    """Run a mock in a thread; ``pause`` is how many seconds pass before each message that it sends by itself."""
    made = Running(mock, "", send_to, secret, pause)
    sending = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query).get("query", [""])[0]
            self._answer(mock.searched(asked))

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), LARGEST + 1)
            answer, sends = mock.hear(self.rfile.read(length))
            self._answer(answer)
            made.outbox += [write(message) for message in sends]
            if made.send_to:
                threading.Thread(target=self._send_on, daemon=True).start()

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _send_on(self) -> None:
            with sending:
                while made.outbox:
                    made.send_patiently(made.outbox.pop(0))

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--port", type=int, default=8790)
    asked.add_argument("--symbol", default="MOCK")
    asked.add_argument("--scenario", default="WILLSUPPLY_LOANED", choices=sorted(SCENARIOS))
    asked.add_argument("--send-to", default="")
    asked.add_argument("--secret", default="")
    asked.add_argument(
        "--secret-file", type=Path, help="holds the secret, so that no list of processes shows it"
    )
    asked.add_argument("--pause", type=float, default=0.0, help="seconds before each message of its own")
    asked.add_argument(
        "--holds", default="", help="ISBN and ISSN that its catalogue has, with commas between"
    )
    told = asked.parse_args()
    mock = Mock(
        Agency(told.symbol), default=told.scenario, holds=frozenset(filter(None, told.holds.split(",")))
    )
    secret = told.secret_file.read_text(encoding="ascii").strip() if told.secret_file else told.secret
    with running(mock, port=told.port, send_to=told.send_to, secret=secret, pause=told.pause) as made:
        print(f"{mock.symbol} {mock.default} {made.url}", flush=True)
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
