"""The catalogue for programs: the same answers as the page, and refusals with a code."""

from collections.abc import Callable

import pytest
from django.test import Client

from xinglin.catalog.tests.factories import a_record, an_item
from xinglin.consortium.tests.cast import SmallConsortium

pytestmark = pytest.mark.django_db
Index = Callable[[], int]


def titles(answer: object) -> list[str]:
    return [each["title"] for each in answer.json()["records"]]  # type: ignore[attr-defined]  # Django's test answer


def test_an_address_of_the_page_is_one_of_the_interface(
    a_small_consortium: SmallConsortium, client: Client, index: Index
) -> None:
    kept = a_record("心电图图谱", authors=("王吉耀",), year=2020, classes=("R540.4",), languages=("chi",))
    a_record("心电图入门", year=2001)
    an_item(kept, a_small_consortium.a)
    index()
    answer = client.get("/api/v1/search", {"q": "xindiantu", "from": "2010", "shelf": "true", "class": "R5"})
    assert answer.status_code == 200 and titles(answer) == ["心电图图谱"]
    only = answer.json()["records"][0]
    here = {"library": a_small_consortium.a.code, "name": a_small_consortium.a.name}
    assert only["held"] == [{**here, "copies": 1, "on_shelf": 1, "loanable": 1}]
    assert answer.json()["facets"]["library"] == [{"value": a_small_consortium.a.code, "count": 1}]
    whole = client.get(f"/api/v1/records/{kept.pk}").json()
    assert whole["reference"].startswith("王吉耀. 心电图图谱[M]") and whole["url"].endswith(
        f"/m/record/{kept.pk}/"
    )
    assert client.get("/api/v1/suggest", {"q": "心电"}).json()[0].startswith("心电图")


def test_groups_are_nested_and_fields_named(client: Client, index: Index) -> None:
    a_record("心电图图谱", authors=("王吉耀",))
    a_record("超声图谱", authors=("李四",))
    a_record("护理图谱", authors=("王吉耀",))
    index()
    tree = {
        "operator": "and",
        "parts": [
            {"operator": "or", "parts": [{"text": "心电图", "field": "title"}, {"text": "护理"}]},
            {"operator": "not", "parts": [{"text": "护理"}]},
            {"text": "王吉耀", "field": "author", "mode": "phrase"},
        ],
    }
    answer = client.post("/api/v1/search", {"query": tree, "facets": ["author"]}, "application/json")
    assert titles(answer) == ["心电图图谱"]
    assert answer.json()["facets"]["author"] == [{"value": "王吉耀", "count": 1}]


def test_what_is_refused_has_a_code(client: Client, index: Index) -> None:
    a_record()
    index()
    missing = client.get("/api/v1/records/999999")
    assert missing.status_code == 404 and missing.json()["code"] == "record_unknown"
    deep: dict[str, object] = {"text": "x"}
    for _level in range(40):
        deep = {"operator": "not", "parts": [deep]}
    refused = client.post("/api/v1/search", {"query": deep}, "application/json")
    assert refused.status_code == 422 and refused.json()["code"] == "search_query_too_deep"
    for bad in ({"size": 101}, {"page": 0}, {"sort": "luck"}, {"query": {"operator": "and", "parts": []}}):
        assert client.post("/api/v1/search", bad, "application/json").status_code == 422
    assert client.post("/api/v1/search", "{", "application/json").status_code == 400


def test_the_interface_describes_itself(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert {"/api/v1/search", "/api/v1/records/{number}", "/api/v1/suggest"} <= set(described["paths"])
