"""The librarian's screens of the channel: what they show, what they do, and that a stranger sees nothing."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page
from xinglin.commons.testing import look, overflows
from xinglin.consortium import roles
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.tests.cast import signed_in
from xinglin.consortium.tests.factories import a_library, a_staff
from xinglin.patrons.tests.factories import a_patron
from xinglin.wechat.capabilities import AccountKind
from xinglin.wechat.jsonvalue import JsonValue
from xinglin.wechat.models import (
    Account,
    Binding,
    Follower,
    IncomingMessage,
    KeywordRule,
    Material,
    Menu,
    MenuState,
    OutgoingMessage,
    OutgoingState,
)
from xinglin.wechat.services import bindings, menus
from xinglin.wechat.testing import AES_KEY, a_follower, an_account, happen, say, text_of

pytestmark = pytest.mark.django_db

SCREENS = (
    "messages", "rules", "tester", "unanswered", "menus", "materials", "desk_code", "bindings", "accounts",
)  # fmt: skip


@pytest.fixture
def library() -> Library:
    return a_library("MAIN", name="附属医院图书馆")


@pytest.fixture
def librarian(library: Library) -> Staff:
    return a_staff(roles.BRANCH_LIBRARIAN, library=library, name="陈馆员")


@pytest.fixture
def follower(library: Library) -> Follower:
    return a_follower(an_account(library))


def url(name: str, *arguments: object) -> str:
    return reverse(f"console:wechat.{name}", args=arguments)


def page_of(client: Client, name: str, *arguments: object, **query: str) -> str:
    response = client.get(url(name, *arguments), query)
    assert response.status_code == 200
    return response.content.decode()


def test_an_outsider_sees_nothing_and_nothing_changes(follower: Follower) -> None:
    say(follower, "馆里有空调吗")
    message = IncomingMessage.objects.get()
    outsider = signed_in(a_staff(roles.BRANCH_LIBRARIAN))
    for name in SCREENS:
        assert "馆里有空调吗" not in page_of(outsider, name)
    assert outsider.get(url("message", message.pk)).status_code == 404
    assert outsider.post(url("message", message.pk), {"deed": "answer", "text": "x"}).status_code == 404
    assert outsider.get(url("account", follower.account_id)).status_code == 404
    assert not OutgoingMessage.objects.exists()
    assert Client().get(url("messages")).status_code in (302, 403)


def test_a_librarian_answers_a_reader_by_hand(follower: Follower, librarian: Staff) -> None:
    say(follower, "馆里有空调吗")
    message = IncomingMessage.objects.get()
    desk = signed_in(librarian)
    assert "馆里有空调吗" in page_of(desk, "messages", waiting="on")
    assert "还可发送" in page_of(desk, "message", message.pk)
    desk.post(url("message", message.pk), {"deed": "answer", "text": "有的，26 度。"})
    sent = OutgoingMessage.objects.get()
    assert (sent.state, sent.sent_by, sent.answers) == (OutgoingState.QUEUED, librarian, message)
    message.refresh_from_db()
    assert not message.needs_person
    assert "有的，26 度。" in page_of(desk, "message", message.pk)


def test_on_a_personal_account_the_answer_waits_for_the_reader(library: Library, librarian: Staff) -> None:
    reader = a_follower(an_account(library, kind=AccountKind.S0))
    say(reader, "馆里有空调吗")
    desk = signed_in(librarian)
    page = page_of(desk, "message", IncomingMessage.objects.get().pk)
    assert "暂不能发送" in page and "保存，等读者取回" in page
    desk.post(url("message", IncomingMessage.objects.get().pk), {"deed": "answer", "text": "有的"})
    assert text_of(say(reader, "1")) == "有的"


def test_a_message_is_starred_assigned_and_settled(follower: Follower, librarian: Staff) -> None:
    say(follower, "什么")
    message = IncomingMessage.objects.get()
    desk = signed_in(librarian)
    for deed in ({"deed": "star"}, {"deed": "assign", "to": str(librarian.pk)}, {"deed": "settle"}):
        desk.post(url("message", message.pk), deed)
    message.refresh_from_db()
    assert message.starred and message.assigned_to == librarian and not message.needs_person


def test_a_code_from_the_desk_binds_the_reader_who_shows_a_card(
    follower: Follower, library: Library, librarian: Staff
) -> None:
    patron = a_patron(library, card_number="C0001", name="王建国")
    desk = signed_in(librarian)
    page = desk.post(url("desk_code"), {"card_number": "C0001"}).content.decode()
    code = re.search(r"绑定 (\d{6})", page)
    assert code is not None
    say(follower, f"绑定 {code[1]}")
    binding = Binding.objects.get()
    assert binding.patron == patron and "王建国" in page_of(desk, "bindings")
    outsider = signed_in(a_staff(roles.BRANCH_LIBRARIAN))
    assert "王建国" not in page_of(outsider, "bindings")
    assert outsider.post(url("desk_code"), {"card_number": "C0001"}).status_code == 403
    assert outsider.post(url("bindings.do", binding.pk, "unbind"), {}).status_code == 404
    desk.post(url("bindings.do", binding.pk, "unbind"), {})
    binding.refresh_from_db()
    assert binding.unbound_at is not None


def rule_data(account: Account, **more: str) -> dict[str, str]:
    empty = {f"reply{number}_kind": "" for number in range(2, 6)}
    return {
        "account": str(account.pk), "name": "开放时间", "occasion": "keyword", "exact": "开放时间\n几点开门",
        "contains": "开门", "pattern": "", "mode": "all", "priority": "3", "reply1_kind": "text",
        "reply1_content": "8:00 至 22:00", **empty, **more,
    }  # fmt: skip


def test_a_rule_is_written_tested_changed_and_removed(follower: Follower, librarian: Staff) -> None:
    desk, account = signed_in(librarian), follower.account
    more = {"reply2_kind": "page", "reply2_title": "我的预约", "reply2_path": "/m/holds/"}
    assert desk.post(url("rule.new"), rule_data(account, **more)).status_code == 302
    rule = KeywordRule.objects.get()
    assert [keyword["how"] for keyword in rule.keywords] == ["exact", "exact", "contains"]
    assert text_of(say(follower, "几点开门")) == "8:00 至 22:00"
    assert OutgoingMessage.objects.get().reply["type"] == "news", "the page became a card of this follower"
    tested = page_of(desk, "tester", account=str(account.pk), text="明天开门吗")
    assert "由规则回答" in tested and "包含" in tested
    edit = page_of(desk, "rule.edit", rule.pk)
    assert "几点开门" in edit and "/m/holds/" in edit
    data = rule_data(account, reply1_content="8:00 至 18:00", _version=str(rule.version))
    assert desk.post(url("rule.edit", rule.pk), data).status_code == 302
    assert text_of(say(follower, "开放时间")) == "8:00 至 18:00"
    assert desk.post(url("rule.edit", rule.pk), data).status_code == 409, "somebody saved meanwhile"


def test_a_rule_beyond_the_limits_is_refused_and_keeps_what_was_typed(
    follower: Follower, librarian: Staff
) -> None:
    desk = signed_in(librarian)
    for fault in ({"pattern": "(a+)+"}, {"reply1_content": "字" * 700}, {"exact": "", "contains": ""}):
        answer = desk.post(url("rule.new"), rule_data(follower.account, **fault))
        assert answer.status_code == 422 and "开放时间" in answer.content.decode()
    assert not KeywordRule.objects.exists()


def test_what_nobody_understood_becomes_a_rule(follower: Follower, librarian: Staff) -> None:
    for _ in range(2):
        say(follower, "馆里有空调吗")
    desk = signed_in(librarian)
    page = page_of(desk, "unanswered")
    assert "馆里有空调吗" in page and "做成规则" in page
    assert "馆里有空调吗" in page_of(desk, "rule.new", keyword="馆里有空调吗")


def menu_data(**more: str) -> dict[str, str]:
    return {"b0-name": "查书", "b0-type": "click", "b0-value": "HELP", "deed": "save", **more}


def test_a_menu_is_edited_checked_published_and_put_back(library: Library, librarian: Staff) -> None:
    account = an_account(library, kind=AccountKind.S0)
    desk = signed_in(librarian)
    desk.post(url("menu.new"), {"account": str(account.pk), "name": "秋季"})
    menu = Menu.objects.get()
    too_long = desk.post(
        url("menu", menu.pk), menu_data(**{"b0-name": "名字太长太长太长", "deed": "publish"})
    )
    assert too_long.status_code == 422 and "名称过长" in too_long.content.decode()
    desk.post(
        url("menu", menu.pk),
        menu_data(
            deed="publish",
            **{
                "b1-name": "更多",
                "b1s0-name": "首页",
                "b1s0-type": "view",
                "b1s0-value": "https://l.example/m/",
            },
        ),
    )
    menu.refresh_from_db()
    assert menu.state == MenuState.PUBLISHED and len(menu.buttons) == 2
    reader = a_follower(account)
    assert "1. 查书" in text_of(say(reader, "菜单")) and "2. 更多 · 首页" in text_of(say(reader, "菜单"))
    assert "您可以直接发送" in text_of(say(reader, "1"))
    second = menus.draft(account=account, buttons=menu.buttons[:1], by=librarian)
    desk.post(url("menus.do", second.pk, "publish"), {})
    menu.refresh_from_db()
    assert menu.state == MenuState.REPLACED
    desk.post(url("menus.do", menu.pk, "publish"), {})
    menu.refresh_from_db()
    assert menu.state == MenuState.PUBLISHED


def test_a_material_is_checked_before_it_is_taken(library: Library, librarian: Staff) -> None:
    account = an_account(library)
    desk = signed_in(librarian)

    def upload(name: str, content: bytes, kind: str = "image") -> int:
        data = {
            "account": str(account.pk),
            "kind": kind,
            "title": "地图",
            "file": SimpleUploadedFile(name, content),
        }
        return desk.post(url("material.new"), data).status_code

    assert upload("a.exe", b"MZ") == 422
    assert upload("a.png", b"MZ not a picture") == 422
    assert upload("a.jpg", b"\xff\xd8\xff" + b"0" * 70_000, kind="thumb") == 422
    assert not Material.objects.exists()
    assert upload("map.png", b"\x89PNG" + b"0" * 100) == 302
    assert Material.objects.get().title == "地图"


def test_an_account_is_connected_by_the_wizard_and_its_secrets_are_never_shown(
    library: Library, librarian: Staff
) -> None:
    desk = signed_in(librarian)
    data = {
        "library": str(library.pk), "name": "医学院图书馆", "kind": "S1", "appid": "wx0123456789abcdef",
        "secret": "very-secret-value", "mode": "safe", "aes_key": AES_KEY, "takes_callbacks": "on",
    }  # fmt: skip
    assert desk.post(url("account.new"), data | {"aes_key": "short"}).status_code in (400, 422)
    assert desk.post(url("account.new"), data).status_code == 302
    account = Account.objects.get()
    page = page_of(desk, "account", account.pk)
    assert account.callback_url in page and account.token in page and "停用，改由本系统回复" in page
    edit = page_of(desk, "account.edit", account.pk)
    for secret in ("very-secret-value", AES_KEY):
        assert secret not in page and secret not in edit
    desk.post(
        url("account.edit", account.pk),
        data | {"secret": "", "aes_key": "", "name": "新名字", "_version": str(account.version)},
    )
    account.refresh_from_db()
    assert (account.name, account.secret) == ("新名字", "very-secret-value")


BUTTONS: list[JsonValue] = [
    {
        "name": "找文献",
        "sub_button": [
            {"name": "查馆藏", "type": "click", "key": "SEARCH"},
            {"name": "数据库", "type": "view", "url": "https://l.example/m/databases/"},
        ],
    },
    {"name": "我的", "type": "click", "key": "MY"},
    {"name": "帮助", "type": "click", "key": "HELP"},
]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_screens_are_fit_to_be_looked_at(
    live_server: LiveServer, browser_page: Page, library: Library, librarian: Staff, follower: Follower
) -> None:
    account = follower.account
    happen(follower, "subscribe")
    say(follower, f"绑定 {bindings.issue_code(patron=a_patron(library, name='王建国'), by=None)}")
    say(follower, "请问《心电图学》第八版什么时候到馆？科里几位医生都在等。")
    say(follower, "馆里有空调吗")
    desk = signed_in(librarian)
    desk.post(
        url("message", IncomingMessage.objects.latest("pk").pk),
        {"deed": "answer", "text": "有的，常年 26 度，周末也开。"},
    )
    desk.post(
        url("rule.new"),
        rule_data(account, reply2_kind="page", reply2_title="我的预约", reply2_path="/m/holds/"),
    )
    menu = menus.draft(account=account, buttons=BUTTONS, by=librarian, name="秋季学期")
    cookie = desk.cookies[settings.SESSION_COOKIE_NAME]
    browser_page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    message = IncomingMessage.objects.filter(needs_person=True).latest("pk")
    pages = {
        **{name: url(name) for name in SCREENS},
        "tester": url("tester") + f"?account={account.pk}&text=明天几点开门",
        "message": url("message", message.pk),
        "rule": url("rule.edit", KeywordRule.objects.get().pk),
        "menu": url("menu", menu.pk),
        "account": url("account", account.pk),
        "account-new": url("account.new"),
    }
    for name, address in pages.items():
        for width in (1280, 390):
            browser_page.set_viewport_size({"width": width, "height": 800})
            assert browser_page.goto(live_server.url + address).status == 200  # type: ignore[union-attr]
            look(browser_page, f"wechat-{name}", width=width)
            assert not overflows(browser_page), f"{name} at {width}"
