"""What may be done to an order from the console; which when, the lifecycle table says."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.screens import Action, Answers, offered
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.reference import queries, services
from xinglin.reference.console.forms import AssignForm, QuoteForm, ReasonForm
from xinglin.reference.lifecycle import DEEDS, MOVES
from xinglin.reference.models import Order, Skill
from xinglin.reference.queries import MANAGE, REVIEW, SEARCH

Files = MultiValueDict[str, object] | None
Run = Callable[[StaffRequest, Order, Answers], str]


def _quote(request: StaffRequest, order: Order, answers: Answers) -> str:
    services.quote(
        order=order,
        fee_fen=int(answers["fee"] * 100),
        promised_on=answers["promised_on"],
        contract_number=answers["contract_number"],
        by=staff_of(request),
    )
    return _("已报价，等委托人确认。")


def _quote_form(request: StaffRequest, order: Order, data: QueryDict | None, files: Files) -> forms.Form:
    fee = order.fee_fen / 100 if order.fee_fen is not None else None
    started = {
        "fee": fee,
        "promised_on": order.promised_on or order.wanted_by,
        "contract_number": order.contract_number,
    }
    return QuoteForm(data, initial=started)


def _send_back(request: StaffRequest, order: Order, answers: Answers) -> str:
    services.send_back(order=order, reason=answers["reason"], by=staff_of(request))
    return _("已退回委托人补充。")


def _agree(request: StaffRequest, order: Order, answers: Answers) -> str:
    services.agree(order=order, patron=None, by=staff_of(request))
    return _("已登记委托人确认，可以指派了。")


def _assign(request: StaffRequest, order: Order, answers: Answers) -> str:
    services.assign(
        order=order, searcher=answers["searcher"], reviewer=answers["reviewer"], by=staff_of(request)
    )
    return _("已指派。")


def _assign_form(request: StaffRequest, order: Order, data: QueryDict | None, files: Files) -> forms.Form:
    form = AssignForm(data, initial={"searcher": order.searcher_id, "reviewer": order.reviewer_id})
    return form.offer(
        queries.qualified(Skill.SEARCHER, library=order.library),
        queries.qualified(Skill.REVIEWER, library=order.library),
    )


def _withdraw(request: StaffRequest, order: Order, answers: Answers) -> str:
    services.withdraw(order=order, reason=answers["reason"], by=staff_of(request))
    return _("已撤销委托。")


def _return(request: StaffRequest, order: Order, answers: Answers) -> str:
    services.return_report(order=order, remarks=answers["reason"], by=staff_of(request))
    return _("已退回查新员修改。")


def _issue(request: StaffRequest, order: Order, answers: Answers) -> str:
    report = services.issue(order=order, by=staff_of(request))
    return _("已出具报告 %(number)s，共 %(pages)d 页。") % {"number": report.number, "pages": report.pages}


def _uphold(request: StaffRequest, order: Order, answers: Answers) -> str:
    services.uphold_report(order=order, answer=answers["reason"], by=staff_of(request))
    return _("已答复，报告维持有效。")


def _redo(request: StaffRequest, order: Order, answers: Answers) -> str:
    services.redo(order=order, reason=answers["reason"], by=staff_of(request))
    return _("原报告已作废，请查新员修改后重新送审。")


def _hand_in(request: StaffRequest, order: Order, answers: Answers) -> str:
    services.hand_in(order=order, by=staff_of(request))
    return _("已送审。")


def _begin(request: StaffRequest, order: Order, answers: Answers) -> str:
    services.begin_report(order=order, by=staff_of(request))
    return _("检索结束，开始撰写报告。")


def _search_again(request: StaffRequest, order: Order, answers: Answers) -> str:
    services.search_again(order=order, by=staff_of(request))
    return _("已回到检索。")


def _action(deed: str, run: Any, permission: str, icon: str, **more: Any) -> Action[Order]:
    return Action(
        deed, DEEDS[deed], run=run, permission=permission, icon=icon, when=offered(MOVES, deed), **more
    )


ACTIONS = (
    _action("quote", _quote, MANAGE, "cash", form=_quote_form),
    _action(
        "agree", _agree, MANAGE, "signature", confirm=gettext_lazy("委托人已在合同上签字确认费用和完成日期。")
    ),
    _action("assign", _assign, MANAGE, "user-check", form=_assign_form),
    _action("begin_report", _begin, SEARCH, "pencil"),
    _action("search_again", _search_again, SEARCH, "search"),
    _action("hand_in", _hand_in, SEARCH, "send"),
    _action(
        "issue_report",
        _issue,
        REVIEW,
        "certificate",
        confirm=gettext_lazy("出具后报告不能修改；发现错误只能作废后另出一份，编号不同。"),
    ),
    _action("return_report", _return, REVIEW, "arrow-back-up", form=ReasonForm, tone=Tone.WAITING),
    _action("uphold_report", _uphold, MANAGE, "shield-check", form=ReasonForm),
    _action("redo_report", _redo, MANAGE, "refresh-alert", form=ReasonForm, tone=Tone.BAD),
    _action("send_back", _send_back, MANAGE, "arrow-back-up", form=ReasonForm, tone=Tone.WAITING),
    _action("withdraw_order", _withdraw, MANAGE, "x", form=ReasonForm, tone=Tone.BAD),
)
