"""In the chat: what I tell of myself, what I do not want, and replies that answer a push."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.audience import queries
from xinglin.audience import survey_replies as survey_replies
from xinglin.audience.models import Did, Source
from xinglin.audience.services import choices, tags, tracking
from xinglin.wechat.conversation import Choice, Incoming, command, menu_key, on_event
from xinglin.wechat.replies import Reply, Text, link

SHOWN = 8


@on_event("SCAN", "subscribe")
def note_the_scan(incoming: Incoming) -> Reply | None:
    """Note that a code was scanned; what to answer is others' matter."""
    if incoming.event_key:
        tracking.behave(follower=incoming.follower, kind=Did.SCANNED)
    return None


@command("我的标签", "标签", "兴趣", title=lazy("我的标签与订阅"), example="我的标签", order=70)
def my_tags(incoming: Incoming, argument: str) -> Reply | None:
    """Tell what we know of the reader and where it is changed; 「标签 护士」 declares one."""
    if argument:
        return _declare(incoming, argument)
    carried = [str(row.tag) for row in queries.tags_of(incoming.follower)[:SHOWN]]
    page = link(_("查看和修改我的标签"), incoming.link("/m/about-me/"))
    told = (
        _("我们知道：%(tags)s。") % {"tags": "；".join(carried)} if carried else _("我们还不知道您关心什么。")
    )
    return Text(f"{told}\n{page}\n" + _("也可以直接回复，如：标签 护士、标签 循证医学。"))


@menu_key("MY_TAGS", title=lazy("我的标签"))
def my_tags_by_menu(incoming: Incoming) -> Reply | None:
    return my_tags(incoming, "")


def _declare(incoming: Incoming, word: str) -> Reply:
    """Take a tag by its name; of a sensitive one the page asks for consent first."""
    found = list(queries.tags_in_use().filter(name=word, dimension__is_declared=True))
    if not found:
        close = queries.tags_in_use().filter(name__icontains=word[:10], dimension__is_declared=True)[:5]
        offers = [Choice(str(tag), says=f"标签 {tag.name}") for tag in close]
        if offers:
            return incoming.choices(_("您是说："), offers)
        return Text(_("没有「%(word)s」这个标签。回复“我的标签”，在页面上挑选。") % {"word": word[:20]})
    tag = found[0]
    if tag.dimension.is_sensitive:
        page = link(_("打开页面"), incoming.link("/m/about-me/"))
        return Text(
            _("「%(tag)s」属于健康信息，需要您先单独同意。%(page)s") % {"tag": tag.name, "page": page}
        )
    tags.put(follower=incoming.follower, tag=tag, source=Source.DECLARED, evidence=_("聊天中自选"))
    return Text(_("记下了：%(tag)s。回复“我的标签”可以修改或删除。") % {"tag": tag})


@command("退订推送", "不想收到", "TD", title=lazy("退订推送"), example="退订推送", order=72)
def opt_out(incoming: Incoming, argument: str) -> Reply | None:
    """Offer what can be opted out of; 「退订推送 全部」 is everything at once."""
    topics = {topic.name: topic for topic in queries.topics_sent()}
    if argument == "全部":
        choices.opt_out(follower=incoming.follower, topic=None, through="chat")
        return Text(_("已退订全部推送。您预约和借阅的提醒不受影响。想恢复，回复“恢复推送”。"))
    if argument in topics:
        choices.opt_out(follower=incoming.follower, topic=topics[argument], through="chat")
        return Text(_("已退订「%(topic)s」。想恢复，回复“恢复推送”。") % {"topic": argument})
    everything, out = queries.opted_out_topics(incoming.follower)
    offers = [Choice(_("退订全部"), says="退订推送 全部")] if not everything else []
    offers += [Choice(name, says=f"退订推送 {name}") for name, topic in topics.items() if topic.pk not in out]
    return incoming.choices(_("您想退订哪一类？"), offers[:9])


@command("恢复推送", "恢复订阅", title="", alone=True)
def opt_in(incoming: Incoming, argument: str) -> Reply | None:
    """Take every opt-out back."""
    _everything, topics = queries.opted_out_topics(incoming.follower)
    choices.opt_in(follower=incoming.follower, topic=None)
    for topic in queries.topics_sent():
        if topic.pk in topics:
            choices.opt_in(follower=incoming.follower, topic=topic)
    return Text(_("已恢复推送。回复“我的标签”可以挑选想看的主题。"))
