"""Subscribing in the chat: 「订阅新书 心电图」, 「我的订阅」, 「退订新书 1」."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.asking import Asked
from xinglin.catalog.watching import services
from xinglin.catalog.watching.models import SavedSearch
from xinglin.commons.numbers import whole
from xinglin.patrons.models import Patron
from xinglin.wechat.conversation import Incoming, command
from xinglin.wechat.replies import Reply, Text, link
from xinglin.wechat.rules.wording import tidy


@command("订阅新书", "新书订阅", title=gettext_lazy("新书订阅"), example="订阅新书 心电图", order=35)
def subscribe(incoming: Incoming, argument: str) -> Reply | None:
    """Keep a search and tell what is new in it."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    if not argument.strip():
        return _listed(incoming, incoming.patron)
    kept = services.save_search(patron=incoming.patron, asked=Asked.read({"q": argument}))
    return Text(
        _("已订阅「%(name)s」：有新书入藏时告诉您。回复「我的订阅」查看，「退订新书 %(name)s」取消。")
        % {"name": kept.name}
    )


@command("我的订阅")
def show_subscriptions(incoming: Incoming, argument: str) -> Reply | None:
    """List what a reader has subscribed to."""
    return _listed(incoming, incoming.patron) if incoming.patron else incoming.ask_to_bind()


@command("退订新书")
def unsubscribe(incoming: Incoming, argument: str) -> Reply | None:
    """End a subscription, named by its number in the list or by its words."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    kept = list(SavedSearch.objects.filter(patron=incoming.patron, is_watched=True))
    wanted = tidy(argument)
    number = whole(wanted)
    by_number = kept[number - 1 : number] if number else []
    chosen = by_number or [each for each in kept if each.name == wanted]
    if not chosen:
        return _listed(incoming, incoming.patron)
    services.watch(patron=incoming.patron, pk=chosen[0].pk, is_watched=False)
    return Text(_("已退订「%(name)s」。") % {"name": chosen[0].name})


def _listed(incoming: Incoming, patron: Patron) -> Text:
    kept = list(SavedSearch.objects.filter(patron=patron, is_watched=True))
    page = link(_("管理订阅"), incoming.link("/m/searches/"))
    if not kept:
        return Text(
            _("您还没有订阅新书。回复「订阅新书」加书名或主题，例如「订阅新书 心电图」。\n%(page)s")
            % {"page": page}
        )
    lines = [f"{number}. {each.name}" for number, each in enumerate(kept, 1)]
    return Text("\n".join([_("您订阅的新书："), *lines, _("回复「退订新书 1」取消第一个。"), page]))
