"""The reader's card in the chat: 「读者证」, with the page that shows it as a code.

A picture in the chat would stay there for whoever holds the phone; the page asks whose it is each time.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.wechat.conversation import Incoming, command, menu_key
from xinglin.wechat.replies import Reply, Text, link


@command(
    "读者证", "借书证", "我的证", title=gettext_lazy("出示电子读者证"), example="读者证", alone=True, order=22
)
def card_command(incoming: Incoming, argument: str) -> Reply | None:
    """Show the number of the reader's card, and lead to its code."""
    return card(incoming)


@menu_key("MY_CARD", title=gettext_lazy("电子读者证"))
def card(incoming: Incoming) -> Reply | None:
    """Show the number of the reader's card, and lead to its code for a desk, a gate or a self-check."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    number = incoming.patron.card_number
    if not number:
        return Text(_("您没有使用中的读者证，可能已挂失；请到任一馆服务台补办。"))
    page = link(_("打开二维码"), incoming.link("/m/card/", hours=1))
    return Text(_("读者证 %(number)s\n%(page)s，借书、进馆时出示。") % {"number": number, "page": page})
