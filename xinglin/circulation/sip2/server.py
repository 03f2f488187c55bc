"""The SIP2 server: asyncio for the lines, a few threads for the deeds.

A machine sends one line and waits for the answer, so a connection's lines are handled one after the other. Lines end
with CR, LF or both; a line without an end is cut off at ``LONGEST_LINE``. A machine that is silent for
``SILENT_FOR`` is let go: it connects anew.
"""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from django.db import close_old_connections

from xinglin.circulation.models import DeviceSession
from xinglin.circulation.sip2.conversation import Conversation
from xinglin.commons import clock

log = logging.getLogger(__name__)
T = TypeVar("T")

LONGEST_LINE = 16 * 1024
SILENT_FOR = 3600.0
THREADS = 6
MOST_CONNECTIONS = 200


class Server:
    """Listens, and gives each connection its conversation."""

    def __init__(self, *, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.name = f"{socket.gethostname()}:{port}"[:80]
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sip2")
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> int:
        """Begin to listen, and return the port."""
        self._server = await asyncio.start_server(self._connected, self.host, self.port, limit=LONGEST_LINE)
        port: int = self._server.sockets[0].getsockname()[1]
        self.name = f"{socket.gethostname()}:{port}"[:80]
        await self._in_thread(self._close_what_a_killed_server_left)
        return port

    async def stop(self) -> None:
        """Stop listening, and let every connection go."""
        if self._server is not None:
            self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        self._threads.shutdown(wait=True)

    async def run(self) -> None:
        """Serve until a signal."""
        await self.start()
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
        await ended.wait()
        await self.stop()

    def _close_what_a_killed_server_left(self) -> None:
        DeviceSession.objects.filter(server=self.name, closed_at=None).update(
            closed_at=clock.now(), why_closed="服务重新启动"
        )

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._open) >= MOST_CONNECTIONS:
            writer.close()
            return
        self._open.add(task)
        peer = str((writer.get_extra_info("peername") or ("",))[0])
        conversation: Conversation | None = None
        why = "设备断开"
        try:
            conversation = await self._in_thread(partial(Conversation, peer=peer, server=self.name))
            why = await self._talk(conversation, reader, writer)
        except asyncio.CancelledError:
            why = "服务停止"
        except ConnectionError:
            why = "网络中断"
        except Exception:
            log.exception("a connection of a machine broke", extra={"peer": peer})
            why = "服务出错"
        finally:
            if conversation is not None:
                await asyncio.shield(self._in_thread(partial(conversation.close, why)))
            writer.close()
            self._open.discard(task)

    async def _talk(
        self, conversation: Conversation, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str:
        """Answer line by line, and return why it ended."""
        waiting = bytearray()
        while True:
            try:
                piece = await asyncio.wait_for(reader.read(4096), SILENT_FOR)
            except TimeoutError:
                return "长时间没有消息"
            if not piece:
                return "设备断开"
            waiting += piece
            while (line := _cut(waiting)) is not None:
                if line:
                    told = await self._in_thread(partial(conversation.answer, line))
                    writer.write(told)
                    await writer.drain()
                    if conversation.over:
                        return "不是本馆的设备，或已停用"
            if len(waiting) > LONGEST_LINE:
                return "一行太长"

    async def _in_thread(self, work: Callable[[], T]) -> T:
        def done() -> T:
            close_old_connections()
            try:
                return work()
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._threads, done)


def _cut(waiting: bytearray) -> bytes | None:
    """Take the first whole line out of what has come; blank lines between CR and LF come out empty."""
    ends = [at for at in (waiting.find(b"\r"), waiting.find(b"\n")) if at >= 0]
    if not ends:
        return None
    line = bytes(waiting[: min(ends)])
    del waiting[: min(ends) + 1]
    return line.strip(b" \x00")
