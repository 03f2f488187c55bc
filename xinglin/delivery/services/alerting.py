"""Telling those who must act of what is not taken up or is overdue: one message a person and round."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from xinglin.commons import clock, history
from xinglin.commons.text import shortened
from xinglin.consortium.models import Staff
from xinglin.delivery import queries
from xinglin.delivery.lifecycle import OURS
from xinglin.delivery.models import DocumentRequest, Urgency
from xinglin.delivery.notice_kinds import LATE
from xinglin.notices.channels import mail_is_set_up
from xinglin.notices.services import owe
from xinglin.patrons.queries import as_reader

log = logging.getLogger(__name__)
AT_ONCE = 500
MOST_NAMED = 5


def tell_of_late() -> int:
    """Tell who holds what was not taken up in time, and of what is overdue the whole desk; return how many were told.

    Whoever is a reader of ours too is told as readers are, others by e-mail. What was told is written down with each
    request and not told again; a round that was broken off is made up for by the next. Sends letters: not in a
    transaction.
    """
    waiting = DocumentRequest.objects.filter(state__in=OURS, escalation__gt=F("told_escalation"))
    rows = list(waiting.select_related("library", "assigned_to__user").order_by("due_at", "pk")[:AT_ONCE])
    desks: dict[int, list[Staff]] = {}
    acting = [(row, _who_must_act(row, desks)) for row in rows]
    theirs: dict[Staff, list[DocumentRequest]] = {}
    for row, people in acting:
        for person in people:
            theirs.setdefault(person, []).append(row)
    told = {person for person, late in theirs.items() if _tell(person, late)}
    for row, people in acting:
        _note(row, "、".join(person.name for person in people if person in told))
    return len(told)


def _who_must_act(row: DocumentRequest, desks: dict[int, list[Staff]]) -> list[Staff]:
    people = [row.assigned_to] if row.assigned_to is not None else []
    if row.due_at <= clock.now() or not people:
        if row.library_id not in desks:
            handlers = queries.handlers_at(row.library).select_related("staff__user")
            desks[row.library_id] = [each.staff for each in handlers]
        people += desks[row.library_id]
    return list(dict.fromkeys(people))


def _tell(person: Staff, rows: list[DocumentRequest]) -> bool:
    """Tell one person; whether there was a way to."""
    page = reverse("console:delivery.requests") + "?open=1&late=1"
    title = _("文献传递：%(n)d 个申请要尽快处理") % {"n": len(rows)}
    text = "\n".join(
        _("%(number)s《%(title)s》应在 %(when)s 前完成") % {
            "number": row.number, "title": shortened(row.label, characters=40),
            "when": f"{clock.local(row.due_at):%m-%d %H:%M}",
        }
        for row in rows[:MOST_NAMED]
    )  # fmt: skip
    if len(rows) > MOST_NAMED:
        text += "\n" + _("……共 %(n)d 个，都在工作列表里。") % {"n": len(rows)}
    patron = as_reader(person)
    if patron is not None:
        owe(
            patron=patron,
            kind=LATE,
            key=f"{rows[0].pk}-{rows[0].escalation}-{len(rows)}",
            title=title,
            text=text,
            link=page,
            fields={"number": rows[0].number, "title": rows[0].label[:100]},
            library=rows[0].library,
            urgent=any(row.urgency == Urgency.CLINICAL for row in rows),
        )
        return True
    if not person.user.email or not mail_is_set_up():
        return False
    try:
        EmailMessage(title, f"{text}\n{settings.PUBLIC_URL}{page}", to=[person.user.email]).send()
    except (OSError, smtplib.SMTPException):
        log.warning("a letter about late requests was not sent", extra={"staff": person.pk}, exc_info=True)
        return False
    return True


@transaction.atomic
def _note(row: DocumentRequest, names: str) -> None:
    DocumentRequest.objects.filter(pk=row.pk).update(told_escalation=row.escalation)
    said = _("已通知 %(names)s") % {"names": names} if names else _("没有人可以通知")
    history.record(row, "call_attention", by="系统", reason=said)
