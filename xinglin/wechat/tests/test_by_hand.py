"""An account without our callback: texts and addresses to paste; and the copy of what it had, in words."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page
from xinglin.commons.testing import look, overflows
from xinglin.consortium import roles
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.tests.cast import signed_in
from xinglin.consortium.tests.factories import a_library, a_staff
from xinglin.wechat import by_hand
from xinglin.wechat.jsonvalue import JsonObject
from xinglin.wechat.models import Account, KeywordRule, Occasion
from xinglin.wechat.testing import an_account

pytestmark = pytest.mark.django_db

# The shapes of the platform's pages 查询自定义菜单 and 获取自动回复规则 (protocol sheet §8.1).
KEPT: JsonObject = {
    "menu": {
        "is_menu_open": 1,
        "selfmenu_info": {
            "button": [
                {"type": "view", "name": "馆藏", "url": "https://old.example/opac"},
                {
                    "name": "服务",
                    "sub_button": {"list": [{"type": "text", "name": "开馆", "value": "8 点到 22 点"}]},
                },
            ]
        },
    },
    "replies": {
        "add_friend_autoreply_info": {"type": "text", "content": "您好，欢迎关注"},
        "message_default_autoreply_info": {"type": "img", "content": "media-1"},
        "keyword_autoreply_info": {
            "list": [
                {
                    "rule_name": "时间",
                    "keyword_list_info": [{"type": "text", "match_mode": "contain", "content": "几点"}],
                    "reply_list_info": [
                        {
                            "type": "news",
                            "news_info": {"list": [{"title": "开放时间", "content_url": "https://a/b"}]},
                        }
                    ],
                }
            ]
        },
    },
}


@pytest.fixture
def library() -> Library:
    return a_library("MAIN", name="附属医院图书馆")


@pytest.fixture
def librarian(library: Library) -> Staff:
    return a_staff(roles.BRANCH_LIBRARIAN, library=library, name="陈馆员")


@pytest.fixture
def account(library: Library) -> Account:
    return an_account(library)


def page_of(librarian: Staff, account: Account) -> str:
    address = reverse("console:wechat.account", args=[account.pk])
    return signed_in(librarian).get(address).content.decode()


@override_settings(PUBLIC_URL="https://lib.example")
def test_an_account_without_callback_finds_its_menu_texts_and_addresses_to_paste(
    librarian: Staff, account: Account
) -> None:
    Account.objects.filter(pk=account.pk).update(takes_callbacks=False)
    rule = {"account": account, "active": True}
    KeywordRule.objects.create(
        name="开放时间", keywords=[{"text": "几点开门", "how": "contains"}],
        replies=[{"type": "text", "content": "周一到周日 8:00–22:00。"}], **rule,
    )  # fmt: skip
    KeywordRule.objects.create(
        name="欢迎", occasion=Occasion.FOLLOW,
        replies=[{"type": "page", "title": "查书", "description": "", "path": "/m/search/"}], **rule,
    )  # fmt: skip
    KeywordRule.objects.create(
        name="停用的", keywords=[{"text": "旧", "how": "exact"}],
        replies=[{"type": "text", "content": "不再使用的话"}], account=account, active=False,
    )  # fmt: skip
    page = page_of(librarian, account)
    assert "https://lib.example/m/search/" in page and "https://lib.example/m/me/" in page
    assert "关键词回复：几点开门" in page and "周一到周日 8:00–22:00。" in page
    assert "查书：https://lib.example/m/search/" in page  # its own words on a follow
    assert "您的留言已收到" in page  # and ours where it has none
    assert (
        "不再使用的话" not in page and "启用服务器配置会改变什么" not in page and "在公众平台启用" not in page
    )


def test_the_wizard_offers_the_way_without_callback_beside_what_the_callback_changes(
    librarian: Staff, account: Account
) -> None:
    page = page_of(librarian, account)
    assert "启用服务器配置会改变什么" in page and "可以不启用服务器配置" in page
    assert "先备份现有菜单与自动回复" in page


def test_the_copy_of_what_the_account_had_is_read_in_words(librarian: Staff, account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(kept_menu=KEPT)
    page = page_of(librarian, account)
    for words in ("馆藏：https://old.example/opac", "服务 › 开馆：8 点到 22 点", "您好，欢迎关注",
                  "关键词回复：几点（包含）", "开放时间：https://a/b"):  # fmt: skip
        assert words in page
    assert "keyword_list_info" not in page and "先备份" not in page


def test_a_copy_that_could_not_be_read_says_why_and_an_empty_one_says_so(
    librarian: Staff, account: Account
) -> None:
    found = by_hand.kept_in_words({"menu": {"unread": "没有权限"}, "replies": {}})
    assert [(each.field, each.text) for each in found] == [("自定义菜单", "没有读到：没有权限")]
    Account.objects.filter(pk=account.pk).update(kept_menu={"menu": {"is_menu_open": 0}, "replies": {}})
    assert "公众号原来没有菜单和自动回复" in page_of(librarian, account)


@pytest.mark.corpus
def test_the_recorded_replies_of_an_account_are_read_whole(shared: Path) -> None:
    recorded = json.loads((shared / "data/wechat/api_response/get_current_autoreply_info.json").read_text())
    found = by_hand.kept_in_words({"replies": recorded})
    assert [each.field for each in found][:2] == ["被关注回复", "收到消息回复"]
    rules = recorded["keyword_autoreply_info"]["list"]
    assert len(found) == 2 + len(rules)
    for rule, each in zip(rules, found[2:], strict=True):
        assert all(word["content"] in each.field for word in rule["keyword_list_info"])
        assert all(each.text.splitlines())


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_is_to_be_pasted_is_fit_to_be_looked_at(
    live_server: LiveServer, browser_page: Page, librarian: Staff, account: Account
) -> None:
    Account.objects.filter(pk=account.pk).update(takes_callbacks=False)
    cookie = signed_in(librarian).cookies[settings.SESSION_COOKIE_NAME]
    browser_page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    browser_page.goto(live_server.url + reverse("console:wechat.account", args=[account.pk]))
    for heading in ("自动回复的文字", "各项服务的地址"):
        browser_page.get_by_text(heading).click()
    expect(browser_page.get_by_text("被关注回复")).to_be_visible()
    for width in (390, 1280):
        browser_page.set_viewport_size({"width": width, "height": 800})
        look(browser_page, "wechat-by-hand", width=width)
        assert not overflows(browser_page), f"at {width}"
