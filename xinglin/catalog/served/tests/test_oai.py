"""OAI-PMH as harvesters meet it: over HTTP, with sickle against a live server."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer
from sickle import Sickle
from sickle.oaiexceptions import BadResumptionToken, NoRecordsMatch

from xinglin.catalog import services
from xinglin.catalog.models import Record
from xinglin.catalog.served import oai_lists, oai_tokens
from xinglin.catalog.served.oai_formats import identifier_of
from xinglin.catalog.served.tests.conftest import Served
from xinglin.catalog.tests.factories import a_record
from xinglin.commons import clock
from xinglin.commons.testing import asked_in

pytestmark = pytest.mark.django_db
O = {"o": "http://www.openarchives.org/OAI/2.0/"}  # noqa: E741


def asked(query: str, *, post: bool = False) -> etree._Element:
    client = Client()
    response = (
        client.post("/oai", query, content_type="application/x-www-form-urlencoded")
        if post
        else client.get(f"/oai?{query}")
    )
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/xml")
    return etree.fromstring(response.content)


def texts(answer: etree._Element, path: str) -> list[str]:
    return [str(value) for value in answer.xpath(path, namespaces=O)]  # type: ignore[union-attr]


def error_of(query: str) -> str:
    (code,) = texts(asked(query), "//o:error/@code")
    return code


def test_the_repository_says_who_it_is(served: Served) -> None:
    answer = asked("verb=Identify")
    assert texts(answer, "//o:deletedRecord/text()") == ["persistent"]
    assert texts(answer, "//o:granularity/text()") == ["YYYY-MM-DDThh:mm:ssZ"]
    assert texts(answer, "//o:request/@verb") == ["Identify"]
    first = min(Record.objects.values_list("updated_at", flat=True))
    assert texts(answer, "//o:earliestDatestamp/text()") == [first.strftime("%Y-%m-%dT%H:%M:%SZ")]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Steal", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=yesterday", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-02T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=a%20b", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=mods", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=colour:red", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=library:NOWHERE&until=1999-01-01", "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&until=1999-01-01", "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&until=9999-12-31&from=9999-12-31", "noRecordsMatch"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:elsewhere:1", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=17", "idDoesNotExist"),
    ],
)
def test_every_wrong_request_gets_the_error_of_the_protocol(served: Served, query: str, code: str) -> None:
    assert error_of(query) == code
    if code in ("badVerb", "badArgument"):
        assert texts(asked(query), "//o:request/@*") == []


def test_the_chinese_record_is_no_marc21_and_the_other_no_unimarc(served: Served) -> None:
    chinese, english = identifier_of(served.chinese.pk), identifier_of(served.english.pk)
    assert (
        error_of(f"verb=GetRecord&metadataPrefix=marcxml&identifier={chinese}") == "cannotDisseminateFormat"
    )
    assert (
        error_of(f"verb=GetRecord&metadataPrefix=unimarc&identifier={english}") == "cannotDisseminateFormat"
    )
    formats = texts(asked(f"verb=ListMetadataFormats&identifier={chinese}"), "//o:metadataPrefix/text()")
    assert formats == ["oai_dc", "unimarc"]


def test_records_carry_their_own_family_with_its_schema(served: Served) -> None:
    answer = asked(
        f"verb=GetRecord&metadataPrefix=unimarc&identifier={identifier_of(served.chinese.pk)}", post=True
    )
    (record,) = answer.iter("{info:lc/xmlns/marcxchange-v2}record")
    assert record.get("format") == "UNIMARC"
    location = record.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation") or ""
    assert location.startswith("info:lc/xmlns/marcxchange-v2 http")
    assert "心电图诊断学" in etree.tostring(answer, encoding="unicode")


def test_deleted_records_stay_as_headers(served: Served) -> None:
    answer = asked("verb=ListRecords&metadataPrefix=oai_dc")
    assert texts(answer, "//o:header[@status='deleted']/o:identifier/text()") == [
        identifier_of(served.gone.pk)
    ]
    assert not texts(answer, "//o:record[o:header/@status]/o:metadata")
    assert len(texts(answer, "//o:record/o:header/o:identifier/text()")) == 4
    assert texts(answer, "//o:resumptionToken") == []


def test_a_set_is_what_a_library_holds_and_what_is_gone(served: Served) -> None:
    answer = asked("verb=ListIdentifiers&metadataPrefix=oai_dc&set=library:A")
    assert sorted(texts(answer, "//o:identifier/text()")) == sorted(
        identifier_of(record.pk) for record in (served.english, served.gone)
    )
    assert "library:A" in texts(answer, "//o:setSpec/text()")
    specs = texts(asked("verb=ListSets"), "//o:setSpec/text()")
    assert {"library", "library:MAIN", "library:A", "kind:book"} <= set(specs)


def test_days_and_seconds_bound_a_list_inclusively(served: Served) -> None:
    at = Record.objects.get(pk=served.chinese.pk).updated_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = asked(f"verb=ListIdentifiers&metadataPrefix=unimarc&from={at}&until={at}")
    assert texts(answer, "//o:identifier/text()") == [identifier_of(served.chinese.pk)]
    day = at[:10]
    assert (
        len(texts(asked(f"verb=ListIdentifiers&metadataPrefix=oai_dc&from={day}&until={day}"), "//o:header"))
        == 4
    )


def test_a_record_that_xml_cannot_write_is_served_without_its_control_characters(
    a_small_consortium: object,
) -> None:
    record = a_record("坏\x08字符", authors=("甲\x0b乙",))
    for prefix in ("oai_dc", "marcxml"):
        answer = asked(f"verb=GetRecord&metadataPrefix={prefix}&identifier={identifier_of(record.pk)}")
        assert "坏字符" in etree.tostring(answer, encoding="unicode")


def test_a_page_costs_the_same_queries_however_many_records(served: Served, client: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc")
        return len(asked_in(queries))

    few = count()
    for number in range(20):
        a_record(f"书{number}")
    assert count() == few


def first_token(query: str) -> str:
    (token,) = texts(asked(query), "//o:resumptionToken/text()")
    return token


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai_lists, "PAGE", 3)


@pytest.mark.usefixtures("small_pages")
def test_a_harvest_stays_whole_while_the_catalogue_changes(a_small_consortium: object) -> None:
    records = [a_record(f"书{number}") for number in range(7)]
    answer = asked("verb=ListIdentifiers&metadataPrefix=oai_dc")
    seen = texts(answer, "//o:identifier/text()")
    (token,) = texts(answer, "//o:resumptionToken/text()")
    assert texts(answer, "//o:resumptionToken/@completeListSize") == ["7"]
    services.delete_record(record=records[0], by=None)  # was given out: not again in this list
    services.delete_record(record=records[5], by=None)  # not yet given out: moves to the next harvest
    a_record("后来的书")
    while token:
        answer = asked(f"verb=ListIdentifiers&resumptionToken={token}")
        seen += texts(answer, "//o:identifier/text()")
        token = "".join(texts(answer, "//o:resumptionToken/text()"))
    assert seen == [identifier_of(record.pk) for record in records if record is not records[5]]
    assert texts(answer, "//o:resumptionToken/text()") == []


@pytest.mark.usefixtures("small_pages")
def test_a_token_is_good_for_its_own_list_and_for_a_day(a_small_consortium: object) -> None:
    for number in range(7):
        a_record(f"书{number}")
    token = first_token("verb=ListIdentifiers&metadataPrefix=oai_dc")
    again = f"verb=ListIdentifiers&resumptionToken={token}"
    assert texts(asked(again), "//o:identifier/text()") == texts(asked(again), "//o:identifier/text()")
    assert error_of(f"verb=ListRecords&resumptionToken={token}") == "badResumptionToken"
    assert error_of(f"verb=ListIdentifiers&resumptionToken={token[:-2]}") == "badResumptionToken"
    clock.move(oai_tokens.LIFETIME + timedelta(minutes=1))
    assert error_of(again) == "badResumptionToken"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("small_pages")
def test_sickle_harvests_everything_with_resumption(
    live_server: LiveServer, served: Served, settings: Settings
) -> None:
    settings.PUBLIC_URL = live_server.url
    for number in range(8):
        a_record(f"内科学 {number}", authors=(f"作者{number}",))
    harvester = Sickle(f"{live_server.url}/oai", http_method="POST")
    records = list(harvester.ListRecords(metadataPrefix="oai_dc"))
    assert len(records) == 12
    assert sum(record.deleted for record in records) == 1
    assert {"心电图诊断学"} <= {record.metadata["title"][0] for record in records if not record.deleted}
    assert len(list(harvester.ListRecords(metadataPrefix="oai_dc", ignore_deleted=True))) == 11
    one = harvester.GetRecord(identifier=records[0].header.identifier, metadataPrefix="oai_dc")
    assert one.header.datestamp == records[0].header.datestamp
    assert len(list(harvester.ListSets())) > 3
    with pytest.raises(NoRecordsMatch):
        harvester.ListRecords(metadataPrefix="oai_dc", until="1990-01-01")
    with pytest.raises(BadResumptionToken):
        harvester.ListRecords(resumptionToken="forged")
