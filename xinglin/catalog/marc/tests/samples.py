"""MARC bytes made by hand for tests: not by our own writer, which is itself under test."""

from collections.abc import Sequence

from hypothesis import strategies as st

from xinglin.catalog.marc.model import ControlField, DataField, Field, Record

CNMARC_LEADER = "00000nam0 2200000   450 "
MARC21_LEADER = "00000nam  2200000 a 4500"


def iso2709(fields: Sequence[tuple[str, bytes]], leader: str = MARC21_LEADER) -> bytes:
    """Return one record around raw field bytes (indicators and subfields included, no terminators)."""
    directory, body = b"", b""
    for tag, data in fields:
        directory += f"{tag}{len(data) + 1:04d}{len(body) % 100_000:05d}".encode()
        body += data + b"\x1e"
    base = 24 + len(directory) + 1
    size = base + len(body) + 1
    head = f"{size % 100_000:05d}{leader[5:12]}{base:05d}{leader[17:24]}".encode()
    return head + directory + b"\x1e" + body + b"\x1d"


def cnmarc(title: str, *, encoding: str = "gb18030", publisher: str = "人民卫生出版社") -> bytes:
    """Return a small Chinese record as a vendor would send it, leader/09 blank."""
    return iso2709(
        [
            ("001", b"cn1"),
            ("010", b"  \x1fa978-7-117-10000-7\x1fdCNY48.00"),
            ("100", b"  \x1fa20140718d2014    em y0chiy0110    ea"),
            ("101", b"0 \x1fachi"),
            ("102", b"  \x1faCN\x1fb110000"),
            ("200", b"1 \x1fa" + title.encode(encoding) + b"\x1ff" + "编写组编".encode(encoding)),
            ("210", b"  \x1fa" + "北京".encode(encoding) + b"\x1fc" + publisher.encode(encoding)),
            ("801", b" 0\x1faCN\x1fbPUMC"),
        ],
        CNMARC_LEADER,
    )


def marc21(title: bytes, *, leader: str = MARC21_LEADER, author: bytes = b"Smith, John.") -> bytes:
    """Return a small Western record around the bytes of its title."""
    return iso2709(
        [
            ("001", b"w1"),
            ("008", b"760914s1971    fr            000 0 fre d"),
            ("100", b"1 \x1fa" + author),
            ("245", b"10\x1fa" + title + b"."),
            ("260", b"  \x1faParis :\x1fbMasson,\x1fc1971."),
        ],
        leader,
    )


def bibliographic(title: str, *more: Field) -> Record:
    """Return a record for writing."""
    return Record(
        MARC21_LEADER,
        (ControlField("001", "x1"), DataField("245", "1", "0", (("a", title),)), *more),
    )


_SAFE = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\ufffe\uffff")
_CODES = st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789")


def records(characters: st.SearchStrategy[str] = _SAFE) -> st.SearchStrategy[Record]:
    """Return records that say anything in these characters."""
    texts = st.text(characters, min_size=0, max_size=30)
    subfields = st.lists(st.tuples(_CODES, texts), min_size=1, max_size=5).map(tuple)
    data = st.builds(
        DataField,
        st.sampled_from(["200", "245", "500", "606", "701", "905"]),
        st.sampled_from(" 01"),
        st.sampled_from(" 01"),
        subfields,
    )
    control = st.builds(ControlField, st.sampled_from(["001", "005"]), st.text("abc0123456789", max_size=12))
    fields = st.tuples(control, st.lists(data, min_size=1, max_size=8)).map(lambda two: (two[0], *two[1]))
    return st.builds(Record, st.just(MARC21_LEADER), fields)
