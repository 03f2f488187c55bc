"""「荐购 …」 and 「我的荐购」 in the chat; works on accounts that can only answer."""

import re

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.acquisitions import finding, queries, services
from xinglin.acquisitions.errors import HeldAlready
from xinglin.acquisitions.models import Suggestion, SuggestionSource
from xinglin.acquisitions.works import Wish, checked, read_wish
from xinglin.commons.text import shortened
from xinglin.patrons.models import Patron, Right
from xinglin.wechat.conversation import Incoming, command, menu_key, step
from xinglin.wechat.jsonvalue import JsonObject
from xinglin.wechat.replies import Reply, Text, link

WHAT, INSIST = "acquisitions.what", "acquisitions.insist"
MOST = 6
_AGAIN = re.compile(r"^(?:我要荐购|推荐购买|荐购)[\s:：，,]*")


@command(
    "荐购", "我要荐购", "推荐购买", title=gettext_lazy("请图书馆买书（荐购）"), example="荐购 9787117358880",
    order=62,
)  # fmt: skip
def suggest(incoming: Incoming, argument: str) -> Reply | None:
    """Suggest what follows the word, or ask for it."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    if not argument:
        return begin(incoming)
    return _suggest(incoming, incoming.patron, read_wish(argument))


@menu_key("SUGGEST", title=gettext_lazy("荐购"))
def begin(incoming: Incoming) -> Reply | None:
    """Ask what is wished; the next text is taken as the answer."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    if not incoming.patron.may(Right.RECOMMEND):
        return Text(_("您的读者类别没有开通荐购，或读者证已过期；请联系所属图书馆。"))
    incoming.remember(WHAT, {})
    page = link(_("也可以在页面上填写"), incoming.link(reverse("mobile:suggest")))
    return Text(
        _("请图书馆买哪本书？请发来 ISBN，或《书名》著者。\n%(page)s\n（回复「退出」结束）") % {"page": page}
    )


@step(WHAT, free_text=True)
def told_what(incoming: Incoming, state: JsonObject) -> Reply | None:
    """Take the text as what is wished; who begins again with the word is not wishing for the word."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    if incoming.text.strip() == "我的荐购":
        incoming.forget()
        return my_suggestions(incoming)
    reply = _suggest(incoming, incoming.patron, read_wish(_AGAIN.sub("", incoming.text)))
    if incoming.recall(INSIST) is None:
        incoming.forget()
    return reply


def _suggest(incoming: Incoming, patron: Patron, wish: Wish, *, note: str = "") -> Reply:
    try:
        made = services.suggest(
            patron=patron, wish=wish, source=SuggestionSource.CHAT, note=note, insists=bool(note)
        )
    except HeldAlready:
        return _held(incoming, checked(wish))
    facts = {
        "title": shortened(made.suggestion.label, characters=40),
        "number": made.suggestion.number,
        "votes": made.votes,
        "state": made.suggestion.get_state_display(),
    }
    if made.is_new:
        said = _("已提交荐购《%(title)s》，编号 %(number)s。馆员处理后告诉您；回复「我的荐购」看进度。")
    elif made.counted:
        said = _("《%(title)s》已有人荐购，现在是“%(state)s”；已加上您的一票，共 %(votes)d 票。")
    else:
        said = _("您已经荐购过《%(title)s》，现在是“%(state)s”，共 %(votes)d 票。")
    return Text(said % facts)


def _held(incoming: Incoming, wish: Wish) -> Reply:
    lines = [_("联盟已有这本书：")]
    for each in finding.held(wish):
        title = shortened(each.record.full_title, characters=40)
        page = incoming.link(reverse("mobile:record", args=[each.record.pk]))
        lines.append(f"{link(title, page)}\n　{each.words}")
    lines.append(_("确实还要买，请回复「仍要」加理由，例如：仍要 总是借不到。"))
    incoming.remember(INSIST, {"isbn": wish.isbn, "title": wish.title, "author": wish.author}, minutes=30)
    return Text("\n".join(lines))


@step(INSIST)
def insisted(incoming: Incoming, state: JsonObject) -> Reply | None:
    """Take 「仍要 …」 with a reason; another text is somebody else's."""
    text = incoming.text.strip()
    if incoming.patron is None or not text.startswith("仍要"):
        return None
    note = text.removeprefix("仍要").removeprefix("荐购").strip(" ，,：:")
    if not note:
        return Text(_("请写明理由，例如：仍要 总是借不到。"))
    incoming.forget()
    wish = Wish(isbn=str(state["isbn"]), title=str(state["title"]), author=str(state["author"]))
    return _suggest(incoming, incoming.patron, wish, note=note)


@command("我的荐购", title=gettext_lazy("看荐购的进度"), example="我的荐购", alone=True, order=63)
def my_suggestions_command(incoming: Incoming, argument: str) -> Reply | None:
    """List the reader's latest wishes with their state and the librarian's answer."""
    return my_suggestions(incoming)


@menu_key("MY_SUGGESTIONS", title=gettext_lazy("我的荐购"))
def my_suggestions(incoming: Incoming) -> Reply | None:
    """List the reader's latest wishes with their state and the librarian's answer."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    rows = list(queries.suggestions_of(incoming.patron)[:MOST])
    if not rows:
        return Text(_("您还没有荐购过。想请图书馆买书，回复「荐购」加 ISBN 或书名。"))
    lines = [_line(row) for row in rows]
    return Text("\n".join([*lines, link(_("全部荐购"), incoming.link(reverse("mobile:suggestions")))]))


def _line(row: Suggestion) -> str:
    said = f"《{shortened(row.label, characters=30)}》{row.get_state_display()}"
    return f"{said}：{shortened(row.reason, characters=60)}" if row.reason else said
