"""SIP2 over a real port: lines however they arrive, and one that never ends."""

import asyncio

import pytest

from xinglin.circulation.models import DeviceSession
from xinglin.circulation.sip2.server import LONGEST_LINE, Server
from xinglin.circulation.sip2.wire import read
from xinglin.circulation.tests.factories import a_copy, a_title
from xinglin.circulation.tests.machines import NOW, a_device
from xinglin.commons.testing import apart
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons.tests.cast import Readers


def talked(lines: list[bytes], *, expect: int) -> list[bytes]:
    """Send bytes to a server on a port of its own, and return the lines that came back."""

    async def talk() -> list[bytes]:
        server = Server(host="127.0.0.1", port=0)
        port = await server.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        heard: list[bytes] = []
        for piece in lines:
            writer.write(piece)
            await writer.drain()
        while len(heard) < expect:
            heard.append(await asyncio.wait_for(reader.readuntil(b"\r"), 20))
        if not expect:
            heard.append(await asyncio.wait_for(reader.read(), 20))
        writer.close()
        await server.stop()
        return heard

    return apart(talk())


@pytest.mark.django_db(transaction=True)
def test_the_server_answers_lines_however_they_arrive(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    copy = a_copy(a_title(title="诊断学"), a_small_consortium.a)
    a_device(a_small_consortium, networks=["127.0.0.1"])
    whole = f"9900302.00\r\n63019{NOW}          AO|AAA0001|\n17{NOW}AO|AB{copy.barcode}|\r".encode()
    pieces = [whole[at : at + 7] for at in range(0, len(whole), 7)]
    assert [read(each.strip()).code for each in talked(pieces, expect=3)] == ["98", "64", "18"]
    session = DeviceSession.objects.get()
    assert (session.messages, session.closed_at is not None) == (3, True)


@pytest.mark.django_db(transaction=True)
def test_a_line_without_an_end_is_cut_off(a_small_consortium: SmallConsortium) -> None:
    assert talked([b"63" + b"x" * (LONGEST_LINE + 4096)], expect=0) == [b""]
    assert DeviceSession.objects.get().why_closed == "一行太长"
