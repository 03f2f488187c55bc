"""The pages of finding as a person walks through them, on a phone and at a desk. Nothing is pushed sideways."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.catalog.browsing import services as browsing
from xinglin.catalog.models import Kind
from xinglin.catalog.policy import services as policy
from xinglin.catalog.policy.models import Depth
from xinglin.catalog.screens import records
from xinglin.catalog.tests.factories import a_holding, a_record, an_item
from xinglin.catalog.watching.models import SavedSearch
from xinglin.commons.testing import look, overflows
from xinglin.console.testing import sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.links import personal_link
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Index = Callable[[], int]


@pytest.fixture
def shelves(a_small_consortium: SmallConsortium, index: Index) -> SmallConsortium:
    """A few books and journals, a reading list, duties."""
    cast = a_small_consortium
    book = a_record(
        "临床心电图诊断图谱", authors=("石文静", "何振华"), publisher="人民卫生出版社", year=2021, place="北京",
        classes=("R540.4",), subjects=("心电图",), languages=("chi",),
    )  # fmt: skip
    an_item(book, cast.a)
    an_item(book, cast.main)
    other = a_record("护理学基础", authors=("李丽",), publisher="科学出版社", year=2016, classes=("R47",))
    an_item(other, cast.main)
    a_holding(a_record("The Lancet", kind=Kind.SERIAL, issns=("0140-6736",), languages=("eng",)), cast.a)
    a_holding(a_record("中华内科杂志", kind=Kind.SERIAL, languages=("chi",), classes=("R5",)), cast.main)
    browsing.save_reading_list(
        reading_list=None, title="心内科入科必读", introduction="给新入科的住院医师。", library=cast.a,
        lines=f"{book.pk} 夜班放在口袋里。", is_published=True, by=None,
    )  # fmt: skip
    policy.give_duty(library=cast.a, number="R54", depth=Depth.RESEARCH, fewest_new=5, by=None)
    index()
    return cast


def test_a_reader_searches_keeps_the_search_and_takes_references(
    browser_page: Page, live_server: LiveServer, shelves: SmallConsortium, readers: Readers
) -> None:
    follower = a_follower(an_account(shelves.main))
    bind_by_code(follower=follower, digits=issue_code(patron=readers.of_a, by=None))
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(
        live_server.url
        + "/"
        + personal_link(follower, "/m/search/?q=心电图").partition("//")[2].partition("/")[2]
    )
    page.get_by_role("link", name="引用与导出").click()
    expect(
        page.get_by_text("石文静, 何振华. 临床心电图诊断图谱[M]. 北京: 人民卫生出版社, 2021.")
    ).to_be_visible()
    look(page, "finding-cite", width=390)
    assert not overflows(page)
    page.go_back()
    look(page, "finding-search", width=390)
    page.get_by_role("link", name="保存并订阅").click()
    look(page, "finding-save", width=390)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("button", name="不再提醒")).to_be_visible()
    look(page, "finding-kept", width=390)
    assert not overflows(page) and SavedSearch.objects.get().values == {"q": "心电图"}
    for name, path in (
        ("journals", "journals/"), ("lists", "lists/"), ("class", "classes/R5/"), ("popular", "popular/"),
    ):  # fmt: skip
        page.goto(f"{live_server.url}/m/{path}")
        look(page, f"finding-{name}", width=390)
        assert not overflows(page), name
    page.goto(f"{live_server.url}/m/lists/")
    page.get_by_text("心内科入科必读").click()
    expect(page.get_by_text("夜班放在口袋里。")).to_be_visible()
    look(page, "finding-list", width=390)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_screens_of_policy_and_lists_look_right(
    browser_page: Page, live_server: LiveServer, shelves: SmallConsortium, width: int
) -> None:
    sign_in_browser(browser_page, live_server.url, shelves.manager.user)
    browser_page.set_viewport_size({"width": width, "height": 900})
    for name in (
        "strength",
        "duties",
        "duty/new",
        "vocabularies",
        "vocabulary/new",
        "reading_lists",
        "export",
    ):
        browser_page.goto(f"{live_server.url}/console/catalog/{name}/")
        look(browser_page, f"finding-{name.replace('/', '-')}", width=width)
        assert not overflows(browser_page), name


def test_a_librarians_search_shows_the_best_first_and_what_it_leaves_out(
    browser_page: Page, live_server: LiveServer, shelves: SmallConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST_FOUND", 1)
    page = browser_page
    sign_in_browser(page, live_server.url, shelves.manager.user)
    for width in (1280, 390):
        page.goto(f"{live_server.url}/console/catalog/records/?q=图谱 OR 护理")
        expect(page.get_by_text("共找到 2 种，下面是最符合的 1 种")).to_be_visible()
        look(page, "finding-records", width=width)
        assert not overflows(page)
