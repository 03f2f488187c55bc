"""From the request on a phone to the delivered article, read page by page, and its rating; and how it all looks."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.commons import clock
from xinglin.commons.testing import look, overflows, run_errands
from xinglin.console.testing import sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.delivery import services
from xinglin.delivery.lifecycle import State
from xinglin.delivery.models import ArticleSearch, DocumentRequest, SearchState, Skill, Urgency
from xinglin.delivery.services.policy import SourceFile
from xinglin.delivery.tests.factories import a_delivery, a_desk, a_paper, a_request, a_work
from xinglin.delivery.tests.test_chat_and_pages import bound
from xinglin.eresources.tests.factories import a_database
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.links import personal_link
from xinglin.wechat.models import Follower, OutgoingMessage
from xinglin.wechat.testing import say, text_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REFERENCE = (
    "王芳, 李建国. 心房颤动抗凝治疗进展[J]. 中华心血管病杂志, 2020, 48(3): 45-52.\n"
    "Smith J. Lipid lowering in the elderly. Lancet. 2021;397:1-9. doi:10.1016/S0140-6736(20)1\n"
)


def open_phone(page: Page, server: LiveServer, follower: Follower, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    link = personal_link(follower, path)
    page.goto(f"{server.url}/{link.split('/', 3)[3]}")
    page.goto(server.url + path)


def test_from_the_request_to_the_article_and_its_rating(
    browser_page: Page,
    live_server: LiveServer,
    a_small_consortium: SmallConsortium,
    readers: Readers,
    tmp_path: Path,
) -> None:
    cast, page = a_small_consortium, browser_page
    database = a_database(cast.a, "sd", name="ScienceDirect 医学全文", libraries=(cast.a,))
    services.add_source(database=database, file=SourceFile(doi_prefix="10.1016"), by=None)
    a_desk(cast.librarian_a, cast.a, Skill.CHINESE)
    follower = bound(cast, readers)

    open_phone(page, live_server, follower, "/m/delivery/ask/")
    look(page, "delivery-m-ask", width=390)
    assert not overflows(page)
    page.get_by_label("要哪一篇").fill(REFERENCE)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_test_id("work")).to_have_count(2)
    expect(page.get_by_text("ScienceDirect 医学全文")).to_be_visible()
    look(page, "delivery-m-check", width=390)
    assert not overflows(page)
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("status")).to_contain_text("已提交 1 篇")
    request = DocumentRequest.objects.get()
    assert (request.title, request.assigned_to) == ("心房颤动抗凝治疗进展", cast.librarian_a)
    look(page, "delivery-m-mine", width=390)

    desk = page.context.browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})  # type: ignore[union-attr]
    work = desk.new_page()
    sign_in_browser(work, live_server.url, cast.librarian_a.user)
    work.goto(f"{live_server.url}/console/delivery/requests/?open=1")
    expect(work.get_by_text("心房颤动抗凝治疗进展").first).to_be_visible()
    look(work, "delivery-requests")
    work.goto(f"{live_server.url}/console/delivery/request/{request.pk}/")
    look(work, "delivery-request")
    work.goto(f"{live_server.url}/console/delivery/request/{request.pk}/do/deliver/")
    look(work, "delivery-deliver")
    paper = tmp_path / "a.pdf"
    paper.write_bytes(a_paper(3))
    work.get_by_label("PDF 文件").set_input_files(paper)
    work.get_by_role("button", name=re.compile("送出文献")).click()
    expect(work.get_by_text("已送达，3 页")).to_be_visible()
    desk.close()

    run_errands()
    assert "共 3 页" in str(OutgoingMessage.objects.get().reply)
    file = request.files.get()
    page.goto(f"{live_server.url}/m/delivery/read/{file.token}/")
    picture = page.get_by_alt_text("第 1 页")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 1240)
    look(page, "delivery-m-read", width=390)
    assert not overflows(page)
    page.get_by_role("link", name="看完了，去评价").click()
    page.get_by_label("★★★★★", exact=True).check()
    page.get_by_label("想说的话").fill("半天就送到了")
    look(page, "delivery-m-one", width=390)
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("谢谢您的评价")).to_be_visible()
    request.refresh_from_db()
    assert (request.state, request.stars) == (State.DELIVERED, 5)
    assert "阅读" in text_of(say(follower, "我的文献"))


def test_how_the_other_pages_look(
    browser_page: Page, live_server: LiveServer, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast, page = a_small_consortium, browser_page
    a_desk(cast.librarian_a, cast.a, Skill.FOREIGN, Skill.CLINICAL)
    for urgency in Urgency:
        a_request(readers.of_a, a_work(f"Anticoagulation in {urgency}"), urgency=urgency)
    done = a_request(readers.of_a, a_work("心力衰竭的器械治疗", issn="0253-3758"))
    a_delivery(done)
    services.rate(request=done, patron=readers.of_a, stars=4)
    twin = a_request(
        readers.of_a, a_work("心力衰竭的药物治疗", issn="0253-3758", container="J", volume="12", issue="3")
    )
    clock.move(timedelta(days=3))
    services.escalate_late()
    sign_in_browser(page, live_server.url, cast.librarian_a.user)
    for name in ("requests", "statistics", "limits", "terms", "handlers", "sources", "access_requests"):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{live_server.url}/console/delivery/{name}/")
            look(page, f"delivery-{name}", width=width)
            assert not overflows(page), name
    page.goto(f"{live_server.url}/console/delivery/request/{twin.pk}/")
    look(page, "delivery-request-twin", width=390)
    assert not overflows(page)
    search = ArticleSearch.objects.create(
        token="a" * 32, query="房颤 抗凝", state=SearchState.DONE, at=clock.now(),
        results=[
            {"work": {"title": title, "authors": "Li J", "container": "Circulation", "year": 2020, "kind": "article",
                      "pmid": "33301246", "is_retracted": retracted, "open_url": url}, "marks": marks}
            for title, retracted, marks, url in (
                ("Direct oral anticoagulants in atrial fibrillation", False, [], "https://oa.example/1"),
                ("A trial that was taken back", True, ["已撤稿"], ""),
            )
        ],
    )  # fmt: skip
    open_phone(page, live_server, bound(cast, readers), f"/m/articles/{search.token}/")
    look(page, "delivery-m-articles", width=390)
    assert not overflows(page)
    page.goto(f"{live_server.url}/m/delivery/access/")
    look(page, "delivery-m-access", width=390)
    assert not overflows(page)
