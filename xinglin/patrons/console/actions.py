"""What may be done to a reader from the console; which when, the lifecycle table says."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.screens import Action, Answers, offered
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.patrons import services
from xinglin.patrons.console.forms import CardForm, PasswordForm, ReasonForm, UntilForm
from xinglin.patrons.lifecycle import DEEDS, MOVES
from xinglin.patrons.models import Patron


def _suspend(request: StaffRequest, patron: Patron, answers: Answers) -> str:
    services.suspend(patron=patron, reason=answers["reason"], by=staff_of(request))
    return _("已停用，全联盟生效。")


def _reinstate(request: StaffRequest, patron: Patron, answers: Answers) -> str:
    services.reinstate(patron=patron, by=staff_of(request))
    return _("已恢复。")


def _leave(request: StaffRequest, patron: Patron, answers: Answers) -> str:
    services.leave(patron=patron, reason=answers["reason"], by=staff_of(request))
    return _("已办理离开。")


def _come_back(request: StaffRequest, patron: Patron, answers: Answers) -> str:
    services.come_back(patron=patron, by=staff_of(request))
    return _("已重新启用。")


def _erase(request: StaffRequest, patron: Patron, answers: Answers) -> str:
    services.erase(patron=patron, reason=answers["reason"], by=staff_of(request))
    return _("个人资料已删除，不能恢复。")


def _extend(request: StaffRequest, patron: Patron, answers: Answers) -> str:
    kept = services.extend(patron=patron, until=answers["until"], by=staff_of(request))
    return _("有效期已延长到 %(until)s。") % {"until": kept.expires_on or _("长期")}


def _replace_card(request: StaffRequest, patron: Patron, answers: Answers) -> str:
    services.replace_card(patron=patron, number=answers["number"], by=staff_of(request))
    return _("已换卡；旧卡号仍能找到这位读者。")


def _issue_card(request: StaffRequest, patron: Patron, answers: Answers) -> str:
    services.issue_card(patron=patron, number=answers["number"], by=staff_of(request))
    return _("已发新卡。")


def _lose_card(request: StaffRequest, patron: Patron, answers: Answers) -> str:
    services.report_card_lost(patron=patron, by=staff_of(request))
    return _("已挂失，这张卡不能再用。")


def _set_password(request: StaffRequest, patron: Patron, answers: Answers) -> str:
    services.set_password(patron=patron, password=answers["password"], by=staff_of(request))
    return _("密码已更换。")


ACTIONS: tuple[Action[Patron], ...] = (
    Action(
        "extend",
        gettext_lazy("延长有效期"),
        run=_extend,
        form=UntilForm,
        permission="patrons.change_patron",
        icon="calendar-plus",
        many=True,
    ),
    Action(
        "replace-card",
        gettext_lazy("换卡"),
        run=_replace_card,
        form=CardForm,
        permission="patrons.issue_card",
        icon="replace",
        when=lambda patron: bool(patron.card_number),
    ),
    Action(
        "lose-card",
        gettext_lazy("挂失"),
        run=_lose_card,
        confirm=gettext_lazy("挂失后这张卡立即不能使用，补办时发新卡号。"),
        permission="patrons.issue_card",
        icon="alert-triangle",
        tone=Tone.BAD,
        when=lambda patron: bool(patron.card_number),
    ),
    Action(
        "issue-card",
        gettext_lazy("发新卡"),
        run=_issue_card,
        form=CardForm,
        permission="patrons.issue_card",
        icon="id",
        when=lambda patron: not patron.card_number,
    ),
    Action(
        "password",
        gettext_lazy("换密码"),
        run=_set_password,
        form=PasswordForm,
        permission="patrons.set_password",
        icon="key",
    ),
    Action(
        "suspend",
        DEEDS["suspend"],
        run=_suspend,
        form=ReasonForm,
        confirm=gettext_lazy("停用后，这位读者在全联盟都不能借书和预约。"),
        permission="patrons.suspend_patron",
        icon="ban",
        tone=Tone.BAD,
        when=offered(MOVES, "suspend"),
        many=True,
    ),
    Action(
        "reinstate",
        DEEDS["reinstate"],
        run=_reinstate,
        permission="patrons.suspend_patron",
        icon="check",
        tone=Tone.GOOD,
        when=offered(MOVES, "reinstate"),
        many=True,
    ),
    Action(
        "leave",
        DEEDS["leave"],
        run=_leave,
        form=ReasonForm,
        confirm=gettext_lazy("先核对全联盟有没有未还的书和未了的事；有则不能办理。"),
        permission="patrons.suspend_patron",
        icon="door-exit",
        when=offered(MOVES, "leave"),
    ),
    Action(
        "come-back",
        DEEDS["come_back"],
        run=_come_back,
        permission="patrons.suspend_patron",
        icon="door-enter",
        when=offered(MOVES, "come_back"),
    ),
    Action(
        "erase",
        DEEDS["erase"],
        run=_erase,
        form=ReasonForm,
        confirm=gettext_lazy("姓名、电话、卡号和修改记录都会删除，不能恢复；统计数字保留。"),
        permission="patrons.erase_patron",
        icon="user-x",
        tone=Tone.BAD,
        when=offered(MOVES, "erase"),
    ),
)
