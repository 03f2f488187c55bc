"""Signing in and out, guessing stopped, the password, and pages that are not there."""

from datetime import timedelta

import pytest
from django.test import Client

from xinglin.commons import clock
from xinglin.commons.models import HistoryEntry
from xinglin.console.models import FailedSignIn
from xinglin.console.services import TRIES_PER_ADDRESS
from xinglin.console.testing import staff_client, staff_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("example_screens")]

URL = "/console/sign-in/"
RIGHT = {"username": "zhao", "password": "apricot-grove-8"}
WRONG = {"username": "zhao", "password": "guess"}


def test_staff_sign_in_and_are_led_where_they_wanted_to_go(client: Client) -> None:
    staff_user("zhao", password=RIGHT["password"])
    answer = client.post(URL, RIGHT | {"next": "/console/examples/desk/"})
    assert answer["Location"] == "/console/examples/desk/"
    assert "赵静" in client.get("/console/").content.decode()


def test_sign_in_never_leads_to_a_strangers_site(client: Client) -> None:
    staff_user("zhao", password=RIGHT["password"])
    assert client.post(URL, RIGHT | {"next": "https://evil.example/"})["Location"] == "/console/"


def test_each_wrong_password_says_how_many_tries_are_left(client: Client) -> None:
    staff_user("zhao", password=RIGHT["password"])
    answer = client.post(URL, WRONG)
    assert answer.status_code == 422
    assert "还可以再试 4 次" in answer.content.decode()
    assert 'value="zhao"' in answer.content.decode()


def test_after_five_wrong_passwords_the_right_one_is_not_looked_at_until_the_pause_ends(
    client: Client,
) -> None:
    staff_user("zhao", password=RIGHT["password"])
    for _ in range(5):
        last = client.post(URL, WRONG)
    assert "登录已暂停 15 分钟" in last.content.decode()
    paused = client.post(URL, RIGHT)
    assert paused.status_code == 429
    assert "请 15 分钟后再试" in paused.content.decode()
    clock.move(timedelta(minutes=15, seconds=1))
    assert client.post(URL, RIGHT).status_code == 302


def test_tries_while_paused_do_not_prolong_the_pause(client: Client) -> None:
    staff_user("zhao", password=RIGHT["password"])
    for _ in range(5):
        client.post(URL, WRONG)
    clock.move(timedelta(minutes=10))
    assert "请 5 分钟后再试" in client.post(URL, WRONG).content.decode()
    assert FailedSignIn.objects.count() == 5


def test_the_pause_is_the_same_however_the_name_is_written(client: Client) -> None:
    staff_user("zhao", password=RIGHT["password"])
    for name in ("zhao", "ZHAO", " zhao", "Zhao", "zhao "):
        client.post(URL, {"username": name, "password": "guess"})
    assert client.post(URL, RIGHT).status_code == 429


def test_an_unknown_name_is_answered_like_a_known_one(client: Client) -> None:
    assert "还可以再试 4 次" in client.post(URL, {"username": "nobody", "password": "x"}).content.decode()


def test_many_names_tried_from_one_address_pause_the_address(client: Client) -> None:
    staff_user("zhao", password=RIGHT["password"])
    now = clock.now()
    FailedSignIn.objects.bulk_create(
        FailedSignIn(username=f"name-{number}", address="127.0.0.1", at=now)
        for number in range(TRIES_PER_ADDRESS)
    )
    assert client.post(URL, RIGHT).status_code == 429


def test_the_right_password_wipes_the_slate(client: Client) -> None:
    staff_user("zhao", password=RIGHT["password"])
    client.post(URL, WRONG)
    client.post(URL, RIGHT)
    assert not FailedSignIn.objects.exists()


@pytest.mark.parametrize("name", ["", "\x00", "王" * 5000, "🀄", "zhao\x00"])
def test_strange_names_are_refused_without_a_stir(client: Client, name: str) -> None:
    assert client.post(URL, {"username": name, "password": "\x00" * 9}).status_code == 422


def test_signing_out_needs_a_press_and_ends_the_session() -> None:
    client = staff_client()
    assert client.get("/console/sign-out/").status_code == 405
    client.post("/console/sign-out/")
    assert client.get("/console/").status_code == 302


def test_a_password_is_changed_by_its_owner_and_the_deed_is_kept() -> None:
    zhao = staff_user("zhao", password=RIGHT["password"])
    client, other_machine = staff_client(user=zhao), staff_client(user=zhao)
    new = {"new_password1": "willow-lake-93", "new_password2": "willow-lake-93"}
    assert client.post("/console/password/", {"old_password": "wrong"} | new).status_code == 422
    assert client.post("/console/password/", {"old_password": RIGHT["password"]} | new).status_code == 302
    assert client.get("/console/").status_code == 200
    assert other_machine.get("/console/").status_code == 302
    assert HistoryEntry.objects.get().deed == "change_password"
    assert "willow" not in str(HistoryEntry.objects.values())


def test_the_home_page_shows_the_cards_of_the_rooms() -> None:
    html = staff_client().get("/console/").content.decode()
    assert "待取预约" in html
    assert '<span class="card-number">12</span>' in html


def test_a_page_that_is_not_there_is_a_page_with_a_way_on() -> None:
    answer = staff_client().get("/console/no/such/page/")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()
    assert "功能菜单" in answer.content.decode()


def test_a_stranger_sees_no_menu_on_a_page_that_is_not_there(client: Client) -> None:
    html = client.get("/console/no/such/page/").content.decode()
    assert "没有这个页面" in html
    assert "功能菜单" not in html


def test_pages_of_the_console_are_kept_by_no_cache() -> None:
    assert "no-store" in staff_client().get("/console/")["Cache-Control"]
