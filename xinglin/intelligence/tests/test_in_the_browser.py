"""The desk at work, in a real browser: a topic is set up, two runs are seen, papers are screened, a bulletin is
released, a follower and a reader of a profile get what is theirs; the PDF is looked at."""

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pypdf
import pypdfium2
import pytest
from django.urls import reverse
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
from xinglin.intelligence.models import Product, Profile, Push, PushedPaper, Run, Source
from xinglin.intelligence.sdi import running
from xinglin.mobile import identity
from xinglin.mobile.identity import Identity
from xinglin.newsroom.models import Article
from xinglin.notices.models import Notice
from xinglin.patrons.tests.cast import Readers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sandbox_time(literature: Literature, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "now", lambda: datetime.fromtimestamp(literature.world.clock.now(), UTC))
    yield


def test_a_topic_is_followed_screened_by_two_released_as_a_bulletin_and_read_by_a_follower(
    live_server: LiveServer,
    browser_page: Page,
    a_small_consortium: SmallConsortium,
    readers: Readers,
    literature: Literature,
    sandbox_time: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page, world, reader = browser_page, literature.world, readers.of_a
    reverse("mobile:topics")  # the pages are found first: they name who knows readers
    monkeypatch.setattr(
        identity, "_identity_provider", lambda request: Identity(f"patron:{reader.pk}", reader.name)
    )
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
    page.get_by_role("button", name="订阅这个专题").click()
    expect(page.get_by_role("button", name="退订这个专题")).to_be_visible()
    _a_reader_has_papers_pushed(page, live_server.url, title)

    _a_bulletin_is_made(page, live_server.url, a_small_consortium, title)
    there = page.url
    sign_in_browser(page, live_server.url, second.user)
    page.goto(there)
    page.get_by_role("button", name="审定发布").first.click()
    expect(page.get_by_text("已审定，读者可以看到了")).to_be_visible()
    page.get_by_role("button", name="推送给订阅者").first.click()
    expect(page.get_by_text("已推送给 1 位订阅的读者")).to_be_visible()
    page.get_by_role("link", name="作成文章草稿").or_(
        page.get_by_role("button", name="作成文章草稿")
    ).first.click()
    page.locator("#dialog select, main select").first.select_option(index=1)
    page.locator("#dialog, main").get_by_role("button", name="作成文章草稿").last.click()
    expect(page.get_by_text("已作成文章草稿")).to_be_visible()
    assert Article.objects.get().state == "draft"
    look(page, "intelligence-product-sent", width=1280)
    look(page, "intelligence-product-sent", width=390)
    assert not overflows(page)
    _a_follower_reads_it(page, live_server.url, title)
    _screens_around_screening(page, live_server.url)


def _a_reader_has_papers_pushed(page: Page, address: str, title: str) -> None:
    page.goto(f"{address}/m/me/sdi/")
    look(page, "sdi-m-empty", width=390)
    page.get_by_role("link", name="新建推送").click()
    page.get_by_label("检索词").fill(max(title.replace(":", " ").split(), key=len))
    page.get_by_label("喜欢的文献").fill(title)
    look(page, "sdi-m-new", width=390)
    assert not overflows(page)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("现在合适的有")).to_be_visible()
    look(page, "sdi-m-profile", width=390)
    assert not overflows(page)
    assert running.run_profile(Profile.objects.get().pk, now=True) == 1
    page.goto(f"{address}{Notice.objects.get().link}")
    expect(page.get_by_text("推荐理由").first).to_be_visible()
    page.get_by_role("button", name="有用").click()
    expect(page.get_by_role("button", name="有用")).to_have_attribute("aria-pressed", "true")
    look(page, "sdi-m-push", width=390)
    assert not overflows(page)
    assert PushedPaper.objects.get().verdict == "useful" and Push.objects.get().opened_at is not None
    page.goto(f"{address}/m/me/sdi/")
    look(page, "sdi-m-list", width=390)
    assert not overflows(page)
    profile = Profile.objects.get()
    for name, width in (("profiles", 1280), ("profiles", 390), (f"profile/{profile.pk}", 1280)):
        page.goto(f"{address}/console/intelligence/{name}/?preview=1")
        look(page, f"sdi-{name.split('/')[0]}", width=width)
        assert not overflows(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def _a_bulletin_is_made(page: Page, address: str, cast: SmallConsortium, title: str) -> None:
    sign_in_browser(page, address, cast.manager.user)
    page.goto(f"{address}/console/intelligence/products/")
    page.get_by_role("link", name="编制产品").first.click()
    page.get_by_label("专题").select_option(label="感染性疾病")
    page.get_by_label("类型").select_option(label="每日快报")
    page.get_by_label("标题").fill("感染快报")
    page.get_by_label("导语").fill("本期一篇。")
    look(page, "intelligence-product-new", width=1280)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("草稿已编好")).to_be_visible()
    expect(page.get_by_text(title[:40]).first).to_be_visible()
    look(page, "intelligence-product", width=1280)
    look(page, "intelligence-product", width=390)
    assert not overflows(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="交审").first.click()
    expect(page.get_by_text("已交审")).to_be_visible()


def _a_follower_reads_it(page: Page, address: str, title: str) -> None:
    product = Product.objects.get()
    notice = Notice.objects.get(kind="intelligence.product_sent")
    page.goto(f"{address}{notice.link}")
    expect(page.get_by_text(title[:40])).to_be_visible()
    look(page, "intelligence-m-product", width=390)
    assert not overflows(page)
    assert product.readings.count() == 1
    answer = page.request.get(f"{address}/m/products/{product.pk}/pdf/")
    data = answer.body()
    assert hashlib.sha256(data).hexdigest() == product.pdf_sha256
    text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(data)).pages)
    assert "感染快报" in text and "本期一篇。" in text
    kept = look(page, "intelligence-m-product", width=390)
    pypdfium2.PdfDocument(data)[0].render(scale=1.5).to_pil().save(
        kept.with_name("intelligence-product-pdf.png")
    )
    page.goto(f"{address}/console/intelligence/products/")
    look(page, "intelligence-products", width=1280)
    look(page, "intelligence-products", width=390)
    assert not overflows(page)


def _screens_around_screening(page: Page, address: str) -> None:
    topic = Source.objects.get().topic_id
    for name in (f"progress/topic/{topic}", "checks", "liaisons"):
        page.goto(f"{address}/console/intelligence/{name}/")
        for width in (1280, 390):
            look(page, f"intelligence-{name.replace('/', '-')}", width=width)
            assert not overflows(page)
