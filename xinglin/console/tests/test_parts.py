"""The smaller parts: menu, states, lifecycles, uploads, progress, steps, and names that lead nowhere."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinglin.commons.errors import Refusal
from xinglin.commons.models import HistoryEntry
from xinglin.commons.onscreen import icon, yuan_text
from xinglin.console import registry
from xinglin.console.screens import Column, ListScreen, PageScreen, offered, screen
from xinglin.console.screens import exports as exporting
from xinglin.console.testing import staff_client, staff_user
from xinglin.console.tones import Tone, colour_states, state_chip
from xinglin.console.uploads import BadRow, Progress, UploadForm, bad_rows_csv
from xinglin.console.wiring import names_lead_somewhere

MOVES = {("waiting", "cancel"): ("cancelled", "patron"), ("ready", "cancel"): ("cancelled", "patron")}


def render(source: str, **context: object) -> str:
    return Template("{% load console %}" + source).render(Context(context))


def test_a_lifecycle_offers_a_deed_in_the_states_it_stands_in() -> None:
    cancel = offered(MOVES, "cancel", field="username")
    assert [cancel(User(username=state)) for state in ("waiting", "ready", "cancelled")] == [
        True,
        True,
        False,
    ]


def test_a_deed_that_no_lifecycle_knows_is_a_programmers_mistake() -> None:
    with pytest.raises(LookupError, match="burn"):
        offered(MOVES, "burn")


def test_a_state_has_the_tone_of_its_table_and_is_quiet_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xinglin.console.tones._tables", {})
    colour_states(Group, {"open": Tone.GOOD}, field="name")
    assert state_chip(Group(name="open"), "name").tone is Tone.GOOD
    assert state_chip(Group(name="lost"), "name").tone is Tone.QUIET
    assert render("{% state group 'name' %}", group=Group(name="<open>")) == (
        '<span class="chip tone-quiet">&lt;open&gt;</span>'
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("example_screens")
def test_a_long_menu_is_folded_but_for_the_section_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    client = staff_client("auth.view_group")

    def unfolded(page: str) -> list[str]:
        html = client.get(reverse(f"console:{page}")).content.decode()
        return re.findall(r'<details data-group="(\w+)" open>', html)

    section = registry.screens["examples.groups"].section
    assert section is not None
    assert section.name in unfolded("home")
    monkeypatch.setattr("xinglin.console.menu.FITS", 0)
    assert unfolded("home") == []
    assert unfolded("examples.groups") == [section.name]


def test_a_misspelt_icon_is_noticed() -> None:
    assert "<svg" in icon("book")
    assert 'aria-label="书"' in icon("book", "书")
    for name in ("boook", "../outline/book", ""):
        with pytest.raises(LookupError):
            icon(name)


@given(st.integers(-(10**12), 10**12))
def test_an_amount_on_the_screen_is_the_amount(fen: int) -> None:
    yuan, dot, rest = yuan_text(fen).replace("¥", "").replace(",", "").partition(".")
    assert int(yuan + rest) == fen
    assert (dot, len(rest)) == (".", 2)


def test_an_upload_of_the_wrong_kind_or_size_is_refused_in_words() -> None:
    def told(name: str, data: bytes, largest: int = 20 * 1024**2) -> list[str]:
        form = UploadForm({}, {"file": SimpleUploadedFile(name, data)}, largest=largest)
        return [] if form.is_valid() else [str(error) for error in form.errors["file"]]

    assert told("读者.XLSX", b"PK") == []
    assert told("读者.pdf", b"%PDF") == ["“读者.pdf”不是可以导入的文件；请选择 .csv、.xlsx 文件。"]
    assert told("a.csv", b"x" * 3 * 1024**2, largest=2 * 1024**2) == [
        "文件有 3 MB，超过 2 MB；请分成几个文件再导入。"
    ]
    assert "空文件" in told("a.csv", b"")[0]


def test_progress_is_asked_for_until_it_is_finished() -> None:
    part = '{% include "console/parts/progress.html" with url="/there/" %}'
    going = render(part, progress=Progress(30, 120, "正在导入"))
    assert 'hx-get="/there/"' in going
    assert 'aria-valuenow="25"' in going
    assert "30 / 120" in going
    done = render(part, progress=Progress(120, 120, "已完成", finished=True))
    assert "hx-get" not in done
    assert Progress(5, 3).percent == 100
    assert Progress(0, 0).percent == 0


def test_bad_rows_are_shown_escaped_and_can_be_taken_home() -> None:
    rows = [BadRow(7, "条码重复", "<b>=1+1</b>"), BadRow(9, "没有姓名", "=1+1")]
    html = render('{% include "console/parts/bad_rows.html" with download="/x" %}', bad_rows=rows)
    assert "未导入的行（2）" in html
    assert "&lt;b&gt;" in html
    lines = bad_rows_csv("坏行", rows).getvalue().decode("utf-8-sig").splitlines()
    assert lines == ["行号,原因,内容", "7,条码重复,<b>=1+1</b>", "9,没有姓名,'=1+1"]


def test_steps_say_where_the_user_is() -> None:
    html = render('{% steps 2 "上传" "核对" "导入" %}')
    assert html.count("<li") == 3
    assert html.count('aria-current="step"') == 1
    assert "✓" in html


def test_a_screen_that_names_another_which_nobody_registers_is_reported(
    example_screens: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert names_lead_somewhere(None) == []

    class Lost(ListScreen[Group]):
        name = "examples.lost"
        detail = "examples.nowhere"

    monkeypatch.setitem(registry.screens, "examples.lost", Lost())
    (found,) = names_lead_somewhere(None)
    assert "examples.nowhere" in found.msg


def test_two_screens_of_one_name_are_a_programmers_mistake(example_screens: None) -> None:
    class Other(PageScreen):
        name = "examples.groups"

    with pytest.raises(ValueError, match=r"examples\.groups"):
        screen(Other)


def test_a_misspelt_column_is_noticed_and_nothing_on_the_way_is_a_dash() -> None:
    group = Group(name="小组")
    with pytest.raises(AttributeError):
        Column[Group]("名称", "nmae").cell(group, "")
    nobody = '<span class="nothing">—</span>'
    assert Column[HistoryEntry]("操作人", "actor.username").cell(HistoryEntry(), "") == nobody


@pytest.mark.django_db
def test_a_row_with_many_members_stands_in_the_list_once(example_screens: None) -> None:
    user = staff_user("zhao", "auth.view_group")
    group = Group.objects.create(name="流通小组")
    group.user_set.set([user, *(User.objects.create(username=f"member-{n}") for n in range(3))])
    html = (
        staff_client(user=user)
        .get("/console/examples/groups/?staffed=1&joined_from=2020-01-01")
        .content.decode()
    )
    assert "共 <strong>1</strong> 条" in html


@pytest.mark.django_db
def test_a_workbook_too_large_for_an_office_machine_is_refused(
    example_screens: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_XLSX_ROWS", 1)
    user = staff_user("zhao", "auth.view_group")
    user.groups.set([Group.objects.create(name=name) for name in "ab"])
    answer = staff_client(user=user).get("/console/examples/groups/?export=xlsx")
    assert answer.status_code == 422
    assert "共 2 行，超过 XLSX 的 1 行" in answer.content.decode()


WORDS = st.sampled_from(
    ("q", "sort", "page", "size", "exactly", "staffed", "joined_from", "joined_to", "member", "export")
)
VALUES = st.one_of(
    st.text(max_size=12), st.sampled_from(("-name", "csv", "2026-02-30", "0001-01-01", "9999-12-31", "1e9"))
)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.dictionaries(WORDS, VALUES, max_size=5))
def test_nothing_in_the_address_bar_breaks_a_list(example_screens: None, query: dict[str, str]) -> None:
    client: Client = staff_client(user=staff_user("zhao", "auth.view_group"))
    assert client.get("/console/examples/groups/", query).status_code in (200, Refusal.status)
