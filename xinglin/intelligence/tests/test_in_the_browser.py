"""The desk at work, in a real browser: a topic is set up, two runs are seen, papers are screened, a reader reads."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from literature_sandbox import invented
from literature_sandbox.testing import Literature
from xinglin.commons import clock
from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium import roles
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.consortium.tests.factories import a_staff
from xinglin.intelligence.harvest.running import harvest
from xinglin.intelligence.models import Run, Source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sandbox_time(literature: Literature, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "now", lambda: datetime.fromtimestamp(literature.world.clock.now(), UTC))
    yield


def test_a_topic_is_followed_screened_by_two_and_read_on_a_phone(
    live_server: LiveServer,
    browser_page: Page,
    a_small_consortium: SmallConsortium,
    literature: Literature,
    sandbox_time: None,
) -> None:
    page, world = browser_page, literature.world
    for place in range(6):
        at = world.clock.now() + (0 if place < 4 else 40_000)
        world.shelf.add(invented.article(invented.FIRST_NUMBER + place, seed=4, year=2020), at=at)
    second = a_staff(
        roles.REFERENCE_LIBRARIAN, library=a_small_consortium.main, name="钱馆员", sign_in_name="qian"
    )
    sign_in_browser(page, live_server.url, a_small_consortium.manager.user)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/console/intelligence/topics/")
    page.get_by_role("link", name="新建专题").first.click()
    page.get_by_label("代码").fill("infection")
    page.get_by_label("名称").fill("感染性疾病")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="加来源").or_(page.get_by_role("button", name="加来源")).first.click()
    page.get_by_label("检索式或网址").fill("hospitals")
    page.locator("#dialog, main").get_by_role("button", name="加来源").last.click()
    expect(page.get_by_text("来源已加上")).to_be_visible()
    source = Source.objects.get()
    for _run in range(2):
        harvest(source)
        world.clock.wait(43_200)
    assert list(Run.objects.order_by("pk").values_list("new_records", flat=True)) == [4, 2]
    page.goto(f"{live_server.url}/console/intelligence/runs/")
    expect(page.locator("tbody tr")).to_have_count(2)
    look(page, "intelligence-runs", width=1280)
    look(page, "intelligence-runs", width=390)
    assert not overflows(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("tbody tr a").first.click()
    expect(page.get_by_text("edat").first).to_be_visible()
    look(page, "intelligence-run", width=1280)

    page.goto(f"{live_server.url}/console/intelligence/screening/")
    look(page, "intelligence-screening", width=1280)
    look(page, "intelligence-screening", width=390)
    assert not overflows(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("tbody tr a").first.click()
    title = page.locator("h1").inner_text()
    page.get_by_role("button", name="初筛入选").first.click()
    expect(page.get_by_text("已入选")).to_be_visible()
    there = page.url
    sign_in_browser(page, live_server.url, second.user)
    page.goto(there)
    page.get_by_role("button", name="复筛发布").first.click()
    expect(page.get_by_text("已发布给读者")).to_be_visible()
    look(page, "intelligence-paper", width=1280)
    look(page, "intelligence-paper", width=390)
    assert not overflows(page)

    page.goto(f"{live_server.url}/m/topics/")
    look(page, "intelligence-topics", width=390)
    page.get_by_text("感染性疾病").click()
    expect(page.get_by_text(title[:40])).to_be_visible()
    look(page, "intelligence-topic", width=390)
    assert not overflows(page)
