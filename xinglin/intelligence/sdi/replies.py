"""「文献推送」 in the chat: what is pushed to me, begun, paused, resumed, switched off; 「有用 2」, 「没用 3」."""

import re

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.text import shortened
from xinglin.intelligence.sdi import queries, services
from xinglin.intelligence.sdi.lifecycle import MemberState
from xinglin.intelligence.sdi.models import Member, PushedPaper, Verdict
from xinglin.intelligence.sdi.telling import schedule_in_words
from xinglin.patrons.models import Patron
from xinglin.wechat.conversation import Incoming, command, menu_key
from xinglin.wechat.replies import Reply, Text, link

MOST = 9
_NUMBER = re.compile(r"(\d{1,2})\D*")


@command(
    "文献推送",
    "定题推送",
    "我的定题",
    "定题",
    title=gettext_lazy("文献推送"),
    example="文献推送 卒中 康复",
    order=49,
)
def my_pushes(incoming: Incoming, argument: str) -> Reply | None:
    """Tell what is pushed to the reader; with words after it, begin a push of what they find."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    if argument:
        made = services.ask(patron=incoming.patron, file=services.ProfileFile(words=argument))
        page = link(
            _("看看现在能找到什么、改时间"), incoming.link(reverse("mobile:sdi.profile", args=[made.pk]))
        )
        return Text(
            _("已建好推送「%(name)s」：%(schedule)s，有合适的新文献就告诉您。\n%(page)s")
            % {"name": made.name, "schedule": schedule_in_words(made), "page": page}
        )
    return _listed(incoming, incoming.patron)


@menu_key("SDI", title=gettext_lazy("文献推送"))
def pushes_by_menu(incoming: Incoming) -> Reply | None:
    """Tell what is pushed to the reader."""
    return _listed(incoming, incoming.patron) if incoming.patron else incoming.ask_to_bind()


@command("暂停定题", "暂停文献推送")
def pause(incoming: Incoming, argument: str) -> Reply | None:
    """Pause one, or all."""
    return _moved(incoming, argument, "pause_push", MemberState.ACTIVE, _("已暂停"))


@command("恢复定题", "恢复文献推送")
def resume(incoming: Incoming, argument: str) -> Reply | None:
    """Resume one, or all."""
    return _moved(incoming, argument, "resume_push", MemberState.PAUSED, _("已恢复"))


@command("关闭定题", "关闭文献推送", "退订定题", "退订文献推送")
def end(incoming: Incoming, argument: str) -> Reply | None:
    """Switch one off; all only when that is said."""
    if incoming.patron is not None and not argument:
        return _listed(incoming, incoming.patron)
    return _moved(incoming, argument.replace("全部", ""), "end_push", None, _("已关闭"))


@command("同意定题", "同意文献推送")
def accept(incoming: Incoming, argument: str) -> Reply | None:
    """Accept what a librarian has set up."""
    return _moved(incoming, argument, "accept_push", MemberState.OFFERED, _("已打开"))


@command("有用")
def useful(incoming: Incoming, argument: str) -> Reply | None:
    """Say that a paper of the last push was useful."""
    return _judged(incoming, argument, Verdict.USEFUL)


@command("没用", "无用")
def useless(incoming: Incoming, argument: str) -> Reply | None:
    """Say that a paper of the last push was not useful."""
    return _judged(incoming, argument, Verdict.USELESS)


def _moved(incoming: Incoming, argument: str, deed: str, state: MemberState | None, done: str) -> Reply:
    if incoming.patron is None:
        return incoming.ask_to_bind()
    members = _members(incoming.patron)
    named = _NUMBER.fullmatch(argument.strip())
    if named:
        chosen = members[int(named[1]) - 1 : int(named[1])] if int(named[1]) else []
    elif argument.strip():
        chosen = [each for each in members if each.profile.name == argument.strip()]
    else:
        chosen = [each for each in members if state is None or each.state == state]
    if not chosen:
        return _listed(incoming, incoming.patron)
    for each in chosen:
        services.move(patron=incoming.patron, profile=each.profile, deed=deed)
    names = "、".join(f"「{each.profile.name}」" for each in chosen)
    return Text(_("%(done)s：%(names)s。回复「文献推送」看全部。") % {"done": done, "names": names})


def _judged(incoming: Incoming, argument: str, verdict: Verdict) -> Reply | None:
    """Take an answer about the last push. Words that name no number of it are somebody else's to answer."""
    named = _NUMBER.fullmatch(argument.strip())
    if named is None:
        return None
    if incoming.patron is None:
        return incoming.ask_to_bind()
    last = queries.pushes_of(incoming.patron).first()
    paper = PushedPaper.objects.select_related("publication").filter(push=last, place=int(named[1])).first()
    if last is None or paper is None:
        return Text(_("最近一次推送里没有第 %(n)s 篇。回复「文献推送」看最近推送了什么。") % {"n": named[1]})
    if paper.verdict != verdict:
        services.judge(paper=paper, verdict=verdict)
    said = _("记下了，以后多推这样的") if verdict == Verdict.USEFUL else _("记下了，以后少推这样的")
    return Text(f"{said}：{shortened(paper.publication.title, characters=60)}")


def _members(patron: Patron) -> list[Member]:
    return list(queries.memberships_of(patron)[:MOST])


def _listed(incoming: Incoming, patron: Patron) -> Text:
    members = _members(patron)
    page = link(_("打开我的文献推送"), incoming.link(reverse("mobile:sdi")))
    if not members:
        return Text(
            _(
                "您还没有文献推送。回复「文献推送」加检索词，例如「文献推送 卒中 康复」，"
                "或在页面上给几篇喜欢的文献。\n%(page)s"
            )
            % {"page": page}
        )
    lines = [
        f"{number}. {each.profile.name}（{each.get_state_display()}，{schedule_in_words(each.profile)}）"
        for number, each in enumerate(members, start=1)
    ]
    last = queries.pushes_of(patron).first()
    if last is not None:
        address = incoming.link(reverse("mobile:sdi.push", args=[last.pk]))
        lines.append(link(_("最近一次：%(n)d 篇") % {"n": last.papers.count()}, address))
    hint = _("回复「暂停定题 1」「恢复定题 1」「关闭定题 1」；看过后回复「有用 1」「没用 2」，以后推得更准。")
    return Text("\n".join([_("您的文献推送："), *lines, page, hint]))
