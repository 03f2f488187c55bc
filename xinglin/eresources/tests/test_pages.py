"""Electronic resources by HTTP: the reader's navigation and the librarian's screens."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from xinglin.commons import clock
from xinglin.console.testing import assert_constant_queries
from xinglin.consortium import roles
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import a_staff
from xinglin.eresources import services
from xinglin.eresources.models import DailyVisits, Database, Favourite
from xinglin.eresources.tests.factories import a_database
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat import links
from xinglin.wechat.services import bind_at_desk
from xinglin.wechat.testing import a_follower, an_account

NEW = "/console/eresources/database/new/"


def entry(cast: SmallConsortium, **more: str) -> dict[str, object]:
    """What a browser sends of a new database."""
    return {
        "code": "cnki",
        "keeper": str(cast.a.pk),
        "name": "中国知网",
        "kind": "licensed",
        "url": "https://cnki.example/",
        "subjects": "R4、循证医学",
        "types": ["full_text"],
        **more,
    }


def page_of(path: str, *, address: str = "127.0.0.1") -> str:
    return Client(REMOTE_ADDR=address).get(path).content.decode()


def test_a_reader_browses_by_letter_subject_type_language_and_words(
    a_small_consortium: SmallConsortium,
) -> None:
    a = a_small_consortium.a
    a_database(a, "cnki", libraries=(a,), subjects=["R4"], types=["full_text"], languages=["chi"])
    a_database(
        a,
        "pubmed",
        name="PubMed",
        kind="open",
        subjects=["循证医学"],
        types=["abstract_index"],
        languages=["eng"],
    )
    letters = page_of("/m/databases/?library=A")
    assert letters.index('id="to-P"') < letters.index('id="to-Z"')
    assert "临床医学" in page_of("/m/databases/?library=A&by=subject")
    assert "文摘索引" in page_of("/m/databases/?library=A&by=type")
    assert "英文" in page_of("/m/databases/?library=A&by=language")
    found = page_of("/m/databases/?library=A&q=zgzw")
    assert "中国知网" in found and "PubMed" not in found
    assert "没有找到这个数据库" in page_of("/m/databases/?library=A&q=%3Cscript%3E")
    assert "中国知网" not in page_of("/m/databases/?library=B")


def test_the_way_out_leads_only_to_the_stored_address_and_is_counted(
    a_small_consortium: SmallConsortium,
) -> None:
    a = a_small_consortium.a
    a_database(a, libraries=(a,), url="https://in.example/", url_outside="https://out.example/")
    a.network_ranges = ["10.21.0.0/16"]
    a.save()
    go = reverse("mobile:database_go", args=["cnki"]) + "?library=A"
    outside = Client().get(go + "&url=https://evil.example/&next=//evil.example")
    assert (outside.status_code, outside["Location"]) == (302, "https://out.example/")
    assert outside["Referrer-Policy"] == "no-referrer"
    assert Client(REMOTE_ADDR="10.21.0.9").get(go)["Location"] == "https://in.example/"
    assert Client().get(go + "&from=in_house")["Location"] == "https://in.example/"
    assert Client().get(go + "&from=https://evil.example")["Location"] == "https://out.example/"
    Client().head(go)
    row = DailyVisits.objects.get()
    assert (row.library, row.in_house, row.outside) == (a, 2, 2)
    assert Client().get("/m/databases/unknown/go/").status_code == 404


def test_the_page_says_how_it_is_reached_from_here(a_small_consortium: SmallConsortium) -> None:
    a = a_small_consortium.a
    a.network_ranges = ["10.21.0.0/16"]
    a.save()
    a_database(
        a,
        libraries=(a,),
        url_outside="https://out.example/",
        guide="先选主题\n再检索",
        access_outside="扫码登录",
    )
    inside = page_of("/m/databases/cnki/?library=A", address="10.21.3.3")
    assert "您现在在附一院馆的网络内，可以直接打开。" in inside
    away = page_of("/m/databases/cnki/?library=A")
    assert "您现在不在馆内网络" in away and "扫码登录" in away and "先选主题" in away
    assert "馆内打开" in away and "馆外打开" in away
    assert "外区馆没有购买这个数据库；第一附属医院图书馆可以使用。" in page_of("/m/databases/cnki/?library=B")


def test_a_trial_tells_how_long_it_lasts_and_that_it_is_over(a_small_consortium: SmallConsortium) -> None:
    a = a_small_consortium.a
    database = a_database(a, libraries=(a,), kind="trial", trial_until=clock.today() + timedelta(days=10))
    assert "还剩 11 天" in page_of("/m/databases/cnki/?library=A")
    assert "试用还剩 11 天" in page_of("/m/databases/?library=A")
    services.amend_database(
        database=database, version=1, trial_until=clock.today() - timedelta(days=1), by=None
    )
    over = page_of("/m/databases/cnki/?library=A")
    assert "结束" in over and "打开数据库" not in over
    assert "中国知网" not in page_of("/m/databases/?library=A")


def test_only_a_known_reader_keeps_favourites(readers: Readers, a_small_consortium: SmallConsortium) -> None:
    a = a_small_consortium.a
    a_database(a, libraries=(a,))
    url = reverse("mobile:database_favourite", args=["cnki"])
    assert Client().post(url, {"keep": "yes"}).status_code == 403
    assert not Favourite.objects.exists()

    follower = a_follower(an_account(a))
    bind_at_desk(follower=follower, patron=readers.of_a, by=a_small_consortium.librarian_a)
    client = Client()
    client.get(links.personal_link(follower, "/m/databases/"))
    client.post(url, {"keep": "yes"})
    assert Favourite.objects.get().patron == readers.of_a
    assert "中国知网" in client.get("/m/databases/favourites/").content.decode()
    client.post(url, {"keep": "no"})
    assert not Favourite.objects.exists()


def test_the_navigation_asks_the_database_as_often_for_many_as_for_few(
    a_small_consortium: SmallConsortium,
) -> None:
    a = a_small_consortium.a
    a_database(a, libraries=(a,))

    def more() -> None:
        for number in range(6):
            a_database(a, f"db{number}", name=f"库 {number}", libraries=(a,))

    assert_constant_queries(Client(), "/m/databases/?library=A&by=subject", more)


def test_a_database_is_added_entitled_and_hidden_in_the_console(a_small_consortium: SmallConsortium) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    assert client.get(NEW).status_code == 200
    assert client.post(NEW, entry(a_small_consortium)).status_code == 302
    database = Database.objects.get()
    assert (database.subjects, database.types, database.keeper) == (
        ["R4", "循证医学"],
        ["full_text"],
        a_small_consortium.a,
    )
    entitle = reverse("console:eresources.database.do", args=[database.pk, "entitle"])
    client.post(entitle, {"libraries": [str(a_small_consortium.a.pk)], "since": "", "until": "2030-12-31"})
    assert "中国知网" in page_of("/m/databases/?library=A")
    client.post(reverse("console:eresources.database.do", args=[database.pk, "hide"]))
    assert "中国知网" not in page_of("/m/databases/?library=A")
    page = client.get(reverse("console:eresources.database", args=[database.pk])).content.decode()
    assert "已停用" in page and "第一附属医院图书馆" in page


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"url": "javascript:alert(1)"}, "https://"),
        ({"kind": "trial"}, "试用到哪一天"),
        ({"code": "大写"}, "代码"),
        ({"keeper": "999999"}, "管理馆"),
        ({"types": "novels"}, "novels"),
    ],
)
def test_a_wrong_entry_is_told_beside_what_was_typed(
    wrong: dict[str, str], what: str, a_small_consortium: SmallConsortium
) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    answer = client.post(NEW, entry(a_small_consortium, **wrong))
    assert answer.status_code == 422
    assert what in answer.content.decode() and "中国知网" in answer.content.decode()
    assert not Database.objects.exists()


def test_an_outsider_sees_and_changes_no_database_of_another_library(
    a_small_consortium: SmallConsortium,
) -> None:
    database = a_database(a_small_consortium.main, libraries=(a_small_consortium.a,))
    pages = [
        reverse(f"console:eresources.{name}", args=[database.pk]) for name in ("database", "database.edit")
    ]
    outsider = signed_in(a_small_consortium.outsider)
    assert "中国知网" not in outsider.get("/console/eresources/databases/").content.decode()
    assert [outsider.get(page).status_code for page in pages] == [404, 404]
    assert outsider.post(pages[1], entry(a_small_consortium, name="改", _version="1")).status_code == 404
    hide = reverse("console:eresources.database.do", args=[database.pk, "hide"])
    assert outsider.post(hide).status_code == 404
    assert outsider.post(NEW, entry(a_small_consortium, code="x")).status_code == 422

    member = signed_in(a_small_consortium.librarian_a)
    page = member.get(pages[0])
    assert page.status_code == 200 and "/do/hide/" not in page.content.decode()
    assert member.get(pages[1]).status_code == 404
    assert member.post(hide).status_code == 403
    database.refresh_from_db()
    assert (database.name, database.state, database.version) == ("中国知网", "active", 1)
    assert Database.objects.count() == 1


def test_one_without_the_rooms_permission_opens_nothing(a_small_consortium: SmallConsortium) -> None:
    client = signed_in(a_staff(roles.CATALOGUER, library=a_small_consortium.a))
    for url in ("/console/eresources/databases/", NEW, "/console/eresources/import/"):
        assert client.get(url).status_code == 403


def test_a_table_is_imported_with_its_bad_rows_told(a_small_consortium: SmallConsortium) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    table = "代码,名称,网址,可用馆\ncnki,中国知网,https://cnki.example,A\nbad,坏的,ftp://x,A\n".encode()
    sent = {"keeper": str(a_small_consortium.a.pk), "file": SimpleUploadedFile("库.csv", table)}
    page = client.post("/console/eresources/import/", sent).content.decode()
    assert "新增 1 个，更新 0 个，未导入 1 行。" in page and "https://" in page
    assert Database.objects.get().code == "cnki"
    broken = {**sent, "file": SimpleUploadedFile("库.xlsx", b"PK\x03\x04broken")}
    assert "已损坏" in client.post("/console/eresources/import/", broken).content.decode()


def test_the_list_asks_the_database_as_often_for_many_rows_as_for_few(
    a_small_consortium: SmallConsortium,
) -> None:
    a = a_small_consortium.a
    a_database(a, libraries=(a,))

    def more() -> None:
        for number in range(6):
            a_database(a, f"db{number}", name=f"库 {number}", libraries=(a,))

    assert_constant_queries(signed_in(a_small_consortium.librarian_a), "/console/eresources/databases/", more)
