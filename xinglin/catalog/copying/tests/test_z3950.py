"""Z39.50 against YAZ's own test server, where both are installed."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from time import monotonic, sleep

import pytest
from pytest_django.fixtures import Settings

from xinglin.catalog.copying import looking, zoom
from xinglin.catalog.copying.errors import AddressRefused, SourceRefused, SourceUnreachable, Z3950NotInstalled
from xinglin.catalog.copying.looking import By
from xinglin.catalog.copying.models import CopySource, SourceKind
from xinglin.catalog.marc import RecordRead

needs_libyaz = pytest.mark.skipif(not zoom.is_installed(), reason="libyaz (Debian: libyaz5) is not installed")


def a_source(address: str, syntax: str = "usmarc") -> CopySource:
    return CopySource(
        name="YAZ", kind=SourceKind.Z3950, address=address, database="Default", record_schema=syntax
    )


@pytest.fixture
def ztest(settings: Settings) -> Iterator[str]:
    """YAZ's test server on a port of this machine; every search finds its made-up records."""
    program = shutil.which("yaz-ztest")
    if program is None or not zoom.is_installed():
        pytest.skip("yaz-ztest and libyaz (Debian: yaz) are not installed")
    settings.PRIVATE_SOURCES = True
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = subprocess.Popen([program, f"tcp:127.0.0.1:{port}"], stderr=subprocess.DEVNULL)
    ends = monotonic() + 20
    while monotonic() < ends:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                break
        sleep(0.05)  # a server of another program: nothing else tells that it listens
    yield f"127.0.0.1:{port}"
    server.terminate()
    server.wait(10)


@pytest.mark.peer
def test_records_of_a_target_are_read(ztest: str) -> None:
    readings, total = zoom.search(a_source(ztest), '@attr 1=4 "computer"', start=1, maximum=5)
    assert total >= 5
    assert len(readings) == 5
    records = [reading for reading in readings if isinstance(reading, RecordRead)]
    assert len(records) >= 4
    assert all(record.record.get("245", "a") for record in records)
    more, _total = zoom.search(a_source(ztest), '@attr 1=4 "computer"', start=3, maximum=1)
    assert isinstance(more[0], RecordRead)
    assert isinstance(readings[2], RecordRead)
    assert more[0].raw == readings[2].raw


@pytest.mark.peer
@pytest.mark.django_db
def test_a_cataloguer_asks_a_target_in_words(ztest: str) -> None:
    answer = looking.look(a_source(ztest), by=By.TITLE, text='program "design" \\')
    assert answer.total > 0
    assert answer.found[0].record.title


@pytest.mark.peer
def test_a_refusal_of_the_target_is_told(ztest: str) -> None:
    source = a_source(ztest)
    source.database = "no-such-database"
    with pytest.raises(SourceRefused, match="109"):  # bib-1: database unavailable
        zoom.search(source, '"x"', start=1, maximum=1)


@needs_libyaz
def test_a_target_that_is_not_there_is_told(settings: Settings) -> None:
    settings.PRIVATE_SOURCES = True
    with pytest.raises(SourceUnreachable):
        zoom.search(a_source("127.0.0.1:1"), '"x"', start=1, maximum=1)
    with pytest.raises(SourceUnreachable, match="主机:端口"):
        zoom.search(a_source("127.0.0.1:port"), '"x"', start=1, maximum=1)
    settings.PRIVATE_SOURCES = False
    with pytest.raises(AddressRefused):
        zoom.search(a_source("127.0.0.1:210"), '"x"', start=1, maximum=1)


def test_without_libyaz_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoom, "find_library", lambda _name: None)
    with pytest.raises(Z3950NotInstalled, match="libyaz5"):
        zoom.search(a_source("example.org:210"), '"x"', start=1, maximum=1)


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("example.org", "example.org", 210),
        ("tcp:example.org:7090/db", "example.org", 7090),
        ("[2001:db8::1]:99", "2001:db8::1", 99),
    ],
)
def test_addresses_are_host_and_port(address: str, host: str, port: int) -> None:
    assert zoom.host_and_port(address) == (host, port)


def test_nothing_that_is_typed_is_an_operator() -> None:
    assert looking.pqf_of(By.ISBN, '" @or x') == '@attr 1=7 "@or x"'
    assert looking.cql_of(By.TITLE, 'a" or dc.title="b*') == 'dc.title="a  or dc.title= b"'
