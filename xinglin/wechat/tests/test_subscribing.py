"""The page on which a reader allows subscription notices: signed for its address, and only where the account may."""

import json
import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client, override_settings

from wechat_sandbox.control import SandboxClient
from xinglin.consortium.tests.factories import a_library
from xinglin.notices.kinds import NoticeKind, Topic, declare
from xinglin.patrons.tests.factories import a_patron
from xinglin.wechat import links
from xinglin.wechat.models import AccessToken, Follower, NoticeTemplate, SubscriptionConsent, TokenPurpose
from xinglin.wechat.services import bindings, subscriptions
from xinglin.wechat.testing import a_follower, an_account, happen, say, text_of

pytestmark = pytest.mark.django_db
PAGE = "/m/me/notices/wechat/"
KINDS = [f"tests.subscribing.{number}" for number in range(5)]
for each in KINDS:
    declare(NoticeKind(each, f"提醒{each[-1]}", Topic.LOANS))


def a_reader(kind: str, sandbox: SandboxClient | None = None) -> tuple[Follower, Client]:
    """A bound follower of an account with templates for five kinds, two of them lasting, and their browser."""
    secret, openid, appid = "", "", f"wxsubscribe{kind}"
    if sandbox is not None:
        secret = str(sandbox.add_account(appid, kind=kind)["secret"])
        sandbox.follow(appid, "wang")
        openid = sandbox.openid(appid, "wang")
    account = an_account(a_library(), kind=kind, appid=appid, **({"secret": secret} if secret else {}))
    follower = a_follower(account, openid)
    bindings.bind_by_code(follower=follower, digits=bindings.issue_code(patron=a_patron(), by=None))
    for number, code in enumerate(KINDS):
        NoticeTemplate.objects.create(
            account=account, kind=code, way="subscription", template_id=f"T{number}", is_lasting=number > 3
        )
    browser = Client()
    browser.get(urlsplit(links.personal_link(follower, PAGE)).path)
    return follower, browser


def test_the_page_is_signed_for_its_address_and_asks_for_three_at_a_time(sandbox: SandboxClient) -> None:
    _follower, browser = a_reader("S1", sandbox)
    answer = browser.get(PAGE)
    page = answer.content.decode()
    found = re.search(r'id="wechat-config" type="application/json">(.+?)</script>', page)
    assert found, page
    config = json.loads(found[1])
    told = {**config, "timestamp": str(config["timestamp"]), "url": settings.PUBLIC_URL + PAGE}
    assert sandbox.request("POST", "/jssdk", told) == {"errMsg": "config:ok"}
    elsewhere = sandbox.request("POST", "/jssdk", {**told, "url": settings.PUBLIC_URL + "/m/"})
    assert elsewhere["errMsg"] != "config:ok"  # type: ignore[index]
    assert re.findall(r'template="([^"]+)"', page) == ["T0,T1,T2", "T3", "T4"]
    sdk = f"{sandbox.base_url}/open/js/jweixin-1.6.0.js"
    assert f'src="{sdk}"' in page
    assert f"script-src 'self' {sdk};" in answer.headers["Content-Security-Policy"]
    assert sdk not in browser.get("/m/me/").headers["Content-Security-Policy"], "on this page alone"
    kept = AccessToken.objects.get(purpose=TokenPurpose.JSAPI)
    browser.get(PAGE)
    assert AccessToken.objects.get(purpose=TokenPurpose.JSAPI).generation == kept.generation, (
        "kept, not fetched anew"
    )


def test_what_was_answered_is_counted_by_the_platforms_event(sandbox: SandboxClient) -> None:
    follower, browser = a_reader("F1", sandbox)
    answers = [{"TemplateId": "T0", "SubscribeStatusString": "accept", "PopupScene": "1"},
               {"TemplateId": "T1", "SubscribeStatusString": "reject", "PopupScene": "1"}]  # fmt: skip
    happen(follower, "subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": answers})  # type: ignore[arg-type]
    counts = browser.get(f"{PAGE}?counts=1").content.decode()
    assert "还能收 1 次" in counts and "已拒绝" in counts and "<html" not in counts
    assert "微信提醒" in browser.get("/m/me/").content.decode()
    subscriptions.take(follower=follower, template_id="T0")
    assert SubscriptionConsent.objects.get(template_id="T0").remaining == 0


def test_where_the_account_may_not_the_other_ways_are_offered() -> None:
    follower, browser = a_reader("S0")
    page = browser.get(PAGE).content.decode()
    assert "不能发订阅通知" in page and "wx-open-subscribe" not in page and "登记邮箱" in page
    assert "微信提醒" not in browser.get("/m/me/").content.decode()
    assert PAGE not in text_of(say(follower, "提醒设置"))
    assert "允许微信提醒" not in text_of(say(follower, "提醒设置"))


def test_a_terminal_and_an_account_without_templates_say_why(sandbox: SandboxClient) -> None:
    follower, browser = a_reader("F1", sandbox)
    assert "允许微信提醒" in text_of(say(follower, "提醒设置"))
    NoticeTemplate.objects.all().delete()
    assert "还没有设置订阅通知的模板" in browser.get(PAGE).content.decode()
    assert Client().get(PAGE).status_code == 403


def test_a_silent_platform_is_no_error_page() -> None:
    _follower, browser = a_reader("F1")
    with override_settings(WECHAT_API_URL="http://127.0.0.1:9"):
        page = browser.get(PAGE)
    assert page.status_code == 200 and "暂时没有答复" in page.content.decode()
