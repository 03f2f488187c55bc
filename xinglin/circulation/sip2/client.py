"""A SIP2 client: one connection, one line after the other, all within so many seconds.

A look-up whose answer was garbled is asked for again (97); a deed is never asked twice: where its answer did not
come, nobody knows whether it was done (``NoAnswer.may_be_done``).
"""

import socket
import time
from collections.abc import Iterable
from types import TracebackType

from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying.addresses import public_addresses
from xinglin.catalog.copying.errors import AddressRefused
from xinglin.circulation.errors import BranchSystemRefuses, BranchSystemSilent
from xinglin.circulation.models import BranchSystem
from xinglin.circulation.sip2.wire import Message, Unreadable, checksum_is_right, date_of, read, written
from xinglin.commons import clock

LONGEST_ANSWER = 64 * 1024
DEEDS = ("11", "09", "29", "65", "15", "37", "01")


class Client:
    """Speaks with one branch's system. Use it in a ``with``: it connects and signs in, and hangs up."""

    def __init__(self, system: BranchSystem, *, seconds: float) -> None:
        self.system = system
        self.seconds = seconds
        self._ends = time.monotonic() + seconds
        self._sequence = 0
        self._socket: socket.socket | None = None
        self._waiting = bytearray()

    def __enter__(self) -> "Client":
        self._connect()
        try:
            self._sign_in()
        except Exception:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def ask(self, code: str, fixed: str, fields: Iterable[tuple[str, str]], *, answer: str) -> Message:
        """Send one request and return its answer. Raises ``BranchSystemSilent``, ``BranchSystemRefuses``."""
        line = written(
            code,
            fixed,
            fields,
            charset=self.system.charset,
            sequence=str(self._sequence % 10) if self.system.with_checksum else "",
            with_checksum=self.system.with_checksum,
        )
        self._sequence += 1
        self._send(line, may_be_done=False)
        may_be_done = code in DEEDS
        for _try in range(2):
            heard = self._line(may_be_done=may_be_done)
            try:
                if checksum_is_right(heard) is not False:
                    message = read(heard, charset=self.system.charset)
                    if message.code == answer:
                        return message
                    if message.code != "96":
                        break
                    self._send(line, may_be_done=may_be_done)  # it read garbage, so it did nothing
                    continue
            except Unreadable:
                pass
            self._send(b"97AZFEF5" if self.system.with_checksum else b"97", may_be_done=may_be_done)
        raise BranchSystemRefuses(
            _("%(library)s的系统答非所问，可能不是 SIP2 服务或字符集、校验设置不对；请馆员核对连接设置。"),
            library=self.system.library.label,
        )

    def now(self) -> str:
        return date_of(clock.now())

    def institution(self) -> list[tuple[str, str]]:
        """The fields that every request to this system begins and ends with."""
        return [("AO", self.system.institution), ("AC", self.system.terminal_password)]

    def _connect(self) -> None:
        try:
            address = public_addresses(self.system.host, self.system.port)[0]
            self._socket = socket.create_connection((address, self.system.port), timeout=self._left())
        except AddressRefused as refused:
            raise BranchSystemRefuses("%(why)s", why=str(refused)) from None
        except OSError as error:
            raise self._silent(_("连不上（%(why)s）") % {"why": _short(error)}, False) from None

    def _sign_in(self) -> None:
        if not self.system.login:
            return
        fields = [("CN", self.system.login), ("CO", self.system.password), ("CP", self.system.location)]
        if self.ask("93", "00", fields, answer="94").fixed["ok"] != "1":
            raise BranchSystemRefuses(
                _("%(library)s的系统不认我们的登录名或密码；请馆员核对连接设置。"),
                library=self.system.library.label,
            )

    def _send(self, line: bytes, *, may_be_done: bool) -> None:
        if self._socket is None:
            raise self._silent(_("没有连接"), may_be_done)
        try:
            self._socket.settimeout(self._left())
            self._socket.sendall(line + self.system.line_end)
        except OSError as error:
            raise self._silent(_("发送中断（%(why)s）") % {"why": _short(error)}, may_be_done) from None

    def _line(self, *, may_be_done: bool) -> bytes:
        """Return the next line that is not blank, however it ends."""
        while True:
            ends = [at for at in (self._waiting.find(b"\r"), self._waiting.find(b"\n")) if at >= 0]
            if ends:
                line = bytes(self._waiting[: min(ends)])
                del self._waiting[: min(ends) + 1]
                if line.strip():
                    return line.strip(b" \x00")
                continue
            if len(self._waiting) > LONGEST_ANSWER:
                raise self._silent(_("答复太长"), may_be_done)
            try:
                if self._socket is None:
                    raise OSError("closed")
                self._socket.settimeout(self._left())
                piece = self._socket.recv(4096)
            except TimeoutError:
                raise self._silent(
                    _("%(seconds)d 秒内没有答复") % {"seconds": round(self.seconds)}, may_be_done
                ) from None
            except OSError as error:
                raise self._silent(_("连接中断（%(why)s）") % {"why": _short(error)}, may_be_done) from None
            if not piece:
                raise self._silent(_("对方挂断了"), may_be_done)
            self._waiting += piece

    def _left(self) -> float:
        return max(0.05, self._ends - time.monotonic())

    def _silent(self, why: object, may_be_done: bool) -> BranchSystemSilent:
        refusal = BranchSystemSilent(
            _("%(library)s的系统没有答复：%(why)s。请稍后再试。")
            if not may_be_done
            else _(
                "%(library)s的系统没有答复：%(why)s。不知道办成没有，请过一会儿刷新，看应还日期变了没有。"
            ),
            library=self.system.library.label,
            why=str(why),
        )
        refusal.may_be_done = may_be_done
        return refusal


def _short(error: OSError) -> str:
    return (error.strerror or str(error) or type(error).__name__)[:80]
