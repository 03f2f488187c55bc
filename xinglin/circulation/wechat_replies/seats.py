"""Seats in the chat: 「座位」 tells what is free, 「离座」 gives one's own back."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import services
from xinglin.circulation.seating import rooms_shown, sitting_of
from xinglin.commons import clock
from xinglin.wechat.conversation import Incoming, command, menu_key
from xinglin.wechat.replies import Reply, Text, link


@command("座位", "阅览室", title=gettext_lazy("看空座、预约座位"), example="座位", alone=True, order=40)
def seats_command(incoming: Incoming, argument: str) -> Reply | None:
    """Tell which rooms have free seats."""
    return seats(incoming)


@menu_key("SEATS", title=gettext_lazy("座位"))
def seats(incoming: Incoming) -> Reply | None:
    """Tell which rooms have free seats now, where the reader sits, and how to reserve."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    rooms = rooms_shown()
    if not rooms:
        return Text(_("还没有可以预约的阅览室。"))
    lines = [
        _("%(room)s：空 %(free)d / %(seats)d")
        % {"room": str(each.room), "free": each.free, "seats": each.seats}
        for each in rooms
    ]
    sitting = sitting_of(incoming.patron)
    if sitting is not None:
        until = f"{clock.local(sitting.ends_at):%H:%M}"
        facts = {"seat": str(sitting.seat), "state": sitting.get_state_display(), "until": until}
        lines.insert(0, _("您的座位：%(seat)s，%(state)s，到 %(until)s。回复“离座”释放。") % facts)
    lines.append(link(_("预约座位"), incoming.link("/m/seats/")))
    return Text("\n".join(lines))


@command("离座", title=gettext_lazy("离座"), example="离座", alone=True, order=41)
def leave(incoming: Incoming, argument: str) -> Reply | None:
    """Give the reader's own seat back, or cancel the next one."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    sitting = sitting_of(incoming.patron)
    if sitting is None:
        return Text(_("您现在没有座位。发“座位”看哪里有空。"))
    services.leave_seat(booking=sitting)
    return Text(_("座位 %(seat)s 已释放，谢谢。") % {"seat": str(sitting.seat)})
