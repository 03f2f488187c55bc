"""A message that repeats a rumour is answered by its card; 「辟谣」 lists the newest."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.newsroom.models import Rumour
from xinglin.newsroom.rumours.matching import cards_for, rumour_repeated
from xinglin.newsroom.rumours.services import count_answer
from xinglin.newsroom.wechat_replies.notices import public_link
from xinglin.wechat.conversation import Choice, Incoming, command, fallback
from xinglin.wechat.replies import Reply, Text, link

MOST = 8


@command("辟谣", title=gettext_lazy("辟谣"), example="辟谣", order=48)
def tell_rumours(incoming: Incoming, argument: str) -> Reply | None:
    """Answer with the newest cards, or with the one that the words repeat."""
    if argument:
        found = rumour_repeated(argument, incoming.account.library)
        return _told(incoming, found) if found else Text(_("没有查到这个说法，已转给馆员核实。"))
    cards = cards_for(incoming.account.library).order_by("-approved_at")
    newest = [Choice(card.claim, f"辟谣 {card.claim}") for card in cards[:MOST]]
    return incoming.choices(_("最近核实过的说法："), newest) if newest else Text(_("还没有辟谣内容。"))


# Before the catalogue, which takes any words for a search.
@fallback(order=10)
def refute(incoming: Incoming) -> Reply | None:
    """Answer a message that repeats a rumour."""
    found = rumour_repeated(incoming.text, incoming.account.library)
    return _told(incoming, found) if found else None


def _told(incoming: Incoming, card: Rumour) -> Reply:
    count_answer(rumour=card)
    lines = [
        _("【%(verdict)s】%(claim)s") % {"verdict": card.get_verdict_display(), "claim": card.claim},
        card.truth,
        _("依据：%(sources)s") % {"sources": "；".join(card.sources.splitlines())},
    ]
    if card.article is not None and card.article.state == "published":
        page = public_link(
            reverse("mobile:article", args=[card.article_id]), library_code=incoming.account.library.code
        )
        lines.append(link(_("看详细文章"), page))
    return Text("\n".join(lines))
