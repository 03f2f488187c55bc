"""Readers find a book and see where it stands."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xinglin.catalog.models import ItemType
from xinglin.catalog.tests.factories import a_record, an_item
from xinglin.commons.testing import asked_in
from xinglin.consortium.tests.cast import SmallConsortium

pytestmark = pytest.mark.django_db
Index = Callable[[], int]


def test_a_reader_finds_a_book_and_sees_each_librarys_copies(
    client: Client, a_small_consortium: SmallConsortium, index: Index
) -> None:
    found = a_record(
        "心电图诊断学", authors=("王吉耀",), publisher="人民卫生出版社", year=2021, classes=("R540.4",)
    )
    a_record("护理学基础")
    an_item(found, a_small_consortium.main, call_number="R540.4/12")
    an_item(found, a_small_consortium.a, item_type=ItemType.REFERENCE)
    index()

    page = client.get("/m/search/", {"q": "心电图"}).content.decode()
    assert "<mark>心电图</mark>诊断学" in page
    assert "护理学基础" not in page
    assert "在架 2 册" in page

    record = client.get(f"/m/record/{found.pk}/").content.decode()
    assert "R540.4/12" in record
    assert a_small_consortium.main.name in record
    assert "在架 · 可借" in record
    assert "在架 · 仅供阅览" in record


def test_the_page_asks_the_database_the_same_few_times_however_much_it_shows(
    client: Client, a_small_consortium: SmallConsortium, index: Index
) -> None:
    def asked(words: str) -> int:
        client.get("/m/search/", {"q": words})
        with CaptureQueriesContext(connection) as captured:
            client.get("/m/search/", {"q": words})
        return len(asked_in(captured))

    an_item(a_record("外科护理学"), a_small_consortium.main)
    for number in range(25):
        book = a_record(f"心电图图谱{number}")
        for library in (a_small_consortium.main, a_small_consortium.a, a_small_consortium.b):
            an_item(book, library)
    index()
    # The libraries, the records, their copies; what stands beside the books; one visit counted.
    assert asked("外科护理") == asked("心电图") == 5
