"""The reader's pages of the newsroom, by HTTP."""

from django.test import Client
from django.urls import reverse

from xinglin.console.testing import assert_constant_queries
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.newsroom import services
from xinglin.newsroom.blocks import Content, Text
from xinglin.newsroom.models import ArticleViews
from xinglin.newsroom.services import Arrangement
from xinglin.newsroom.tests.factories import a_column, a_draft, a_notice


def test_a_reader_lists_and_opens_the_notices_of_the_library_looked_at(
    a_small_consortium: SmallConsortium,
) -> None:
    notice = a_notice(a_small_consortium.a, title="附一院通知")
    a_notice(a_small_consortium.b, title="外区馆通知")
    page = Client().get("/m/notices/?library=A").content.decode()
    assert "附一院通知" in page and "外区馆通知" not in page
    page = Client().get(reverse("mobile:article", args=[notice.pk])).content.decode()
    assert "本周六闭馆一天。" in page and "第一附属医院图书馆" in page


def test_opening_an_article_is_counted_by_the_day_and_nothing_of_the_reader_is_kept(
    a_small_consortium: SmallConsortium,
) -> None:
    notice = a_notice(a_small_consortium.a)
    url = reverse("mobile:article", args=[notice.pk])
    for _each in range(3):
        Client().get(url)
    Client().head(url)
    views = ArticleViews.objects.get()
    assert views.count == 3
    assert {field.name for field in ArticleViews._meta.get_fields()} == {"id", "article", "day", "count"}


def test_a_draft_is_found_by_no_reader(a_small_consortium: SmallConsortium) -> None:
    draft = a_draft(a_small_consortium.a, title="还没写完")
    assert "还没写完" not in Client().get("/m/notices/?library=A").content.decode()
    answer = Client().get(reverse("mobile:article", args=[draft.pk]))
    assert answer.status_code == 404 and "还没写完" not in answer.content.decode()


def test_what_a_writer_smuggles_into_a_text_never_reaches_the_reader(
    a_small_consortium: SmallConsortium,
) -> None:
    evil = "<p>正文<img src=x onerror=alert(1)><script>alert(2)</script></p>"
    article = services.write(
        library=a_small_consortium.a,
        content=Content(title="<script>alert(3)</script>", blocks=(Text(evil),)),
        arrangement=Arrangement(a_column()),
        by=None,
    )
    services.publish(article=article, version=article.version, by=None)
    page = Client().get(reverse("mobile:article", args=[article.pk])).content.decode()
    assert "alert(2)" not in page and "onerror" not in page and "<script>alert" not in page


def test_a_column_page_lists_its_articles_and_an_unknown_column_is_refused(
    a_small_consortium: SmallConsortium,
) -> None:
    draft = a_draft(a_small_consortium.a, title="怎样预约座位", column="how-to")
    services.publish(article=draft, version=draft.version, by=None)
    assert "怎样预约座位" in Client().get("/m/columns/how-to/?library=A").content.decode()
    assert "怎样预约座位" not in Client().get("/m/notices/?library=A").content.decode()
    assert Client().get("/m/columns/nothing/").status_code == 404


def test_the_list_asks_the_database_as_often_for_many_notices_as_for_few(
    a_small_consortium: SmallConsortium,
) -> None:
    a_notice(a_small_consortium.a)

    def more() -> None:
        for number in range(6):
            a_notice(a_small_consortium.a, title=f"通知 {number}")

    assert_constant_queries(Client(), "/m/notices/?library=A", more)


def test_the_home_page_shows_the_newest_notices_and_nothing_where_there_are_none(
    a_small_consortium: SmallConsortium,
) -> None:
    for number in range(5):
        a_notice(a_small_consortium.a, title=f"通知 {number}")
    home = Client().get("/m/?library=A").content.decode()
    assert [number for number in range(5) if f"通知 {number}" in home] == [2, 3, 4]
    assert "newest-notices" not in Client().get("/m/?library=B").content.decode()
