"""What a librarian may do with a request of our own readers: its actions on screen."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.screens import Action, Answers, offered
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.ill import queries, services
from xinglin.ill.console.forms import Note, Reason, Via, via_words
from xinglin.ill.lifecycle import WAITING, WANTED_MOVES, Wanted
from xinglin.ill.models import Wish


def _receive(request: StaffRequest, row: Wish, answers: Answers) -> str:
    services.receive(wish=row, by=staff_of(request))
    return _("已到馆，读者会收到通知。")


def _lend(request: StaffRequest, row: Wish, answers: Answers) -> str:
    services.lend(wish=row, by=staff_of(request))
    return _("已交给读者。")


def _give_back(request: StaffRequest, row: Wish, answers: Answers) -> str:
    services.give_back(wish=row, by=staff_of(request))
    return _("已收回，请尽快寄回。")


def _send_back(request: StaffRequest, row: Wish, answers: Answers) -> str:
    services.send_back(wish=row, via=via_words(answers["via"], answers["number"]), by=staff_of(request))
    return _("已寄回，等对方收到。")


def _accept(request: StaffRequest, row: Wish, answers: Answers) -> str:
    services.accept_condition(wish=row, by=staff_of(request))
    return _("已接受对方的条件。")


def _retry(request: StaffRequest, row: Wish, answers: Answers) -> str:
    services.retry(wish=row, note=answers["note"], by=staff_of(request))
    return _("已改后重试。")


def _pass_over(request: StaffRequest, row: Wish, answers: Answers) -> str:
    services.pass_over(wish=row, reason=answers["reason"], by=staff_of(request))
    return _("已跳过，继续问下一个馆。")


def _cancel(request: StaffRequest, row: Wish, answers: Answers) -> str:
    wish = services.cancel(wish=row, by=staff_of(request), reason=answers["reason"])
    return _("已请求对方取消，等对方答复。") if wish.is_open else _("已取消。")


def _renew(request: StaffRequest, row: Wish, answers: Answers) -> str:
    services.ask_renewal(wish=row, by=staff_of(request))
    return _("已请求续借，等对方答复。")


def _lose(request: StaffRequest, row: Wish, answers: Answers) -> str:
    services.lose(wish=row, reason=answers["reason"], by=staff_of(request))
    return _("已报失，并告诉对方。")


def _may_cancel(row: Wish) -> bool:
    return row.state in (Wanted.SEEKING, Wanted.LOCAL, *WAITING) and not row.cancel_asked


HANDLE = queries.HANDLE
ACTIONS = (
    Action("receive", gettext_lazy("已到馆"), run=_receive, permission=HANDLE, icon="package", tone=Tone.GOOD,
           when=offered(WANTED_MOVES, "receive"), confirm=gettext_lazy("确认书已到馆？读者会收到通知。")),
    Action("lend", gettext_lazy("交给读者"), run=_lend, permission=HANDLE, icon="check", tone=Tone.GOOD,
           when=offered(WANTED_MOVES, "lend"), confirm=gettext_lazy("确认读者本人已取走？")),
    Action("give_back", gettext_lazy("读者已还"), run=_give_back, permission=HANDLE, icon="arrow-back-up",
           when=offered(WANTED_MOVES, "give_back"), confirm=gettext_lazy("确认已收回？")),
    Action("send_back", gettext_lazy("寄回"), run=_send_back, form=Via, permission=HANDLE, icon="send",
           tone=Tone.GOOD, when=offered(WANTED_MOVES, "send_back")),
    Action("accept", gettext_lazy("接受条件"), run=_accept, permission=HANDLE, icon="check", tone=Tone.GOOD,
           when=offered(WANTED_MOVES, "accept"), confirm=gettext_lazy("接受对方的条件和费用？")),
    Action("retry", gettext_lazy("改后重试"), run=_retry, form=Note, permission=HANDLE, icon="refresh",
           when=offered(WANTED_MOVES, "retry")),
    Action("pass_over", gettext_lazy("换下一个馆"), run=_pass_over, form=Reason, permission=HANDLE,
           icon="player-skip-forward", when=offered(WANTED_MOVES, "pass_over")),
    Action("renew", gettext_lazy("请求续借"), run=_renew, permission=HANDLE, icon="calendar-plus",
           when=lambda row: row.state in (Wanted.RECEIVED, Wanted.LENT) and not row.renew_asked),
    Action("cancel", gettext_lazy("取消"), run=_cancel, form=Reason, permission=HANDLE, icon="x", tone=Tone.BAD,
           when=_may_cancel),
    Action("lose", gettext_lazy("报失"), run=_lose, form=Reason, permission=HANDLE, icon="alert-triangle",
           tone=Tone.BAD, when=offered(WANTED_MOVES, "lose")),
)  # fmt: skip
