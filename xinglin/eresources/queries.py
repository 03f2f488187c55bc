"""What is read of electronic resources by more than one caller."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.search.numbers import bare_number, number_in, standard_numbers
from xinglin.commons import clock
from xinglin.commons.text import comparable
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.queries import library_of_address
from xinglin.eresources.coverage import Cover
from xinglin.eresources.errors import DatabaseUnknown
from xinglin.eresources.lifecycle import State
from xinglin.eresources.models import (
    DailyVisits,
    Database,
    Depth,
    Entitlement,
    Kind,
    LicensedTitle,
    TitleKind,
    TitleList,
)
from xinglin.eresources.text import name_key_of, spoken
from xinglin.patrons.models import Patron

VIEW = "eresources.view_database"
CHANGE = "eresources.change_database"
MOST_USED_WITHIN = timedelta(days=30)
_MOST_WORDS = 6


@dataclass(frozen=True)
class Reach:
    """Where a reader asks from: the library whose network it is, or from outside."""

    library: Library | None = None

    @property
    def in_house(self) -> bool:
        return self.library is not None


def databases_visible_to(staff: Staff) -> QuerySet[Database]:
    """Return the databases that someone's libraries keep or may use, and the open ones."""
    mine = access.libraries_of(staff, VIEW)
    if not mine:
        return Database.objects.none()
    used = Exists(Entitlement.objects.filter(database=OuterRef("pk"), library__in=mine))
    return Database.objects.filter(Q(keeper__in=mine) | Q(kind=Kind.OPEN) | used).select_related("keeper")


def databases_kept_by(staff: Staff) -> QuerySet[Database]:
    """Return the databases whose entry someone may change."""
    return Database.objects.filter(keeper__in=access.libraries_of(staff, CHANGE)).select_related("keeper")


def keepers_for(staff: Staff) -> QuerySet[Library]:
    """Return the running libraries for which someone may keep databases."""
    return Library.objects.filter(pk__in=access.libraries_of(staff, CHANGE), active=True)


def databases_for(library: Library | None) -> QuerySet[Database]:
    """Return what the readers of a library may use today, in the order of pinyin.

    Without a library: everything that is shown at all. A trial that is over is left out.
    """
    today = clock.today()
    shown = Database.objects.filter(state=State.ACTIVE).exclude(kind=Kind.TRIAL, trial_until__lt=today)
    if library is None:
        return shown
    holding = Exists(Entitlement.objects.filter(_holds_on_today(), database=OuterRef("pk"), library=library))
    return shown.filter(Q(kind=Kind.OPEN) | holding)


def matching(databases: QuerySet[Database], words: str) -> QuerySet[Database]:
    """Return the databases that hold every word in name, pinyin, initials, provider or description."""
    for word in comparable(words).split()[:_MOST_WORDS]:
        databases = databases.filter(
            Q(name_key__contains=word) | Q(provider__icontains=word) | Q(description__icontains=word)
        )
    return databases


def database_by_code(code: str) -> Database:
    """Return a database that readers are shown; a trial that is over is still described.

    Raises ``DatabaseUnknown``.
    """
    database = Database.objects.filter(code=code, state=State.ACTIVE).select_related("keeper").first()
    if database is None:
        raise DatabaseUnknown(_("没有找到这个数据库，或已停用；请到“资源导航”里重新选择。"))
    return database


def may_use(database: Database, library: Library | None) -> bool:
    """Whether the readers of a library may use a database today."""
    if database.trial_is_over:
        return False
    if database.kind == Kind.OPEN:
        return True
    return (
        library is not None
        and Entitlement.objects.filter(_holds_on_today(), database=database, library=library).exists()
    )


def entitled_libraries(database: Database) -> list[Library]:
    """Return the libraries whose readers may use a database today."""
    return list(
        Library.objects.filter(
            pk__in=Entitlement.objects.filter(_holds_on_today(), database=database).values("library")
        )
    )


def reach_of(address: str) -> Reach:
    """Return whether a network address is inside one of our libraries, and in which."""
    return Reach(library_of_address(address))


def most_used(databases: QuerySet[Database], *, library: Library | None, most: int = 6) -> list[Database]:
    """Return the databases that a library's readers opened most in the last thirty days."""
    since = clock.today() - MOST_USED_WITHIN
    theirs = Q(visits__day__gt=since)
    if library is not None:
        theirs &= Q(visits__library=library)
    counted = databases.annotate(
        opened=Coalesce(Sum(F("visits__in_house") + F("visits__outside"), filter=theirs), 0)
    )
    return list(counted.filter(opened__gt=0).order_by("-opened", "name_key")[:most])


def favourites_of(patron: Patron, databases: QuerySet[Database]) -> QuerySet[Database]:
    """Return which of some databases a reader has marked, the latest first."""
    return databases.filter(favourites__patron=patron).order_by("-favourites__at")


def trial_over() -> Q:
    """Return the condition of trials that are over."""
    return Q(kind=Kind.TRIAL, trial_until__lt=clock.today())


def visits_visible_to(staff: Staff) -> QuerySet[DailyVisits]:
    """Return the visits of the readers of someone's libraries."""
    return DailyVisits.objects.filter(library__in=access.libraries_of(staff, VIEW)).select_related("library")


def _holds_on_today() -> Q:
    today = clock.today()
    return (Q(since__isnull=True) | Q(since__lte=today)) & (Q(until__isnull=True) | Q(until__gte=today))


# -- the titles of databases ---------------------------------------------------------------------------


def title_lists_visible_to(staff: Staff) -> QuerySet[TitleList]:
    """Return the lists of the databases that someone sees; their refused rows are read when they are asked for."""
    lists = TitleList.objects.filter(database__in=databases_visible_to(staff)).defer("refused")
    return lists.select_related("database__keeper", "by__user")


def titles_visible_to(staff: Staff) -> QuerySet[LicensedTitle]:
    """Return the journals and books of the databases that someone sees."""
    return LicensedTitle.objects.filter(title_list__database__in=databases_visible_to(staff)).select_related(
        "title_list__database"
    )


def titles_for(library: Library | None) -> QuerySet[LicensedTitle]:
    """Return the journals and books that the readers of a library may read today, free ones too."""
    may_read = Q(title_list__database__in=databases_for(library)) | Q(
        is_free=True, title_list__database__state=State.ACTIVE
    )
    return LicensedTitle.objects.filter(may_read).select_related("title_list__database")


def titles_matching(titles: QuerySet[LicensedTitle], words: str) -> QuerySet[LicensedTitle]:
    """Return the titles that hold every word in name, pinyin or initials, or have the ISSN or ISBN typed."""
    number = number_in(words)
    if number:
        return titles.filter(numbers__overlap=_as_filed(number))
    for word in comparable(words).split()[:_MOST_WORDS]:
        titles = titles.filter(title_key__contains=word)
    return titles


def titles_beginning(titles: QuerySet[LicensedTitle], words: str) -> QuerySet[LicensedTitle]:
    """Return the titles whose name begins with words, Chinese by its pinyin, or that have a number; by an index."""
    if number_in(words):
        return titles_matching(titles, words)
    begins = spoken(words)
    return titles.filter(title_key__startswith=begins) if len(begins) > 1 else titles.none()


def titles_numbered(titles: QuerySet[LicensedTitle], numbers: Iterable[str]) -> QuerySet[LicensedTitle]:
    """Return the titles that can be read, in whole or in part, under one of these ISSN or ISBN; what is free first."""
    filed = [each for number in numbers for each in _as_filed(number)]
    if not filed:
        return titles.none()
    return (
        titles.filter(numbers__overlap=filed)
        .exclude(depth=Depth.ABSTRACTS)
        .order_by("-is_free", "depth", "pk")
    )


def titles_covering(*, issn: str, isbn: str, year: int | None) -> list[tuple[LicensedTitle, Cover]]:
    """Return where a journal's year or a book is listed, those that have all of it first; whose it is, is not asked."""
    numbers = [*_as_filed(issn), *_as_filed(isbn)]
    if not numbers:
        return []
    rows = LicensedTitle.objects.filter(numbers__overlap=numbers, title_list__database__state=State.ACTIVE)
    found = [(row, row.covers(year)) for row in rows.select_related("title_list__database")[:200]]
    return sorted(
        ((row, cover) for row, cover in found if cover != Cover.NO), key=lambda pair: (-pair[1], pair[0].pk)
    )


def issns_of(title: str) -> list[str]:
    """Return the ISSNs of the journal of a title, as the databases list it; none where several journals have it."""
    rows = LicensedTitle.objects.filter(
        kind=TitleKind.SERIAL, title_key=name_key_of(title), title_list__database__state=State.ACTIVE
    )
    # One journal stands in many lists; those of one journal share a number.
    known: set[str] = set()
    for numbers in rows.exclude(numbers=[]).values_list("numbers", flat=True)[:50]:
        if known and not known & set(numbers):
            return []
        known |= set(numbers)
    return sorted(known)


def _as_filed(written: str) -> list[str]:
    """Return the forms under which lists file a number: 1234-567X, or the thirteen digits of an ISBN."""
    bare = bare_number(written) if written else ""
    if len(bare) == 8:
        return [f"{bare[:4]}-{bare[4:]}"]
    return [each for each in standard_numbers(bare) if len(each) == 13]


def is_free() -> Q:
    """Return the condition of titles that anyone may read."""
    return Q(is_free=True)
