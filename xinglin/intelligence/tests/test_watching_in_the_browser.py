"""What is said, watched in a real browser: figures, a brief written and reviewed, read by a leader; a topic's pages."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.commons import clock
from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium import roles
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.consortium.tests.factories import a_staff
from xinglin.intelligence import services
from xinglin.intelligence.models import Copy, Topic
from xinglin.intelligence.watching import services as watching
from xinglin.intelligence.watching.models import Part
from xinglin.intelligence.watching.services.watches import WatchFile
from xinglin.literature.articles import Article, Author
from xinglin.literature.files import write_ris

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _what_is_said(topic: Topic) -> None:
    watch = watching.add_watch(topic=topic, file=WatchFile(named_words="第一医院", least=4), by=None)
    today = clock.today()
    for back in range(14, -1, -1):
        for n, title in enumerate(("门诊预约更方便", "医保报销提醒", "疫苗接种点增加，市民点赞")):
            day = today - timedelta(days=back)
            watching.note_item(
                watch=watch, title=f"{title}（{back}-{n}）", publisher="晚报", day=day, by=None
            )
    for n in range(6):
        item = watching.note_item(
            watch=watch, title=f"退烧药断货，市民担忧（{n}）", publisher="晚报", by=None
        )
        watching.put_into_part(item=item, part=list(Part)[n % len(Part)], by=None)
    watching.look_for_alarms(watch=watch)


def _let_papers_through(topic: Topic) -> None:
    articles = [
        Article(
            title=f"Stroke care in hospitals, a randomised controlled trial of part {n}", year=2020 + n % 4,
            authors=(Author(name=f"Wang, {n}", affiliations=("First Hospital",)),), pages=str(n),
            journal="Journal of Stroke" if n % 3 else "Lancet Neurology", keywords=("stroke", "rehabilitation"),
        )
        for n in range(8)
    ]  # fmt: skip
    services.import_file(
        library=topic.library, data=write_ris(articles).encode(), name="a.ris", topic=topic, by=None
    )
    for finding in topic.findings.all():
        services.decide(finding=finding, deed="keep", by=None)
        services.decide(finding=finding, deed="release", by=None)


def test_a_day_is_watched_a_brief_goes_to_a_leader_and_readers_see_the_topic_whole(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium, topic: Topic
) -> None:
    cast, page = a_small_consortium, browser_page
    reviewer = a_staff(roles.REFERENCE_LIBRARIAN, library=cast.main, name="钱馆员", sign_in_name="qian")
    watching.write_recipient(library=cast.main, name="赵院长", duty="院长", by=None)
    _what_is_said(topic)
    _let_papers_through(topic)
    sign_in_browser(page, live_server.url, cast.manager.user)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/console/intelligence/alarms/")
    look(page, "intelligence-alarms", width=1280)
    page.locator("tbody tr a").get_by_text("断货").first.click()
    expect(page.locator("#chart-risen canvas")).to_be_visible()
    expect(page.get_by_text("看不懂反讽")).to_be_visible()
    look(page, "intelligence-watch", width=1280)
    look(page, "intelligence-watch", width=390)
    assert not overflows(page)
    page.set_viewport_size({"width": 1280, "height": 900})

    page.get_by_role("link", name="起草简报").or_(page.get_by_role("button", name="起草简报")).first.click()
    page.locator("#dialog, main").get_by_role("button", name="起草简报").last.click()
    page.wait_for_url("**/console/intelligence/brief/*/")
    page.get_by_role("link", name="修改").first.click()
    page.get_by_label("建议").fill("请药学部今天公布到货时间，并在公众号答复。")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="交审").first.click()
    expect(page.get_by_text("已交审")).to_be_visible()
    there = page.url
    sign_in_browser(page, live_server.url, reviewer.user)
    page.goto(there)
    page.get_by_role("button", name="审定").first.click()
    expect(page.get_by_text("可以发给领导了")).to_be_visible()
    page.get_by_role("link", name="发给领导").or_(page.get_by_role("button", name="发给领导")).first.click()
    page.get_by_label("赵院长（院长）").check()
    page.locator("#dialog, main").get_by_role("button", name="发给领导").last.click()
    expect(page.get_by_text("已发给 1 位")).to_be_visible()
    look(page, "intelligence-brief", width=1280)
    look(page, "intelligence-brief", width=390)
    assert not overflows(page)

    page.context.clear_cookies()
    copy = Copy.objects.get()
    page.goto(f"{live_server.url}/m/briefs/{copy.token}/")
    look(page, "intelligence-leader", width=390)
    assert not overflows(page)
    page.get_by_label("批示（可以不写）").fill("同意")
    page.get_by_role("button", name="已阅，发回执").click()
    expect(page.get_by_text("记下了您的回执")).to_be_visible()

    page.goto(f"{live_server.url}/m/topics/{topic.code}/")
    look(page, "intelligence-topic-whole", width=390)
    look(page, "intelligence-topic-whole", width=1280)
    page.get_by_text("期刊", exact=True).click()
    page.get_by_role("link", name="Lancet Neurology（3）").click()
    expect(page.locator("#items > li")).to_have_count(3)
    page.get_by_role("link", name="看图表").click()
    expect(page.locator("#chart-years canvas")).to_be_visible()
    look(page, "intelligence-topic-data", width=390)
    assert not overflows(page)
    look(page, "intelligence-topic-data", width=1280)
