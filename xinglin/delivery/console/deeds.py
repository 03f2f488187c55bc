"""What a librarian does with a request: take, assign, deliver, ask back, pass on, decline, the fee."""

from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.screens import (
    Action,
    Answers,
    offered,
)
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Staff
from xinglin.delivery import queries, services
from xinglin.delivery.console.forms import (
    AssignForm,
    PassOnForm,
    Question,
    Reason,
    SupplyForm,
    Where,
)
from xinglin.delivery.lifecycle import MOVES, FeeState
from xinglin.delivery.models import DocumentRequest

Files = MultiValueDict[str, Any] | None


def _take(request: StaffRequest, row: DocumentRequest, answers: Answers) -> str:
    services.take(request=row, by=staff_of(request))
    return _("已受理，归您处理。")


def _assign_form(
    request: StaffRequest, row: DocumentRequest, data: QueryDict | None, files: Files
) -> AssignForm:
    at_desk = Staff.objects.filter(delivery_desks__in=queries.handlers_at(row.library))
    everyone = Staff.objects.filter(active=True, library=row.library)
    people = (at_desk.distinct() if at_desk.exists() else everyone).select_related("user")
    return AssignForm(data, staff=people, initial={"to": row.assigned_to})


def _assign(request: StaffRequest, row: DocumentRequest, answers: Answers) -> str:
    services.assign(request=row, to=answers["to"], by=staff_of(request))
    return _("已指派给%(name)s。") % {"name": answers["to"]}


def _supply_form(
    request: StaffRequest, row: DocumentRequest, data: QueryDict | None, files: Files
) -> SupplyForm:
    return SupplyForm(data, files, request_row=row)


def _deliver(request: StaffRequest, row: DocumentRequest, answers: Answers) -> str:
    by = staff_of(request)
    supply = services.Supply(
        items=answers["items"],
        book_pages=answers.get("book_pages") or 0,
        permission=answers["permission"],
        charges=answers["charges"],
        words=answers["words"],
    )
    if answers.get("link"):
        services.deliver_link(request=row, address=answers["link"], supply=supply, by=by)
        return _("已把网址送给读者。")
    if answers.get("fetch"):
        file = services.deliver_from_address(request=row, address=answers["fetch"], supply=supply, by=by)
    else:
        data = answers["file"].read()
        file = services.deliver_file(request=row, data=data, supply=supply, by=by)
    return _("已送达，%(pages)d 页，链接 7 天有效。") % {"pages": file.pages}


def _ask_back(request: StaffRequest, row: DocumentRequest, answers: Answers) -> str:
    services.ask_back(request=row, question=answers["question"], by=staff_of(request))
    return _("已请读者补充。")


def _elsewhere(request: StaffRequest, row: DocumentRequest, answers: Answers) -> str:
    services.look_elsewhere(request=row, where=answers["where"], by=staff_of(request))
    return _("已记为转往%(where)s。") % {"where": answers["where"]}


def _pass_on(request: StaffRequest, row: DocumentRequest, answers: Answers) -> str:
    services.pass_on(request=row, library=answers["library"], by=staff_of(request), reason=answers["reason"])
    return _("已转给%(library)s。") % {"library": answers["library"].label}


def _decline(request: StaffRequest, row: DocumentRequest, answers: Answers) -> str:
    services.decline(request=row, reason=answers["reason"], by=staff_of(request))
    return _("已告诉读者不能提供。")


def _cancel(request: StaffRequest, row: DocumentRequest, answers: Answers) -> str:
    services.cancel(request=row, by=staff_of(request), reason=answers["reason"])
    return _("已取消申请。")


def _reopen(request: StaffRequest, row: DocumentRequest, answers: Answers) -> str:
    services.reopen(request=row, reason=answers["reason"], by=staff_of(request))
    return _("已退回处理中，原链接作废，版权计数已释放。")


def _pay(request: StaffRequest, row: DocumentRequest, answers: Answers) -> str:
    services.pay(request=row, by=staff_of(request))
    return _("已收款。")


def _waive(request: StaffRequest, row: DocumentRequest, answers: Answers) -> str:
    services.waive(request=row, reason=answers["reason"], by=staff_of(request))
    return _("已减免。")


def _owes(row: DocumentRequest) -> bool:
    return row.fee_state == FeeState.OPEN


HANDLE = queries.HANDLE
ACTIONS = (
    Action("take", gettext_lazy("受理"), run=_take, permission=HANDLE, icon="hand-grab", tone=Tone.GOOD,
           when=offered(MOVES, "take"), many=True),
    Action("deliver", gettext_lazy("送出文献"), run=_deliver, form=_supply_form, permission=HANDLE, icon="send",
           tone=Tone.GOOD, when=offered(MOVES, "deliver")),
    Action("assign", gettext_lazy("指派"), run=_assign, form=_assign_form, permission=HANDLE, icon="user",
           when=offered(MOVES, "assign")),
    Action("ask_back", gettext_lazy("请读者补充"), run=_ask_back, form=Question, permission=HANDLE,
           icon="help", when=offered(MOVES, "ask_back")),
    Action("look_elsewhere", gettext_lazy("转往外馆"), run=_elsewhere, form=Where, permission=HANDLE,
           icon="world", when=offered(MOVES, "look_elsewhere")),
    Action("pass_on", gettext_lazy("转给另一个馆"), run=_pass_on, form=PassOnForm, permission=HANDLE,
           icon="arrow-right", when=offered(MOVES, "pass_on")),
    Action("decline", gettext_lazy("不能提供"), run=_decline, form=Reason, permission=HANDLE, icon="x",
           tone=Tone.BAD, when=offered(MOVES, "decline")),
    Action("cancel", gettext_lazy("取消申请"), run=_cancel, form=Reason, permission=HANDLE, icon="ban",
           tone=Tone.BAD, when=offered(MOVES, "cancel")),
    Action("reopen", gettext_lazy("退回重送"), run=_reopen, form=Reason, permission=HANDLE,
           icon="arrow-back-up", when=offered(MOVES, "reopen")),
    Action("pay", gettext_lazy("收款"), run=_pay, permission="delivery.take_payment", icon="cash",
           confirm=gettext_lazy("确认已收到这笔费用？"), when=_owes),
    Action("waive", gettext_lazy("减免费用"), run=_waive, form=Reason, permission="delivery.take_payment",
           icon="eraser", when=_owes),
)  # fmt: skip
