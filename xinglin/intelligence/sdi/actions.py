"""What a librarian may do to a profile."""

from django.forms import Form
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.screens import Action, offered
from xinglin.console.screens.actions import Answers
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.intelligence.sdi import queries, running, services
from xinglin.intelligence.sdi.forms import CardForm, DropPaperForm, PapersForm
from xinglin.intelligence.sdi.lifecycle import PROFILE_MOVES, MemberState, ProfileState
from xinglin.intelligence.sdi.models import Profile, ProfileKind


def _hide(request: StaffRequest, row: Profile, answers: Answers) -> Words:
    services.hide(profile=row, by=staff_of(request))
    return _("已停用，不再推送；读者的设置都留着。")


def _show(request: StaffRequest, row: Profile, answers: Answers) -> Words:
    services.show(profile=row, by=staff_of(request))
    return _("已启用。")


def _push_now(request: StaffRequest, row: Profile, answers: Answers) -> Words:
    queries.require_care(staff_of(request), row.library_id, row.department)
    served = running.run_profile(row.pk, now=True)
    return _("已推送给 %(n)d 位读者；没有新文献的不打扰。") % {"n": served}


def _add_papers(request: StaffRequest, row: Profile, answers: Answers) -> Words:
    added = services.add_examples(profile=row, papers=str(answers["papers"]), by=staff_of(request))
    return _("已加上 %(n)d 篇。") % {"n": added}


def _drop_paper(request: StaffRequest, row: Profile, answers: Answers) -> Words:
    services.drop_example(example=answers["example"], by=staff_of(request))
    return _("已拿掉。")


def _add_reader(request: StaffRequest, row: Profile, answers: Answers) -> Words:
    by = staff_of(request)
    patron = queries.reader_for(by, str(answers["card"]), department=row.department)
    if services.offer(profile=row, patron=patron, by=by).state == MemberState.OFFERED:
        return _("已向读者征求同意；读者同意后才推送。")
    return _("已加上；读者同意过按研究方向推荐文献。")


def _drop_form(request: StaffRequest, row: Profile, data: object, files: object) -> Form:
    return DropPaperForm(data, examples=row.examples.all())


ACTIONS: tuple[Action[Profile], ...] = (
    Action(
        "add_reader", _("加读者"), _add_reader, form=CardForm, permission=queries.CHANGE, icon="user-plus",
        when=lambda row: row.kind != ProfileKind.READER,
    ),
    Action("add_papers", _("加喜欢的文献"), _add_papers, form=PapersForm, permission=queries.CHANGE, icon="plus"),
    Action(
        "drop_paper", _("拿掉一篇"), _drop_paper, form=_drop_form, permission=queries.CHANGE, icon="x", tone=Tone.QUIET,
        when=lambda row: row.examples.exists(),
    ),
    Action(
        "push_now", _("现在就推送"), _push_now, permission=queries.CHANGE, icon="send", tone=Tone.GOOD,
        confirm=_("把现在合适、还没有推送过的文献推送给所有“推送中”的读者。"),
        when=lambda row: row.state == ProfileState.RUNNING,
    ),
    Action(
        "hide", _("停用"), _hide, permission=queries.CHANGE, when=offered(PROFILE_MOVES, "hide"), tone=Tone.BAD,
        icon="player-pause", many=True,
    ),
    Action(
        "show", _("启用"), _show, permission=queries.CHANGE, when=offered(PROFILE_MOVES, "show"), icon="player-play",
        many=True,
    ),
)  # fmt: skip
