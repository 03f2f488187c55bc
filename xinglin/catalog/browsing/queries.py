"""What is read of lists and journals by more than one caller."""

from collections import Counter

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left, Upper
from django.utils.translation import gettext as _

from xinglin.catalog.browsing.errors import ReadingListUnknown
from xinglin.catalog.browsing.models import ReadingList
from xinglin.catalog.browsing.services import PERMISSION
from xinglin.catalog.models import Kind, Record, RecordState
from xinglin.consortium import access
from xinglin.consortium.models import Staff

OTHER = "#"


def lists_kept_by(staff: Staff) -> QuerySet[ReadingList]:
    """Return the lists of the libraries that someone makes lists for."""
    mine = access.libraries_of(staff, PERMISSION)
    lists = ReadingList.objects.filter(library__in=mine).select_related("library")
    return _counted(lists)


def published_lists() -> QuerySet[ReadingList]:
    """Return the lists that readers are shown."""
    return _counted(ReadingList.objects.filter(is_published=True).select_related("library"))


def _counted(lists: QuerySet[ReadingList]) -> QuerySet[ReadingList]:
    """Return lists with their length. What is grouped has lost its model's order, and pages need one."""
    return lists.annotate(length=Count("books")).order_by("-changed_at", "-pk")


def published_list(pk: int) -> ReadingList:
    """Return one list that readers are shown. Raises ``ReadingListUnknown``."""
    found = published_lists().filter(pk=pk).first()
    if found is None:
        raise ReadingListUnknown(_("没有这个书单，或它已经撤下。"))
    return found


def journals(*, letter: str = "", language: str = "") -> QuerySet[Record]:
    """Return the journals in the order of their pinyin, under one letter, Chinese (chi) or not (other)."""
    found = Record.objects.filter(kind=Kind.SERIAL, state=RecordState.ACTIVE)
    if letter == OTHER:
        found = found.exclude(title_pinyin__regex="^[A-Za-z]")
    elif letter:
        found = found.filter(title_pinyin__istartswith=letter)
    if language:
        chinese = Q(languages__contains=["chi"])
        found = found.filter(chinese if language == "chi" else ~chinese)
    return found.order_by("title_pinyin", "pk").defer("marc", "abstract", "contents")


def letters_of_journals() -> list[tuple[str, int]]:
    """Return the letters under which there are journals, with how many; what begins with no letter comes last."""
    first = (
        journals()
        .order_by()
        .values(first=Upper(Left("title_pinyin", 1)))
        .annotate(count=Count("pk"))
        .values_list("first", "count")
    )
    counts: Counter[str] = Counter()
    for letter, count in first:
        counts[letter if letter.isascii() and letter.isalpha() else OTHER] += count
    return sorted(counts.items(), key=lambda pair: (pair[0] == OTHER, pair[0]))
