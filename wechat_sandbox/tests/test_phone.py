"""The phone in a real browser: what a newcomer does without being told how."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.crypto import jsapi_signature
from wechat_sandbox.samples import picture
from wechat_sandbox.tests.conftest import Api, Bot, text_reply

pytestmark = pytest.mark.browser
NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The machine's own Chromium, or the one that Playwright has installed.

    Playwright runs once a process: who tests us beside something else lends us the browser that runs already.
    """
    lent: Browser | None = getattr(request.config, "running_browser", None)
    if lent is not None:
        yield lent
        return
    own = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        launched = playwright.chromium.launch(executable_path=own, args=flags)
        yield launched
        launched.close()


@pytest.fixture(params=[(390, 844), (1280, 860)], ids=["phone", "desk"])
def page(browser: Browser, sandbox: SandboxClient, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(15_000)
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert not problems


@pytest.fixture
def library(sandbox: SandboxClient, bot: Bot) -> str:
    sandbox.add_account("wxlib", kind="F1", name="市立图书馆", callback={})
    sandbox.connect("wxlib", bot.url, token="abc123")
    bot.answer = lambda received: text_reply(received, f"收到：{received['Content'] or received['Event']}")
    return "wxlib"


def test_follow_write_and_unfollow(page: Page, sandbox: SandboxClient, library: str) -> None:
    page.goto(sandbox.base_url)
    page.get_by_test_id("suggest-wxlib").click()
    page.get_by_test_id("follow-button").click()
    expect(page.locator("[data-testid=bubble][data-by=account]")).to_have_text("收到：subscribe")
    page.get_by_test_id("message-input").fill("搜 心电图")
    page.get_by_test_id("send-button").click()
    expect(page.locator("[data-testid=bubble][data-by=person]")).to_have_text("搜 心电图")
    expect(page.locator("[data-testid=bubble][data-by=account]").last).to_have_text("收到：搜 心电图")
    page.get_by_test_id("profile-button").click()
    page.get_by_test_id("unfollow-link").click()
    page.get_by_test_id("unfollow-button").click()
    expect(page.get_by_test_id("follow-button")).to_be_visible()
    assert sandbox.follower(library, "wang")["following"] is False


def test_markup_in_messages_stays_text_except_links(
    page: Page, sandbox: SandboxClient, bot: Bot, library: str
) -> None:
    said = '<b>x</b><img src=x onerror=alert(1)> <a href="javascript:alert(1)">坏</a> <a href="http://127.0.0.1:9/">好</a>'
    bot.answer = lambda received: text_reply(received, said)
    sandbox.follow(library, "wang")
    page.goto(f"{sandbox.base_url}/#/chat/{library}")
    bubble = page.locator("[data-testid=bubble][data-by=account]")
    expect(bubble).to_contain_text("<b>x</b><img src=x onerror=alert(1)>")
    expect(bubble.locator("a")).to_have_text("好")


def test_menu_pictures_places_and_voice(
    page: Page, sandbox: SandboxClient, bot: Bot, library: str, api: Callable[[str], Api]
) -> None:
    sub = [{"type": "scancode_waitmsg", "name": "扫码还书", "key": "RETURN"}]
    menu = {
        "button": [{"type": "click", "name": "开放时间", "key": "HOURS"}, {"name": "更多", "sub_button": sub}]
    }
    api(library).post("/cgi-bin/menu/create", menu)
    sandbox.follow(library, "wang")
    page.goto(f"{sandbox.base_url}/#/chat/{library}")
    page.get_by_test_id("menu-button-0").click()
    expect(page.locator("[data-testid=bubble][data-by=account]").last).to_have_text("收到：CLICK")
    page.get_by_test_id("menu-button-1").click()
    page.get_by_test_id("submenu-1-0").click()
    page.get_by_test_id("scan-input").fill("9787117298322")
    page.get_by_test_id("scan-go").click()
    expect(page.locator("[data-testid=bubble][data-by=account]").last).to_have_text("收到：scancode_waitmsg")
    assert bot.received[-1]["ScanCodeInfo/ScanResult"] == "9787117298322"
    page.get_by_test_id("menu-toggle").click()
    page.get_by_test_id("plus-button").click()
    page.get_by_test_id("panel-photo").click()
    page.get_by_test_id("photo-0").click()
    expect(page.locator("[data-testid=bubble][data-type=image]")).to_be_visible()
    page.get_by_test_id("plus-button").click()
    page.get_by_test_id("panel-location").click()
    page.get_by_test_id("place-1").click()
    expect(page.locator("[data-testid=bubble][data-type=location]")).to_contain_text("图书馆正门")
    page.get_by_test_id("voice-button").click()
    page.get_by_test_id("talk-button").click()
    expect(page.locator("[data-testid=bubble][data-type=voice]")).to_be_visible()


def test_the_phone_changes_hands(page: Page, sandbox: SandboxClient, library: str) -> None:
    sandbox.follow(library, "wang")
    page.goto(sandbox.base_url)
    expect(page.get_by_test_id("chat-item-wxlib")).to_be_visible()
    page.get_by_test_id("person-switch").click()
    page.get_by_test_id("person-li").click()
    expect(page.get_by_test_id("suggest-wxlib")).to_be_visible()
    expect(page.get_by_test_id("chat-item-wxlib")).to_have_count(0)


def test_scanning_a_code_on_the_wall_follows_with_its_scene(
    page: Page, sandbox: SandboxClient, bot: Bot, library: str, api: Callable[[str], Api]
) -> None:
    scene = {
        "expire_seconds": 600,
        "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": "shelf"}},
    }
    ticket = str(api(library).post("/cgi-bin/qrcode/create", scene)["ticket"])
    page.goto(f"{sandbox.base_url}/#/discover")
    page.get_by_test_id("scan-button").click()
    image = page.request.get(f"{sandbox.base_url}/cgi-bin/showqrcode", params={"ticket": ticket}).body()
    page.get_by_test_id("scan-file").set_input_files(
        {"name": "q.png", "mimeType": "image/png", "buffer": image}
    )
    expect(page.locator("[data-testid=bubble][data-by=account]")).to_have_text("收到：subscribe")
    assert bot.received[-1]["EventKey"] == "qrscene_shelf"


def test_an_article_is_read_and_commented(
    page: Page, sandbox: SandboxClient, library: str, api: Callable[[str], Api]
) -> None:
    program = api(library)
    cover = program.upload("/cgi-bin/material/add_material", "a.png", picture(), type="image")["media_id"]
    article = {"title": "新书通报", "content": "<p>好书</p>", "thumb_media_id": cover, "need_open_comment": 1}
    media_id = program.post("/cgi-bin/draft/add", {"articles": [article]})["media_id"]
    sandbox.follow(library, "wang")
    mass = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "mpnews": {"media_id": media_id}}
    program.post("/cgi-bin/message/mass/sendall", mass)
    sandbox.advance_clock(2)
    page.goto(f"{sandbox.base_url}/#/chat/{library}")
    page.get_by_test_id("article-card").click()
    frame = page.frame_locator("[data-testid=browser-frame]")
    expect(frame.get_by_test_id("article-title")).to_have_text("新书通报")
    frame.get_by_test_id("comment-input").fill("想借")
    frame.get_by_test_id("comment-send").click()
    expect(frame.get_by_test_id("comment")).to_contain_text("想借")
    page.get_by_test_id("browser-close").click()
    expect(page.get_by_test_id("browser-frame")).to_have_count(0)


def test_the_record_shows_a_push_decrypted(browser: Browser, sandbox: SandboxClient, library: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.goto(sandbox.base_url)
    sandbox.follow(library, "wang")
    entry = page.get_by_test_id("timeline-entry").first
    expect(entry).to_have_attribute("data-verdict", "ok")
    entry.get_by_role("button").click()
    expect(entry).to_contain_text("<Event><![CDATA[subscribe]]></Event>")
    context.close()


def test_web_authorisation_asks_on_a_sheet(
    page: Page, sandbox: SandboxClient, bot: Bot, library: str, api: Callable[[str], Api]
) -> None:
    bot.page = "<title>me</title><p id=at>{path}</p>"
    target = quote(f"{bot.url}/me", safe="")
    url = f"{sandbox.base_url}/connect/oauth2/authorize?appid={library}&redirect_uri={target}"
    url += "&response_type=code&scope=snsapi_userinfo&state=s1#wechat_redirect"
    menu = {"button": [{"type": "view", "name": "我的", "url": url}]}
    api(library).post("/cgi-bin/menu/create", menu)
    sandbox.follow(library, "wang")
    page.goto(f"{sandbox.base_url}/#/chat/{library}")
    page.get_by_test_id("menu-button-0").click()
    frame = page.frame_locator("[data-testid=browser-frame]")
    expect(frame.locator("body")).to_contain_text("王医生")
    frame.get_by_test_id("oauth-agree").click()
    expect(frame.locator("#at")).to_contain_text("/wechat/me?code=")
    expect(frame.locator("#at")).to_contain_text("state=s1")


SDK_PAGE = """<!doctype html><title>h5</title><script src="SANDBOX/open/js/jweixin-1.6.0.js"></script>
<p id=state></p><p id=said></p><button id=scan>scan</button>
<wx-open-subscribe template="TEMPLATE" id=ask><script type="text/wxtag-template"><button id=sub>订阅</button></script>
</wx-open-subscribe><script>
const say = (text) => { document.getElementById("said").textContent = text; };
wx.config(CONFIG);
wx.ready(() => { document.getElementById("state").textContent = "ready"; });
wx.error((answer) => { document.getElementById("state").textContent = answer.errMsg; });
document.getElementById("scan").onclick = () =>
  wx.scanQRCode({ needResult: 1, success: (found) => say(found.resultStr) });
document.getElementById("ask").addEventListener("success", (event) => say(event.detail.subscribeDetails));
</script>"""


@pytest.mark.parametrize("honest", [True, False])
def test_the_js_sdk_of_a_page_is_answered_by_the_phone(
    page: Page, sandbox: SandboxClient, bot: Bot, library: str, api: Callable[[str], Api], honest: bool
) -> None:
    program = api(library)
    template = {"tid": 3001, "kidList": [1, 2], "sceneDesc": "到期"}
    template_id = str(program.post("/wxaapi/newtmpl/addtemplate", template)["priTmplId"])
    ticket = str(program.get("/cgi-bin/ticket/getticket", type="jsapi")["ticket"]) if honest else "invented"
    signed = jsapi_signature(ticket=ticket, noncestr="n", timestamp="1700000000", url=bot.url)
    config = {
        "appId": library,
        "timestamp": 1700000000,
        "nonceStr": "n",
        "signature": signed,
        "jsApiList": [],
    }
    shown = SDK_PAGE.replace("SANDBOX", sandbox.base_url).replace("TEMPLATE", template_id)
    bot.page = shown.replace("CONFIG", json.dumps(config))
    program.post("/cgi-bin/menu/create", {"button": [{"type": "view", "name": "网", "url": bot.url}]})
    sandbox.follow(library, "wang")
    page.goto(f"{sandbox.base_url}/#/chat/{library}")
    page.get_by_test_id("menu-button-0").click()
    frame = page.frame_locator("[data-testid=browser-frame]")
    expect(frame.locator("#state")).to_have_text("ready" if honest else "config:invalid signature")
    frame.locator("#scan").click()
    page.get_by_test_id("scan-input").fill("9787117298322")
    page.get_by_test_id("scan-go").click()
    expect(frame.locator("#said")).to_have_text("9787117298322")
    frame.locator("#sub").click()
    page.get_by_test_id("subscribe-accept").click()
    expect(frame.locator("#said")).to_contain_text("accept")
    assert bot.received[-1]["SubscribeMsgPopupEvent/List/TemplateId"] == template_id


def test_a_draft_is_published_by_hand(browser: Browser, sandbox: SandboxClient) -> None:
    sandbox.add_account("wxpersonal", kind="S0", name="读书小站")
    sandbox.follow("wxpersonal", "wang")
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.goto(f"{sandbox.base_url}/mp/wxpersonal")
    page.get_by_test_id("write-draft").click()
    page.get_by_test_id("draft-title").fill("闭馆通知")
    page.get_by_test_id("draft-content").fill("周五闭馆 <b>一天</b>")
    page.get_by_test_id("draft-save").click()
    page.get_by_test_id("publish-notify").click()
    expect(page.get_by_test_id("published")).to_contain_text("闭馆通知")
    sandbox.advance_clock(2)
    page.goto(f"{sandbox.base_url}/?person=wang#/chat/wxpersonal")
    page.get_by_test_id("article-card").click()
    frame = page.frame_locator("[data-testid=browser-frame]")
    expect(frame.locator(".content")).to_have_text("周五闭馆 <b>一天</b>")
    context.close()
