"""One machine's connection: who it is, whether its bytes are whole, and the answer that is sent, or sent again."""

import ipaddress
import logging
from dataclasses import replace

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from xinglin.circulation.models import ChecksumUse, Device, DeviceMessage, DeviceSession
from xinglin.circulation.sip2 import answers as answers_by_subject
from xinglin.circulation.sip2.asking import HANDLINGS, Answer, Asking
from xinglin.circulation.sip2.layouts import BY_CODE
from xinglin.circulation.sip2.wire import Message, Unreadable, checksum_is_right, masked, read, written
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.patrons import attempts

log = logging.getLogger(__name__)

__all__ = ["Conversation", "answers_by_subject"]

WRONG_LOGINS = 10
RESEND = "96"
# Lines that a stranger may say before it is told to go.
MOST_FROM_STRANGERS = 20


class Conversation:
    """Answers the lines of one connection, in order. Used by one thread at a time."""

    def __init__(self, *, peer: str, server: str) -> None:
        self.peer = peer
        self.device = _device_at(peer)
        self.session = DeviceSession.objects.create(
            device=self.device, peer=peer, server=server, opened_at=clock.now(), last_at=clock.now()
        )
        self.over = False
        self._last_request: tuple[str, bytes] | None = None
        self._last_answer = b""
        self._from_stranger = 0

    @property
    def charset(self) -> str:
        return self.device.charset if self.device else "utf-8"

    @property
    def line_end(self) -> bytes:
        return self.device.line_end if self.device else b"\r"

    def answer(self, line: bytes) -> bytes:
        """Return what is sent for a line, its terminator included."""
        self._look_again_at_the_device()
        told, note = self._told(line)
        self._write_down(line, told, note)
        return told + self.line_end

    def close(self, why: str) -> None:
        """Note that the connection is over."""
        DeviceSession.objects.filter(pk=self.session.pk, closed_at=None).update(
            closed_at=clock.now(), why_closed=why[:120]
        )

    def _look_again_at_the_device(self) -> None:
        """A machine that was switched off or changed meanwhile is that from the next line on."""
        if self.device is not None:
            self.device = (
                Device.objects.select_related("library").filter(pk=self.device.pk, active=True).first()
            )
            self.over = self.device is None

    def _told(self, line: bytes) -> tuple[bytes, Answer | None]:
        use = self.device.checksum if self.device else ChecksumUse.AUTO
        whole = checksum_is_right(line)
        if (whole is False and use != ChecksumUse.NEVER) or (whole is None and use == ChecksumUse.ALWAYS):
            return self._ask_again(), Answer(RESEND, "", refused=_("校验不符，请设备重发。"))
        try:
            message = read(line, charset=self.charset)
        except Unreadable as error:
            return self._ask_again(), Answer(RESEND, "", refused=_("看不懂：%(why)s") % {"why": error})
        if message.code == "97":
            return (self._last_answer or self._ask_again()), None
        if message.code not in HANDLINGS and message.code != "93":
            return self._ask_again(), Answer(RESEND, "", refused=_("这不是设备发的消息。"))
        if message.sequence and self._last_request == (message.sequence, line):
            return self._last_answer, None  # it did not hear us: said again, not done again
        answer = self._login(message) if message.code == "93" else self._handled(message)
        told = self._written(answer, message)
        self._last_request, self._last_answer = (message.sequence, line), told
        return told, answer

    def _ask_again(self) -> bytes:
        with_checksum = bool(self.device and self.device.checksum != ChecksumUse.NEVER) or self.device is None
        return written(RESEND, "", (), with_checksum=with_checksum)

    def _written(self, answer: Answer, message: Message) -> bytes:
        use = self.device.checksum if self.device else ChecksumUse.AUTO
        with_checksum = use == ChecksumUse.ALWAYS or (
            use == ChecksumUse.AUTO and bool(message.checksum or message.sequence)
        )
        return written(
            answer.code,
            answer.fixed,
            answer.fields,
            charset=self.charset,
            sequence=message.sequence,
            with_checksum=with_checksum,
        )

    def _login(self, message: Message) -> Answer:
        """Let a machine sign in; what is wrong about it is not said. Guessing is stopped."""
        key = f"sip2:{self.peer}"
        refused = Answer("94", "0", refused=_("登录名、密码或地址不对。"))
        try:
            attempts.refuse_when_guessing(key, most=WRONG_LOGINS)
        except Refusal as refusal:
            return Answer("94", "0", refused=str(refusal))
        device = (
            Device.objects.select_related("library")
            .filter(active=True, login=message.first("CN"))
            .exclude(login="")
            .first()
        )
        plain = set(message.fixed.values()) <= {"0", " "}  # neither name nor password is encrypted
        right = device is not None and plain and device.has_password(message.first("CO"))
        if device is None or not right or not _is_from(self.peer, device):
            attempts.count_wrong(key)
            return refused
        attempts.forget(key)
        self.device = device
        DeviceSession.objects.filter(pk=self.session.pk).update(device=device)
        return Answer("94", "1")

    def _handled(self, message: Message) -> Answer:
        handling = HANDLINGS[message.code]
        device = self.device
        if device is None:
            self._from_stranger += 1
            self.over = self.over or self._from_stranger >= MOST_FROM_STRANGERS
            return handling.refuse(
                Asking(Device(), message, clock.now()),
                _("设备未登录，不能办理；请联系图书馆。"),
            )
        asking = Asking(device, message, clock.now(), device.library.code)
        if handling.right is not None and not device.may(handling.right):
            return handling.refuse(
                asking, _("本机没有开通「%(right)s」；请到服务台办理。") % {"right": handling.right.label}
            )
        try:
            answer = handling.answer(asking)
        except Refusal as refusal:
            answer = handling.refuse(asking, str(refusal))
        except Exception:
            log.exception("a machine's request could not be handled", extra={"device": device.pk})
            answer = handling.refuse(asking, _("系统暂时不能办理，请稍后再试或到服务台。"))
        # What the machine has done already, without us, and we cannot enter, is for a person to see to.
        was_done = message.fixed.get("no_block") == "Y" and bool(answer.refused)
        return replace(answer, needs_person=answer.needs_person or was_done)

    def _write_down(self, line: bytes, told: bytes, note: Answer | None) -> None:
        now = clock.now()
        with transaction.atomic():
            DeviceMessage.objects.create(
                session=self.session,
                device=self.device,
                at=now,
                request=_for_the_table(masked(line, self.charset)),
                answer=_for_the_table(masked(told, self.charset)),
                refused=(note.refused if note else "")[:300],
                needs_person=note.needs_person if note else False,
            )
            DeviceSession.objects.filter(pk=self.session.pk).update(last_at=now, messages=F("messages") + 1)
            if self.device is not None:
                Device.objects.filter(pk=self.device.pk).update(last_seen_at=now)


def _for_the_table(text: str) -> str:
    return text.replace("\x00", "␀")[:8000]


def _device_at(peer: str) -> Device | None:
    """Return the machine that needs no login at this address; two that fit are none."""
    candidates = [
        device
        for device in Device.objects.select_related("library").filter(active=True, login="")
        if device.networks and _is_from(peer, device)
    ]
    return candidates[0] if len(candidates) == 1 else None


def _is_from(peer: str, device: Device) -> bool:
    if not device.networks:
        return True
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in ipaddress.ip_network(written) for written in device.networks)


def code_name(text: str) -> str:
    """Return what a line is called on the monitor."""
    layout = BY_CODE.get(text[:2])
    return f"{layout.code} {layout.name}" if layout else text[:2]
