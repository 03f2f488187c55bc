"""A pretend source over real HTTP, and what the tests of copy cataloguing share."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from xinglin.catalog import indexer
from xinglin.catalog.marc import Flavour, read_record, record_as_xml
from xinglin.catalog.marc.writing import MARCXCHANGE_NAMESPACE
from xinglin.catalog.tests.factories import cnmarc
from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page


@pytest.fixture
def index(settings: Settings, tmp_path: Path) -> Callable[[], int]:
    """An empty index for one test; call it to bring it up to date."""
    settings.INDEX_ROOT = tmp_path / "index"
    return indexer.index_now


@dataclass
class PretendSource:
    """Answers every request with what it was told, and remembers what it was asked."""

    url: str
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def source_server() -> Iterator[PretendSource]:
    """A server on a real port of this machine."""
    pretend = PretendSource("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pretend.asked.append(self.path)
            self.send_response(pretend.status)
            for name, value in ({"Content-Type": "text/xml"} | pretend.headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(pretend.body)))
            self.end_headers()
            self.wfile.write(pretend.body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    pretend.url = f"http://127.0.0.1:{server.server_port}/sru"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield pretend
    server.shutdown()
    server.server_close()
    thread.join()


def sru_answer(*records: bytes, total: int | None = None) -> bytes:
    """An SRU 1.1 answer around ISO 2709 records, written as MarcXchange."""
    parts = "".join(
        f"<record><recordSchema>marcxchange</recordSchema><recordPacking>xml</recordPacking><recordData>"
        f"{record_as_xml(read_record(raw).record, flavour=Flavour.CNMARC, namespace=MARCXCHANGE_NAMESPACE).strip()}"
        f"</recordData></record>"
        for raw in records
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/">'
        f"<version>1.1</version><numberOfRecords>{len(records) if total is None else total}</numberOfRecords>"
        f"<records>{parts}</records></searchRetrieveResponse>"
    ).encode()


@pytest.fixture
def a_book() -> bytes:
    """One CNMARC record as a source has it."""
    return cnmarc("NLC0001", "临床心电图学", isbn="9787117123457")
