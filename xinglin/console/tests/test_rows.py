"""One row: its page, its form, its actions; and the outsider, for whom it does not exist."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from xinglin.commons.history import history_of
from xinglin.commons.models import HistoryEntry
from xinglin.console.testing import staff_client, staff_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("example_screens")]


@pytest.fixture
def zhao() -> User:
    return staff_user("zhao", "auth.view_group")


@pytest.fixture
def group(zhao: User) -> Group:
    group = Group.objects.create(name="流通小组")
    zhao.groups.add(group)
    return group


@pytest.fixture
def client(zhao: User) -> Client:
    return staff_client(user=zhao)


@pytest.fixture
def outsider() -> Client:
    """Staff of another branch, with the same rights over what is theirs."""
    return staff_client(user=staff_user("qian", "auth.view_group"))


def test_a_row_shows_its_facts_its_members_and_its_history(client: Client, group: Group) -> None:
    client.post(f"/console/examples/group/{group.pk}/do/rename/", {"name": "借还小组"})
    html = client.get(f"/console/examples/group/{group.pk}/").content.decode()
    assert "<h1>借还小组</h1>" in html
    assert "zhao" in html
    assert "流通小组 → 借还小组" in html
    assert "—" in html
    assert "第一附属医院分馆" in html


@pytest.mark.parametrize(
    "url",
    [
        "/console/examples/group/{pk}/",
        "/console/examples/group/edit/{pk}/",
        "/console/examples/group/{pk}/do/rename/",
        "/console/examples/groups/{pk}/do/rename/",
        "/console/examples/chats/{pk}/say/",
    ],
)
def test_another_branchs_row_does_not_exist_and_nothing_changes(
    outsider: Client, group: Group, url: str
) -> None:
    there = url.format(pk=group.pk)
    for answer in (outsider.get(there), outsider.post(there, {"name": "夺来的", "_version": "流通小组"})):
        assert answer.status_code == 404
        assert "流通小组" not in answer.content.decode()
    group.refresh_from_db()
    assert group.name == "流通小组"
    assert not HistoryEntry.objects.exists()


def test_another_branchs_row_among_the_ticked_ones_stops_all_of_them(
    client: Client, zhao: User, group: Group
) -> None:
    foreign = Group.objects.create(name="外院小组")
    answer = client.post(
        "/console/examples/groups/do/close/", {"pick": [str(group.pk), str(foreign.pk)], "confirmed": "1"}
    )
    assert answer.status_code == 404
    assert not Group.objects.filter(name__contains="停用").exists()


def test_a_row_that_never_was_is_told_in_the_same_words(
    client: Client, outsider: Client, group: Group
) -> None:
    foreign = outsider.get(f"/console/examples/group/{group.pk}/").content.decode()
    absent = outsider.get("/console/examples/group/999999999999999999999/").content.decode()
    sentence = "没有找到这条记录：它可能已被删除，或者不属于您所在的馆。"
    assert sentence in foreign
    assert sentence in absent


def test_an_action_calls_its_service_and_tells_of_it(client: Client, group: Group) -> None:
    answer = client.post(f"/console/examples/group/{group.pk}/do/rename/", {"name": "借还小组"}, follow=True)
    assert answer.redirect_chain == [(f"/console/examples/group/{group.pk}/", 302)]
    assert "已改名。" in answer.content.decode()
    assert history_of(group).get().actor_name == "赵静"


def test_a_refusal_stands_beside_the_form_and_nothing_typed_is_lost(client: Client, group: Group) -> None:
    Group.objects.create(name="编目小组")
    for url in (f"/console/examples/group/{group.pk}/do/rename/", "/console/examples/group/new/"):
        answer = client.post(url, {"name": "编目小组"})
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "已经有 1 个小组叫「编目小组」，请换一个名称。" in html
        assert 'value="编目小组"' in html


def test_a_form_left_empty_says_so_beside_the_field(client: Client, group: Group) -> None:
    answer = client.post(f"/console/examples/group/{group.pk}/do/rename/", {"name": ""})
    assert answer.status_code == 422
    assert 'aria-describedby="id_name_error"' in answer.content.decode()


def test_looking_at_the_form_of_an_action_changes_nothing(client: Client, group: Group) -> None:
    assert (
        "停用后小组不再出现" in client.get(f"/console/examples/group/{group.pk}/do/close/").content.decode()
    )
    group.refresh_from_db()
    assert group.name == "流通小组"


def test_a_button_is_gone_when_its_time_is_over_and_a_late_press_is_a_conflict(
    client: Client, group: Group
) -> None:
    url = f"/console/examples/group/{group.pk}/do/close/"
    client.post(url)
    assert url not in client.get(f"/console/examples/group/{group.pk}/").content.decode()
    late = client.post(url)
    assert late.status_code == 409
    assert "「停用」现在不能办理" in late.content.decode()
    group.refresh_from_db()
    assert group.name == "流通小组（停用）"


def test_a_dialog_gets_the_form_alone_and_leads_the_whole_page_on(client: Client, group: Group) -> None:
    url = f"/console/examples/group/{group.pk}/do/rename/"
    there = f"/console/examples/groups/?q={group.pk}"
    headers = {
        "HX-Request": "true",
        "HX-Target": "dialog-body",
        "HX-Current-URL": f"http://testserver{there}",
    }
    form = client.get(url, headers=headers).content.decode()
    assert "<html" not in form
    assert f'name="back" value="{there}"' in form
    answer = client.post(url, {"name": "借还小组", "back": there}, headers=headers)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == there


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "?", "1e309"])
def test_an_action_leads_to_pages_of_ours_only(client: Client, group: Group, back: str) -> None:
    url = f"/console/examples/group/{group.pk}/do/rename/"
    answer = client.post(url, {"name": "借还小组", "back": back})
    assert answer["Location"] == f"/console/examples/group/{group.pk}/"


def test_ticked_rows_are_asked_about_first_and_then_done_one_by_one(
    client: Client, zhao: User, group: Group
) -> None:
    standing = Group.objects.create(name="常设馆务小组")
    zhao.groups.add(standing)
    picks = [str(group.pk), str(standing.pk)]
    asked = client.post("/console/examples/groups/do/close/", {"pick": picks})
    assert "已勾选 2 条" in asked.content.decode()
    assert not Group.objects.filter(name__contains="停用").exists()
    done = client.post("/console/examples/groups/do/close/", {"pick": picks, "confirmed": "1"}, follow=True)
    html = done.content.decode()
    assert "「停用」已办理 1 条。" in html
    assert "1 条未办理：常设馆务小组：「常设馆务小组」是常设小组，不能停用。" in html


def test_nothing_ticked_and_too_much_ticked_are_told(client: Client, group: Group) -> None:
    nothing = client.post("/console/examples/groups/do/close/", {}, follow=True)
    assert "请先在列表里勾选要办理的行。" in nothing.content.decode()
    picks = [str(number) for number in range(201)]
    too_much = client.post("/console/examples/groups/do/close/", {"pick": picks, "confirmed": "1"})
    assert too_much.status_code == 422
    assert "一次最多办理 200 条，您勾选了 201 条。" in too_much.content.decode()


def test_only_actions_for_many_rows_take_many_rows(client: Client, zhao: User, group: Group) -> None:
    client.post(
        "/console/examples/groups/do/rename/", {"pick": [group.pk], "confirmed": "1", "name": "全都叫这个"}
    )
    group.refresh_from_db()
    assert group.name == "流通小组"


def test_an_unknown_action_is_not_found(client: Client, group: Group) -> None:
    assert client.post(f"/console/examples/group/{group.pk}/do/delete/").status_code == 404


def test_a_form_that_makes_a_row_leads_to_its_page(client: Client) -> None:
    answer = client.post("/console/examples/group/new/", {"name": "宣传小组"}, follow=True)
    assert "<h1>宣传小组</h1>" in answer.content.decode()
    assert "已保存。" in answer.content.decode()


def test_a_form_that_changes_a_row_begins_with_what_is_there(client: Client, group: Group) -> None:
    html = client.get(f"/console/examples/group/edit/{group.pk}/").content.decode()
    assert 'value="流通小组"' in html
    client.post(f"/console/examples/group/edit/{group.pk}/", {"name": "借还小组", "_version": "流通小组"})
    group.refresh_from_db()
    assert group.name == "借还小组"


def test_what_someone_else_saved_meanwhile_is_not_overwritten(client: Client, group: Group) -> None:
    Group.objects.filter(pk=group.pk).update(name="馆际小组")
    answer = client.post(
        f"/console/examples/group/edit/{group.pk}/", {"name": "借还小组", "_version": "流通小组"}
    )
    assert answer.status_code == 409
    assert 'value="借还小组"' in answer.content.decode()
    group.refresh_from_db()
    assert group.name == "馆际小组"
