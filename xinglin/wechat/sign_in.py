"""WeChat's part of signing in on a terminal: the scene in its QR code, and the confirmation in the chat.

An account that has scene codes puts one on the terminal: WeChat's own scanner then asks in the chat. On the others
the code is the address of our page, and the six digits are typed: 「登录 123456」.
"""

import logging

from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.patrons.models import Patron, SignInTicket
from xinglin.patrons.sign_in import tickets
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.conversation import Incoming, command, on_scene
from xinglin.wechat.jsonvalue import as_text
from xinglin.wechat.models import Account
from xinglin.wechat.replies import Reply, Text

log = logging.getLogger(__name__)

SCENE = "signin:"
ASKED = "wechat.sign_in"
SCENE_LIVES = 120


def code_text(ticket: SignInTicket) -> str:
    """Return the address behind a scene code of the first account that has them; "" where there is none."""
    accounts = Account.objects.filter(active=True).exclude(sealed_secret="").order_by("pk")
    account = next((each for each in accounts if each.may(Capability.SCENE_QR)), None)
    if account is None:
        return ""
    try:
        return client_for(account).qrcode.create(SCENE + ticket.token, seconds=SCENE_LIVES).url
    except Refusal as refusal:
        log.warning("no scene code for a terminal", extra={"account": account.pk, "why": str(refusal)})
        return ""


tickets.set_code_maker(code_text)


@on_scene(SCENE)
def scanned(incoming: Incoming, token: str) -> Reply | None:
    """The terminal's code was scanned with WeChat."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    return _ask(incoming, tickets.see(patron=incoming.patron, token=token))


@command("登录")
def typed(incoming: Incoming, argument: str) -> Reply | None:
    """The terminal's six digits were typed."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    digits = argument.replace(" ", "")
    if whole(digits) is None or len(digits) != 6:
        return Text(_("在终端上打开登录页，把屏幕上的 6 位数字发给我，例如「登录 123456」。"))
    return _ask(incoming, tickets.see(patron=incoming.patron, digits=digits))


def _ask(incoming: Incoming, ticket: SignInTicket) -> Text:
    incoming.remember(ASKED, {"token": ticket.token}, minutes=2)
    return Text(
        _(
            "有终端要以您的身份登录：\n%(place)s，%(time)s\n"
            "是您本人，请回复「确认登录」；不是，请回复「拒绝登录」。别人让您回复的不要确认。"
        )
        % {"place": ticket.place, "time": f"{clock.local(ticket.shown_at):%H:%M}"}
    )


@command("确认登录", alone=True)
def confirmed(incoming: Incoming, argument: str) -> Reply | None:
    """Let the terminal in."""
    patron, token = _asked(incoming)
    if patron is None:
        return incoming.ask_to_bind()
    tickets.confirm(patron=patron, token=token)
    incoming.forget()
    return Text(_("已登录。用完请在终端上退出。"))


@command("拒绝登录", alone=True)
def refused(incoming: Incoming, argument: str) -> Reply | None:
    """Give the terminal nothing."""
    patron, token = _asked(incoming)
    if patron is None:
        return incoming.ask_to_bind()
    tickets.refuse(patron=patron, token=token)
    incoming.forget()
    return Text(_("已拒绝，终端没有登录。"))


def _asked(incoming: Incoming) -> tuple[Patron | None, str]:
    kept = incoming.recall(ASKED)
    return incoming.patron, as_text(kept.get("token")) if kept else ""
