"""The link to a brief by e-mail, for leaders who have no reader's card."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from xinglin.commons import clock, history
from xinglin.intelligence.products.lifecycle import ProductState
from xinglin.intelligence.watching.lifecycle import CopyState
from xinglin.intelligence.watching.models import Copy, Recipient
from xinglin.notices.channels import mail_is_set_up


def is_reached(recipient: Recipient) -> bool:
    """Tell whether a recipient is told without a librarian's hand: by a reader's card, or by e-mail if it is set up."""
    return recipient.patron_id is not None or (bool(recipient.email) and mail_is_set_up())


def address_of(copy: Copy) -> str:
    """Return the personal link of a copy."""
    return f"{settings.PUBLIC_URL}{reverse('mobile:brief', args=[copy.token])}"


@transaction.atomic
def mail_copy(*, copy_id: int) -> bool:
    """Mail a copy's link, once when it is sent and once for each reminder; return whether it was mailed now.

    The row is locked, so that an errand which runs twice sends one letter. An address that the server refuses for good
    (RFC 5321, 4.2.1: an answer of 5yz) is written down for the librarian; any other trouble raises, and the errand is
    tried again.
    """
    copy = (
        Copy.objects.select_for_update(of=("self",))
        .select_related("recipient", "product__library")
        .get(pk=copy_id)
    )
    brief = copy.product
    over = copy.state == CopyState.RECEIPTED or brief.state != ProductState.SENT
    if over or copy.mailed_at is not None or not copy.recipient.email:
        return False
    said = {
        "name": copy.recipient,
        "library": brief.library.name,
        "title": brief.title,
        "url": address_of(copy),
    }
    words = (
        _("%(name)s：\n\n%(library)s 的决策简报《%(title)s》还没有回执，请阅：\n%(url)s\n\n")
        if copy.reminded_at
        else _("%(name)s：\n\n%(library)s 的决策简报《%(title)s》，请阅：\n%(url)s\n\n")
    ) + _(
        "这是您个人的链接，不用登录，请不要转发；看完请在页面下方点“已阅，发回执”，可以附批示。\n\n%(library)s"
    )
    library = brief.library.email
    letter = EmailMessage(
        brief.title, words % said, to=[copy.recipient.email], reply_to=[library] if library else None
    )
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()), (550, b""))
        if code < 500:
            raise
        copy.mail_trouble = f"{code} {answer.decode('utf-8', 'replace')}"[:200]
        copy.save(update_fields=["mail_trouble"])
        return False
    copy.mailed_at, copy.mail_trouble = clock.now(), ""
    copy.save(update_fields=["mailed_at", "mail_trouble"])
    history.record(brief, "email", changes={"recipient": str(copy.recipient)})
    return True
