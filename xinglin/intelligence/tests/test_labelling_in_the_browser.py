"""Filing in a real browser: headings, suggestions with their words, a paper filed, readers narrowing by it."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.intelligence import services
from xinglin.intelligence.labelling import services as labelling
from xinglin.intelligence.labelling import teaching
from xinglin.intelligence.models import Topic
from xinglin.intelligence.tests.test_labelling import DRUG, NEW_DRUG, REHAB, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_suggestions_are_read_taken_and_shown_to_readers(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium, topic: Topic
) -> None:
    page = browser_page
    headings = [labelling.write_heading(topic=topic, name=name, by=None) for name in ("用药", "康复")]
    for heading, titles in zip(headings, (DRUG, REHAB), strict=True):
        for finding in take(topic, *titles):
            labelling.file_paper(finding=finding, headings=[heading], studies=["cohort"], by=None)
            services.decide(finding=finding, deed="keep", by=None)
            services.decide(finding=finding, deed="release", by=None)
    (paper,) = take(topic, NEW_DRUG)
    teaching.learn(topic)
    pages = {
        "headings": reverse("console:intelligence.headings"),
        "screening": reverse("console:intelligence.screening") + "?unfiled=yes",
        "finding": reverse("console:intelligence.finding", args=[paper.pk]),
        "topic": reverse("console:intelligence.topic", args=[topic.pk]),
    }
    sign_in_browser(page, live_server.url, a_small_consortium.manager.user)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for name, address in pages.items():
            page.goto(live_server.url + address)
            assert not overflows(page), (name, width)
            look(page, f"labelling-{name}", width=width)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(live_server.url + pages["finding"])
    expect(page.get_by_text("溶栓").first).to_be_visible()
    page.get_by_role("link", name="归类", exact=True).or_(
        page.get_by_role("button", name="归类", exact=True)
    ).first.click()
    dialog = page.locator("#dialog, main")
    expect(dialog.get_by_label("用药")).to_be_checked()
    look(page, "labelling-file", width=1280)
    dialog.get_by_label("随机对照试验").check()
    dialog.get_by_role("button", name="归类").last.click()
    expect(page.get_by_text("已归类")).to_be_visible()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(live_server.url + reverse("mobile:topic", args=[topic.code]))
        page.get_by_text("类目").first.click()
        expect(page.get_by_role("link", name="用药（12）")).to_be_visible()
        assert not overflows(page)
        look(page, "labelling-reader", width=width)
