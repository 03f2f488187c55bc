"""ISO 18626: every file of the corpus, what we send against the schema, and hostile bytes."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from xinglin.ill.protocol.messages import (
    Agency,
    Bibliographic,
    Coded,
    Confirmation,
    Cost,
    Header,
    Message,
    Place,
    PossibleSupplier,
    Publication,
    Request,
    RequesterMessage,
    Service,
    SupplierMessage,
    digest,
)
from xinglin.ill.protocol.reading import LARGEST, Refused, moment_in, read, read_confirmation
from xinglin.ill.protocol.vocabulary import (
    CONFIRMATION_OF,
    Action,
    ErrorType,
    MessageKind,
    Reason,
    RequestSubType,
    RequestType,
    ServiceType,
    Status,
)
from xinglin.ill.protocol.writing import write

NOW = datetime(2026, 11, 29, 1, 2, 3, 456789, tzinfo=UTC)
# Files that mean nothing: words that are in no list, placeholders where a moment stands. All others are taken.
REFUSED = {
    "reshare_integration-test_resources_isoMessages_cancelResponseReplyNoTemplate.xml": "timestamp: _TIMESTAMP_",
    "reshare_integration-test_resources_isoMessages_statusChangeExpectToSupplyTemplate.xml": "timestamp",
    "reshare_integration-test_resources_isoMessages_supplyingAgencyMessage_statusChange.xml": "status_holder",
    "xl_broker_test_testdata_reqmsg-invalid-action.xml": "WeCancelThisMessage",
    "xl_broker_test_testdata_supmsg-invalid-reason.xml": "NoGoodReason",
}


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Path:
    return shared / "data" / "library" / "iso18626"


@pytest.fixture(scope="module")
def schema(corpus: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(corpus / "ISO-18626-v1_2.xsd")))


@pytest.mark.corpus
def test_every_file_of_the_corpus_is_taken_or_refused_with_its_reason(
    corpus: Path, schema: etree.XMLSchema
) -> None:
    files = sorted(corpus.glob("*.xml"))
    assert len(files) > 20
    for path in files:
        valid = schema.validate(etree.parse(str(path)))
        try:
            message = read(path.read_bytes())
        except Refused as refused:
            assert not valid, f"{path.name} is valid and was refused: {refused}"
            assert REFUSED[path.name] in str(refused), path.name
            continue
        assert path.name not in REFUSED
        again = write(message)
        assert schema.validate(etree.fromstring(again)), (path.name, schema.error_log)
        assert read(again) == message, path.name


texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
# A symbol of nothing but characters that XML forbids is no symbol: the reader asks for it.
symbols = st.text(alphabet="ABCxyz-/:019中", min_size=1, max_size=12)
agencies = st.builds(Agency, symbols, st.sampled_from(["ISIL", "RESHARE"]))
headers = st.builds(
    Header, supplier=agencies, requester=agencies, timestamp=moments, request_id=texts, group_id=texts,
    supplier_request_id=texts, account=texts, security_code=texts,
)  # fmt: skip
costs = st.builds(Cost, st.decimals(0, 10**9, places=2, allow_nan=False), st.sampled_from(["CNY", "EUR"]))
coded = st.builds(Coded, st.sampled_from(["ISBN", "DOI", ""]), texts.filter(str.strip))
places = st.one_of(
    st.builds(Place, kind=texts, data=texts.filter(str.strip)), st.builds(Place, line1=texts, locality=texts)
)
requests = st.builds(
    Request,
    header=headers,
    what=st.builds(
        Bibliographic, record_id=texts, title=texts, author=texts, volume=texts, pages=texts, sponsor=texts,
        item_ids=st.lists(coded, max_size=3).map(tuple), record_ids=st.lists(coded, max_size=2).map(tuple),
    ),
    publication=st.none() | st.builds(Publication, publisher=texts, date=texts),
    service=st.none()
    | st.builds(
        Service, type=st.sampled_from(ServiceType), request_type=st.sampled_from(RequestType),
        sub_types=st.lists(st.sampled_from(RequestSubType), max_size=3).map(tuple),
        need_before=st.none() | moments, any_edition=st.none() | st.booleans(), note=texts, level=texts,
    ),
    suppliers=st.lists(
        st.builds(PossibleSupplier, order=st.none() | st.integers(0, 99), agency=st.none() | agencies), max_size=2
    ).map(tuple),
    deliver_to=st.lists(places, max_size=2).map(tuple),
    library_name=texts, patron_id=texts, most_cost=st.none() | costs,
)  # fmt: skip
supplier_messages = st.builds(
    SupplierMessage,
    header=headers, reason=st.sampled_from(Reason), status=st.sampled_from(Status), last_change=moments,
    answer=st.none() | st.booleans(), note=texts, reason_unfilled=texts, offered_cost=st.none() | costs,
    retry_after=st.none() | moments, due=st.none() | moments, sent_at=st.none() | moments, item_id=texts,
    condition=texts, return_name=texts, return_to=st.none() | st.builds(Place, line1=texts),
)  # fmt: skip
requester_messages = st.builds(RequesterMessage, header=headers, action=st.sampled_from(Action), note=texts)
confirmations = st.builds(
    Confirmation, kind=st.sampled_from(sorted(CONFIRMATION_OF.values())), received_at=moments, timestamp=moments,
    supplier=st.none() | agencies, requester=st.none() | agencies, request_id=texts,
    error=st.none() | st.sampled_from(ErrorType), error_value=texts,
)  # fmt: skip


@pytest.mark.corpus
@settings(max_examples=150)
@given(message=st.one_of(requests, supplier_messages, requester_messages, confirmations))
def test_whatever_we_send_the_schema_accepts(
    message: Message | Confirmation, schema: etree.XMLSchema
) -> None:
    if isinstance(message, Confirmation):
        message = replace(message, reason=None, action=None)
    written = write(message)
    assert schema.validate(etree.fromstring(written)), schema.error_log
    if not isinstance(message, Confirmation):
        assert digest(read(written)) == digest(read(write(read(written))))


def test_a_confirmation_is_read_back() -> None:
    sent = Confirmation(
        kind=MessageKind.REQUEST_CONFIRMATION, received_at=NOW, timestamp=NOW, request_id="7",
        error=ErrorType.UNRECOGNISED_VALUE, error_value="status: x",
    )  # fmt: skip
    assert read_confirmation(write(sent), now=NOW) == sent
    with pytest.raises(Refused):
        read_confirmation(b"<html/>", now=NOW)


BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><ISO18626Message>&b;</ISO18626Message>'
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><ISO18626Message><request>&a;</request></ISO18626Message>'


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "BadlyFormed"),
        (b"\x00\x01", "BadlyFormed"),
        (b"<a>", "BadlyFormed"),
        (b"<a/>", "UnrecognisedDataElement: a"),
        (b"<ISO18626Message/>", "0 messages"),
        (b"<ISO18626Message><request/><request/></ISO18626Message>", "2 messages"),
        (b"<request/>", "missing element: header"),
        (BOMB, "BadlyFormed"),
        (OUTSIDE, "BadlyFormed"),
        (b"<ISO18626Message>" + b"<request>" * 60 + b"</request>" * 60 + b"</ISO18626Message>", "too deeply"),
        (b"<a>" + b" " * LARGEST + b"</a>", "larger than"),
    ],
)
def test_hostile_bytes_are_refused_by_name(data: bytes, word: str) -> None:
    with pytest.raises(Refused, match=word):
        read(data)


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        read(data)
    except Refused as refused:
        assert refused.value is not None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-12-12T20:12:00.62959771Z", datetime(2024, 12, 12, 20, 12, 0, 629597, tzinfo=UTC)),
        ("1900-01-01T01:01:01+0000", datetime(1900, 1, 1, 1, 1, 1, tzinfo=UTC)),
        ("2024-12-12T20:12:00+08:00", datetime(2024, 12, 12, 12, 12, tzinfo=UTC)),
        ("2024-12-12", datetime(2024, 12, 12, tzinfo=UTC)),
        ("2024-13-12T00:00:00Z", None),
        ("0000-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("tomorrow", None),
    ],
)
def test_moments_are_read_loosely_and_never_guessed(written: str, meant: datetime | None) -> None:
    assert moment_in(written) == meant


def test_money_is_never_an_exponent() -> None:
    head = Header(supplier=Agency("S"), requester=Agency("R"), timestamp=NOW, request_id="1")
    message = SupplierMessage(
        header=head,
        reason=Reason.STATUS_CHANGE,
        status=Status.WILL_SUPPLY,
        offered_cost=Cost(Decimal("1E+3")),
    )
    assert b">1000<" in write(message)
