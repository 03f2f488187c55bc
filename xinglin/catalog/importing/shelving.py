"""Copies named in imported records become holdings and items, in five queries for any number of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xinglin.catalog.importing.copies import NamedCopy
from xinglin.catalog.importing.copying_in import copy_in
from xinglin.catalog.importing.understanding import Incoming
from xinglin.catalog.models import Holding, ImportBatch, ImportProfile, Item, Record
from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Library

_Place = tuple[int, int, str, str]


@dataclass(frozen=True)
class Arrived:
    """A record of the file that is in the catalogue now, and the row of the catalogue it is."""

    incoming: Incoming
    record: Record


@dataclass(frozen=True)
class _Named:
    """A copy with the library it belongs to."""

    arrived: Arrived
    library: Library
    copy: NamedCopy

    @property
    def place(self) -> _Place:
        return self.arrived.record.pk, self.library.pk, self.copy.location, self.copy.call_number


def shelve(arrived: Sequence[Arrived], batch: ImportBatch, profile: ImportProfile) -> None:
    """Register the copies; what is there already stays as it is, so that a file sent twice changes nothing.

    A copy of a library that the importing librarian does not look after, and a barcode that another
    work carries, are left out with a remark on the row.
    """
    named = _named(arrived, batch, profile)
    holdings = _holdings(named)
    _items(named, holdings, profile)


def _named(arrived: Sequence[Arrived], batch: ImportBatch, profile: ImportProfile) -> list[_Named]:
    by_code = {library.code.casefold(): library for library in Library.objects.filter(active=True)}
    translated = {str(ours).casefold(): str(theirs) for theirs, ours in profile.library_codes.items()}
    foreign = {theirs: by_code[ours] for ours, theirs in translated.items() if ours in by_code}
    mine = {batch.library_id} if batch.is_nightly else None
    if batch.by:
        mine = access.libraries_of(batch.by, "catalog.import_records")
    named: list[_Named] = []
    for each in arrived:
        for copy in each.incoming.copies:
            library = (
                foreign.get(copy.library_code) or by_code.get(copy.library_code.casefold()) or batch.library
            )
            if mine is not None and library.pk not in mine:
                each.incoming.remarks.append(
                    _("%(library)s的馆藏不由您管理，未导入（条码 %(barcode)s）。")
                    % {"library": library.name, "barcode": copy.barcode or "—"}
                )
                continue
            named.append(_Named(each, library, copy))
    return named


def _holdings(named: Sequence[_Named]) -> dict[_Place, Holding]:
    """Return the holding of every place, made where there is none."""
    existing = Holding.objects.filter(
        record__in={each.arrived.record.pk for each in named}, library__in={each.library.pk for each in named}
    )
    found = {(row.record_id, row.library_id, row.location, row.call_number): row for row in existing}
    made: dict[_Place, Holding] = {}
    now = clock.now()
    for each in named:
        if each.place not in found and each.place not in made:
            # By numbers: setting the rows themselves asks Django's router for each, a third of the work.
            made[each.place] = Holding(
                record_id=each.arrived.record.pk,
                library_id=each.library.pk,
                location=each.copy.location,
                call_number=each.copy.call_number,
                added_at=now,
            )
    copy_in(Holding, list(made.values()))
    for each in named:
        if (holding := made.pop(each.place, None)) is not None:
            _trace(each, "holdings", holding.pk)
            found[each.place] = holding
    return found


def _items(named: Sequence[_Named], holdings: dict[_Place, Holding], profile: ImportProfile) -> None:
    taken = {
        (library, barcode): record
        for library, barcode, record in Item.objects.filter(
            library__in={each.library.pk for each in named},
            barcode__in={each.copy.barcode for each in named} - {""},
        ).values_list("library_id", "barcode", "holding__record_id")
    }
    made: list[tuple[_Named, Item]] = []
    now = clock.now()
    for each in named:
        key = each.library.pk, each.copy.barcode
        if not each.copy.barcode:
            continue
        if key in taken:
            if taken[key] != each.arrived.record.pk:
                each.arrived.incoming.remarks.append(
                    _("条码 %(barcode)s 在%(library)s已属于另一种书，这一册未导入。")
                    % {"barcode": each.copy.barcode, "library": each.library.name}
                )
            continue
        taken[key] = each.arrived.record.pk
        item = Item(
            holding_id=holdings[each.place].pk,
            library_id=each.library.pk,
            barcode=each.copy.barcode,
            item_type=profile.item_type,
            condition=profile.condition,
            price_fen=each.copy.price_fen,
            volume=each.copy.volume,
            added_at=now,
            updated_at=now,
        )
        made.append((each, item))
    copy_in(Item, [item for _each, item in made])
    for each, item in made:
        _trace(each, "items", item.pk)


def _trace(each: _Named, what: str, pk: int) -> None:
    each.arrived.incoming.row.trace.setdefault(what, []).append(pk)
