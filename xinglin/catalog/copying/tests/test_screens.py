"""The cataloguer's way through the pages: search, compare, copy, propose, decide, count; and how they look."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from xinglin.catalog.copying import services
from xinglin.catalog.copying.models import CopiedRecord, CopySource, RecordProposal
from xinglin.catalog.copying.tests.conftest import PretendSource, sru_answer
from xinglin.catalog.models import Record
from xinglin.catalog.tests.factories import a_holding, a_record, cnmarc
from xinglin.commons.testing import look, overflows
from xinglin.console.testing import sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium, signed_in

Index = Callable[[], int]
SEARCH = "/console/catalog/copying/"
RECORD = "/console/catalog/copying/record/"


@pytest.fixture
def source(settings: Settings, source_server: PretendSource, a_book: bytes, db: None) -> CopySource:
    settings.PRIVATE_SOURCES = True
    source_server.body = sru_answer(a_book, cnmarc("NLC0002", "内科学"), total=31)
    return services.add_source(name="国家图书馆 SRU", address=source_server.url, by=None)


def packed_in(page: str) -> str:
    return page.split('name="packed" value="')[1].split('"')[0]


@pytest.mark.django_db
def test_a_branch_searches_compares_and_copies(
    a_small_consortium: SmallConsortium, source: CopySource, a_book: bytes
) -> None:
    client: Client = signed_in(a_small_consortium.librarian_a)
    page = client.get(SEARCH, {"source": str(source.pk), "by": "title", "text": "心电图"}).content.decode()
    assert "临床心电图学" in page
    assert "联合目录没有" in page
    assert "共 31 条" in page
    packed = packed_in(page)
    assert "套录并登记馆藏" in client.post(RECORD, {"packed": packed}).content.decode()
    library = a_small_consortium.a.pk
    answer = client.post(
        RECORD, {"packed": packed, "deed": "copy", "library": library, "call_number": "R540.4/9"}
    )
    record = Record.objects.get()
    assert answer.headers["Location"] == reverse("console:catalog.record", args=[record.pk])
    assert bytes(record.marc).startswith(b"<record")
    assert record.holdings.get().call_number == "R540.4/9"
    assert CopiedRecord.objects.get().source == source
    again = client.post(RECORD, {"packed": packed, "deed": "copy", "library": library})
    assert again.status_code == 409
    assert "直接登记馆藏" in again.content.decode()
    assert Record.objects.count() == 1


@pytest.mark.django_db
def test_a_title_of_the_central_records_needs_only_a_holding(
    a_small_consortium: SmallConsortium, index: Index
) -> None:
    record = a_record("护理学基础", classes=("R47",))
    a_holding(record, a_small_consortium.main)
    index()
    client = signed_in(a_small_consortium.librarian_a)
    page = client.get(SEARCH, {"source": "ours", "by": "title", "text": "护理学"}).content.decode()
    assert f"?record={record.pk}" in page
    assert 'value="R47"' in client.get(RECORD, {"record": record.pk}).content.decode()
    client.post(
        RECORD, {"deed": f"hold-{record.pk}", "library": a_small_consortium.a.pk, "call_number": "R47/1"}
    )
    assert record.holdings.filter(library=a_small_consortium.a, call_number="R47/1").exists()


@pytest.mark.django_db
def test_trouble_with_a_source_is_a_sentence_on_the_page(
    a_small_consortium: SmallConsortium, source: CopySource, source_server: PretendSource
) -> None:
    source_server.body = b"<html>login first</html>"
    client = signed_in(a_small_consortium.librarian_a)
    response = client.get(SEARCH, {"source": str(source.pk), "by": "isbn", "text": "9787117123457"})
    assert response.status_code == 200
    assert "不是 SRU 检索结果" in response.content.decode()
    assert client.post(RECORD, {"packed": "forged"}).status_code == 422
    assert client.get(RECORD).status_code == 422


@pytest.mark.django_db
def test_the_outsider_holds_nothing_for_another_library(
    a_small_consortium: SmallConsortium, source: CopySource
) -> None:
    client = signed_in(a_small_consortium.outsider)
    page = client.get(SEARCH, {"source": str(source.pk), "by": "title", "text": "x"}).content.decode()
    posted = {"packed": packed_in(page), "deed": "copy", "library": a_small_consortium.a.pk}
    assert client.post(RECORD, posted).status_code == 422
    assert not Record.objects.exists()
    assert client.get(f"/console/catalog/source/{source.pk}/").status_code == 404


@pytest.mark.django_db
def test_a_proposal_goes_from_the_branch_to_the_main_library(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    record = a_record("内科学", publisher="人民卫生出版社", year=2018)
    a_holding(record, cast.main)
    a_holding(record, cast.a)
    branch, main = signed_in(cast.librarian_a), signed_in(cast.manager)
    address = reverse("console:catalog.propose", args=[record.pk])
    offered = branch.post(reverse("console:catalog.record.do", args=[record.pk, "suggest"]))
    assert offered.headers["Location"] == address
    assert "提交给总馆" in branch.get(address).content.decode()
    typed = {"_version": 1, "library": cast.a.pk, "reason": "依据版权页", "title": "内科学", "year": "2019"}
    assert branch.post(address, typed).status_code == 302
    proposal = RecordProposal.objects.get()
    page = main.get(reverse("console:catalog.proposal", args=[proposal.pk])).content.decode()
    assert "2019" in page
    assert "采纳" in page
    done = main.post(reverse("console:catalog.proposal.do", args=[proposal.pk, "accept"]))
    assert done.status_code in (200, 302)
    record.refresh_from_db()
    assert record.year == 2019
    assert (
        signed_in(cast.outsider).get(reverse("console:catalog.proposal", args=[proposal.pk])).status_code
        == 404
    )


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_look_right(
    browser_page: Page,
    live_server: LiveServer,
    a_small_consortium: SmallConsortium,
    source: CopySource,
    a_book: bytes,
    index: Index,
    width: int,
) -> None:
    cast = a_small_consortium
    similar = a_record(
        "临床心电图学", isbns=("9787117123457",), year=2009, publisher="人民卫生出版社", authors=("王吉耀",)
    )
    a_holding(similar, cast.main)
    shared = a_record("内科学", year=2018, publisher="人民卫生出版社")
    a_holding(shared, cast.main)
    a_holding(shared, cast.a)
    index()
    client = signed_in(cast.librarian_a)
    typed = {
        "_version": 1,
        "library": cast.a.pk,
        "reason": "依据版权页",
        "title": "内科学",
        "edition": "第 9 版",
    }
    client.post(reverse("console:catalog.propose", args=[shared.pk]), typed)
    sign_in_browser(browser_page, live_server.url, cast.manager.user)
    browser_page.set_viewport_size({"width": width, "height": 900})

    def seen(name: str, path: str) -> None:
        browser_page.goto(live_server.url + path)
        look(browser_page, f"copying-{name}", width=width)
        assert not overflows(browser_page), name

    seen("start", SEARCH)
    seen("ours", f"{SEARCH}?source=ours&by=any&text=内科学")
    seen("hits", f"{SEARCH}?source={source.pk}&by=title&text=心电图")
    browser_page.get_by_role("button", name="比对并套录").first.click()
    look(browser_page, "copying-beside", width=width)
    assert not overflows(browser_page)
    seen("sources", "/console/catalog/sources/")
    seen("source", f"/console/catalog/source/{source.pk}/")
    seen("proposals", "/console/catalog/proposals/")
    seen("proposal", f"/console/catalog/proposal/{RecordProposal.objects.get().pk}/")
    seen("propose", f"/console/catalog/propose/{shared.pk}/")
    seen("reuse", "/console/catalog/reuse/")
