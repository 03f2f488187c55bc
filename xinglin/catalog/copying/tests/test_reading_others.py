"""Answers of other people's servers: real ones of the corpus, and hostile ones."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.catalog.copying import oai_client, sru_client
from xinglin.catalog.copying.errors import AnswerUnreadable
from xinglin.catalog.marc import RecordRead, facts_of

OAI = (
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-01T00:00:00Z</responseDate>'
)


@pytest.mark.corpus
def test_every_sru_answer_of_the_corpus_is_read(shared: Path) -> None:
    read = 0
    for path in sorted((shared / "data/library/sru").glob("*.xml")):
        answer = sru_client.read_answer(path.read_bytes())
        assert answer.total, path.name
        assert not answer.trouble, path.name
        if "isohold" in path.name:
            assert not answer.records
            continue
        assert answer.records, path.name
        assert len(answer.records) == len(answer.readings), path.name
        assert all(facts_of(record.record, record.flavour).title for record in answer.records), path.name
        read += len(answer.records)
    assert read > 100


@pytest.mark.corpus
def test_every_oai_answer_of_the_corpus_is_read_or_refused_by_name(shared: Path) -> None:
    folder = shared / "data/library/oai"
    refused = []
    for path in sorted(folder.glob("*.xml")):
        try:
            oai_client.read_answer(path.read_bytes())
        except AnswerUnreadable:
            refused.append(path.name)
    # Not OAI-PMH at all: three answers of an SRU server, and a line of text.
    assert refused == ["ListRecordsBroken.xml", *(f.name for f in sorted(folder.glob("mf_sru_dnb-*.xml")))]

    def answer(name: str) -> oai_client.OaiAnswer:
        return oai_client.read_answer((folder / name).read_bytes())

    assert answer("badArgument.xml").errors == (("badArgument", ""),)
    assert answer("arbitrary_error_response.xml").errors == (("foo", "bar"),)
    assert answer("Identify.xml").facts["repositoryName"] == "A Test Repository"
    assert answer("list_sets_response.xml").sets[0] == ("Audio (Music)", "Audio (Music)")
    listed = answer("ListRecords.xml")
    assert [record.deleted for record in listed.records] == [True, False]
    assert listed.records[1].elements["title"] == ("Sample Title",)
    assert (listed.token, listed.total) == ("ListRecords2.xml", 8)
    assert [record.deleted for record in answer("ListIdentifiers2.xml").records] == [False, True]
    foo = answer("list_records_response.xml").records
    assert [(record.identifier, record.trouble) for record in foo] == [
        ("fake:foo1", "no_datestamp"), ("fake:foo2", "no_datestamp"),
    ]  # fmt: skip
    doaj = answer("oai_doaj.xml")
    assert len(doaj.records) > 50
    assert all(record.identifier and record.elements for record in doaj.records)


def a_record(number: int, inside: str) -> str:
    return (
        f"<record><header><identifier>oai:x:{number}</identifier><datestamp>2026-01-01</datestamp></header>"
        f"<metadata>{inside}</metadata></record>"
    )


MARC = (
    '<m:record xmlns:m="http://www.loc.gov/MARC21/slim"><m:leader>00000nam a2200000 a 4500</m:leader>'
    '<m:controlfield tag="001">7</m:controlfield><m:datafield tag="245" ind1="0" ind2="0">'
    '<m:subfield code="a">Cardiology</m:subfield></m:datafield></m:record>'
)


def test_one_broken_record_does_not_cost_its_neighbours() -> None:
    records = a_record(1, MARC) + a_record(2, "<dc><title>open") + a_record(3, "<dc><title>ok</title></dc>")
    answer = oai_client.read_answer(f"{OAI}<ListRecords>{records}</ListRecords></OAI-PMH>".encode())
    assert [(record.identifier, record.trouble) for record in answer.records] == [
        ("oai:x:1", ""), ("oai:x:2", "broken_xml"), ("oai:x:3", ""),
    ]  # fmt: skip
    assert answer.records[0].marc is not None
    assert answer.records[0].marc.record.get("245", "a") == "Cardiology"
    assert answer.trouble


@pytest.mark.parametrize("read", [sru_client.read_answer, oai_client.read_answer])
@pytest.mark.parametrize(
    "body",
    [
        b"", b"<", b"{}", b"<html><body>login</body></html>", b"\xff\xfe<\x00a", b"<a/>",
        b'<!DOCTYPE x [<!ENTITY e "boom">]><OAI-PMH>&e;</OAI-PMH>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><searchRetrieveResponse/>',
        b'<?xml version="1.0" encoding="no-such"?><x/>', b"<x>" * 100_000,
    ],
)  # fmt: skip
def test_hostile_answers_are_refused_in_words(read: object, body: bytes) -> None:
    assert callable(read)
    with pytest.raises(AnswerUnreadable):
        read(body)


@given(st.binary(max_size=300), st.sampled_from(["searchRetrieveResponse", "OAI-PMH"]))
def test_no_bytes_bring_the_readers_down(noise: bytes, name: str) -> None:
    for body in (
        noise,
        f"<{name}><records><record>".encode() + noise + f"</record></records></{name}>".encode(),
    ):
        for read in (sru_client.read_answer, oai_client.read_answer):
            try:
                read(body)
            except AnswerUnreadable:
                continue


def test_records_packed_as_text_and_diagnostics_are_understood() -> None:
    packed = MARC.replace("<", "&lt;").replace(">", "&gt;")
    answer = sru_client.read_answer(
        f'<z:searchRetrieveResponse xmlns:z="http://docs.oasis-open.org/ns/search-ws/sruResponse">'
        f"<z:numberOfRecords>1</z:numberOfRecords><z:records><z:record><z:recordData>{packed}</z:recordData>"
        f"</z:record></z:records></z:searchRetrieveResponse>".encode()
    )
    assert isinstance(answer.readings[0], RecordRead)
    refused = sru_client.read_answer(
        b'<searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/"><numberOfRecords>0</numberOfRecords><diagnostics>'
        b'<diagnostic xmlns="http://www.loc.gov/zing/srw/diagnostic/"><uri>info:srw/diagnostic/1/16</uri>'
        b"<details>bath.isbn</details><message>Unsupported index</message></diagnostic></diagnostics>"
        b"</searchRetrieveResponse>"
    )
    assert [str(each) for each in refused.diagnostics] == ["Unsupported index: bath.isbn (16)"]
