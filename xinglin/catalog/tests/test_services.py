"""Two cataloguers, two libraries, one catalogue: nobody overwrites another's work."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.catalog import queries, services
from xinglin.catalog.description import Description, taken_from
from xinglin.catalog.errors import (
    BarcodeTaken,
    ControlNumberTaken,
    HoldingExists,
    HoldingNotEmpty,
    ItemInUse,
    ItemUnknown,
    MoveNotOffered,
    RecordChangedMeanwhile,
    RecordStillHeld,
    RecordUnknown,
    SharedRecord,
    TitleMissing,
)
from xinglin.catalog.importing.copies import price_fen
from xinglin.catalog.lifecycle import CONDITION_MOVES, Condition
from xinglin.catalog.models import Holding, Item, ItemType, Record, RecordChange, RecordState
from xinglin.catalog.tests.factories import a_holding, a_record, an_item
from xinglin.commons.errors import NotAllowed
from xinglin.commons.history import history_of
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium

pytestmark = pytest.mark.django_db


def test_of_two_cataloguers_the_second_is_told_and_nothing_is_overwritten(
    a_small_consortium: SmallConsortium,
) -> None:
    record, manager = a_record("心电图诊断学"), a_small_consortium.manager
    seen = taken_from(record)
    services.amend_record(record=record, version=1, description=replace(seen, subtitle="第一人"), by=manager)
    with pytest.raises(RecordChangedMeanwhile):
        services.amend_record(
            record=record, version=1, description=replace(seen, subtitle="第二人"), by=manager
        )
    record.refresh_from_db()
    assert (record.subtitle, record.version) == ("第一人", 2)
    assert [entry.deed for entry in history_of(record)] == ["amend", "add"]


def test_a_shared_description_is_the_main_librarys_to_change(a_small_consortium: SmallConsortium) -> None:
    cast, record = a_small_consortium, a_record("心电图诊断学")
    an_item(record, cast.a)
    changed = replace(taken_from(record), subtitle="分馆修改")
    services.amend_record(record=record, version=1, description=changed, by=cast.librarian_a)
    an_item(record, cast.main)
    with pytest.raises(SharedRecord, match="医学院图书馆"):
        services.amend_record(record=record, version=2, description=changed, by=cast.librarian_a)
    services.amend_record(record=record, version=2, description=changed, by=cast.manager)
    for stranger in (cast.outsider, cast.system_administrator):
        with pytest.raises(NotAllowed):
            services.amend_record(record=record, version=3, description=changed, by=stranger)


def test_a_record_needs_a_title_and_a_control_number_of_its_own() -> None:
    with pytest.raises(TitleMissing):
        a_record("  ")
    a_record("甲", agency="NLC", control_number="001")
    with pytest.raises(ControlNumberTaken):
        a_record("乙", agency="NLC", control_number="001")
    assert Record.objects.count() == 1


def test_a_held_record_is_not_deleted_and_a_deleted_one_is_gone_for_readers(
    a_small_consortium: SmallConsortium,
) -> None:
    record = a_record("心电图诊断学")
    holding = a_holding(record, a_small_consortium.main)
    with pytest.raises(RecordStillHeld):
        services.delete_record(record=record, by=None)
    services.remove_holding(holding=holding, by=None)
    services.delete_record(record=record, by=None)
    with pytest.raises(RecordUnknown):
        queries.record_by_id(record.pk)
    assert not queries.records_visible_to(a_small_consortium.manager).exists()


def _touches(cast: SmallConsortium, item: Item, by: Staff) -> list[Callable[[], object]]:
    """Everything that can be done to a library's holdings and items."""
    holding = item.holding
    return [
        lambda: services.add_holding(record=holding.record, library=cast.main, call_number="X", by=by),
        lambda: services.change_holding(holding=holding, by=by, call_number="X"),
        lambda: services.remove_holding(holding=holding, by=by),
        lambda: services.add_item(holding=holding, barcode="X", by=by),
        lambda: services.change_item(item=item, version=1, by=by, barcode="X"),
        lambda: services.change_condition(item=item, deed="lose", by=by),
    ]


def test_an_outsider_touches_nothing_of_another_library(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    item = an_item(a_record("心电图诊断学"), cast.main, barcode="B1")

    def everything() -> tuple[list[object], list[object]]:
        return list(Holding.objects.values()), list(Item.objects.values())

    before, changes = everything(), RecordChange.objects.count()
    for stranger in (cast.outsider, cast.librarian_a, cast.system_administrator):
        for touch in _touches(cast, item, stranger):
            with pytest.raises(NotAllowed):
                touch()
    assert everything() == before
    assert RecordChange.objects.count() == changes


def test_barcodes_are_each_librarys_own(a_small_consortium: SmallConsortium) -> None:
    cast, record = a_small_consortium, a_record("心电图诊断学")
    mine = an_item(record, cast.main, barcode="0001")
    with pytest.raises(BarcodeTaken):
        an_item(record, cast.main, barcode="0001")
    theirs = an_item(record, cast.b, barcode="0001")
    with pytest.raises(ItemUnknown, match="先选定馆"):
        queries.item_by_barcode("0001")
    assert queries.item_by_barcode("0001", library=cast.b) == theirs != mine


def test_holdings_are_one_a_place_and_emptied_before_they_go(a_small_consortium: SmallConsortium) -> None:
    cast, record = a_small_consortium, a_record("心电图诊断学")
    item = an_item(record, cast.main, call_number="R1")
    with pytest.raises(HoldingExists):
        a_holding(record, cast.main, "R1")
    with pytest.raises(HoldingNotEmpty):
        services.remove_holding(holding=item.holding, by=None)


@given(deeds=st.lists(st.sampled_from(sorted({deed for _state, deed in CONDITION_MOVES})), max_size=8))
@pytest.mark.django_db
def test_a_copy_moves_only_along_its_table(deeds: list[str]) -> None:
    at = Condition.ON_ORDER
    for deed in deeds:
        move = CONDITION_MOVES.get((at, deed))
        if move is None:
            continue
        # Lost, missing and withdrawn copies come back by way of a person who says so.
        if at in (Condition.LOST, Condition.MISSING) and move[0] == Condition.ON_SHELF:
            assert deed == "find"
        if at == Condition.WITHDRAWN:
            assert move[0] == Condition.IN_PROCESS
        at = move[0]


def test_a_copy_in_readers_hands_is_not_withdrawn(a_small_consortium: SmallConsortium) -> None:
    item = an_item(a_record("心电图诊断学"), a_small_consortium.main)
    services.set_available(item=item, available=False)
    with pytest.raises(ItemInUse):
        services.change_condition(item=item, deed="withdraw", by=None)
    services.set_available(item=item, available=True)
    withdrawn = services.change_condition(item=item, deed="withdraw", by=None)
    with pytest.raises(MoveNotOffered, match="已剔除"):
        services.change_condition(item=withdrawn, deed="lose", by=None)


def test_availability_follows_condition_and_use(a_small_consortium: SmallConsortium) -> None:
    cast, record = a_small_consortium, a_record("心电图诊断学")
    lent = an_item(record, cast.main)
    an_item(record, cast.main, item_type=ItemType.REFERENCE)
    an_item(record, cast.a, condition=Condition.ON_ORDER)
    an_item(record, cast.b, condition=Condition.WITHDRAWN)
    services.set_available(item=lent, available=False)
    told = {each.library.code: each for each in queries.availability(record)}
    assert sorted(told) == ["A", "MAIN"]
    assert (told["MAIN"].copies, told["MAIN"].on_shelf, told["MAIN"].loanable) == (2, 1, 0)
    assert (told["A"].on_shelf, told["A"].on_order) == (0, 1)
    services.set_available(item=lent, available=True)
    assert queries.availability(record)[1].loanable == 1


def test_saying_the_same_twice_is_logged_once(a_small_consortium: SmallConsortium) -> None:
    item = an_item(a_record("心电图诊断学"), a_small_consortium.main)
    before = RecordChange.objects.count()
    services.set_available(item=item, available=False)
    services.set_available(item=item, available=False)
    assert RecordChange.objects.count() == before + 1


def test_a_merged_record_leads_to_its_heir() -> None:
    heir, merged = a_record("内科学"), a_record("内科学（重复）")
    Record.objects.filter(pk=merged.pk).update(state=RecordState.MERGED, merged_into=heir)
    assert queries.record_by_id(merged.pk) == heir


def test_pinyin_sorts_titles(a_small_consortium: SmallConsortium) -> None:
    for title in ("重症医学", "内科学", "儿科学", "心电图诊断学"):
        a_record(title)
    by_sound = Record.objects.order_by("title_pinyin").values_list("title", flat=True)
    assert list(by_sound) == ["儿科学", "内科学", "心电图诊断学", "重症医学"]


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("CNY48.00", 4800),
        ("￥66.00（全三册）", 6600),
        ("48元", 4800),
        ("$12.00", None),
        ("赠阅", None),
        ("1,200.50", 120050),
    ],
)
def test_prices_are_read_as_they_are_written(written: str, fen: int | None) -> None:
    assert price_fen(written) == fen


@given(st.text(max_size=60))
def test_any_text_is_a_price_or_none(written: str) -> None:
    assert price_fen(written) is None or price_fen(written) >= 0  # type: ignore[operator]


def test_hostile_text_is_kept_out_of_the_database() -> None:
    record = services.add_record(
        description=Description(title="心电图😀𠮷", responsibility="a" * 9000), by=None
    )
    record.refresh_from_db()
    assert record.title == "心电图😀𠮷"
