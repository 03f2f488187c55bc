"""Writing and publishing, by the services."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from xinglin.commons import clock, history
from xinglin.commons.errors import NotAllowed
from xinglin.consortium import roles
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.consortium.tests.factories import a_staff
from xinglin.newsroom import queries, services
from xinglin.newsroom.blocks import Content, Heading, Picture, Text, from_plain
from xinglin.newsroom.errors import (
    ArticleChangedMeanwhile,
    ArticleUnknown,
    ContentUnfit,
    DeedNotPossible,
    NotReady,
    ReviewNeeded,
)
from xinglin.newsroom.lifecycle import DEEDS, MOVES, State
from xinglin.newsroom.models import Article, ColumnKind
from xinglin.newsroom.services import Arrangement
from xinglin.newsroom.tests.factories import a_column, a_content, a_draft, a_notice


def deeds_done(article: Article) -> list[str]:
    return list(history.history_of(article).values_list("deed", flat=True))


def test_a_draft_is_written_published_and_withdrawn_and_its_history_tells_so(
    a_small_consortium: SmallConsortium,
) -> None:
    librarian = a_small_consortium.librarian_a
    article = a_draft(a_small_consortium.a, by=librarian)
    assert not queries.published(library=a_small_consortium.a).exists()

    article = services.publish(article=article, version=article.version, by=librarian)
    assert list(queries.published(library=a_small_consortium.a)) == [article]

    article = services.withdraw(article=article, version=article.version, reason="时间写错", by=librarian)
    assert not queries.published(library=a_small_consortium.a).exists()
    assert deeds_done(article) == ["withdraw", "publish", "write"]
    assert history.history_of(article)[0].reason == "时间写错"


def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(
    a_small_consortium: SmallConsortium,
) -> None:
    article = a_draft(a_small_consortium.a)
    seen = article.version
    notices = Arrangement(a_column())
    services.revise(
        article=article, version=seen, content=a_content("先存的标题"), arrangement=notices, by=None
    )

    with pytest.raises(ArticleChangedMeanwhile) as refusal:
        services.revise(
            article=article, version=seen, content=a_content("后存的标题"), arrangement=notices, by=None
        )

    assert "《先存的标题》" in str(refusal.value)
    assert Article.objects.get(pk=article.pk).title == "先存的标题"
    assert article.revisions.count() == 2


def test_readers_keep_the_old_text_until_the_new_one_is_published(
    a_small_consortium: SmallConsortium,
) -> None:
    article = a_notice(a_small_consortium.a, title="旧标题")
    published_at = article.published_at
    article = services.revise(
        article=article,
        version=article.version,
        content=a_content("新标题"),
        arrangement=Arrangement(a_column()),
        by=None,
    )
    shown = queries.article_for_readers(article.pk).shown
    assert shown is not None and shown.title == "旧标题"
    assert article.has_unpublished_changes

    article = services.publish(article=article, version=article.version, by=None)
    shown = queries.article_for_readers(article.pk).shown
    assert shown is not None and shown.title == "新标题"
    assert article.published_at == published_at


def test_what_somebody_wrote_in_the_meantime_is_not_published_unseen(
    a_small_consortium: SmallConsortium,
) -> None:
    article = a_draft(a_small_consortium.a)
    seen = article.version
    services.revise(
        article=article,
        version=seen,
        content=a_content(text="多了一句。"),
        arrangement=Arrangement(a_column()),
        by=None,
    )
    with pytest.raises(ArticleChangedMeanwhile):
        services.publish(article=article, version=seen, by=None)
    assert Article.objects.get(pk=article.pk).state == State.DRAFT


def test_saving_what_did_not_change_makes_no_new_revision(a_small_consortium: SmallConsortium) -> None:
    article = a_draft(a_small_consortium.a)
    again = services.revise(
        article=article,
        version=article.version,
        content=a_content(),
        arrangement=Arrangement(a_column()),
        by=None,
    )
    assert again.version == article.version
    assert article.revisions.count() == 1


@pytest.mark.parametrize("code", ["medical-news", "policy", "health"])
def test_a_column_that_needs_review_is_not_published_by_one_person(
    code: str, a_small_consortium: SmallConsortium
) -> None:
    article = a_draft(a_small_consortium.a, column=code)
    with pytest.raises(ReviewNeeded, match="须经"):
        services.publish(article=article, version=article.version, by=a_small_consortium.librarian_a)
    assert Article.objects.get(pk=article.pk).state == State.DRAFT


def test_a_published_article_does_not_slip_into_a_reviewed_column_by_the_side_door(
    a_small_consortium: SmallConsortium,
) -> None:
    article = a_notice(a_small_consortium.a)
    with pytest.raises(ReviewNeeded, match="先撤下"):
        services.revise(
            article=article,
            version=article.version,
            content=a_content(text="吃这个能治病。"),
            arrangement=Arrangement(a_column("health")),
            by=None,
        )
    article.refresh_from_db()
    assert article.column == a_column()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (Content(title=""), "没有标题"),
        (Content(title="只有标题"), "没有正文"),
        (Content(title="空的小标题", blocks=(Heading(""),)), "第 1 块"),
        (Content(title="没有图", blocks=(Picture(""),)), "替代文字"),
    ],
)
def test_an_unfinished_article_is_kept_but_not_published(
    content: Content, what: str, a_small_consortium: SmallConsortium
) -> None:
    article = services.write(
        library=a_small_consortium.a, content=content, arrangement=Arrangement(a_column()), by=None
    )
    with pytest.raises(NotReady, match=what):
        services.publish(article=article, version=article.version, by=None)


def test_a_picture_that_was_never_uploaded_is_refused(a_small_consortium: SmallConsortium) -> None:
    content = Content(title="图", blocks=(Picture("0" * 64 + ".png", alt="图"),))
    with pytest.raises(ContentUnfit, match="1 个图片"):
        services.write(
            library=a_small_consortium.a, content=content, arrangement=Arrangement(a_column()), by=None
        )
    assert not Article.objects.exists()


def test_the_database_itself_refuses_to_change_a_revision(a_small_consortium: SmallConsortium) -> None:
    article = a_draft(a_small_consortium.a)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        article.revisions.update(title="改过的")
    with connection.cursor() as cursor:
        cursor.execute("select title from newsroom_revision where article_id = %s", [article.pk])
        assert cursor.fetchone() == ("开馆时间调整",)


def test_a_branch_sees_its_own_notices_and_what_the_main_library_wrote_for_branches(
    a_small_consortium: SmallConsortium,
) -> None:
    own = a_notice(a_small_consortium.a, title="分馆通知")
    wide = a_notice(a_small_consortium.main, title="通借通还", for_branches=True)
    a_notice(a_small_consortium.main, title="总馆四楼停电")
    a_notice(a_small_consortium.b, title="外馆通知", for_branches=True)

    assert set(queries.published(library=a_small_consortium.a, kind=ColumnKind.NOTICES)) == {own, wide}


def test_a_pinned_notice_stands_first_and_an_expired_one_leaves_the_list(
    a_small_consortium: SmallConsortium,
) -> None:
    first = a_notice(a_small_consortium.a, title="先发的")
    a_notice(a_small_consortium.a, title="后发的")
    first = services.pin(article=first, version=first.version, by=None)
    titles = [article.title for article in queries.newest_notices(a_small_consortium.a)]
    assert titles == ["先发的", "后发的"]

    services.revise(
        article=first,
        version=first.version,
        content=a_content("先发的"),
        arrangement=Arrangement(a_column(), expires_on=clock.today() - timedelta(days=1)),
        by=None,
    )
    assert [article.title for article in queries.newest_notices(a_small_consortium.a)] == ["后发的"]
    assert queries.article_for_readers(first.pk).has_expired


def test_a_draft_and_a_withdrawn_article_are_told_like_one_that_never_was(
    a_small_consortium: SmallConsortium,
) -> None:
    draft = a_draft(a_small_consortium.a)
    notice = a_notice(a_small_consortium.a)
    services.withdraw(article=notice, version=notice.version, reason="", by=None)
    said = set()
    for pk in (draft.pk, notice.pk, 10**9):
        with pytest.raises(ArticleUnknown) as refusal:
            queries.article_for_readers(pk)
        said.add(str(refusal.value))
    assert len(said) == 1


def test_an_outsider_sees_nothing_and_changes_nothing(a_small_consortium: SmallConsortium) -> None:
    article = a_notice(a_small_consortium.a)
    outsider = a_small_consortium.outsider
    assert article not in queries.articles_visible_to(outsider)
    version = article.version
    arrangement = Arrangement(a_column())
    tries: tuple[Callable[[], object], ...] = (
        lambda: services.write(
            library=a_small_consortium.a, content=a_content(), arrangement=arrangement, by=outsider
        ),
        lambda: services.revise(
            article=article, version=version, content=a_content("x"), arrangement=arrangement, by=outsider
        ),
        lambda: services.publish(article=article, version=version, by=outsider),
        lambda: services.withdraw(article=article, version=version, reason="", by=outsider),
        lambda: services.pin(article=article, version=version, by=outsider),
    )
    for attempt in tries:
        with pytest.raises(NotAllowed):
            attempt()
    again = Article.objects.get(pk=article.pk)
    assert (again.version, again.state, again.title, again.pinned) == (
        version,
        State.PUBLISHED,
        "开馆时间调整",
        False,
    )
    assert deeds_done(again) == ["publish", "write"]


def test_a_correspondent_writes_but_does_not_publish_nor_rearrange_what_is_published(
    a_small_consortium: SmallConsortium,
) -> None:
    correspondent = a_staff(roles.CORRESPONDENT, library=a_small_consortium.a)
    draft = a_draft(a_small_consortium.a, by=correspondent)
    with pytest.raises(NotAllowed):
        services.publish(article=draft, version=draft.version, by=correspondent)

    notice = a_notice(a_small_consortium.a)
    services.revise(
        article=notice,
        version=notice.version,
        content=a_content("建议的新标题"),
        arrangement=Arrangement(a_column()),
        by=correspondent,
    )
    notice.refresh_from_db()
    with pytest.raises(NotAllowed):
        services.revise(
            article=notice,
            version=notice.version,
            content=a_content("建议的新标题"),
            arrangement=Arrangement(a_column(), expires_on=clock.today() - timedelta(days=9)),
            by=correspondent,
        )


def test_every_deed_follows_the_table(a_small_consortium: SmallConsortium) -> None:
    """What is not in the table is refused, from every state, and changes nothing."""
    doing = {
        "publish": services.publish,
        "discard": services.discard,
        "restore": services.restore,
        "pin": services.pin,
        "unpin": services.unpin,
    }
    assert {deed for _state, deed in MOVES} == set(DEEDS)
    for state in State:
        for deed, service in doing.items():
            article = a_notice(a_small_consortium.a)
            Article.objects.filter(pk=article.pk).update(state=state)
            if (state, deed) in MOVES:
                moved = service(article=article, version=article.version, by=None)
                assert moved.state == MOVES[state, deed][0]
            else:
                with pytest.raises(DeedNotPossible):
                    service(article=article, version=article.version, by=None)
                assert Article.objects.get(pk=article.pk).state == state


def test_the_hash_stands_for_title_digest_cover_and_every_block() -> None:
    plain = Content(title="标题", blocks=(Text(from_plain("正文")),))
    others = [
        Content(title="标题二", blocks=plain.blocks),
        Content(title="标题", blocks=plain.blocks, digest="摘要"),
        Content(title="标题", blocks=plain.blocks, cover="a" * 64 + ".png"),
        Content(title="标题", blocks=(Text(from_plain("正文。")),)),
        Content(title="标题", blocks=(*plain.blocks, *plain.blocks)),
    ]
    assert len({plain.sha256, *(each.sha256 for each in others)}) == 6
    assert Content(title="标题", blocks=(Text(from_plain("正文")),)).sha256 == plain.sha256


def test_a_title_too_long_for_wechat_is_allowed_and_told() -> None:
    assert Content(title="长" * 33).advice() == ["标题 33 字：微信图文标题最多 32 字，H5 页面不受影响。"]
    assert Content(title="长" * 32).advice() == []
