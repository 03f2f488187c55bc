"""Signing in on any terminal: scanned, typed, by card, by phone; a forwarded code is worthless."""

import json
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from wechat_sandbox.testing import running_sandbox
from xinglin.commons import clock
from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page
from xinglin.commons.testing import look, overflows
from xinglin.consortium.models import Library
from xinglin.consortium.tests.factories import a_library
from xinglin.patrons import services as patrons
from xinglin.patrons.models import Patron, PhoneCode, SignInTicket
from xinglin.patrons.sign_in.lifecycle import TicketState
from xinglin.patrons.tests.factories import a_patron
from xinglin.wechat import links
from xinglin.wechat.models import Follower
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account, happen, say, text_of

pytestmark = pytest.mark.django_db
PASSWORD = "心电图-2026-right"


@pytest.fixture
def library() -> Library:
    return a_library("MAIN")


@pytest.fixture
def reader(library: Library) -> Patron:
    patron = a_patron(library, card_number="C0001", name="王建国", staff_number="1001", phone="13800000001")
    patrons.set_password(patron=patron, password=PASSWORD, by=None)
    return patron


@pytest.fixture
def follower(library: Library, reader: Patron) -> Follower:
    """The reader's phone, on an account that can only answer."""
    follower = a_follower(an_account(library, kind="S0"))
    bind_by_code(follower=follower, digits=issue_code(patron=reader, by=None))
    return follower


def shown(terminal: Client, address: str = "/m/sign-in/") -> tuple[str, str]:
    """The token and the six digits that a terminal shows."""
    page = terminal.get(address).content.decode()
    token = re.search(r"token=([\w-]+)", page)
    digits = re.search(r"登录 (\d{6})", page)
    assert token and digits, page
    return token[1], digits[1]


def polled(terminal: Client, token: str) -> str:
    answer = terminal.get(f"/m/sign-in/code/?token={token}&next=/m/loans/")
    return answer.headers.get("HX-Redirect", "") or f"{answer.status_code}"


def who(terminal: Client) -> str:
    return terminal.get("/m/me/").content.decode()


def test_the_typed_code_signs_in_the_terminal_that_shows_it_and_no_other(follower: Follower) -> None:
    terminal, thief = Client(), Client()
    token, digits = shown(terminal)
    assert polled(terminal, token) == "204"
    assert "确认登录" in text_of(say(follower, f"登录 {digits}"))
    assert "王建国" not in who(terminal), "scanned is not confirmed"
    assert "已登录" in text_of(say(follower, "确认登录"))
    assert polled(thief, token) != "/m/loans/"
    assert polled(terminal, token) == "/m/loans/"
    assert "王建国" in who(terminal)
    assert "王建国" not in who(thief)
    assert polled(Client(), token) != "/m/loans/", "collected once"
    terminal.post("/m/sign-out/")
    assert "王建国" not in who(terminal)


def test_a_reader_who_says_no_and_one_who_is_too_late_sign_nobody_in(follower: Follower) -> None:
    terminal = Client()
    token, digits = shown(terminal)
    say(follower, f"登录 {digits}")
    assert "已拒绝" in text_of(say(follower, "拒绝登录"))
    assert "已过期" in text_of(say(follower, "确认登录"))
    token, digits = shown(terminal)
    clock.move(timedelta(seconds=61))
    assert "已过期" in text_of(say(follower, f"登录 {digits}"))
    assert polled(terminal, token) == "200", "a new code is shown"
    token, digits = shown(terminal)
    say(follower, f"登录 {digits}")
    clock.move(timedelta(seconds=91))
    assert "已过期" in text_of(say(follower, "确认登录"))
    assert "王建国" not in who(terminal)


def test_digits_are_not_guessed(follower: Follower) -> None:
    shown(Client())
    answers = [text_of(say(follower, "登录 000000")) for _each in range(6)]
    assert "错误次数太多" in answers[-1]


def test_a_code_that_another_has_scanned_is_his_alone(follower: Follower, library: Library) -> None:
    other = a_follower(follower.account)
    bind_by_code(follower=other, digits=issue_code(patron=a_patron(library, name="赵敏"), by=None))
    terminal = Client()
    _token, digits = shown(terminal)
    say(follower, f"登录 {digits}")
    assert "已过期" in text_of(say(other, f"登录 {digits}"))
    say(other, "确认登录")
    assert SignInTicket.objects.filter(state=TicketState.CONFIRMED).count() == 0
    assert "绑定" in text_of(say(a_follower(follower.account), "登录 123456"))


def test_the_phones_page_asks_and_only_a_press_signs_in(follower: Follower) -> None:
    terminal, phone, stranger = Client(), Client(), Client()
    phone.get("/" + links.personal_link(follower, "/m/me/").split("/", 3)[3])
    token, _digits = shown(terminal)
    assert stranger.get(f"/m/s/{token}/").status_code == 403
    page = phone.get(f"/m/s/{token}/").content.decode()
    assert "是您本人在登录吗" in page
    assert polled(terminal, token) == "200", "the terminal says that it was scanned"
    assert "已登录" in phone.post(f"/m/s/{token}/", {"answer": "yes"}).content.decode()
    assert polled(terminal, token) == "/m/loans/"
    assert phone.post(f"/m/s/{token}/", {"answer": "yes"}).status_code == 410


def test_an_account_with_scene_codes_puts_one_on_the_terminal(
    library: Library, reader: Patron, settings: LazySettings
) -> None:
    with running_sandbox() as sandbox:
        settings.WECHAT_API_URL = str(sandbox.base_url).rstrip("/")
        made = sandbox.add_account("wxsigninF1", kind="F1")
        account = an_account(library, kind="F1", appid="wxsigninF1", secret=str(made["secret"]))
        follower = a_follower(account)
        bind_by_code(follower=follower, digits=issue_code(patron=reader, by=None))
        terminal = Client()
        token, _digits = shown(terminal)
        assert SignInTicket.objects.get(token=token).code_text.startswith("http")
        assert "确认登录" in text_of(happen(follower, "SCAN", f"signin:{token}"))
        say(follower, "确认登录")
        assert polled(terminal, token) == "/m/loans/"


def test_card_and_password_sign_in_and_guessing_is_stopped(reader: Patron) -> None:
    terminal = Client()
    wrong = {"how": "card", "card_number": "C0001", "secret": "wrong"}
    answers = [terminal.post("/m/sign-in/", wrong) for _each in range(6)]
    assert answers[0].status_code == 403
    assert answers[-1].status_code == 429
    clock.move(timedelta(minutes=16))
    right = terminal.post(
        "/m/sign-in/?next=/m/loans/",
        {"how": "card", "card_number": "C0001", "secret": PASSWORD, "next": "/m/loans/"},
    )
    assert right.headers["Location"] == "/m/loans/"
    assert terminal.get("/m/loans/").status_code == 200
    clock.move(timedelta(minutes=16))
    assert terminal.get("/m/loans/").status_code == 403, "signed out by itself"
    other = Client()
    evil = {"how": "card", "card_number": "C0001", "secret": PASSWORD, "next": "//evil.example/"}
    assert other.post("/m/sign-in/", evil).headers["Location"] == "/m/me/"


def test_without_a_gateway_a_phone_code_is_refused_clearly(reader: Patron, library: Library) -> None:
    told = {"how": "phone", "library": library.pk, "staff_number": "1001", "phone": "13800000001"}
    assert "没有开通短信" in Client().post("/m/sign-in/", told).content.decode()


@pytest.fixture
def gateway(settings: LazySettings) -> Iterator[list[dict[str, str]]]:
    """A gateway for text messages on a port of its own, and what it was given."""
    taken: list[dict[str, str]] = []

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            taken.append({**body, "authorization": self.headers["Authorization"]})
            self.send_response(500 if body["phone"].endswith("9") else 200)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_URL = f"http://127.0.0.1:{server.server_address[1]}/send"
    settings.SMS_TOKEN = "t0ken"
    yield taken
    server.shutdown()
    server.server_close()


def test_staff_number_and_phone_code_sign_in_and_tell_strangers_nothing(
    reader: Patron, library: Library, gateway: list[dict[str, str]]
) -> None:
    terminal = Client()
    told = {"how": "phone", "library": library.pk, "staff_number": "1001", "phone": "13800000001"}
    unknown = terminal.post("/m/sign-in/", {**told, "phone": "13900000000"}).content.decode()
    assert gateway == []
    page = terminal.post("/m/sign-in/", told).content.decode()
    said = "如果工号和手机号与图书馆登记的一致"
    assert said in page and said in unknown
    (message,) = gateway
    assert message["authorization"] == "Bearer t0ken"
    assert message["code"] in message["text"]
    terminal.post("/m/sign-in/", told)
    assert len(gateway) == 1, "not again within a minute"
    wrong = terminal.post(
        "/m/sign-in/", {**told, "digits": "000000" if message["code"] != "000000" else "111111"}
    )
    assert wrong.status_code == 403
    stolen = Client().post("/m/sign-in/", {**told, "phone": "13900000000", "digits": message["code"]})
    assert stolen.status_code == 403
    assert terminal.post("/m/sign-in/", {**told, "digits": message["code"]}).status_code == 302
    assert "王建国" in who(terminal)
    assert Client().post("/m/sign-in/", {**told, "digits": message["code"]}).status_code == 403, "once"
    assert not PhoneCode.objects.filter(digest=message["code"]).exists()


def test_a_gateway_that_fails_is_told_and_its_code_is_void(
    library: Library, gateway: list[dict[str, str]]
) -> None:
    a_patron(library, staff_number="2002", phone="13800000009")
    told = {"how": "phone", "library": library.pk, "staff_number": "2002", "phone": "13800000009"}
    assert "拒绝了这次发送" in Client().post("/m/sign-in/", told).content.decode()
    code = {**told, "digits": gateway[0]["code"]}
    assert Client().post("/m/sign-in/", code).status_code == 403


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_terminal_is_signed_in_by_a_phone_that_confirms(
    live_server: LiveServer, browser_page: Page, follower: Follower
) -> None:
    page = browser_page
    page.goto(f"{live_server.url}/m/me/")
    page.get_by_role("link", name="登录").first.click()
    expect(page.get_by_test_id("digits")).to_be_visible()
    look(page, "sign-in")
    look(page, "sign-in", width=390)
    assert not overflows(page)
    digits = re.sub(r"\D", "", page.get_by_test_id("digits").inner_text())
    say(follower, f"登录 {digits}")
    expect(page.get_by_text("已扫码，请在手机上确认。")).to_be_visible()
    say(follower, "确认登录")
    expect(page.get_by_text("王建国")).to_be_visible()
    page.get_by_role("link", name="退出").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("已退出登录。")).to_be_visible()
