"""From lines to the catalogue: what nobody touched keeps its bytes, and nobody overwrites anybody unseen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.catalog import services
from xinglin.catalog.description import Description, Native
from xinglin.catalog.editing import saving
from xinglin.catalog.editing.blanks import blank_named
from xinglin.catalog.editing.lines import text_of
from xinglin.catalog.editing.presence import STILL_THERE, note_editing, others_editing
from xinglin.catalog.errors import RecordChangedMeanwhile, SharedRecord
from xinglin.catalog.marc import ControlField, DataField, Flavour, facts_of, read_record, write_iso2709
from xinglin.catalog.marc import Record as MarcRecord
from xinglin.catalog.marc.errors import UnwritableRecord
from xinglin.catalog.marc.iso2709 import locate_fields
from xinglin.catalog.marc.tests.samples import cnmarc as foreign_cnmarc
from xinglin.catalog.marc.tests.samples import marc21 as foreign_marc21
from xinglin.catalog.marc.tests.samples import records
from xinglin.catalog.models import Flavour as StoredFlavour
from xinglin.catalog.models import Format, Record
from xinglin.catalog.projection import description_of
from xinglin.catalog.tests.factories import a_holding, a_record
from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium

pytestmark = pytest.mark.django_db


def kept(raw: bytes, *, format: Format = Format.ISO2709) -> Record:
    """Add a record as an import would: with the bytes it came in."""
    read = read_record(raw)
    native = Native(raw=raw, format=format, charset=read.charset, flavour=StoredFlavour(read.flavour.value))
    return services.add_record(description=description_of(facts_of(read.record)), native=native, by=None)


def lines_of(record: Record) -> str:
    return text_of(saving.opened(record).marc)


def saved(record: Record, text: str) -> Record:
    return saving.save_amended(record=record, version=record.version, text=text, by=None)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_record_saved_untouched_has_the_same_bytes(encoding: str) -> None:
    raw = foreign_cnmarc("心电图诊断学", encoding=encoding)
    record = kept(raw)
    assert bytes(saved(record, lines_of(record)).marc) == raw


@pytest.mark.parametrize(
    "title", [b"Le c\xe2ur", b"Acad\xe2emie \x1fbnouvelle", "Académie nouvelle".encode()]
)
def test_a_western_record_keeps_its_character_set_and_bytes(title: bytes) -> None:
    record = kept(foreign_marc21(title))
    after = saved(record, lines_of(record).replace("‡aParis", "‡aLyon"))
    before_pieces, pieces = locate_fields(bytes(record.marc)).pieces, locate_fields(bytes(after.marc)).pieces
    changed = [new for old, new in zip(before_pieces, pieces, strict=True) if old != new]
    assert changed == [b"  \x1faLyon :\x1fbMasson,\x1fc1971."]
    assert after.charset == record.charset


def test_a_changed_field_is_written_in_the_records_own_character_set() -> None:
    record = kept(foreign_cnmarc("心电图诊断学"))
    after = saved(record, lines_of(record).replace("‡a北京", "‡a上海"))
    assert "上海".encode("gb18030") in bytes(after.marc)
    assert after.place == "上海" and after.charset == "gb18030" and after.version == 2
    # A wrong declaration elsewhere in the record is not this editor's to change in passing.
    assert b"chiy0110    ea" in bytes(after.marc)


@given(records(), st.integers(0, 7))
def test_any_record_keeps_every_field_but_the_one_removed(record: MarcRecord, place: int) -> None:
    raw = write_iso2709(record)
    read = read_record(raw)
    fields = [field for at, field in enumerate(read.record.fields) if at != place % len(read.record.fields)]
    amended = read.record.with_fields(tuple(fields))
    row = Record(marc=raw, format=Format.ISO2709, charset=read.charset, flavour=read.flavour.value)
    native = saving.rewritten(row, amended, read.flavour)
    before = locate_fields(raw).pieces
    del before[place % len(before)]
    assert locate_fields(native.raw).pieces == before


def test_what_marc8_cannot_say_is_refused_with_the_character() -> None:
    record = kept(foreign_marc21(b"Acad\xe2emie"))
    assert record.charset == "marc-8"
    with pytest.raises(UnwritableRecord, match="😀"):
        saved(record, lines_of(record).replace("‡aParis", "‡aParis 😀"))


def test_a_record_made_of_columns_becomes_cnmarc_when_it_is_edited() -> None:
    record = a_record(
        "心电图诊断学", authors=("王吉耀",), isbns=("9787117266789",), year=2020, classes=("R540.4",)
    )
    text = lines_of(record)
    assert "200 1# ‡a心电图诊断学" in text and "690 ## ‡aR540.4" in text
    after = saved(record, text.replace("心电图诊断学", "临床心电图学"))
    assert (after.title, after.isbns, after.authors, after.year) == (
        "临床心电图学", ["9787117266789"], ["王吉耀"], 2020,
    )  # fmt: skip
    assert after.format == Format.ISO2709 and after.flavour == "cnmarc"


def test_a_marcxml_record_stays_marcxml() -> None:
    from xinglin.catalog.marc import record_as_xml

    marc = read_record(foreign_cnmarc("心电图诊断学")).record
    raw = record_as_xml(marc, flavour=Flavour.CNMARC, namespace="info:lc/xmlns/marcxchange-v2").encode()
    after = saved(kept(raw, format=Format.MARCXML), text_of(marc).replace("诊断学", "图谱"))
    assert after.format == Format.MARCXML and after.title == "心电图图谱"
    assert read_record(bytes(after.marc)).record.fields[0] == marc.fields[0]


def test_the_second_to_save_is_told_and_nothing_is_overwritten(a_small_consortium: SmallConsortium) -> None:
    record = kept(foreign_cnmarc("心电图诊断学"))
    text = lines_of(record)
    saving.save_amended(
        record=record, version=1, text=text.replace("北京", "上海"), by=a_small_consortium.manager
    )
    with pytest.raises(RecordChangedMeanwhile):
        saving.save_amended(
            record=record, version=1, text=text.replace("北京", "广州"), by=a_small_consortium.manager
        )
    record.refresh_from_db()
    assert (record.place, record.version) == ("上海", 2)


def test_a_branch_may_not_rewrite_what_others_hold(a_small_consortium: SmallConsortium) -> None:
    record = kept(foreign_cnmarc("心电图诊断学"))
    a_holding(record, a_small_consortium.b)
    with pytest.raises(SharedRecord):
        saving.save_amended(
            record=record, version=1, text=lines_of(record), by=a_small_consortium.librarian_a
        )


def test_a_record_with_errors_is_not_saved() -> None:
    record = kept(foreign_cnmarc("心电图诊断学"))
    with pytest.raises(saving.RecordHasErrors, match="没有题名"):
        saved(record, "LDR " + bytes(record.marc[:24]).decode() + "\n300 ## ‡a只有附注")
    record.refresh_from_db()
    assert record.version == 1


def test_a_control_number_of_the_import_profile_survives_an_amendment() -> None:
    read = read_record(foreign_cnmarc("心电图诊断学"))
    marc = read.record.with_fields(tuple(field for field in read.record.fields if field.tag != "801"))
    raw = write_iso2709(marc, flavour=Flavour.CNMARC)
    native = Native(raw=raw, format=Format.ISO2709, charset="utf-8", flavour=StoredFlavour.CNMARC)
    description = replace(description_of(facts_of(marc)), agency="OWN", control_number="cn1")
    record = services.add_record(description=description, native=native, by=None)
    after = saved(record, lines_of(record).replace("诊断学", "图谱"))
    assert (after.agency, after.control_number) == ("OWN", "cn1")


def test_a_new_record_from_lines_is_in_the_catalogue_with_its_marc() -> None:
    marc = MarcRecord(
        "     nam0 22        450 ",
        (ControlField("001", "x9"), DataField("200", "1", " ", (("a", "内科学"),))),
    )
    record = saving.save_new(text=text_of(marc), flavour=Flavour.CNMARC, by=None)
    assert record.title == "内科学" and read_record(bytes(record.marc)).record.fields == marc.fields


def test_who_has_a_record_open_is_known_for_a_minute(
    a_small_consortium: SmallConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = a_small_consortium
    record = services.add_record(description=Description(title="内科学"), by=None)
    note_editing(record=record, by=cast.manager)
    note_editing(record=record, by=cast.manager)
    assert others_editing(record, cast.librarian_a) == [cast.manager]
    assert others_editing(record, cast.manager) == []
    later = clock.now() + 2 * STILL_THERE
    monkeypatch.setattr(clock, "now", lambda: later)
    assert others_editing(record, cast.librarian_a) == []


def test_what_a_blank_offered_and_nobody_filled_is_left_out() -> None:
    text = (
        blank_named("cnmarc_thesis")
        .text.replace("200 1# ‡a", "200 1# ‡a房颤抗凝研究")
        .replace("‡4指导", "‡a李平‡4指导")
    )
    record = saving.save_new(text=text, flavour=Flavour.CNMARC, by=None)
    marc = read_record(bytes(record.marc)).record
    assert {"330", "606", "690", "701", "712"}.isdisjoint(marc.by_tag)
    assert marc.get("702", "a") == "李平" and marc.get("200", "f") is None
