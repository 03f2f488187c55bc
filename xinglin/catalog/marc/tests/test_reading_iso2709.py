"""Files of ISO 2709 as they come: whole, cut, with wrong lengths, with garbage between the records."""

from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xinglin.catalog.marc import DataField, Reading, RecordRead, RefusedRecord, read_file, read_iso2709
from xinglin.catalog.marc.splitting import RECORD_CAP
from xinglin.catalog.marc.tests.samples import CNMARC_LEADER, cnmarc, iso2709, marc21

GOOD = marc21(b"Traite de cardiologie")
OTHER = marc21(b"Atlas d'anatomie")


def readings(data: bytes) -> list[Reading]:
    return list(read_iso2709(BytesIO(data)))


def read(data: bytes) -> RecordRead:
    [reading] = readings(data)
    assert isinstance(reading, RecordRead), reading
    return reading


def refused(data: bytes) -> RefusedRecord:
    [reading] = readings(data)
    assert isinstance(reading, RefusedRecord), reading
    return reading


def codes(reading: Reading) -> list[str]:
    return [remark.code for remark in reading.remarks] if isinstance(reading, RecordRead) else []


def test_every_record_keeps_its_bytes_its_number_and_its_place() -> None:
    one, two = readings(GOOD + b"\r\n" + OTHER)
    assert isinstance(one, RecordRead)
    assert isinstance(two, RecordRead)
    assert (one.number, one.offset, one.raw) == (1, 0, GOOD)
    assert (two.number, two.offset, two.raw) == (2, len(GOOD) + 2, OTHER)
    assert two.record.get("245", "a") == "Atlas d'anatomie."


def test_a_file_cut_in_the_middle_gives_what_is_whole_and_refuses_the_rest() -> None:
    one, two = readings(GOOD + OTHER[:100])
    assert isinstance(one, RecordRead)
    assert isinstance(two, RefusedRecord)
    assert two.code == "truncated"
    assert str(len(OTHER)) in two.reason
    assert "100" in two.reason
    assert two.raw == OTHER[:100]


def test_only_the_last_terminator_missing_is_no_reason_to_refuse() -> None:
    reading = read(GOOD[:-1])
    assert codes(reading) == ["terminator_missing"]
    assert reading.record.get("245", "a") == "Traite de cardiologie."


def test_a_terminator_lost_between_two_records_does_not_melt_them_into_one() -> None:
    one, two = readings(GOOD[:-1] + OTHER)
    assert codes(one) == ["terminator_missing"]
    assert isinstance(two, RecordRead)
    assert two.raw == OTHER


def test_a_wrong_length_in_the_leader_is_noted_and_the_record_read() -> None:
    one, two = readings(b"00099" + GOOD[5:] + OTHER)
    assert codes(one) == ["length_wrong"]
    assert isinstance(two, RecordRead)
    assert codes(two) == []


def test_garbage_before_a_record_is_noted_on_it() -> None:
    one, two = readings(GOOD + b"-- exported by hand --" + OTHER)
    assert isinstance(one, RecordRead)
    assert isinstance(two, RecordRead)
    assert codes(two) == ["leading_bytes"]
    assert two.raw == OTHER


def test_garbage_that_is_no_record_is_refused_and_kept() -> None:
    one, two = readings(b"what is this\x1d" + GOOD)
    assert isinstance(one, RefusedRecord)
    assert (one.code, one.raw) == ("not_a_record", b"what is this\x1d")
    assert isinstance(two, RecordRead)


def test_a_record_terminator_inside_a_field_does_not_cut_the_record() -> None:
    stray = iso2709([("001", b"1"), ("245", b"10\x1faHeart\x1dattack"), ("500", b"  \x1faNote")])
    one, two = readings(stray + GOOD)
    assert isinstance(one, RecordRead)
    assert one.raw == stray
    assert isinstance(two, RecordRead)


def test_lengths_counted_in_characters_are_repaired_because_the_counts_agree() -> None:
    good = cnmarc("内科学", encoding="utf-8")
    end = good.index(b"\x1e")
    fields = good[end + 1 : -1].decode().split("\x1e")[:-1]
    directory, start = "", 0
    for tag, text in zip([good[at : at + 3].decode() for at in range(24, end, 12)], fields, strict=True):
        directory += f"{tag}{len(text) + 1:04d}{start:05d}"
        start += len(text) + 1
    reading = read(good[:24] + directory.encode() + good[end:])
    assert codes(reading) == ["directory_repaired"]
    assert reading.record.get("200", "a") == "内科学"


def test_a_directory_that_cannot_be_repaired_without_guessing_is_refused() -> None:
    broken = bytearray(GOOD)
    broken[27:31] = b"0009"
    broken = bytearray(bytes(broken).replace(b"Masson", b"Mas\x1eon"))
    refusal = refused(bytes(broken))
    assert refusal.code == "directory_mismatch"
    assert "5" in refusal.reason
    assert "6" in refusal.reason


def test_fields_stored_in_another_order_than_listed_are_found_by_the_directory() -> None:
    swapped = iso2709([("001", b"1"), ("500", b"  \x1faNote"), ("245", b"10\x1faTitle")])
    directory = [swapped[at : at + 12] for at in (24, 36, 48)]
    reading = read(swapped[:24] + directory[0] + directory[2] + directory[1] + swapped[60:])
    assert [field.tag for field in reading.record.fields] == ["001", "245", "500"]
    assert reading.record.get("245", "a") == "Title"


def test_a_record_longer_than_the_leader_can_say_is_read_to_its_terminator() -> None:
    long = iso2709([("001", b"1"), ("245", b"10\x1faTitle")] + [("500", b"  \x1fa" + b"n" * 900)] * 130)
    reading = read(long)
    assert codes(reading)[0] == "longer_than_iso2709"
    assert len(reading.record.fields) == 132


def test_indicators_of_several_bytes_survive() -> None:
    raw = iso2709([("001", b"1"), ("245", "1é".encode() + b"\x1faTitle")], "00000nam a2200000 a 4500")
    field = next(read(raw).record.data("245"))
    assert (field.ind1, field.ind2) == ("1", "é")


def test_text_before_any_subfield_mark_is_kept_under_an_empty_code() -> None:
    field = read(iso2709([("001", b"1"), ("245", b"10Title at once")])).record.fields[1]
    assert field == DataField("245", "1", "0", (("", "Title at once"),))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"00026nam  2200025   4500\x1e\x1d", "no_fields"),
        (b"00030nam  2200025   4500 xx\x1e\x1d", "directory_odd"),
        (b"00027nam  2200025   4500xxx\x1d", "directory_missing"),
        (b"00010nam\x1d", "not_a_record"),
    ],
)
def test_a_record_without_a_sound_directory_is_refused(raw: bytes, code: str) -> None:
    assert refused(raw).code == code


def test_a_record_that_never_ends_is_refused_and_the_next_one_read() -> None:
    endless = GOOD[:-1] + b"x" * (RECORD_CAP + 100) + b"\x1d"
    one, two = readings(endless + OTHER)
    assert isinstance(one, RefusedRecord)
    assert (one.code, one.size) == ("beyond_cap", len(endless))
    assert isinstance(two, RecordRead)
    assert two.raw == OTHER


def test_a_subfield_of_ten_megabytes_is_refused_with_its_size() -> None:
    raw = iso2709([("001", b"1")])[:-1] + b"  \x1fa" + b"x" * 10_000_000 + b"\x1e\x1d"
    assert refused(raw).code == "beyond_cap"


def test_a_file_in_small_reads_gives_the_same_as_in_one() -> None:
    class Dripping(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(7)

    data = GOOD + b"\n" + b"00099" + OTHER[5:] + OTHER[:-1] + GOOD
    dripped = list(read_iso2709(Dripping(data)))
    assert dripped == readings(data)
    assert len(dripped) == 4


@given(st.binary(max_size=400))
@example(b"\x1d")
@example(b"\x1d\x1d\x1e\x1f")
@example(b"00000")
def test_no_bytes_whatever_raise(data: bytes) -> None:
    for reading in read_file(BytesIO(data)):
        assert isinstance(reading, RecordRead) or reading.reason


@given(st.lists(st.sampled_from([GOOD, OTHER, cnmarc("外科学")]), min_size=1, max_size=5), st.data())
def test_damage_costs_a_record_never_a_byte(whole: list[bytes], data: st.DataObject) -> None:
    """Flip bytes anywhere: what is read and refused still covers the file, filler and notes aside."""
    damaged = bytearray(b"".join(whole))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    reached = 0
    for number, reading in enumerate(readings(bytes(damaged)), start=1):
        assert reading.number == number
        skipped = bytes(damaged[reached : reading.offset])
        assert not skipped.strip(b"\r\n\x00\x1a\xef\xbb\xbf") or "leading_bytes" in codes(reading)
        assert bytes(damaged[reading.offset : reading.offset + len(reading.raw)]) == reading.raw
        reached = reading.offset + len(reading.raw)
    assert not bytes(damaged[reached:]).strip(b"\r\n\x00\x1a")


def test_a_leader_of_another_standard_is_kept_as_it_stands() -> None:
    assert read(cnmarc("妇产科学")).record.leader[5:] == CNMARC_LEADER[5:12] + "00121" + CNMARC_LEADER[17:]
