"""By what of their file readers may be selected."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.commons.criteria import Given, Param, ParamKind, Subject, criterion
from xinglin.commons.onscreen import Words
from xinglin.consortium.models import Library
from xinglin.patrons.lifecycle import State
from xinglin.patrons.models import Patron, PatronCategory

READERS = _("读者档案")


def _categories() -> Iterable[tuple[str, Words]]:
    return PatronCategory.objects.filter(active=True).values_list("code", "name")


def _libraries() -> Iterable[tuple[str, Words]]:
    return [(library.code, library.label) for library in Library.objects.filter(active=True)]


def _standing() -> QuerySet[Patron]:
    return Patron.objects.filter(state__in=(State.ACTIVE, State.SUSPENDED))


@criterion("patrons.bound", title=_("已绑定读者证"), group=READERS, subject=Subject.PATRON, key="pk")
def has_a_card(given: Given) -> QuerySet[Patron]:
    """Whoever is known as a reader."""
    return _standing()


@criterion(
    "patrons.category",
    title=_("读者类别"),
    group=READERS,
    subject=Subject.PATRON,
    key="pk",
    params=(Param("category", _("类别"), ParamKind.CHOICE, choices=_categories),),
)
def of_category(given: Given) -> QuerySet[Patron]:
    """Readers of one category."""
    return _standing().filter(category__code=given["category"])


@criterion(
    "patrons.department",
    title=_("科室/院系"),
    group=READERS,
    subject=Subject.PATRON,
    key="pk",
    params=(Param("word", _("名称含"), ParamKind.TEXT),),
)
def of_department(given: Given) -> QuerySet[Patron]:
    """Readers whose department holds a word."""
    return _standing().filter(department__icontains=str(given["word"]))


@criterion(
    "patrons.title",
    title=_("职称"),
    group=READERS,
    subject=Subject.PATRON,
    key="pk",
    params=(Param("word", _("职称含"), ParamKind.TEXT),),
)
def of_title(given: Given) -> QuerySet[Patron]:
    """Readers whose title holds a word."""
    return _standing().filter(title__icontains=str(given["word"]))


@criterion(
    "patrons.research",
    title=_("研究方向"),
    group=READERS,
    subject=Subject.PATRON,
    key="pk",
    params=(Param("word", _("研究方向含"), ParamKind.TEXT),),
)
def of_research(given: Given) -> QuerySet[Patron]:
    """Readers whose research topics hold a word."""
    return _standing().filter(research_topics__icontains=str(given["word"]))


@criterion(
    "patrons.library",
    title=_("所属馆"),
    group=READERS,
    subject=Subject.PATRON,
    key="pk",
    params=(Param("library", _("馆"), ParamKind.CHOICE, choices=_libraries),),
)
def of_library(given: Given) -> QuerySet[Patron]:
    """Readers of one home library."""
    return _standing().filter(home_library__code=given["library"])
