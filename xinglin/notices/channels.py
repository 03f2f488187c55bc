"""The ways to a reader. Rooms above bring theirs in a ``channels.py``; e-mail is our own.

A channel answers two questions: may it carry this notice (``may``: "" or the reason why not), and what became of
it (``send``: an ``Outcome``). ``send`` runs outside a transaction, after its attempt has been written down; what it
does not know for certain it must call ``unsure``, and nobody sends again by themselves.
"""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.onscreen import Words
from xinglin.notices.wording import wording_of

if TYPE_CHECKING:
    from xinglin.notices.models import Attempt, Notice


class Fate(Enum):
    """What became of an attempt."""

    SENT = "sent"
    KEPT = "kept"
    REFUSED = "refused"
    BUSY = "busy"
    UNSURE = "unsure"
    # The channel works on it and will call ``services.settle``.
    UNDER_WAY = "under_way"


@dataclass(frozen=True)
class Outcome:
    """What a channel says of an attempt; ``reference`` is what the other side will call it by."""

    fate: Fate
    reason: str = ""
    reference: str = ""


class Way(Enum):
    """What a reader chooses between."""

    WECHAT = "wechat"
    EMAIL = "email"


@dataclass(frozen=True)
class Channel:
    """One way. The lowest ``order`` that may is taken."""

    code: str
    name: Words
    way: Way
    order: int
    may: "Callable[[Notice], str | Promise]"
    send: "Callable[[Notice, Attempt], Outcome]"
    # What is known by now of an attempt whose end was never reported; None for "still under way".
    fate_of: "Callable[[Attempt], Outcome | None] | None" = None


_channels: dict[str, Channel] = {}


def add_channel(channel: Channel) -> Channel:
    """Register a way to readers."""
    _channels[channel.code] = channel
    return channel


def every_channel() -> list[Channel]:
    """Return all channels, the preferred first."""
    return sorted(_channels.values(), key=lambda channel: channel.order)


def channel_named(code: str) -> Channel | None:
    return _channels.get(code)


def name_of(code: str) -> str:
    """Return how a channel is called; "by hand" is one too."""
    if code == BY_HAND:
        return _("馆员告知")
    return str(_channels[code].name) if code in _channels else code


BY_HAND = "by_hand"
EMAIL = "email"
MAIL_SECONDS = 20
# Backends of Django that print or drop what they are given: not a way to a reader.
NOT_A_WAY = ("console.EmailBackend", "dummy.EmailBackend", "filebased.EmailBackend")


def mail_is_set_up() -> bool:
    """Whether there is a mail server: a printing backend is none."""
    return bool(settings.EMAIL_HOST) and not settings.EMAIL_BACKEND.endswith(NOT_A_WAY)


def _may_mail(notice: "Notice") -> str | Promise:
    if not mail_is_set_up():
        return gettext_lazy("系统没有设置邮件服务器（XINGLIN_MAIL_HOST）。")
    if not notice.patron.email:
        return gettext_lazy("读者没有登记邮箱。")
    return ""


def _mail(notice: "Notice", attempt: "Attempt") -> Outcome:
    """Send one e-mail: until the server is reached nothing was done, after that only its answer is believed."""
    connection = get_connection(timeout=MAIL_SECONDS)
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Fate.BUSY, _("邮件服务器连不上：%(error)s") % {"error": _short(error)})
    words = wording_of(notice)
    body = words.text + (f"\n\n{words.address}" if words.address else "")
    letter = EmailMessage(words.heading, body, to=[notice.patron.email], connection=connection)
    letter.extra_headers["Message-ID"] = f"<notice-{attempt.pk}@{settings.MAIL_DOMAIN}>"
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as error:
        return _answered(max((code for code, _said in error.recipients.values()), default=550), error)
    except smtplib.SMTPResponseException as error:
        return _answered(error.smtp_code, error)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Fate.UNSURE, _("信发到一半断了：%(error)s") % {"error": _short(error)})
    finally:
        connection.close()
    return Outcome(Fate.SENT, reference=f"notice-{attempt.pk}")


def _answered(code: int, error: Exception) -> Outcome:
    """A 4yz answer asks to come again, a 5yz one is final (RFC 5321, 4.2.1)."""
    fate = Fate.BUSY if 400 <= code < 500 else Fate.REFUSED
    return Outcome(fate, _("邮件服务器答复：%(error)s") % {"error": _short(error)})


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]


add_channel(Channel(EMAIL, gettext_lazy("邮件"), Way.EMAIL, 40, may=_may_mail, send=_mail))
