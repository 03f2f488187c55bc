"""SRU, CQL and OAI-PMH clause by clause: each line is a request and what the standard says of it."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client
from lxml import etree

from xinglin.catalog.served.oai_formats import identifier_of
from xinglin.catalog.served.tests.conftest import Served

pytestmark = pytest.mark.django_db
OLD, NEW = "http://www.loc.gov/zing/srw/", "http://docs.oasis-open.org/ns/search-ws/sruResponse"
ZEEREX = "{http://explain.z3950.org/dtd/2.0/}"
SEARCH12 = "version=1.2&operation=searchRetrieve&"

# (clause, parameters, query in CQL, diagnostic); SRU 1.2 Diagnostics List, CQL 1.2, SRU 2.0.
SRU = (
    ("unsupported version, the highest named", "version=3.0&operation=searchRetrieve", "a", "5"),
    ("unsupported version of an old client", "version=1.0&operation=searchRetrieve", "a", "5"),
    ("scan in 1.2", "version=1.2&operation=scan&scanClause=dc.title%3Da", "", "4"),
    ("scan in 2.0, which names no operation", "scanClause=dc.title%3Da", "", "4"),
    ("an operation that is none", "version=1.2&operation=update", "a", "4"),
    ("a parameter given twice", "maximumRecords=1&maximumRecords=2", "a", "6"),
    ("a parameter given twice under two spellings", "startRecord=1&startrecord=2", "a", "6"),
    ("maximumRecords below nought", "maximumRecords=-1", "a", "6"),
    ("resultSetTTL that is no number", SEARCH12 + "resultSetTTL=soon", "a", "6"),
    ("queryType unknown", "queryType=pqf", "a", "6"),
    ("recordXMLEscaping unknown", "recordXMLEscaping=zip", "a", "6"),
    ("query missing", "version=1.2&operation=searchRetrieve", "", "7"),
    ("query empty", "query=&maximumRecords=1", "", "7"),
    ("a facet parameter is not ours", "facetLimit=10", "a", "8"),
    ("two terms without a boolean", "", "a b", "10"),
    ("a boolean at the end", "", "a and", "10"),
    ("a query that is too long", "", "a" * 4001, "12"),
    ("a bracket that is not closed", "", "(a or b", "13"),
    ("a bracket too many", "", "a)", "13"),
    ("a quote that is not closed", "", '"a', "14"),
    ("an unknown context set", "", "zz.title=a", "15"),
    ("an unknown index of a known set", "", "dc.weight=a", "16"),
    ("an unknown relation", "", "dc.title near a", "19"),
    ("a boolean that CQL does not know is read as a relation", "", "a xor b", "16"),
    ("an unknown relation modifier", "", "dc.title =/stem a", "20"),
    ("a relation that the index has not", "", "dc.title < a", "22"),
    ("an order of languages", "", "dc.language > a", "22"),
    ("an empty term", "", 'dc.title=""', "27"),
    ("a mask in the middle", "", "dc.title=a*b", "28"),
    ("an anchor in the middle", "", "dc.title=a^b", "32"),
    ("a date that is none", "", "dc.date=spring", "36"),
    ("within one year", "", 'dc.date within "2020"', "36"),
    ("too many booleans", "", " or ".join("a" * 70), "38"),
    ("proximity", "", "a prox b", "39"),
    ("an unknown boolean modifier", "", "(a and/zz b) or c", "46"),
    ("a filter as one side of an or", "", "dc.title=a or dc.date=2020", "48"),
    ("result sets", "", "cql.resultSetId=abc", "50"),
    ("first record beyond the last", "startRecord=100", "cql.allRecords=1", "61"),
    ("unknown schema", "recordSchema=mods", "a", "66"),
    ("unknown packing in 1.2", SEARCH12 + "recordPacking=tar", "a", "71"),
    ("XPath", SEARCH12 + "recordXPath=/a", "a", "72"),
    ("sorting by what is not sorted", "", "a sortby dc.subject", "82"),
    ("two sort keys", "", "a sortby dc.title dc.date", "84"),
    ("stylesheets", "stylesheet=http://x/y.xsl", "a", "110"),
)


def sru(parameters: str, query: str = "", *, post: bool = False) -> etree._Element:
    asked = "&".join(filter(None, (parameters, f"query={quote(query)}" if query else "")))
    client, form = Client(), "application/x-www-form-urlencoded"
    response = client.post("/sru", asked, content_type=form) if post else client.get(f"/sru?{asked}")
    assert response.status_code == 200
    return etree.fromstring(response.content)


def numbers_in(answer: etree._Element) -> list[str]:
    return [(uri.text or "").removeprefix("info:srw/diagnostic/1/") for uri in answer.iter("{*}uri")]


def test_each_clause_of_sru_has_its_diagnostic(served: Served, index: Callable[[], int]) -> None:
    index()
    wrong = []
    for clause, parameters, query, number in SRU:
        answer = sru(parameters, query)
        # The standard's message stands beside each number, and no record.
        is_told = [bool(told.text) for told in answer.iter("{*}message")] == [True]
        if numbers_in(answer) != [number] or not is_told or list(answer.iter("{*}recordData")):
            wrong.append((clause, numbers_in(answer), number))
    assert wrong == []
    assert numbers_in(sru("maximumRecords=-1", "a", post=True)) == ["6"]


def test_explain_answers_whatever_is_wrong_with_the_question() -> None:
    """SRU 1.2 explain, ZeeRex 2.0: server, database, indexes, schemas, configuration; as XML or as text."""
    for parameters, space, told in (
        ("", NEW, []), ("version=1.1&operation=explain", OLD, []), ("version=7&operation=explain", NEW, ["5"]),
        ("version=1.2&operation=explain&recordPacking=zip", OLD, ["71"]), ("colour=red", NEW, ["8"]),
    ):  # fmt: skip
        answer = sru(parameters)
        assert answer.tag == f"{{{space}}}explainResponse"
        assert numbers_in(answer) == told
        (zeerex,) = answer.iter(f"{ZEEREX}explain")
        parts = [child.tag.removeprefix(ZEEREX) for child in zeerex]
        assert parts == ["serverInfo", "databaseInfo", "indexInfo", "schemaInfo", "configInfo"]
        server = zeerex[0]
        assert (server.get("protocol"), server.get("method")) == ("SRU", "GET POST")
        assert server.findtext(f"{ZEEREX}database") == "sru"
    (data,) = sru("version=1.2&operation=explain&recordPacking=string").iter("{*}recordData")
    assert etree.fromstring(data.text or "").tag == f"{ZEEREX}explain"


def test_every_index_and_relation_that_explain_names_can_be_asked(
    served: Served, index: Callable[[], int]
) -> None:
    index()
    values = {"dc.date": "2020", "rec.id": "1", "cql.allrecords": "1"}
    for each in sru("").iter(f"{ZEEREX}index"):
        (name, *_others) = [f"{found.get('set')}.{found.text}" for found in each.iter(f"{ZEEREX}name")]
        for supported in each.iter(f"{ZEEREX}supports"):
            relation = supported.text or ""
            value = '"2019 2020"' if relation == "within" else values.get(name, "heart")
            assert numbers_in(sru("", f"{name} {relation} {value}")) == [], (name, relation)
        if each.get("sort") == "true":
            assert numbers_in(sru("", f"cql.allRecords=1 sortby {name}")) == []
    for schema in sru("").iter(f"{ZEEREX}schema"):
        for called in (schema.get("name"), schema.get("identifier")):
            assert numbers_in(sru(f"recordSchema={quote(called or '')}", "heart")) == []


# (clause of OAI-PMH 2.0, query, error)
OAI = (
    ("3.2 a token is exclusive", "verb=ListIdentifiers&resumptionToken=x&from=2026-01-01", "badArgument"),
    ("3.5 an empty token", "verb=ListRecords&resumptionToken=", "badResumptionToken"),
    ("3.5 a token of no list", "verb=ListIdentifiers&resumptionToken=%00", "badResumptionToken"),
    ("3.6 verb in small letters", "verb=identify", "badVerb"),
    ("3.6 an empty verb", "verb=", "badVerb"),
    ("3.6 an argument nobody knows", "verb=ListRecords&metadataPrefix=oai_dc&colour=red", "badArgument"),
    ("3.6 an argument given twice", "verb=GetRecord&identifier=a&identifier=b&metadataPrefix=oai_dc", "badArgument"),
    ("4.1 identifier missing", "verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
    ("4.1 prefix missing", "verb=GetRecord&identifier=a", "badArgument"),
    ("4.1 an identifier that is no URI", "verb=GetRecord&identifier=%22&metadataPrefix=oai_dc", "idDoesNotExist"),
    ("4.1 prefix unknown", "verb=GetRecord&identifier={known}&metadataPrefix=ead", "cannotDisseminateFormat"),
    ("4.2 an argument of another verb", "verb=Identify&from=2026-01-01", "badArgument"),
    ("4.3 prefix empty", "verb=ListIdentifiers&metadataPrefix=", "badArgument"),
    ("4.4 an unknown identifier", "verb=ListMetadataFormats&identifier=oai:x:1", "idDoesNotExist"),
    ("4.5 half a granularity", "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T10:00Z", "badArgument"),
    ("4.5 no UTC", "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T10:00:00%2B08:00", "badArgument"),
    ("4.5 before everything", "verb=ListRecords&metadataPrefix=oai_dc&until=1990-01-01", "noRecordsMatch"),
    ("4.5 a set with an illegal character", "verb=ListRecords&metadataPrefix=oai_dc&set=a/b", "badArgument"),
    ("4.5 a set that is none of ours", "verb=ListRecords&metadataPrefix=oai_dc&set=a:b", "noRecordsMatch"),
    ("4.6 sets have no prefix", "verb=ListSets&metadataPrefix=oai_dc", "badArgument"),
    ("4.6 the list of sets comes whole", "verb=ListSets&resumptionToken=", "badResumptionToken"),
)  # fmt: skip


def test_each_clause_of_oai_has_its_error(served: Served) -> None:
    client, known = Client(), identifier_of(served.english.pk)
    for clause, query, code in OAI:
        asked = query.replace("{known}", known)
        answers = [
            client.get(f"/oai?{asked}"),
            client.post("/oai", asked, content_type="application/x-www-form-urlencoded"),
        ]
        for answer in answers:
            root = etree.fromstring(answer.content)
            assert [each.get("code") for each in root.iter("{*}error")] == [code], clause
            (request,) = root.iter("{*}request")
            is_repeated = bool(request.attrib)
            assert is_repeated != (code in ("badVerb", "badArgument")), clause
    assert client.put("/oai").status_code == 405 and client.put("/sru").status_code == 405
