"""Pushes by e-mail: to the address in the reader's file."""

import smtplib
import socket

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from xinglin.audience.models import Campaign, Reason
from xinglin.audience.telling import choices_link, digest_of, personal_address, title_of
from xinglin.commons.errors import Refusal
from xinglin.wechat.links import bound_patron
from xinglin.wechat.models import Follower


class MailNotReached(Refusal):
    """The mail server was not reached: nothing was sent, and the push is tried again later."""

    code = "audience.mail_not_reached"
    status = 502


class MailUnsure(Refusal):
    """The mail server fell silent in the middle: the mail may have gone out."""

    code = "audience.mail_unsure"
    status = 502


def mail(campaign: Campaign, follower: Follower, variant: int) -> Reason:
    """Send one mail, and return what stood against it. Raises ``MailNotReached``, ``MailUnsure``."""
    patron = bound_patron(follower)
    if patron is None or not patron.email:
        return Reason.NO_EMAIL
    off = choices_link(campaign, follower)
    body = "\n\n".join(
        part for part in (
            digest_of(campaign),
            personal_address(campaign, follower),
            _("不想再收到「%(topic)s」这类内容：%(off)s") % {"topic": campaign.topic.name, "off": off},
        ) if part
    )  # fmt: skip
    message = EmailMessage(
        subject=title_of(campaign, variant),
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[patron.email],
        headers={"List-Unsubscribe": f"<{off}>"},
    )
    try:
        message.send()
    except (
        ConnectionRefusedError,
        smtplib.SMTPConnectError,
        smtplib.SMTPHeloError,
        socket.gaierror,
    ) as error:
        raise MailNotReached(
            _("连不上邮件服务器（%(kind)s）；请检查邮件设置后点“继续”。"), kind=type(error).__name__
        ) from None
    except (smtplib.SMTPServerDisconnected, TimeoutError) as error:
        raise MailUnsure(_("邮件服务器中途没有回应（%(kind)s）。"), kind=type(error).__name__) from None
    except smtplib.SMTPException:
        return Reason.REFUSED
    return Reason.NONE
