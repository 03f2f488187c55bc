"""The newsroom's screens, by HTTP: what each may see and do, and what a page without scripts does."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from xinglin.commons import history
from xinglin.console.testing import assert_constant_queries
from xinglin.consortium import roles
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import a_staff
from xinglin.newsroom import services
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article, Column, StoredFile
from xinglin.newsroom.services import Arrangement
from xinglin.newsroom.tests.factories import PNG, a_column, a_content, a_draft, a_notice, a_picture

NEW = "/console/newsroom/article/new/"


def typed(cast: SmallConsortium, **more: str) -> dict[str, object]:
    """What a browser sends of a new article with one text block."""
    return {
        "library": str(cast.a.pk),
        "column": str(a_column().pk),
        "title": "开馆时间调整",
        "digest": "",
        "block": ["b1"],
        "b1-kind": "text",
        "b1-format": "plain",
        "b1-html": "本周六闭馆。",
        "do": "save",
        **more,
    }


def keys_in(page: bytes) -> list[str]:
    """The keys of the blocks in a page, in their order."""
    return re.findall(r'name="block" value="(\w+)"', page.decode())


def test_an_article_is_written_saved_and_published_without_scripts(
    a_small_consortium: SmallConsortium,
) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    assert client.get(NEW).status_code == 200
    answer = client.post(NEW, typed(a_small_consortium, do="publish"))
    article = Article.objects.get()
    assert answer["Location"] == reverse("console:newsroom.article", args=[article.pk])
    assert (article.state, article.title, article.library) == (
        State.PUBLISHED,
        "开馆时间调整",
        a_small_consortium.a,
    )


def test_a_button_of_the_page_changes_the_blocks_and_keeps_what_was_typed(
    a_small_consortium: SmallConsortium,
) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    page = client.post(NEW, typed(a_small_consortium, do="add:heading:b1"))
    first, second = keys_in(page.content)
    assert first == "b1" and "本周六闭馆。" in page.content.decode()

    both = typed(
        a_small_consortium,
        **{f"{second}-kind": "heading", f"{second}-text": "附：周末安排", f"{second}-level": "3"},
    ) | {"block": ["b1", second]}
    moved = client.post(NEW, both | {"do": f"up:{second}"})
    assert keys_in(moved.content) == [second, "b1"]
    assert "附：周末安排" in moved.content.decode()
    assert keys_in(client.post(NEW, both | {"do": "delete:b1"}).content) == [second]
    assert not Article.objects.exists()


def test_with_htmx_only_the_blocks_and_the_preview_come_back(a_small_consortium: SmallConsortium) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    part = client.post(NEW, typed(a_small_consortium, do="add:quote:b1"), headers={"HX-Request": "true"})
    said = part.content.decode()
    assert said.lstrip().startswith('<div id="blocks"') and 'hx-swap-oob="true"' in said
    assert "<html" not in said
    preview = client.post(NEW, typed(a_small_consortium, do="preview"), headers={"HX-Request": "true"})
    assert preview.content.decode().lstrip().startswith('<div id="preview"')
    assert "本周六闭馆。" in preview.content.decode()


def test_a_picture_comes_with_the_page_and_stays_in_its_block(a_small_consortium: SmallConsortium) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    sent = typed(a_small_consortium, do="upload", **{"b1-kind": "picture"})
    page = client.post(NEW, sent | {"b1-upload": SimpleUploadedFile("x.txt", PNG)})
    stored = StoredFile.objects.get()
    assert (stored.media_type, stored.library) == ("image/png", a_small_consortium.a)
    assert f'name="b1-file" value="{stored.name}"' in page.content.decode()


@pytest.mark.parametrize("data", [b"<svg onload=alert(1)>", b"MZ\x90", b"", b"<html>", b"PK\x03\x04junk"])
def test_a_file_that_is_no_picture_is_refused_and_what_was_typed_stays(
    data: bytes, a_small_consortium: SmallConsortium
) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    sent = typed(a_small_consortium, do="upload", **{"b1-kind": "picture", "b1-alt": "还在"})
    page = client.post(NEW, sent | {"b1-upload": SimpleUploadedFile("a.png", data, "image/png")})
    assert "还在" in page.content.decode()
    assert not StoredFile.objects.exists()


def test_the_second_of_two_editors_is_told_and_keeps_what_they_typed(
    a_small_consortium: SmallConsortium,
) -> None:
    article = a_draft(a_small_consortium.a)
    services.revise(
        article=article,
        version=article.version,
        content=a_content("先存的标题"),
        arrangement=Arrangement(a_column()),
        by=None,
    )
    client = signed_in(a_small_consortium.librarian_a)
    url = reverse("console:newsroom.article.edit", args=[article.pk])
    answer = client.post(url, typed(a_small_consortium, title="后存的标题", version="1"))
    assert answer.status_code == 409
    assert "已被别人改到第 2 版" in answer.content.decode() and "后存的标题" in answer.content.decode()
    assert Article.objects.get().title == "先存的标题"


@pytest.mark.parametrize(
    "hostile",
    [
        {"version": "x"},
        {"version": "9" * 40},
        {"column": "999999"},
        {"column": "' or 1=1"},
        {"block": ["b1", "../../x", "b1", "b" * 99, "é"]},
        {"b1-kind": "script"},
        {"do": "add:script:b1"},
        {"do": "up:"},
        {"do": "delete:nobody"},
        {"title": "题" * 101},
        {"b1-html": "x" * 20_001},
        {"title": "\x00\ud83d"},
        {"cover": "../../etc/passwd"},
        {"b1-kind": "picture", "b1-file": "../../etc/passwd"},
        {"b1-kind": "attachment", "b1-file": "x" * 9999},
        {"expires_on": "昨天"},
    ],
)
def test_whatever_is_sent_to_the_editor_there_is_no_error_500(
    hostile: dict[str, object], a_small_consortium: SmallConsortium
) -> None:
    article = a_draft(a_small_consortium.a)
    client = signed_in(a_small_consortium.librarian_a)
    for url in (NEW, reverse("console:newsroom.article.edit", args=[article.pk])):
        sent = {
            name: [each.encode("utf-8", "replace").decode() for each in value] if isinstance(value, list)
            else str(value).encode("utf-8", "replace").decode()
            for name, value in {**typed(a_small_consortium), **hostile}.items()
        }  # fmt: skip
        assert client.post(url, sent).status_code in (200, 302, 409, 422)
    assert Article.objects.get(pk=article.pk).version == 1 or "version" not in hostile


def test_an_outsider_finds_no_article_of_another_library_and_changes_none(
    a_small_consortium: SmallConsortium,
) -> None:
    article = a_notice(a_small_consortium.a, title="附一院的通知")
    client = signed_in(a_small_consortium.outsider)
    assert "附一院的通知" not in client.get("/console/newsroom/articles/").content.decode()
    pages = ("newsroom.article", "newsroom.article.edit", "newsroom.compare")
    for name in pages:
        assert client.get(reverse(f"console:{name}", args=[article.pk])).status_code == 404
    edit = reverse("console:newsroom.article.edit", args=[article.pk])
    assert client.post(edit, typed(a_small_consortium, version="2", title="改")).status_code == 404
    for deed in ("publish", "withdraw", "pin", "discard"):
        url = reverse("console:newsroom.article.do", args=[article.pk, deed])
        assert client.post(url, {"version": "2", "reason": "x"}).status_code == 404
    refused = client.post(NEW, typed(a_small_consortium))
    assert refused.status_code == 422
    again = Article.objects.get()
    assert (again.version, again.state, again.title) == (article.version, State.PUBLISHED, "附一院的通知")


def test_one_without_the_newsrooms_permission_opens_nothing(a_small_consortium: SmallConsortium) -> None:
    client = signed_in(a_staff(roles.CATALOGUER, library=a_small_consortium.a))
    for url in ("/console/newsroom/articles/", NEW, "/console/newsroom/columns/"):
        assert client.get(url).status_code == 403
    assert Client().get(NEW).status_code == 302


def test_publishing_by_the_button_takes_what_was_seen_and_withdrawing_asks_why(
    a_small_consortium: SmallConsortium,
) -> None:
    article = a_draft(a_small_consortium.a)
    client = signed_in(a_small_consortium.librarian_a)
    publish = reverse("console:newsroom.article.do", args=[article.pk, "publish"])
    assert client.post(publish, {"version": "99"}).status_code == 409
    assert client.post(publish, {"version": str(article.version)}).status_code == 302
    article.refresh_from_db()
    assert article.state == State.PUBLISHED

    withdraw = reverse("console:newsroom.article.do", args=[article.pk, "withdraw"])
    assert client.post(withdraw, {"version": str(article.version), "reason": ""}).status_code == 422
    client.post(withdraw, {"version": str(article.version), "reason": "时间有误"})
    article.refresh_from_db()
    assert article.state == State.WITHDRAWN
    assert history.history_of(article)[0].reason == "时间有误"


def test_a_reviewed_column_shows_no_publish_button_and_saving_says_why(
    a_small_consortium: SmallConsortium,
) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    answer = client.post(
        NEW, typed(a_small_consortium, do="publish", column=str(a_column("health").pk)), follow=True
    )
    article = Article.objects.get()
    assert article.state == State.DRAFT
    said = answer.content.decode()
    assert "已保存，但没有发布。" in said and "须经审核才能发布" in said
    assert f"/console/newsroom/article/{article.pk}/do/publish/" not in said


def test_two_revisions_are_compared_letter_by_letter(a_small_consortium: SmallConsortium) -> None:
    article = a_draft(a_small_consortium.a, text="本周六闭馆一天。")
    services.revise(
        article=article,
        version=1,
        content=a_content(text="本周日闭馆一天。<b>"),
        arrangement=Arrangement(a_column()),
        by=None,
    )
    page = signed_in(a_small_consortium.librarian_a).get(
        reverse("console:newsroom.compare", args=[article.pk]) + "?old=1&new=2"
    )
    said = page.content.decode()
    assert "<del>六</del>" in said and "<ins>日</ins>" in said
    assert "<b>" not in said.partition("<tbody>")[2]


def test_lists_ask_the_database_as_often_for_many_rows_as_for_few(
    a_small_consortium: SmallConsortium,
) -> None:
    a_notice(a_small_consortium.a)
    client = signed_in(a_small_consortium.librarian_a)

    def more() -> None:
        for number in range(6):
            a_notice(a_small_consortium.a, title=f"通知 {number}")

    assert_constant_queries(client, "/console/newsroom/articles/", more)


def test_only_who_looks_after_the_whole_consortium_changes_a_column(
    a_small_consortium: SmallConsortium,
) -> None:
    health = a_column("health")
    sent = {"name": "科普", "introduction": "", "position": "70", "active": "on"}
    url = reverse("console:newsroom.column.edit", args=[health.pk])
    for who in (a_small_consortium.librarian_a, a_small_consortium.manager):
        assert signed_in(who).post(url, sent).status_code == 404
    health.refresh_from_db()
    assert (health.name, health.needs_gatekeeper) == ("健康教育", True)

    manager = a_staff(roles.CONSORTIUM_MANAGER, library=a_small_consortium.main, everywhere=True)
    client = signed_in(manager)
    assert client.post(url, sent | {"needs_gatekeeper": "on"}).status_code == 302
    health.refresh_from_db()
    assert (health.name, health.needs_gatekeeper, health.needs_review) == ("科普", True, True)
    new = {**sent, "code": "stories", "kind": "reading", "name": "读者故事", "needs_review": "on"}
    assert client.post(reverse("console:newsroom.column.new"), new).status_code == 302
    assert Column.objects.get(code="stories").needs_review
    assert client.post(reverse("console:newsroom.column.new"), new).status_code == 422


def test_a_picture_used_by_a_draft_is_served_with_its_type_and_runs_nothing(
    a_small_consortium: SmallConsortium,
) -> None:
    stored = a_picture(a_small_consortium.a)
    answer = Client().get(reverse("mobile:file", args=[stored.name]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline")
    for name in ("0" * 64 + ".png", "..%2f..%2fetc%2fpasswd", "x"):
        assert Client().get(f"/m/files/{name}").status_code == 404
