"""The work list on screen: looked up by words, far back, and with few questions to the database."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.delivery import queries
from xinglin.delivery.models import DocumentRequest
from xinglin.delivery.tests.factories import a_request, a_work
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_patron

pytestmark = pytest.mark.django_db

LIST = "/console/delivery/requests/"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ABLATION", {"title"}),
        ("中华心血管病杂志", {"title"}),
        ("10.1056/nejmoa", {"doi"}),
        ("31535829", {"pmid"}),
        ("ablation 中华", {"title"}),
        ("ablation 31535829", set()),
        ("100%", set()),
        ("_", set()),
        ("陆瑾", {"title", "doi", "pmid"}),
    ],
)
def test_a_request_is_found_by_what_a_librarian_knows_of_it(
    a_small_consortium: SmallConsortium, readers: Readers, words: str, found: set[str]
) -> None:
    someone = a_patron(readers.of_a.home_library, name="陆瑾")
    asked = {
        "title": a_request(someone, a_work("Catheter ablation", container="中华心血管病杂志")),
        "doi": a_request(someone, a_work("B", doi="10.1056/NEJMoa1817591")),
        "pmid": a_request(someone, a_work("C", pmid="31535829")),
    }
    a_request(readers.of_a, a_work("Something else"))
    rows = queries.with_words(queries.requests_visible_to(a_small_consortium.manager), words)
    assert set(rows) == {asked[name] for name in found}


def test_the_list_asks_for_its_requests_twice_whatever_is_looked_at(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    """Once for the numbers of the tabs and of the pages, once for the rows."""
    client = signed_in(a_small_consortium.manager)
    for _number in range(3):
        a_request(readers.of_a)
    for view in ("", "?open=1", "?state=submitted", "?q=atrial&open=1", "?sort=due_at"):
        assert _asked(client, view) == 2, view


def test_a_page_far_back_holds_the_same_requests_in_the_same_order(
    a_small_consortium: SmallConsortium, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(45):
        a_request(_a_reader_like(readers.of_a), a_work(f"Trial {number:02d}"))
    client = signed_in(a_small_consortium.manager)
    near = client.get(f"{LIST}?open=1&page=3").content
    monkeypatch.setattr("xinglin.console.screens.listing.FAR", 20)
    assert client.get(f"{LIST}?open=1&page=3").content.count(b'name="pick"') == near.count(b'name="pick"')
    assert _titles(client.get(f"{LIST}?open=1&page=3").content) == _titles(near)
    assert _titles(client.get(f"{LIST}?open=1&page=2").content) != _titles(near)
    assert _asked(client, "?open=1&page=3") == 3  # the keys first


def _a_reader_like(patron: Patron) -> Patron:
    return a_patron(patron.home_library)


def _titles(html: bytes) -> list[bytes]:
    return [part.split(b"<")[0] for part in html.split(b">Trial ")[1:]]


def _asked(client: Client, view: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(LIST + view).status_code == 200
    table = f'FROM "{DocumentRequest._meta.db_table}"'
    return sum(table in query["sql"] for query in asked.captured_queries)
