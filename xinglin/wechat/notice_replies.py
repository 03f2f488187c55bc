"""What is said about notices in the chat: the list, and the page of choices."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.commons import clock
from xinglin.notices import queries, services
from xinglin.wechat.conversation import Incoming, command, menu_key
from xinglin.wechat.replies import Reply, Text, link
from xinglin.wechat.subscribing import why_not

MOST = 5


@command("提醒", "我的提醒", title=lazy("我的提醒"), example="提醒", alone=True, order=82)
def my_notices(incoming: Incoming, argument: str) -> Reply:
    """Tell the newest notices, the unread first, and mark them read."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    everything = queries.notices_of(incoming.patron)
    unread = everything.filter(read_at=None)
    shown = list(unread[:MOST]) or list(everything[:MOST])
    page = link(_("查看全部"), incoming.link("/m/me/notices/"))
    if not shown:
        return Text(_("还没有提醒。图书到期、预约到书时会告诉您。\n%(page)s") % {"page": page})
    count = unread.count()
    heading = _("您有 %(count)d 条新提醒：") % {"count": count} if count else _("没有新提醒，最近的是：")
    lines = [f"{clock.local(notice.owed_at):%m-%d} {notice.text}" for notice in shown]
    for notice in shown:
        services.read(notice=notice)
    return Text("\n\n".join([heading, *lines, page]))


@command("提醒设置", "退订", "退订提醒", title=lazy("提醒设置"), example="提醒设置", alone=True, order=83)
def my_choices(incoming: Incoming, argument: str) -> Reply:
    """Give the page where a reader chooses what is told and how."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    page = link(_("提醒设置"), incoming.link("/m/me/notices/choices/"))
    said = _("想收到哪些提醒、用微信还是邮件，在这里选：%(page)s") % {"page": page}
    if not why_not(incoming.follower):
        allow = link(_("允许微信提醒"), incoming.link("/m/me/notices/wechat/"))
        said += "\n" + _("微信通知每同意一次发一条：%(page)s") % {"page": allow}
    return Text(said)


@menu_key("MY_NOTICES", title=lazy("我的提醒"))
def notices_button(incoming: Incoming) -> Reply:
    return my_notices(incoming, "")
