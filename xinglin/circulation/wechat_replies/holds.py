"""Holds in the chat: 「预约 1」 after a search, 「我的预约」, 「取消预约 1」.

The whole path works on an account that can only answer: everything is said in passive replies.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.models import Record
from xinglin.catalog.wechat_replies import record_in_last_answer
from xinglin.circulation import queries, services
from xinglin.circulation.lifecycle import HoldState
from xinglin.circulation.models import Hold, HoldSource
from xinglin.patrons.models import Patron
from xinglin.wechat.conversation import Incoming, command, menu_key
from xinglin.wechat.replies import Reply, Text


@command("预约", title=gettext_lazy("预约搜到的书"), example="预约 1")
def reserve(incoming: Incoming, argument: str) -> Reply | None:
    """Reserve a title of the last answer by its number, to be fetched in the reader's own library."""
    if not argument:
        return my_holds(incoming)
    if not argument.isdecimal():
        return None
    if incoming.patron is None:
        return incoming.ask_to_bind()
    record = record_in_last_answer(incoming, argument)
    if record is None:
        return Text(_("请先搜书，再回复“预约 1”这样的序号。例如先发：搜 心电图"))
    return Text(_placed(incoming, incoming.patron, record))


def _placed(incoming: Incoming, patron: Patron, record: Record) -> str:
    hold = services.place(
        patron=patron, record=record, pickup_library=patron.home_library, source=HoldSource.CHAT
    )
    said = _(
        "已预约《%(title)s》，您排在第 %(position)d 位。到馆后到%(library)s取书。\n"
        '换取书馆或取消：<a href="%(link)s">我的预约</a>'
    )
    return said % {
        "title": record.title,
        "position": hold.position,
        "library": hold.pickup_library.label,
        "link": incoming.link("/m/holds/"),
    }


@command("我的预约", title=gettext_lazy("看我的预约"), example="我的预约")
def my_holds_command(incoming: Incoming, argument: str) -> Reply | None:
    """List the reader's open holds, numbered."""
    return my_holds(incoming)


@menu_key("MY_HOLDS", title=gettext_lazy("我的预约"))
def my_holds(incoming: Incoming) -> Reply | None:
    """List the reader's open holds, numbered; the number cancels."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    holds = list(queries.open_holds_of(incoming.patron))
    if not holds:
        return Text(_("您现在没有预约。发“搜 书名”找书，再回复“预约 1”。"))
    lines = [f"{number}. {_line(hold)}" for number, hold in enumerate(holds, start=1)]
    return Text("\n".join([*lines, _("回复“取消预约 1”可以取消。")]))


@command("取消预约", title=gettext_lazy("取消预约"), example="取消预约 1")
def give_up(incoming: Incoming, argument: str) -> Reply | None:
    """Cancel one of the reader's holds by its number in the list."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    holds = list(queries.open_holds_of(incoming.patron))
    number = int(argument) if argument.isdecimal() else 0
    if not 1 <= number <= len(holds):
        return my_holds(incoming)
    hold = services.cancel(hold=holds[number - 1])
    return Text(_("已取消《%(title)s》的预约。") % {"title": hold.record.title})


def _line(hold: Hold) -> str:
    if hold.state == HoldState.READY and hold.kept_until:
        last = {"month": hold.kept_until.month, "day": hold.kept_until.day}
        state = _("可取，保留到 %(month)d 月 %(day)d 日") % last
    elif hold.state == HoldState.WAITING:
        state = _("排在第 %(position)d 位") % {"position": hold.position}
    else:
        state = str(HoldState(hold.state).label)
    return f"《{hold.record.title}》{state}（{hold.pickup_library.label}）"
