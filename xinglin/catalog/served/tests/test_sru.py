"""SRU as searching machines meet it: over HTTP, and with YAZ's own clients where they are installed."""

import shutil
import subprocess
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from pytest_django.live_server_helper import LiveServer

from xinglin.catalog import discovery
from xinglin.catalog.copying import sru_client
from xinglin.catalog.marc import facts_of
from xinglin.catalog.search.errors import IndexNotReady
from xinglin.catalog.served.tests.conftest import Served, kept, marc21
from xinglin.catalog.tests.factories import a_record

Index = Callable[[], int]
OLD = "http://www.loc.gov/zing/srw/"
NEW = "http://docs.oasis-open.org/ns/search-ws/sruResponse"


def asked(query: str) -> etree._Element:
    response = Client().get(f"/sru?{query}")
    assert response.status_code == 200
    return etree.fromstring(response.content)


def found(query: str, **more: object) -> list[str]:
    """The titles an SRU 1.2 search gives, read by our own client."""
    extra = "".join(f"&{name}={quote(str(value))}" for name, value in more.items())
    response = Client().get(f"/sru?version=1.2&operation=searchRetrieve&query={quote(query)}{extra}")
    answer = sru_client.read_answer(response.content)
    assert not answer.diagnostics, answer.diagnostics
    return [facts_of(each.record, each.flavour).title for each in answer.records]


def diagnostic(query: str) -> str:
    (uri,) = asked(query).iter("{*}uri")
    return (uri.text or "").rpartition("/")[2]


pytestmark = pytest.mark.django_db


def test_explain_tells_what_can_be_asked(served: Served) -> None:
    for query, space in (("", NEW), ("operation=explain&version=1.1", OLD)):
        root = asked(query)
        assert root.tag == f"{{{space}}}explainResponse"
        names = {name.text for name in root.iter("{http://explain.z3950.org/dtd/2.0/}name")}
        assert {"title", "isbn", "anywhere", "date", "id"} <= names


def test_searches_find_what_they_mean(served: Served, index: Index) -> None:
    index()
    assert found("心电图") == ["心电图诊断学"]
    assert found('dc.title="heart disease"') == ["Heart disease & <medicine>"]
    assert found("bath.isbn=7-117-26678-9 or bath.isbn=9787117266789") == ["心电图诊断学"]
    assert found("dc.date < 2020 and cql.allRecords=1") == ["Heart disease & <medicine>"]
    assert found('dc.date within "2020 2021" and dc.creator=李小妹') == ["护理学基础"]
    assert found("class=R47") == ["护理学基础"]
    assert found(f"rec.id={served.bare.pk}") == ["护理学基础"]
    assert found("library=A") == ["Heart disease & <medicine>"]
    assert found("cql.allRecords=1 sortby dc.date/sort.descending")[0] == "护理学基础"
    assert found("cql.allRecords=1", sortKeys="date,,1")[0] == "Heart disease & <medicine>"
    assert found("没有这样的书名啊") == []


WRONG = (
    ("version=1.2&operation=searchRetrieve", "7"),
    ("version=9&operation=searchRetrieve&query=a", "5"),
    ("version=1.2&operation=scan&scanClause=a", "4"),
    ("query=a%20b", "10"),
    ("query=dc.colour%3Da", "16"),
    ("query=a&startRecord=0", "6"),
    ("query=a&maximumRecords=many", "6"),
    ("query=a&recordSchema=mods", "66"),
    ("version=1.2&query=a&operation=searchRetrieve&recordPacking=tar", "71"),
    ("query=cql.allRecords%3D1&startRecord=99", "61"),
    ("query=a&startRecord=99999999", "61"),
    ("query=a&colour=red", "8"),
    ("query=a&sortKeys=colour", "82"),
    ("query=" + "a%20or%20" * 80 + "a", "38"),
    ("query=" + "a%20or%20b%20and%20" * 20 + "a", "38"),
)


def test_what_is_wrong_is_told_by_number(served: Served, index: Index) -> None:
    index()
    assert [diagnostic(query) for query, _number in WRONG] == [number for _query, number in WRONG]


def test_records_come_in_slices_that_need_not_be_pages(served: Served, index: Index) -> None:
    for number in range(9):
        a_record(f"护理学 {number}", year=2001 + number)
    index()
    everything = found("dc.title=护理学 sortby dc.date", maximumRecords=50)
    assert len(everything) == 10
    for start in range(1, 11):
        for maximum in (1, 2, 3, 7):
            part = found("dc.title=护理学 sortby dc.date", startRecord=start, maximumRecords=maximum)
            assert part == everything[start - 1 : start - 1 + maximum]
    root = asked("query=dc.title%3D%E6%8A%A4%E7%90%86%E5%AD%A6&maximumRecords=4")
    assert [e.text for e in root.iter("{*}nextRecordPosition")] == ["5"]
    assert [e.text for e in root.iter("{*}numberOfRecords")] == ["10"]
    assert not list(asked("query=护理学&maximumRecords=0").iter("{*}record"))


def test_each_record_says_in_which_schema_it_comes(served: Served, index: Index) -> None:
    index()
    root = asked("query=cql.allRecords%3D1&recordSchema=marcxml&version=2.0")
    assert root.tag == f"{{{NEW}}}searchRetrieveResponse"
    schemas = sorted(each.findtext(f"{{{NEW}}}recordSchema") or "" for each in root.iter(f"{{{NEW}}}record"))
    assert schemas == ["info:lc/xmlns/marcxchange-v2", *["info:srw/schema/1/marcxml-v1.1"] * 2]
    dc = asked("query=心电图&recordSchema=dc")
    assert [e.text for e in dc.iter("{http://purl.org/dc/elements/1.1/}title")] == ["心电图诊断学"]


def test_records_can_come_as_text(served: Served, index: Index) -> None:
    index()
    for query in (
        "version=1.2&operation=searchRetrieve&query=disease&recordPacking=string",
        "query=disease&recordXMLEscaping=string",
    ):
        (data,) = asked(query).iter("{*}recordData")
        assert len(data) == 0
        inner = etree.fromstring(data.text or "")
        assert inner.tag == "{http://www.loc.gov/MARC21/slim}record"


def test_while_the_index_is_not_there_machines_are_told_to_come_again(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_ready() -> None:
        raise IndexNotReady

    monkeypatch.setattr(discovery, "engine", not_ready)
    assert diagnostic("query=a") == "2"


NAMES = st.sampled_from(
    ["version", "operation", "query", "startRecord", "maximumRecords", "recordSchema", "sortKeys", "recordPacking"]
)  # fmt: skip
SHAPES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["1.1", "1.2", "2.0", "searchRetrieve", "心电图", "a or b", "dc", "1"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(parameters=st.dictionaries(NAMES, SHAPES))
def test_no_request_brings_the_server_down(served: Served, parameters: dict[str, str]) -> None:
    response = Client().post("/sru", parameters)
    assert response.status_code == 200
    assert etree.fromstring(response.content).tag.endswith("Response")


def _yaz(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} (Debian: yaz) is not installed")
    return path


def _run(command: list[str], commands: str) -> str:
    done = subprocess.run(command, input=commands.encode(), capture_output=True, timeout=60, check=False)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


@pytest.mark.peer
@pytest.mark.django_db(transaction=True)
def test_yaz_client_searches_and_reads(live_server: LiveServer, served: Served, index: Index) -> None:
    index()
    server = urlsplit(live_server.url).netloc
    for version in ("1.1", "1.2", "2.0"):
        opening = f"open http://{server}/sru\nsru get {version}\nquerytype cql\n"
        said = _run([_yaz("yaz-client")], f'{opening}find dc.title="heart disease"\nshow 1\nquit\n')
        assert "Number of hits: 1" in said, said
        assert "Heart disease &amp; &lt;medicine&gt;" in said, said
    said = _run(
        [_yaz("yaz-client")],
        f"open http://{server}/sru\nsru get 1.2\nquerytype cql\nfind dc.nonsense=x\nquit\n",
    )
    assert "Unsupported index" in said or "16" in said, said


@pytest.mark.peer
@pytest.mark.django_db(transaction=True)
def test_zoomsh_searches_and_reads_marc(live_server: LiveServer, served: Served, index: Index) -> None:
    kept(marc21("88002", "Heart failure"))
    index()
    server = urlsplit(live_server.url).netloc
    opening = f"set sru get\nset schema marcxml\nconnect http://{server}/sru\n"
    said = _run([_yaz("zoomsh")], f"{opening}search cql:dc.title=heart\nshow 0 2 render\nquit\n")
    assert "2 hits" in said, said
    assert "Heart failure" in said, said
