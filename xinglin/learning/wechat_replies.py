"""「讲座」, 「报名 1」, 「我的讲座」, 「取消报名 1」 in the chat.

The whole path works on an account that can only answer: everything is said in passive replies, and the pages are
linked beside it.
"""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.text import shortened
from xinglin.learning import queries, services
from xinglin.learning.models import Lecture, Registration, Via
from xinglin.learning.showing import Shown, shown
from xinglin.learning.telling import place_of, time_of
from xinglin.wechat.conversation import Incoming, command, menu_key
from xinglin.wechat.jsonvalue import as_list
from xinglin.wechat.replies import Reply, Text, link

LISTED, MINE = "learning.listed", "learning.mine"
MOST = 5


@command("讲座", "培训", title=gettext_lazy("看讲座、报名"), example="讲座", alone=True, order=64)
def lectures_command(incoming: Incoming, argument: str) -> Reply | None:
    """List the next lectures, numbered."""
    return lectures(incoming)


@menu_key("LECTURES", title=gettext_lazy("讲座"))
def lectures(incoming: Incoming) -> Reply | None:
    """List the next lectures, numbered; the number registers."""
    rows = shown(queries.coming(queries.lectures_for_readers())[:MOST], incoming.patron)
    page = link(_("全部讲座、课件和录像"), incoming.link(reverse("mobile:lectures")))
    if not rows:
        return Text("\n".join([_("近期没有讲座。"), page]))
    lines = [f"{number}. {_line(each)}" for number, each in enumerate(rows, 1)]
    incoming.remember(LISTED, {"lectures": [each.lecture.pk for each in rows]}, minutes=60)
    return Text("\n".join([*lines, _("回复“报名 1”报名第 1 场；“我的讲座”看报了什么。"), page]))


@command("报名", "讲座报名", title=gettext_lazy("报名讲座"), example="报名 1", order=65)
def register(incoming: Incoming, argument: str) -> Reply | None:
    """Register for a lecture of the last list by its number."""
    if not argument:
        return lectures(incoming)
    if not argument.isdecimal():
        return None
    if incoming.patron is None:
        return incoming.ask_to_bind()
    lecture = _of_the_list(incoming, int(argument[:6]))
    if lecture is None:
        return Text(_("请先发“讲座”，再回复“报名 1”这样的序号。"))
    made = services.register(lecture=lecture, patron=incoming.patron, via=Via.CHAT)
    facts = {
        "title": lecture.title,
        "when": time_of(lecture),
        "where": place_of(lecture),
        "place": queries.place_of(made),
    }
    said = (
        _("《%(title)s》名额已满，您排在候补第 %(place)d 位；有名额了自动为您报名并提醒您。")
        if facts["place"]
        else _("已报名《%(title)s》：%(when)s，%(where)s。来不了请回复“我的讲座”取消。")
    )
    page = link(_("看这场讲座"), incoming.link(reverse("mobile:lecture", args=[lecture.pk])))
    return Text(f"{said % facts}\n{page}")


@command("我的讲座", title=gettext_lazy("看报了哪些讲座"), example="我的讲座", alone=True, order=66)
def my_lectures_command(incoming: Incoming, argument: str) -> Reply | None:
    """List what the reader registered for and waits for, numbered."""
    return my_lectures(incoming)


@menu_key("MY_LECTURES", title=gettext_lazy("我的讲座"))
def my_lectures(incoming: Incoming) -> Reply | None:
    """List what the reader registered for and waits for, numbered; the number gives it back."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    rows = list(queries.coming_of(incoming.patron)[:MOST])
    if not rows:
        return Text(_("您没有报名的讲座。发“讲座”看近期有什么。"))
    lines = [f"{number}. {_own_line(row)}" for number, row in enumerate(rows, 1)]
    incoming.remember(MINE, {"registrations": [row.pk for row in rows]}, minutes=60)
    page = link(_("签到、评价、参加证明"), incoming.link(reverse("mobile:lectures.mine")))
    return Text("\n".join([*lines, _("回复“取消报名 1”取消第 1 场。"), page]))


@command("取消报名", title=gettext_lazy("取消讲座报名"), example="取消报名 1", order=67)
def give_back(incoming: Incoming, argument: str) -> Reply | None:
    """Give back a seat of the reader's own list by its number."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    kept = incoming.recall(MINE)
    if not argument.isdecimal() or kept is None:
        return my_lectures(incoming)
    chosen = _nth(as_list(kept.get("registrations", [])), int(argument[:6]))
    row = queries.coming_of(incoming.patron).filter(pk=chosen).first() if chosen else None
    if row is None:
        return my_lectures(incoming)
    services.cancel(registration=row)
    return Text(_("已取消《%(title)s》的报名，谢谢您告诉我们。") % {"title": row.lecture.title})


def _of_the_list(incoming: Incoming, number: int) -> Lecture | None:
    kept = incoming.recall(LISTED)
    chosen = _nth(as_list(kept.get("lectures", [])), number) if kept is not None else None
    return queries.lectures_for_readers().filter(pk=chosen).first() if chosen else None


def _nth(numbers: Sequence[object], place: int) -> int | None:
    found = numbers[place - 1] if 1 <= place <= len(numbers) else None
    return found if isinstance(found, int) else None


def _line(each: Shown) -> str:
    word, _tone = each.chip
    title = shortened(each.lecture.title, characters=30)
    return _("《%(title)s》%(when)s，%(where)s，%(library)s（%(word)s）") % {
        "title": title,
        "when": each.when,
        "where": shortened(each.where, characters=20),
        "library": each.lecture.library.label,
        "word": word,
    }


def _own_line(row: Registration) -> str:
    place = queries.place_of(row)
    standing = _("候补第 %(place)d 位") % {"place": place} if place else str(row.get_state_display())
    return _("《%(title)s》%(when)s，%(where)s（%(standing)s）") % {
        "title": shortened(row.lecture.title, characters=30),
        "when": time_of(row.lecture),
        "where": shortened(place_of(row.lecture), characters=20),
        "standing": standing,
    }
