"""What the shelves say: titles by class and library, what several hold, what is missing.

A title counts under its first 中图法 number, in medicine by the second level (R54 under R5, R730 under R73), elsewhere
by the main class; copies that are gone do not count, nor holdings whose copies are all gone.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from xinglin.catalog.classes import caption_of
from xinglin.catalog.languages import name_of_language
from xinglin.catalog.models import Holding, Item, Kind, Record, RecordState
from xinglin.catalog.policy.models import ClassDuty
from xinglin.catalog.queries import GONE
from xinglin.commons import clock
from xinglin.consortium.models import Library

NO_CLASS = "—"
#: The four leading general medical journals, by the ISSN of print and of the web.
CORE_JOURNALS = {
    "The New England Journal of Medicine": ("0028-4793", "1533-4406"),
    "The Lancet": ("0140-6736", "1474-547X"),
    "JAMA": ("0098-7484", "1538-3598"),
    "BMJ": ("0959-8138", "1756-1833", "0959-535X"),
}

# Whether a holding is still there: it has a copy that is not gone, or never had copies registered.
_HELD = f"""
    select h.record_id, h.library_id, min(h.added_at) as since from {Holding._meta.db_table} h
    where exists (select 1 from {Item._meta.db_table} i where i.holding_id = h.id and not i.condition = any(%(gone)s))
       or not exists (select 1 from {Item._meta.db_table} i where i.holding_id = h.id)
    group by h.record_id, h.library_id
"""  # noqa: S608 -- put together from our own tables' names
_BY_CLASS = f"""
    with held as ({_HELD}), classed as (
        select r.id, r.kind, r.languages,
            (select upper(replace(c, '.', '')) from unnest(r.classes) with ordinality as given(c, place)
             where c ~* '^[a-z]{{1,2}}[0-9]' or c ~* '^[a-z]$' order by place limit 1) as number
        from {Record._meta.db_table} r where r.state = %(active)s
    ), grouped as (
        select id, kind, languages, case when number is null then %(none)s when number ~ '^R7' then left(number, 3)
            when number ~ '^R' then left(number, 2) else left(number, 1) end as class
        from classed
    )
"""  # noqa: S608 -- put together from our own tables' names
_TITLES = (
    _BY_CLASS  # noqa: S608 -- put together from our own tables' names
    + """
    select class, library_id, count(*), count(*) filter (where since >= %(year_ago)s)
    from held join grouped on grouped.id = held.record_id group by class, library_id
"""
)
_SHARED = (
    _BY_CLASS  # noqa: S608 -- put together from our own tables' names
    + """
    select class, count(*), count(*) filter (where holders > 1) from (
        select class, record_id, count(*) as holders from held join grouped on grouped.id = held.record_id
        group by class, record_id
    ) as titles group by class
"""
)
_MAKE_UP = (
    _BY_CLASS  # noqa: S608 -- put together from our own tables' names
    + """
    select library_id, kind, coalesce(languages[1], 'und'), count(*)
    from held join grouped on grouped.id = held.record_id group by 1, 2, 3
"""
)


@dataclass
class ClassRow:
    """One class: its titles at each library, how many are held more than once, who builds it, what is amiss."""

    number: str
    caption: str
    at: dict[int, int] = field(default_factory=dict)
    new_at: dict[int, int] = field(default_factory=dict)
    titles: int = 0
    shared: int = 0
    duties: list[ClassDuty] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)

    @property
    def shared_percent(self) -> int:
        """How many of a hundred titles more than one library holds."""
        return round(100 * self.shared / self.titles) if self.titles else 0


@dataclass(frozen=True)
class Share:
    """Part of a library's titles: a kind, or a language."""

    label: str
    titles: int
    percent: int


@dataclass(frozen=True)
class MakeUp:
    """What a library's titles are made up of."""

    library: Library
    titles: int
    kinds: tuple[Share, ...]
    languages: tuple[Share, ...]


@dataclass(frozen=True)
class CoreJournal:
    """One of the leading journals, and the libraries that hold it."""

    title: str
    libraries: tuple[str, ...]


def by_class(libraries: Iterable[Library]) -> list[ClassRow]:
    """Return every class that has titles or a duty, in the order of class numbers."""
    names = {library.pk: library for library in libraries}
    rows: dict[str, ClassRow] = {}

    def row(number: str) -> ClassRow:
        if number not in rows:
            caption = _("没有中图分类号") if number == NO_CLASS else caption_of(number)
            rows[number] = ClassRow(number, caption)
        return rows[number]

    for number, library_id, titles, new in _rows(_TITLES):
        if library_id in names:
            row(str(number)).at[int(str(library_id))] = int(str(titles))
            row(str(number)).new_at[int(str(library_id))] = int(str(new))
    for number, titles, shared in _rows(_SHARED):
        row(str(number)).titles, row(str(number)).shared = int(str(titles)), int(str(shared))
    for duty in ClassDuty.objects.select_related("library"):
        row(group_of(duty.key)).duties.append(duty)
    for each in rows.values():
        each.gaps = list(_gaps(each))
    return [rows[number] for number in sorted(rows)]


def group_of(key: str) -> str:
    """Return the class under which the report counts a class: R5404 under R5, R730 under R73, TP3 under T."""
    if key.startswith("R7"):
        return key[:3]
    return key[:2] if key.startswith("R") else key[:1]


def _gaps(row: ClassRow) -> Iterable[str]:
    if row.number != NO_CLASS and row.titles and not row.duties:
        yield _("没有馆分工建设")
    for duty in row.duties:
        held, new = row.at.get(duty.library_id, 0), row.new_at.get(duty.library_id, 0)
        if not held:
            yield _("%(library)s分工建设，但没有收藏") % {"library": duty.library.label}
        elif new < duty.fewest_new:
            yield _("%(library)s近一年新增 %(new)d 种，少于 %(fewest)d 种") % {
                "library": duty.library.label,
                "new": new,
                "fewest": duty.fewest_new,
            }


def make_up(libraries: Iterable[Library]) -> list[MakeUp]:
    """Return the make-up of each library's titles by kind and language."""
    kinds: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    languages: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for library_id, kind, language, count in _rows(_MAKE_UP):
        place, titles = int(str(library_id)), int(str(count))
        kinds[place][str(Kind(str(kind)).label)] += titles
        languages[place][name_of_language(str(language))] += titles
    return [
        MakeUp(
            library,
            sum(kinds[library.pk].values()),
            _shares(kinds[library.pk]),
            _shares(languages[library.pk]),
        )
        for library in libraries
        if library.pk in kinds
    ]


def _shares(counts: dict[str, int]) -> tuple[Share, ...]:
    whole = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    return tuple(Share(label, count, round(100 * count / whole)) for label, count in ordered)


def core_journals() -> list[CoreJournal]:
    """Return the leading medical journals with the libraries that hold each."""
    found = []
    for title, numbers in CORE_JOURNALS.items():
        holders = Holding.objects.filter(
            Q(record__issns__overlap=list(numbers)), record__state=RecordState.ACTIVE
        ).exclude(items__isnull=False, items__condition__in=GONE)
        names = holders.order_by("library__code").values_list("library__name", flat=True).distinct()
        found.append(CoreJournal(title, tuple(dict.fromkeys(names))))
    return found


def _rows(statement: str) -> list[tuple[object, ...]]:
    values: dict[str, str | list[str] | datetime] = {
        "gone": [condition.value for condition in GONE],
        "active": RecordState.ACTIVE.value,
        "none": NO_CLASS,
        "year_ago": clock.now() - timedelta(days=365),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
