"""Loans from other libraries in the chat: 「互借 书名」, 「我的互借」."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.search.numbers import number_in
from xinglin.ill import queries, services
from xinglin.ill.lifecycle import Wanted
from xinglin.ill.models import Wish
from xinglin.ill.services.asking import Asked
from xinglin.wechat.conversation import Incoming, command, menu_key
from xinglin.wechat.replies import Reply, Text, link


@command("互借", "馆际互借", title=gettext_lazy("借外馆的书"), example="互借 书名或 ISBN", order=32)
def ask(incoming: Incoming, argument: str) -> Reply | None:
    """Ask for a book by its title or ISBN, to be fetched in the reader's own library."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    if not argument:
        page = link(_("在页面上填写"), incoming.link("/m/ill/ask/"))
        return Text(_("请写书名或 ISBN，如：互借 9787117123457\n%(page)s") % {"page": page})
    number = number_in(argument)
    isbn = number if number and len(number) in (10, 13) else ""
    asked = Asked(title="" if isbn else argument, isbn=isbn)
    wish = services.ask(patron=incoming.patron, asked=asked, library=incoming.patron.home_library)
    return Text(_told(wish))


def _told(wish: Wish) -> str:
    if wish.state == Wanted.LOCAL and wish.record is not None:
        said = _("联盟里有《%(title)s》，已替您预约，到%(library)s后会通知您。")
        return said % {"title": wish.record.title, "library": wish.library.label}
    if wish.state == Wanted.UNFILLED:
        return _("《%(title)s》暂时没有馆能提供。") % {"title": wish.title}
    return _("已提交 %(number)s《%(title)s》，找到愿意提供的馆后通知您。") % {
        "number": wish.number,
        "title": wish.title,
    }


@command("我的互借", title=gettext_lazy("看我的互借"), example="我的互借", alone=True)
def mine_command(incoming: Incoming, argument: str) -> Reply | None:
    """List what the reader borrows from other libraries."""
    return mine(incoming)


@menu_key("MY_ILL", title=gettext_lazy("我的互借"))
def mine(incoming: Incoming) -> Reply | None:
    """List what the reader borrows from other libraries."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    rows = list(queries.open_wishes_of(incoming.patron)[:6])
    if not rows:
        return Text(_("您没有在办的互借。发「互借 书名」可以申请。"))
    lines = [f"{row.number}《{row.title[:30]}》{row.get_state_display()}" for row in rows]
    return Text("\n".join([*lines, link(_("详情、续借、取消"), incoming.link("/m/ill/"))]))
