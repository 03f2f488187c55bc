"""The reader's shell, through the front door."""

import gzip
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.contrib.staticfiles import finders
from django.test import Client

from xinglin.mobile import registry
from xinglin.mobile.registry import Tile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("example_pages")]

BUDGET = 120 * 1024


def body(client: Client, url: str, *, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def test_the_home_page_shows_tiles_tabs_and_the_panels_of_rooms(client: Client) -> None:
    html = body(client, "/m/")
    assert html.index("馆藏检索") < html.index("数据库") < html.index("讲座")
    assert "医学院总馆国庆期间开馆时间调整。" in html
    bar = html[html.index('<nav class="tabs"') :]
    assert bar.index("首页</span>") < bar.index("检索</span>") < bar.index("我的</span>")


def test_a_tile_is_shown_only_to_whom_it_is_for(client: Client) -> None:
    registry.add_tile(Tile("馆际互借", icon="truck", url="mobile:books", shown_to=lambda request: False))
    assert "馆际互借" not in body(client, "/m/")


def test_the_library_of_the_address_is_remembered(client: Client) -> None:
    assert "第一附属医院东院分馆国庆" in body(client, "/m/?library=east")
    assert "第一附属医院东院分馆国庆" in body(client, "/m/")
    assert "医学院总馆国庆" in body(client, "/m/?library=main")


def test_a_library_that_is_not_there_is_refused_in_the_address_and_forgotten_in_the_cookie(
    client: Client,
) -> None:
    assert "没有找到这个图书馆" in body(client, "/m/?library=nowhere", status=404)
    client.cookies["library"] = "closed"
    assert "医学院总馆国庆" in body(client, "/m/")


def test_an_unknown_reader_reads_how_to_bind(client: Client) -> None:
    html = body(client, "/m/loans/", status=403)
    assert "我的借阅需要先绑定读者证" in html
    assert "/m/bind/" in html
    assert "还没有绑定读者证" in body(client, "/m/me/")


def test_a_known_reader_sees_their_name_and_what_waits(client: Client) -> None:
    client.cookies["reader"] = "lin"
    html = body(client, "/m/me/")
    assert "林晓" in html
    assert '<span class="count">3</span>' in html


def test_the_number_that_waits_is_not_told_to_a_stranger(client: Client) -> None:
    assert '<span class="count">' not in body(client, "/m/me/")


def test_a_refusal_becomes_a_page_with_its_sentence_and_status(client: Client) -> None:
    client.cookies["reader"] = "lin"
    assert "您已借满 5 册，请先还书再借。" in body(client, "/m/loans/", status=422)
    assert "没有这个页面" in body(client, "/m/no/such/page", status=404)


def test_a_list_goes_on_by_a_plain_link_too(client: Client) -> None:
    Group.objects.bulk_create(Group(name=f"书{number:02d}") for number in range(23))
    first = body(client, "/m/books/?q=书")
    assert "书09" in first
    assert "书10" not in first
    assert 'href="/m/books/?q=%E4%B9%A6&amp;page=2"' in first
    last = body(client, "/m/books/?q=书&page=3")
    assert "书22" in last
    assert "共 23 条，已经到底了" in last
    assert "加载更多" not in last


def test_a_page_number_out_of_range_shows_the_nearest_page(client: Client) -> None:
    Group.objects.create(name="书")
    assert "书" in body(client, "/m/books/?page=999999999999999999999")
    assert "书" in body(client, "/m/books/?page=x")


def test_large_type_is_kept_and_leads_back_only_into_our_own_pages(client: Client) -> None:
    answer = client.post("/m/type/", {"large": "on", "back": "/m/books/"})
    assert answer["Location"] == "/m/books/"
    assert '<html lang="zh-CN" class="large">' in body(client, "/m/books/")
    answer = client.post("/m/type/", {"large": "off", "back": "https://evil.example/"})
    assert answer["Location"] == "/m/me/"
    assert '<html lang="zh-CN">' in body(client, "/m/books/")


def test_looking_at_the_page_of_the_type_size_changes_nothing(client: Client) -> None:
    assert "large_type" not in client.get("/m/type/?large=on").cookies


def test_a_form_keeps_what_was_typed_and_points_to_what_is_wrong(client: Client) -> None:
    response = client.post("/m/ask/", {"question": "指南在哪里下载？", "place": "a"})
    html = response.content.decode()
    assert "指南在哪里下载？" in html
    assert 'aria-describedby="id_agreed_error"' in html
    assert 'id="id_agreed_error"' in html


def test_pages_are_kept_by_no_cache_between(client: Client) -> None:
    assert "private" in client.get("/m/")["Cache-Control"]


def test_scripts_and_styles_stay_within_the_budget_of_a_weak_phone(client: Client) -> None:
    html = body(client, "/m/")
    files = [part.split('"')[0] for part in html.split("/static/")[1:]]
    weight = 0
    for file in files:
        found = finders.find(file)
        assert found is not None, file
        weight += len(gzip.compress(Path(found).read_bytes()))
    assert files
    assert weight < BUDGET
