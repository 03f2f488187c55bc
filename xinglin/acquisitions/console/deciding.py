"""What a librarian may do with a suggestion: consider, decide with a reason, put on an order, note its arrival."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.acquisitions import finding, queries, services
from xinglin.acquisitions.console.forms import ApproveForm, PutOnOrderForm, ReasonForm
from xinglin.acquisitions.lifecycle import SUGGESTION_DEEDS, SUGGESTION_MOVES, OrderState
from xinglin.acquisitions.models import Suggestion
from xinglin.acquisitions.queries import DECIDE, ORDER
from xinglin.acquisitions.works import Wish
from xinglin.console.access import StaffRequest
from xinglin.console.screens import Action, Answers, offered
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of

Files = MultiValueDict[str, object] | None


def _consider(request: StaffRequest, row: Suggestion, answers: Answers) -> str:
    services.consider(suggestion=row, by=staff_of(request))
    return _("已开始评估。")


def _approve(request: StaffRequest, row: Suggestion, answers: Answers) -> str:
    services.approve(suggestion=row, reason=answers["reason"], by=staff_of(request))
    return _("已同意购买，荐购人都会收到通知。")


def _decline(request: StaffRequest, row: Suggestion, answers: Answers) -> str:
    services.decline(suggestion=row, reason=answers["reason"], by=staff_of(request))
    return _("已答复不采纳，荐购人都会看到理由。")


def _reconsider(request: StaffRequest, row: Suggestion, answers: Answers) -> str:
    services.reconsider(suggestion=row, by=staff_of(request))
    return _("已回到评估。")


def _ordered(request: StaffRequest, row: Suggestion, answers: Answers) -> str:
    services.note_ordered(suggestion=row, by=staff_of(request))
    return _("已登记订购。")


def _arrived(request: StaffRequest, row: Suggestion, answers: Answers) -> str:
    records = (
        [row.record]
        if row.record
        else finding.records_of(Wish(isbn=row.isbn, title=row.title, author=row.author))
    )
    services.arrive(suggestion=row, record=records[0] if records else None, by=staff_of(request))
    return _("已登记到馆；荐购人都会收到通知，第一位荐购人已排入预约。")


def _put_form(request: StaffRequest, row: Suggestion, data: QueryDict | None, files: Files) -> forms.Form:
    return PutOnOrderForm(data).offer(
        queries.orders_visible_to(staff_of(request)).filter(state=OrderState.DRAFT),
        queries.funds_visible_to(staff_of(request)).filter(active=True, library=row.library_id),
        department=row.department,
    )


def _put_on_order(request: StaffRequest, row: Suggestion, answers: Answers) -> str:
    services.order_suggestion(
        order=answers["order"], suggestion=row, fund=answers["fund"], copies=answers["copies"],
        by=staff_of(request),
    )  # fmt: skip
    return _("已加入订单 %(number)s。") % {"number": answers["order"].number}


def _action(deed: str, run: Any, icon: str, **more: Any) -> Action[Suggestion]:
    return Action(
        deed,
        SUGGESTION_DEEDS[deed],
        run=run,
        permission=DECIDE,
        icon=icon,
        when=offered(SUGGESTION_MOVES, deed),
        **more,
    )


ACTIONS = (
    _action("consider", _consider, "eye", many=True),
    _action("approve_suggestion", _approve, "check", form=ApproveForm, tone=Tone.GOOD, many=True),
    _action("decline_suggestion", _decline, "x", form=ReasonForm, tone=Tone.BAD, many=True),
    _action("reconsider", _reconsider, "refresh"),
    Action(
        "put_on_order",
        gettext_lazy("加入订单"),
        run=_put_on_order,
        permission=ORDER,
        icon="clipboard-list",
        form=_put_form,
        when=offered(SUGGESTION_MOVES, "order_suggestion"),
    ),
    _action(
        "order_suggestion", _ordered, "shopping-cart",
        confirm=gettext_lazy("只登记“已订购”，不生成订单；由本系统下订单的不必点。"),
    ),
    _action(
        "suggestion_arrives", _arrived, "package-import",
        confirm=gettext_lazy("荐购人都会收到到书通知，第一位荐购人自动预约。"),
    ),
)  # fmt: skip
