"""What a library tells of itself: overview, hours, rules, contacts, and which branch is near.

The facts are the consortium's; it stands below the chat and cannot answer in it.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.text import shortened
from xinglin.consortium import queries
from xinglin.consortium.hours import Timetable
from xinglin.consortium.models import Library
from xinglin.consortium.models.libraries import Weekday
from xinglin.newsroom.wechat_replies.notices import public_link
from xinglin.wechat.conversation import Incoming, command, menu_key, on_message
from xinglin.wechat.messages.kinds import LocationMessage
from xinglin.wechat.replies import Reply, Text, link

NEAREST_SHOWN = 3
_INTRODUCTION = 200
_RULES = 500


@command("概览", "馆情概览", "图书馆概览", "简介", title=gettext_lazy("馆情概览"), order=41)
def tell_overview(incoming: Incoming, argument: str) -> Reply | None:
    """Answer with a library in short; 「概览 附一院」 names another one."""
    return _about(incoming, argument, _overview)


@command(
    "开馆时间",
    "开放时间",
    "几点开门",
    "几点关门",
    "开馆",
    title=gettext_lazy("开馆时间"),
    example="开馆时间",
    order=42,
)
def tell_hours(incoming: Incoming, argument: str) -> Reply | None:
    """Answer with today's hours, holidays and make-up days included, and those of the week."""
    return _about(incoming, argument, _hours)


@command("借书规则", "借阅规则", "规则", title=gettext_lazy("借书规则"), order=43)
def tell_rules(incoming: Incoming, argument: str) -> Reply | None:
    """Answer with the rules of the house."""
    return _about(incoming, argument, _rules)


@command(
    "联系我们",
    "联系馆员",
    "联系方式",
    "电话",
    "地址",
    title=gettext_lazy("联系我们"),
    example="联系我们",
    order=44,
)
def tell_contacts(incoming: Incoming, argument: str) -> Reply | None:
    """Answer with address, telephone and whom to ask about what."""
    return _about(incoming, argument, _contacts)


@menu_key("OVERVIEW", title=gettext_lazy("馆情概览"))
def tell_overview_by_menu(incoming: Incoming) -> Reply | None:
    return _about(incoming, "", _overview)


@menu_key("HOURS", title=gettext_lazy("开馆时间"))
def tell_hours_by_menu(incoming: Incoming) -> Reply | None:
    return _about(incoming, "", _hours)


@menu_key("RULES", title=gettext_lazy("借书规则"))
def tell_rules_by_menu(incoming: Incoming) -> Reply | None:
    return _about(incoming, "", _rules)


@menu_key("CONTACT", title=gettext_lazy("联系我们"))
def tell_contacts_by_menu(incoming: Incoming) -> Reply | None:
    return _about(incoming, "", _contacts)


@menu_key("NEAREST", title=gettext_lazy("最近的分馆"))
def ask_for_the_place(incoming: Incoming) -> Reply | None:
    """Tell how to send a place: a menu cannot know where the reader stands."""
    return Text(
        _("请点输入框旁的“+”，选“位置”发送您的位置，我们会告诉您最近的图书馆和今天的开馆时间。\n%(all)s")
        % {"all": link(_("查看各馆"), _page(incoming.account.library))}
    )


@on_message("location")
def tell_nearest(incoming: Incoming) -> Reply | None:
    """Answer a place with the nearest libraries, how far they are, and whether they are open."""
    place = incoming.message
    if not isinstance(place, LocationMessage) or place.latitude is None or place.longitude is None:
        return None
    near = queries.nearest(latitude=place.latitude, longitude=place.longitude)[:NEAREST_SHOWN]
    if not near:
        return Text(_("各馆还没有登记位置；请回复「联系我们」查看地址。"))
    times = queries.timetables_of([each.library.pk for each in near], since=clock.today())
    lines = [_("离您最近的图书馆：")]
    for number, each in enumerate(near, 1):
        library = each.library
        lines.append(f"{number}. {library.name}（{_distance(each.metres)}）")
        lines += [
            f"    {line}" for line in (_today(times[library.pk]), library.address, library.phone) if line
        ]
    return Text("\n".join([*lines, link(_("查看各馆"), _page(near[0].library))]))


def _about(incoming: Incoming, argument: str, tell: Callable[[Library], Iterable[str]]) -> Reply | None:
    """Tell of the library that was named, or of the account's; words that name none are not ours."""
    library = queries.library_named(argument) if argument else incoming.account.library
    if library is None:
        return None
    lines = [library.name, *(line for line in tell(library) if line)]
    return Text("\n".join([*lines, link(_("查看馆情概览"), _page(library))]))


def _overview(library: Library) -> Iterable[str]:
    yield shortened(library.introduction.strip(), characters=_INTRODUCTION)
    yield _today(queries.timetable_of(library, since=clock.today()))
    yield library.address and _("地址：%(address)s") % {"address": library.address}
    yield library.phone and _("电话：%(phone)s") % {"phone": library.phone}


def _hours(library: Library) -> Iterable[str]:
    times = queries.timetable_of(library, since=clock.today())
    yield _today(times)
    yield from _week(times)
    for ahead in range(1, 15):
        day = clock.today() + timedelta(days=ahead)
        if day in times.special:
            yield _("%(day)s：%(hours)s") % {"day": _day_and_weekday(day), "hours": _spans(times, day)}


def _rules(library: Library) -> Iterable[str]:
    rules = library.rules.strip()
    yield shortened(rules, characters=_RULES) if rules else _("本馆还没有登记借书规则，请咨询服务台。")


def _contacts(library: Library) -> Iterable[str]:
    yield library.address and _("地址：%(address)s") % {"address": library.address}
    yield library.phone and _("电话：%(phone)s") % {"phone": library.phone}
    yield library.email and _("邮箱：%(email)s") % {"email": library.email}
    for contact in library.contacts.all():
        yield " ".join(part for part in (contact.duty, contact.name, contact.phone, contact.email) if part)


def _today(times: Timetable) -> str:
    """Return today's hours and what they mean at this moment."""
    if not times.is_known:
        return ""
    now, today = clock.now(), clock.today()
    hours = _("今天（%(day)s）：%(hours)s") % {
        "day": Weekday(today.weekday()).label,
        "hours": _spans(times, today),
    }
    closes, opens = times.closes_at(now), times.opens_next(now)
    if closes is not None:
        return _("%(hours)s，现在开放，%(until)s 关门") % {
            "hours": hours,
            "until": f"{clock.local(closes):%H:%M}",
        }
    if opens is None:
        return hours
    local = clock.local(opens)
    when = f"{local:%H:%M}" if local.date() == today else f"{_day_and_weekday(local.date())} {local:%H:%M}"
    return _("%(hours)s，现在没有开放，%(when)s 开门") % {"hours": hours, "when": when}


def _week(times: Timetable) -> Iterable[str]:
    """Return the ordinary week, days of the same hours in one line."""
    hours = {day: "、".join(map(str, sorted(times.week.get(day, ())))) or _("闭馆") for day in range(7)}
    first = 0
    for day in range(7):
        if day == 6 or hours[day + 1] != hours[day]:
            ends = "" if day == first else f"至{Weekday(day).label}"
            yield f"{Weekday(first).label}{ends}：{hours[day]}"
            first = day + 1


def _spans(times: Timetable, day: date) -> str:
    said = "、".join(map(str, times.on(day))) or _("闭馆")
    reason = times.reason_on(day)
    return f"{said}（{reason}）" if reason else said


def _day_and_weekday(day: date) -> str:
    return f"{day:%m-%d}（{Weekday(day.weekday()).label}）"


def _distance(metres: float) -> str:
    return (
        _("%(n)d 米") % {"n": round(metres, -1)}
        if metres < 1000
        else _("%(n).1f 公里") % {"n": metres / 1000}
    )


def _page(library: Library) -> str:
    """Return the address of the library's own page."""
    return public_link(reverse("mobile:library_page", args=[library.code]), library_code=library.code)
