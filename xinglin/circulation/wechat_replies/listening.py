"""Audiobooks in the chat: 「有声书」 names the newest and leads to the shelf."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.queries import audio_records
from xinglin.wechat.conversation import Incoming, command, menu_key
from xinglin.wechat.replies import Reply, Text, link

NAMED = 5


@command("有声书", "听书", title=gettext_lazy("看有声书架"), example="有声书", alone=True, order=45)
def listening_command(incoming: Incoming, argument: str) -> Reply | None:
    """Name what can be listened to."""
    return listening(incoming)


@menu_key("LISTENING", title=gettext_lazy("有声书架"))
def listening(incoming: Incoming) -> Reply | None:
    """Name the first of the shelf, those with a link before those that are borrowed; needs no card."""
    records = list(audio_records()[:NAMED])
    if not records:
        return Text(_("还没有有声书；发“搜 书名”找别的书。"))
    lines = [
        f"{number}. 《{record.title}》" + (_("（可在线听）") if record.links else "")
        for number, record in enumerate(records, start=1)
    ]
    return Text("\n".join([*lines, link(_("打开有声书架"), incoming.link(reverse("mobile:listening")))]))
