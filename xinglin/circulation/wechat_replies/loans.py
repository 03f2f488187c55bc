"""Loans in the chat: 「我的借阅」, 「续借」, 「续借 1」, 「续借全部」.

The whole path works on an account that can only answer: everything is said in passive replies.
"""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, services
from xinglin.circulation.models import Loan
from xinglin.circulation.ties import standing_of
from xinglin.commons import clock
from xinglin.commons.onscreen import yuan_text
from xinglin.patrons.models import Patron
from xinglin.wechat.conversation import Incoming, command, menu_key
from xinglin.wechat.replies import Reply, Text

ALL = ("全部", "所有", "都续", "all")


@command(
    "我的借阅", "借阅", "在借", title=gettext_lazy("看我的借阅"), example="我的借阅", alone=True, order=20
)
def my_loans_command(incoming: Incoming, argument: str) -> Reply | None:
    """List what the reader has in hand, numbered."""
    return my_loans(incoming)


@menu_key("MY_LOANS", title=gettext_lazy("我的借阅"))
def my_loans(incoming: Incoming) -> Reply | None:
    """List what the reader has in hand, numbered, with what is due first at the top; the number renews."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    loans = list(queries.open_loans_of(incoming.patron))
    lines = [f"{number}. {_line(loan)}" for number, loan in enumerate(loans, start=1)]
    lines += _owed(incoming.patron)
    if not loans:
        return Text("\n".join([_("您现在没有借书。发“搜 书名”可以找书。"), *lines]))
    link = _('<a href="%(link)s">打开我的借阅</a>') % {"link": incoming.link("/m/loans/")}
    return Text("\n".join([*lines, _("回复“续借 1”续一本，“续借全部”全续。"), link]))


@command("续借", title=gettext_lazy("续借"), example="续借 1", order=21)
def renew(incoming: Incoming, argument: str) -> Reply | None:
    """Renew one loan by its number in the list, or all; a single loan needs no number."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    loans = list(queries.open_loans_of(incoming.patron))
    chosen = _chosen(loans, argument)
    if not chosen:
        return my_loans(incoming)
    return Text("\n".join(_outcome(outcome) for outcome in services.renew_all(loans=chosen)))


def _chosen(loans: list[Loan], argument: str) -> list[Loan]:
    if argument in ALL or (not argument and len(loans) == 1):
        return loans
    number = re.fullmatch(r"第?\s*(\d{1,3})\s*[本册]?", argument)
    at = int(number[1]) if number else 0
    return [loans[at - 1]] if 1 <= at <= len(loans) else []


def _outcome(outcome: services.Renewal) -> str:
    facts = {
        "title": outcome.loan.item.holding.record.title,
        "due": _day(outcome.loan),
        "why": str(outcome.refusal or ""),
    }
    if outcome.refusal is None:
        return _("《%(title)s》已续借，%(due)s 前还。") % facts
    return _("《%(title)s》不能续借：%(why)s") % facts


def _line(loan: Loan) -> str:
    days = (clock.local(loan.due_at).date() - clock.today()).days
    facts = {"title": loan.item.holding.record.title, "due": _day(loan), "days": abs(days)}
    if loan.is_overdue:
        return _("《%(title)s》已逾期 %(days)d 天（%(due)s 应还）") % facts
    return _("《%(title)s》%(due)s 前还，还有 %(days)d 天") % facts


def _day(loan: Loan) -> str:
    due = clock.local(loan.due_at)
    day = _("%(month)d 月 %(day)d 日") % {"month": due.month, "day": due.day}
    return day if (due.hour, due.minute) == (23, 59) else f"{day} {due:%H:%M}"


def _owed(patron: Patron) -> list[str]:
    owed = standing_of(patron).owed_fen
    return [_("欠费 %(owed)s，任何一馆服务台都可以缴。") % {"owed": yuan_text(owed)}] if owed else []
