"""「专题」 in the chat: the topics that libraries follow, each with its way in."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.intelligence import queries
from xinglin.intelligence.lifecycle import FindingState
from xinglin.intelligence.sdi import replies as sdi_replies
from xinglin.wechat.conversation import Incoming, command
from xinglin.wechat.replies import Reply, Text, link

__all__ = ["sdi_replies"]

MOST = 8


@command("专题文献", "专题", title=gettext_lazy("专题文献"), example="专题", order=48)
def find_topic(incoming: Incoming, argument: str) -> Reply | None:
    """Answer with the topics that readers may see, or with those whose name holds the words."""
    released = Count("findings", filter=Q(findings__state=FindingState.RELEASED))
    shown = queries.topics_for_readers().annotate(papers=released).order_by("name")
    if argument:
        shown = shown.filter(
            Q(name__icontains=argument) | Q(description__icontains=argument) | Q(code__iexact=argument)
        )
    topics = list(shown[: MOST + 1])
    if not topics:
        return Text(_("没有找到这样的专题。发「专题」看全部。") if argument else _("还没有公开的专题。"))
    lines = [
        f"{number}. {link(each.name, incoming.link(reverse('mobile:topic', args=[each.code])))}"
        + _("（%(n)d 篇）") % {"n": each.papers}
        for number, each in enumerate(topics[:MOST], 1)
    ]
    everything = link(_("打开专题文献"), incoming.link(reverse("mobile:topics")))
    return Text("\n".join([_("馆员跟踪的专题："), *lines, everything]))
