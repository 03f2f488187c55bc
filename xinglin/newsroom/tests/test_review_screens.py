"""Review by HTTP and in a browser: the office's pages, and the leader's phone."""

import io
import re

import pypdf
import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import PASSWORD
from xinglin.newsroom.models import Article, Remark, Review, ReviewEntry, ReviewLink, ReviewPost
from xinglin.newsroom.review import services as review
from xinglin.newsroom.review.lifecycle import Hand, ReviewState
from xinglin.newsroom.review.links import make_link
from xinglin.newsroom.review.telling import tell_reviewers
from xinglin.newsroom.tests.factories import a_column, a_draft
from xinglin.newsroom.tests.reviewers import Office, an_office, pass_all, submitted


@pytest.fixture
def office(a_small_consortium: SmallConsortium) -> Office:
    return an_office(a_small_consortium.a)


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def test_an_article_is_submitted_passed_and_sent_back_on_the_pages(office: Office) -> None:
    article = a_draft(office.library, column="health", by=office.writer)
    writer = signed_in(office.writer)
    writer.post(f"/console/newsroom/article/{article.pk}/do/submit/", {"version": str(article.version)})
    round_ = Review.objects.get()
    page = f"/console/newsroom/review/{round_.pk}/"
    operator = signed_in(office.operator)
    assert "待我审核" in operator.get("/console/").content.decode()
    assert round_.revision.title in operator.get("/console/newsroom/my_reviews/").content.decode()
    assert "通过" in operator.get(page).content.decode()
    operator.post(page, {"do": "approve", "sha256": round_.sha256, "reason": "好"})
    round_.refresh_from_db()
    assert round_.hand == Hand.HEAD
    signed_in(office.head).post(
        page,
        {"do": "send_back", "sha256": round_.sha256, "reason": "", "remark-1": "写清日期", "quote-1": "周六"},
    )
    round_.refresh_from_db()
    assert round_.state == ReviewState.RETURNED
    seen = writer.get(f"/console/newsroom/article/{article.pk}/").content.decode()
    assert "写清日期" in seen
    writer.post(f"/console/newsroom/remark/{Remark.objects.get().pk}/")
    assert Remark.objects.get().settled_by == office.writer
    assert writer.get(f"/console/newsroom/remark/{Remark.objects.get().pk}/").status_code == 422


def test_the_outsider_finds_none_of_the_pages(office: Office, a_small_consortium: SmallConsortium) -> None:
    round_ = submitted(office)
    outsider = signed_in(a_small_consortium.outsider)
    for page in (f"review/{round_.pk}", f"record/{round_.article_id}"):
        assert outsider.get(f"/console/newsroom/{page}/").status_code == 404
    assert (
        outsider.post(
            f"/console/newsroom/review/{round_.pk}/", {"do": "approve", "sha256": round_.sha256}
        ).status_code
        == 404
    )
    assert not ReviewEntry.objects.filter(deed="approve").exists()


def test_a_leader_decides_once_by_the_link_and_nobody_else_does(office: Office) -> None:
    round_ = submitted(office)
    for person in (office.operator, office.head):
        round_ = review.approve(review=round_, sha256=round_.sha256, by=person)
    path = path_of(make_link(review=round_, person=office.leader, by=office.operator))
    stranger = Client().get(path)
    assert stranger.status_code == 302 and "sign-in" in stranger["Location"]
    assert signed_in(office.operator).get(path).status_code == 403
    leader = signed_in(office.leader)
    assert round_.revision.title in leader.get(path).content.decode()
    decided = leader.post(path, {"do": "approve", "sha256": round_.sha256, "reason": "同意"})
    assert decided.status_code == 200 and "医学把关" in decided.content.decode()
    assert ReviewEntry.objects.get(person=office.leader).via == "phone"
    assert leader.get(path).status_code == 403
    assert signed_in(office.leader).get("/m/review/forged/").status_code == 403


def test_a_link_is_not_used_up_by_a_decision_that_was_refused(office: Office) -> None:
    round_ = submitted(office)
    path = path_of(make_link(review=round_, person=office.operator, by=office.publisher))
    answer = signed_in(office.operator).post(path, {"do": "send_back", "sha256": round_.sha256, "reason": ""})
    assert answer.status_code == 422
    assert ReviewLink.objects.get().used_at is None


def test_the_record_is_printed_with_its_seals(office: Office) -> None:
    article = pass_all(office, submitted(office, title="秋冬季流感防护"))
    answer = signed_in(office.publisher).get(f"/console/newsroom/record/{article.pk}/")
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert "秋冬季流感防护" in text and "首尾相接" in text
    assert ReviewEntry.objects.filter(article=article).latest("number").seal[:20] in text


def test_steps_and_posts_are_entered_by_the_consortium(
    office: Office, a_small_consortium: SmallConsortium
) -> None:
    from xinglin.consortium import roles
    from xinglin.consortium.tests.factories import a_staff

    everywhere = a_staff(roles.CONSORTIUM_MANAGER, library=a_small_consortium.main, everywhere=True)
    client = signed_in(everywhere)
    column = a_column("policy")
    page = f"/console/newsroom/column/steps/{column.pk}/"
    assert client.get(page).status_code == 200
    twice = client.post(page, {"hand1": "head", "hours1": "4", "hand2": "head", "hours2": "4"})
    assert twice.status_code == 422
    client.post(page, {"hand1": "head", "hours1": "4", "hand2": "leader", "hours2": ""})
    assert [step.hand for step in column.steps.all()] == ["head", "leader"]
    assert signed_in(office.publisher).get(page).status_code == 404

    entered = {"library": str(office.library.pk), "hand": "gatekeeper", "person": str(office.operator.pk)}
    refused = client.post("/console/newsroom/post/new/", entered | {"active": "on"})
    assert refused.status_code == 422 and "执业证" in refused.content.decode()
    client.post("/console/newsroom/post/new/", entered | {"person": str(office.physician.pk), "active": "on"})
    post = ReviewPost.objects.get()
    assert post.person == office.physician
    assert client.get(f"/console/newsroom/post/edit/{post.pk}/").status_code == 200
    assert "把关医师" in client.get("/console/newsroom/posts/").content.decode()
    assert client.get("/console/newsroom/columns/").status_code == 200


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_reviewer_marks_a_passage_and_a_leader_decides_on_the_phone(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium
) -> None:
    office = an_office(a_small_consortium.a)
    round_ = submitted(office, title="秋冬季流感防护：什么时候该去医院")
    tell_reviewers(round_)
    page = browser_page
    sign_in_browser(page, live_server.url, office.operator.user)
    page.goto(f"{live_server.url}/console/newsroom/my_reviews/")
    page.get_by_role("link", name=re.compile("流感防护")).click()
    page.locator("[data-passage='1'] .article-body p").first.select_text()
    page.locator("[data-passage='1'] summary").click()
    expect(page.locator("#quote-1")).to_have_value("本周六闭馆一天。")
    page.locator("#remark-1").fill("请写明是几月几日")
    page.get_by_role("button", name="只留批注").click()
    expect(page.get_by_text("请写明是几月几日")).to_be_visible()
    look(page, "newsroom-review", width=1280)
    look(page, "newsroom-review", width=390)
    assert not overflows(page)
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_text("下一级：科室负责人").first).to_be_visible()
    round_ = review.approve(review=Review.objects.get(), sha256=round_.sha256, by=office.head)

    path = path_of(make_link(review=round_, person=office.leader, by=office.operator))
    page.context.clear_cookies()
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live_server.url}{path}")
    page.get_by_label("用户名").fill(office.leader.user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("请写明是几月几日")).to_be_visible()
    look(page, "newsroom-phone-review", width=390)
    assert not overflows(page)
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_text("下一级：医学把关")).to_be_visible()
    look(page, "newsroom-phone-reviewed", width=390)
    assert Article.objects.get().state == "draft"
