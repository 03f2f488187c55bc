"""What is there already of a work that somebody wishes: on a shelf, on its way, suggested."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from xinglin.acquisitions.lifecycle import STANDING
from xinglin.acquisitions.models import Suggestion
from xinglin.acquisitions.works import Wish, key_of
from xinglin.catalog.marc import title_key
from xinglin.catalog.models import Record, RecordState
from xinglin.catalog.queries import Availability, availability_of, held_without_copies
from xinglin.catalog.search.numbers import standard_numbers
from xinglin.consortium.models import Library

MOST = 3


@dataclass(frozen=True)
class Held:
    """One record that is the work wished, or may be, with what the libraries have of it."""

    record: Record
    availability: tuple[Availability, ...]
    runs: tuple[str, ...] = ()

    @property
    def on_order(self) -> bool:
        """Whether all that there is of it is still on its way."""
        return bool(self.availability) and all(each.copies == each.on_order for each in self.availability)

    @property
    def words(self) -> str:
        """Say who has it, in one sentence."""
        if self.on_order:
            names = "、".join(each.library.label for each in self.availability[:4])
            return _("%(libraries)s已订购，正在采购或加工") % {"libraries": names}
        parts = [
            _("%(library)s %(copies)d 册（在架 %(shelf)d）")
            % {"library": each.library.label, "copies": each.copies, "shelf": each.on_shelf}
            for each in self.availability[:4]
        ]
        return "，".join(parts) or "、".join(self.runs[:4])

    def copies_in(self, library: Library) -> int:
        """Return how many copies a library has, those on their way included."""
        return sum(each.copies for each in self.availability if each.library.pk == library.pk)


def records_of(wish: Wish) -> list[Record]:
    """Return the records of a work: by ISBN, or where there is none, by title and author."""
    rows = Record.objects.filter(state=RecordState.ACTIVE).defer("marc", "abstract", "contents")
    if wish.isbn:
        return list(rows.filter(isbns__overlap=sorted(standard_numbers(wish.isbn)))[:MOST])
    key = title_key(wish.title)[:240]
    found = rows.filter(title_key=key).order_by("-year", "-pk")[: MOST * 4] if key else []
    author = title_key(wish.author)
    same = [each for each in found if not author or any(author in title_key(name) for name in each.authors)]
    return same[:MOST]


def held(wish: Wish) -> list[Held]:
    """Return what the consortium has of a work, or has on order; records that nobody holds are left out."""
    records = records_of(wish)
    return held_of(records)


def held_of(records: Sequence[Record]) -> list[Held]:
    """Return what the libraries have of some records."""
    copies = availability_of([record.pk for record in records])
    runs = held_without_copies([record.pk for record in records if record.pk not in copies])
    found = [Held(each, tuple(copies.get(each.pk, ())), runs.get(each.pk, ())) for each in records]
    return [each for each in found if each.availability or each.runs]


def standing(wish: Wish, *, library: Library) -> Suggestion | None:
    """Return the suggestion of a library that a wish joins: the same ISBN, or the same title and author.

    A wish by title joins one by ISBN and the other way round, unless both say different numbers or authors.
    """
    rows = Suggestion.objects.filter(library=library, state__in=STANDING)
    same = rows.filter(work_key=key_of(wish)).first()
    key = title_key(wish.title)[:240]
    if same is not None or not key:
        return same
    alike = rows.filter(title_key=key)
    if wish.isbn:
        alike = alike.filter(isbn="")
    author = title_key(wish.author)
    for each in alike.order_by("pk")[:20]:
        theirs = title_key(each.author)
        if not author or not theirs or author in theirs or theirs in author:
            return each
    return None


def suggested_elsewhere(suggestion: Suggestion) -> list[Suggestion]:
    """Return what other libraries' readers suggested of the same work: a chance to buy it once."""
    same = Q(work_key=suggestion.work_key)
    rows = Suggestion.objects.filter(same).exclude(pk=suggestion.pk).select_related("library")
    return list(rows.order_by("-suggested_at")[:10])
