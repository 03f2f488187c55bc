"""「资源」 and 「数据库 知网」: what the readers of the account's library may use, in the chat."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.text import shortened
from xinglin.consortium.models import Library
from xinglin.eresources import queries
from xinglin.eresources.models import Database, Kind
from xinglin.wechat.conversation import Incoming, command, menu_key
from xinglin.wechat.replies import Article, News, Reply, Text, link

MOST = 8
_NAME = 30
_DESCRIPTION = 90


@command(
    "数据库", "电子资源", "资源导航", "资源", title=gettext_lazy("电子资源"), example="数据库 知网", order=45
)
def find_database(incoming: Incoming, argument: str) -> Reply | None:
    """Answer with the databases that fit, or with the most used ones when nothing was named."""
    library = incoming.account.library
    usable = queries.databases_for(library)
    if not argument:
        return _most_used(incoming, library)
    found = list(queries.matching(usable, argument)[: MOST + 1])
    if len(found) == 1:
        return News([_card(incoming, found[0])])
    if found:
        return _listed(
            incoming, _("符合「%(words)s」的数据库：") % {"words": shortened(argument, characters=20)}, found
        )
    return _not_here(incoming, library, argument)


def _names_it(incoming: Incoming, argument: str) -> bool:
    """Whether the name stands apart, as in 「数据库 知网」; 「资源怎么打不开」 names none and asks something else."""
    return not incoming.text.removesuffix(argument)[-1:].isalnum()


@menu_key("RESOURCES", title=gettext_lazy("电子资源"))
def show_resources(incoming: Incoming) -> Reply | None:
    """Answer a click like the word 「资源」."""
    return _most_used(incoming, incoming.account.library)


def _most_used(incoming: Incoming, library: Library) -> Reply:
    usable = queries.databases_for(library)
    shown = queries.most_used(usable, library=library, most=MOST) or list(usable[:MOST])
    if not shown:
        return Text(_("%(library)s还没有登记可用的数据库。") % {"library": library.name})
    return _listed(incoming, _("%(library)s常用的数据库：") % {"library": library.label}, shown)


def _listed(incoming: Incoming, heading: str, databases: list[Database]) -> Reply:
    lines = [f"{number}. {_name(database)}" for number, database in enumerate(databases[:MOST], 1)]
    everything = link(_("打开资源导航"), incoming.link(reverse("mobile:databases")))
    hint = _("回复「数据库 名称」看怎样使用，例如「数据库 %(name)s」。") % {"name": databases[0].name}
    return Text("\n".join([heading, *lines, hint, everything]))


def _card(incoming: Incoming, database: Database) -> Article:
    said = [_name(database), database.description or shortened(database.guide, characters=_DESCRIPTION)]
    if database.kind != Kind.OPEN and database.access_outside:
        said.append(_("馆外：%(how)s") % {"how": shortened(database.access_outside, characters=_DESCRIPTION)})
    return Article(
        title=database.name,
        description="\n".join(line for line in said[1:] if line),
        url=incoming.link(reverse("mobile:database", args=[database.code])),
    )


def _name(database: Database) -> str:
    name = shortened(database.name, characters=_NAME)
    if database.trial_days_left:
        return _("%(name)s（试用还剩 %(days)d 天）") % {"name": name, "days": database.trial_days_left}
    return _("%(name)s（开放获取）") % {"name": name} if database.kind == Kind.OPEN else name


def _not_here(incoming: Incoming, library: Library, argument: str) -> Reply | None:
    """Say that the library has none of that name, and who else in the consortium has."""
    words = shortened(argument, characters=20)
    elsewhere = queries.matching(queries.databases_for(None), argument).first()
    everything = link(_("打开资源导航"), incoming.link(reverse("mobile:databases")))
    if elsewhere is None:
        nothing = Text(_("没有找到「%(words)s」。\n%(all)s") % {"words": words, "all": everything})
        return nothing if _names_it(incoming, argument) else None
    names = "、".join(each.label for each in queries.entitled_libraries(elsewhere)) or _("其他馆")
    return Text(
        _("%(library)s没有购买%(name)s，%(others)s可以使用。需要其中的文献，直接写给馆员就行。\n%(all)s")
        % {"library": library.label, "name": elsewhere.name, "others": names, "all": everything}
    )
