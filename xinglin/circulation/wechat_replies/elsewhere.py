"""Loans in a branch's own system, in the chat: 「本馆借阅」, 「本馆续借 1」."""

import re

from django.utils.translation import gettext as _

from xinglin.circulation import elsewhere
from xinglin.circulation.elsewhere import CHAT_SECONDS, LoanElsewhere, Shelf
from xinglin.wechat.conversation import Incoming, command
from xinglin.wechat.jsonvalue import as_list, as_text
from xinglin.wechat.replies import Reply, Text

LISTED = "circulation.elsewhere"


@command("本馆借阅", "分馆借阅", alone=True)
def loans_elsewhere(incoming: Incoming, argument: str) -> Reply | None:
    """List what the reader has in hand in the system of their library; the numbers renew."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    if not elsewhere.systems_for(incoming.patron).exists():
        return Text(_("您的馆没有另外的系统，借阅都在“我的借阅”里：发「我的借阅」。"))
    lines: list[str] = []
    listed: list[list[str]] = []
    for shelf in elsewhere.shelves_of(incoming.patron, seconds=CHAT_SECONDS):
        lines += _told(shelf, listed)
    if listed:
        incoming.remember(LISTED, {"loans": [list(each) for each in listed]}, minutes=30)
        lines.append(_("回复「本馆续借 1」续第一本。"))
    return Text("\n".join(lines))


@command("本馆续借", "分馆续借")
def renew_elsewhere(incoming: Incoming, argument: str) -> Reply | None:
    """Renew one by its number in the list that was told last."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    kept = incoming.recall(LISTED)
    number = re.fullmatch(r"第?\s*(\d{1,3})\s*[本册]?", argument)
    loans = as_list(kept.get("loans")) if kept else []
    if number is None or not 1 <= int(number[1]) <= len(loans):
        return loans_elsewhere(incoming, "")
    code, barcode = (as_text(each) for each in as_list(loans[int(number[1]) - 1]))
    system = elsewhere.systems_for(incoming.patron).filter(library__code=code).first()
    if system is None:
        return loans_elsewhere(incoming, "")
    renewed = elsewhere.renew_there(
        patron=incoming.patron, library=system.library, barcode=barcode, seconds=CHAT_SECONDS
    )
    return Text(_("《%(title)s》已续借，%(due)s 前还。") % {"title": renewed.title, "due": renewed.due_text})


def _told(shelf: Shelf, listed: list[list[str]]) -> list[str]:
    name = shelf.system.library.label
    if shelf.trouble:
        return [shelf.trouble]
    if not shelf.known:
        return [_("%(name)s：那里没有您的读者证号。") % {"name": name}]
    if not shelf.loans:
        return [_("%(name)s：没有借书。") % {"name": name}]
    lines = [_("%(name)s：") % {"name": name}]
    for loan in shelf.loans:
        listed.append([shelf.system.library.code, loan.barcode])
        lines.append(f"{len(listed)}. {_line(loan)}")
    if shelf.owed:
        lines.append(_("欠费 %(owed)s 元，请到该馆缴清。") % {"owed": shelf.owed})
    return lines


def _line(loan: LoanElsewhere) -> str:
    facts = {"title": loan.title, "due": loan.due_text or "—"}
    if loan.days_left is not None and loan.days_left < 0:
        return _("《%(title)s》已逾期（%(due)s 应还）") % facts
    return _("《%(title)s》%(due)s 前还") % facts
