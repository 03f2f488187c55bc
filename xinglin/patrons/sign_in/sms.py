"""One text message to one phone, over the gateway that the hospital has; without one it is refused clearly.

The gateway is asked with ``POST <XINGLIN_SMS_URL>``, ``Authorization: Bearer <XINGLIN_SMS_TOKEN>`` and
``{"phone": …, "code": …, "text": …}``; 2xx means that it was taken. Other gateways get a small bridge of theirs.
"""

import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xinglin.patrons.errors import NoTextMessages

SECONDS = 8


def is_set_up() -> bool:
    return bool(settings.SMS_URL)


def send(*, phone: str, code: str, text: str) -> None:
    """Send one text message. Raises ``NoTextMessages``."""
    if not is_set_up():
        raise NoTextMessages(_("图书馆没有开通短信，不能发验证码；请扫码登录，或用卡号和密码。"))
    try:
        answer = httpx.post(
            settings.SMS_URL,
            json={"phone": phone, "code": code, "text": text},
            headers={"Authorization": f"Bearer {settings.SMS_TOKEN}"},
            timeout=SECONDS,
        )
    except httpx.HTTPError:
        raise NoTextMessages(_("短信网关没有答复，验证码可能没有发出；请稍后再试，或扫码登录。")) from None
    if not answer.is_success:
        raise NoTextMessages(
            _("短信网关拒绝了这次发送（%(status)d）；请稍后再试，或扫码登录。"), status=answer.status_code
        )
