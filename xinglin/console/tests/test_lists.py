"""Lists: what stands in them, how they are narrowed, and who may see which rows."""

import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from xinglin.commons import clock
from xinglin.commons.models import HistoryEntry
from xinglin.console.testing import assert_constant_queries, staff_client, staff_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("example_screens")]

URL = "/console/examples/groups/"


@pytest.fixture
def zhao() -> User:
    """A member of staff who sees three groups out of four."""
    user = staff_user("zhao", "auth.view_group")
    user.groups.set([Group.objects.create(name=name) for name in ("常设馆务小组", "流通小组", "编目小组")])
    Group.objects.create(name="外院小组")
    return user


@pytest.fixture
def client(zhao: User) -> Client:
    return staff_client(user=zhao)


def body(client: Client, url: str = URL, *, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def add_groups(user: User, count: int) -> None:
    for number in range(count):
        group = Group.objects.create(name=f"项目组{number:03d}")
        user.groups.add(group)
        group.user_set.add(User.objects.create(username=f"member-{number}"))


def test_a_list_holds_only_the_rows_its_user_may_see(client: Client) -> None:
    html = body(client)
    assert "流通小组" in html
    assert "外院小组" not in html
    assert "共 <strong>3</strong> 条" in html


def test_a_stranger_is_led_to_the_sign_in_page_and_back() -> None:
    answer = Client().get(f"{URL}?q=流通")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/console/sign-in/?next=/console/examples/groups/%3Fq")


def test_a_session_that_ended_leads_the_whole_page_to_sign_in_not_a_part_of_it() -> None:
    answer = Client().get(
        URL,
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{URL}?q=1", "HX-Target": "list"},
    )
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/console/sign-in/?next=%2Fconsole%2Fexamples%2Fgroups%2F"


def test_staff_without_the_permission_are_refused_and_do_not_see_the_menu_entry() -> None:
    client = staff_client(user=staff_user("qian"))
    html = body(client, status=403)
    assert "您的岗位没有这项权限" in html
    assert URL not in html
    assert "流通小组" not in html


def test_words_are_sought_together_in_any_field(client: Client) -> None:
    assert "编目小组" not in body(client, f"{URL}?q=小组 流通")
    assert "没有符合条件的记录" in body(client, f"{URL}?q=小组 外院")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("exactly=流通小组", {"流通小组"}),
        ("staffed=1", {"常设馆务小组", "流通小组", "编目小组"}),
        ("joined_from=2000-01-01&joined_to=2000-01-31", set()),
    ],
)
def test_filters_narrow_the_list(client: Client, query: str, found: set[str]) -> None:
    html = body(client, f"{URL}?{query}")
    assert {
        name for name in ("常设馆务小组", "流通小组", "编目小组", "外院小组") if f">{name}</a>" in html
    } == found


@pytest.mark.parametrize(
    "query",
    ["joined_from=yesterday", "joined_to=9999-12-31", "member=x", "member=999999", "sort=user__password"],
)
def test_a_filter_that_means_nothing_is_refused_and_not_passed_over(client: Client, query: str) -> None:
    assert 'class="sentence"' in body(client, f"{URL}?{query}", status=422)


def test_a_nul_in_the_address_bar_harms_nothing(client: Client) -> None:
    body(client, f"{URL}?q=%00&exactly=%00")


def test_days_of_a_filter_are_the_librarys_days_both_included(client: Client) -> None:
    """17:30 UTC on the 1st is already the 2nd in the library."""
    for number, at in enumerate(
        (datetime(2026, 3, 1, 15, 59, tzinfo=UTC), datetime(2026, 3, 1, 17, 30, tzinfo=UTC))
    ):
        HistoryEntry.objects.create(at=at, subject="x:1", deed=("改名", "新增")[number])
    html = body(client, "/console/examples/deeds/?at_from=2026-03-02&at_to=2026-03-02")
    assert "共 <strong>1</strong> 条" in html
    assert "2026-03-02 01:30" in html


def test_tabs_count_what_the_other_filters_left(client: Client) -> None:
    now = clock.now()
    for deed, age in (("改名", 0), ("改名", 0), ("新增", 0), ("改名", 40)):
        HistoryEntry.objects.create(at=now - timedelta(days=age), subject="x:1", deed=deed)
    today = clock.today().isoformat()
    html = body(client, f"/console/examples/deeds/?at_from={today}&deed=新增")
    assert '全部<span class="tab-count">3</span>' in html
    assert '改名<span class="tab-count">2</span>' in html
    assert "共 <strong>1</strong> 条" in html


def test_money_moments_and_flags_are_shown_for_people(client: Client) -> None:
    HistoryEntry.objects.create(
        at=datetime(2026, 3, 1, 1, 5, tzinfo=UTC), subject="x:1", deed="改名", reason="重名"
    )
    html = body(client, "/console/examples/deeds/")
    assert "¥1,234.56" in html
    assert ">2026-03-01 09:05</time>" in html
    assert 'aria-label="是"' in html


def test_a_click_on_a_heading_sorts_and_a_second_click_turns_the_order(client: Client) -> None:
    html = body(client, f"{URL}?sort=-pk")
    assert html.index(">编目小组</a>") < html.index(">流通小组</a>") < html.index(">常设馆务小组</a>")
    assert 'aria-sort="descending"' in html
    assert 'href="?sort=pk"' in html


def test_pages_have_the_size_chosen_and_the_last_page_stands_for_those_beyond(
    client: Client, zhao: User
) -> None:
    add_groups(zhao, 9)
    assert "第" not in body(client, f"{URL}?page=3").split("<tbody>")[1].split("</tbody>")[0]
    assert body(client, f"{URL}?page=1").count('name="pick"') == 5
    assert body(client, f"{URL}?page=77").count('name="pick"') == 2
    assert body(client, f"{URL}?size=20").count('name="pick"') == 12
    assert body(client, f"{URL}?size=5000").count('name="pick"') == 5


def test_a_list_asks_the_database_no_more_often_for_more_rows(client: Client, zhao: User) -> None:
    assert_constant_queries(client, f"{URL}?size=20", lambda: add_groups(zhao, 15))


def test_a_refresh_in_place_brings_the_list_alone(client: Client) -> None:
    part = client.get(URL, headers={"HX-Request": "true", "HX-Target": "list"}).content.decode()
    assert "流通小组" in part
    assert "<html" not in part
    restored = client.get(
        URL, headers={"HX-Request": "true", "HX-Target": "list", "HX-History-Restore-Request": "true"}
    )
    assert "<html" in restored.content.decode()


def test_csv_holds_exactly_the_filtered_rows_of_all_pages(client: Client, zhao: User) -> None:
    add_groups(zhao, 9)
    response = client.get(f"{URL}?q=项目&export=csv")
    lines = response.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "名称,成员数,状态,编号"
    assert [line.split(",")[0] for line in lines[1:]] == [f"项目组{number:03d}" for number in range(9)]
    assert "在用" in lines[1]


def test_xlsx_has_numbers_as_numbers_and_amounts_in_yuan(client: Client) -> None:
    HistoryEntry.objects.create(at=datetime(2026, 3, 1, 1, 5, tzinfo=UTC), subject="x:1", deed="改名")
    response = client.get("/console/examples/deeds/?export=xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0].values)
    assert rows == [("时间", "操作", "金额"), ("2026-03-01 09:05", "改名", 1234.56)]
    assert "filename*=utf-8''" in response["Content-Disposition"]


def test_another_librarys_rows_are_not_exported(client: Client) -> None:
    response = client.get(f"{URL}?export=csv")
    assert "外院" not in response.getvalue().decode()


def test_an_empty_list_says_what_to_do() -> None:
    client = staff_client(user=staff_user("sun", "auth.view_group"))
    html = body(client)
    assert "还没有小组；请点右上角「新增小组」。" in html
    assert "导出" not in html


def test_what_a_user_typed_is_never_markup(client: Client, zhao: User) -> None:
    zhao.groups.add(Group.objects.create(name="<script>alert(1)</script>"))
    assert "<script>alert" not in body(client, f"{URL}?q=<script>alert(1)")
