"""Articles as the draft and publish interfaces read and write them."""

from __future__ import annotations

from collections.abc import Sequence

from wechat_sandbox import media
from wechat_sandbox.api.calls import Call
from wechat_sandbox.api.fields import Fields
from wechat_sandbox.errors import ApiError
from wechat_sandbox.publishing import DIGEST, article_url, clean_html, plain_text
from wechat_sandbox.state import Article, Publication
from wechat_sandbox.world import World

MOST = 8
TITLE, AUTHOR, DIGEST_MOST = 32, 16, 128
CONTENT_CHARACTERS, CONTENT_BYTES, SOURCE_BYTES = 20_000, 1024 * 1024, 1024
PICTURES = 20


def read_articles(call: Call, items: list[Fields]) -> list[Article]:
    """Check and clean up to eight articles; a single one without digest gets its first words."""
    if not items:
        raise ApiError(44003)
    if len(items) > MOST:
        raise ApiError(45008, f"hint: {len(items)} articles, limit {MOST}")
    articles = [read_article(call, item) for item in items]
    if len(articles) == 1 and not articles[0].digest:
        articles[0].digest = plain_text(articles[0].content)[:DIGEST]
    return articles


def read_article(call: Call, item: Fields) -> Article:
    """One article by the limits of page "新增草稿" as of 2025-12-19."""
    type_ = item.optional_text("article_type", "news")
    if type_ not in ("news", "newspic"):
        raise ApiError(40097, "hint: article_type")
    source = item.optional_text("content_source_url")
    if len(source.encode()) > SOURCE_BYTES:
        raise ApiError(45005)
    if source and not source.startswith(("http://", "https://")):
        raise ApiError(41039)
    return Article(
        title=item.text("title", error=45003, limit=TITLE, too_long=45003),
        article_type=type_,
        author=_short(item, "author", AUTHOR, 45110),
        digest=_short(item, "digest", DIGEST_MOST, 45004),
        content=_content(call, item),
        content_source_url=source,
        thumb_media_id=_thumb(call, item) if type_ == "news" else "",
        need_open_comment=item.integer("need_open_comment", default=0),
        only_fans_can_comment=item.integer("only_fans_can_comment", default=0),
        pic_crop_235_1=item.optional_text("pic_crop_235_1"),
        pic_crop_1_1=item.optional_text("pic_crop_1_1"),
        images=_pictures(call, item) if type_ == "newspic" else [],
    )


def _short(item: Fields, name: str, limit: int, error: int) -> str:
    value = item.optional_text(name)
    if len(value) > limit:
        raise ApiError(error, f"hint: {name} has {len(value)}, limit {limit}")
    return value


def _content(call: Call, item: Fields) -> str:
    content = item.text("content", error=44004)
    if len(content) >= CONTENT_CHARACTERS or len(content.encode()) >= CONTENT_BYTES:
        raise ApiError(45002, f"hint: content has {len(content)}, limit {CONTENT_CHARACTERS}")
    return clean_html(call.world, content)


def _thumb(call: Call, item: Fields) -> str:
    found = media.find(call.world, call.account, item.text("thumb_media_id", error=40007))
    if found.expires is not None or found.type not in ("thumb", "image"):
        raise ApiError(40007, "hint: thumb_media_id must be a permanent picture")
    return found.media_id


def _pictures(call: Call, item: Fields) -> list[str]:
    pictures = item.child("image_info").children("image_list")
    if not 1 <= len(pictures) <= PICTURES:
        raise ApiError(45008, f"hint: {len(pictures)} pictures, limit {PICTURES}")
    ids = [one.text("image_media_id", error=40007) for one in pictures]
    for media_id in ids:
        if media.find(call.world, call.account, media_id).expires is not None:
            raise ApiError(40007, "hint: image_media_id must be permanent")
    return ids


def news_items(world: World, articles: list[Article], *, content: bool = True) -> list[dict[str, object]]:
    return [_item(world, article, content=content) for article in articles]


def _item(world: World, article: Article, *, content: bool) -> dict[str, object]:
    item: dict[str, object] = {
        "article_type": article.article_type,
        "title": article.title,
        "author": article.author,
        "digest": article.digest,
        "content": article.content if content else "",
        "content_source_url": article.content_source_url,
        "thumb_media_id": article.thumb_media_id,
        "thumb_url": cover_url(world, article),
        "show_cover_pic": int(bool(article.thumb_media_id)),
        "need_open_comment": article.need_open_comment,
        "only_fans_can_comment": article.only_fans_can_comment,
        "url": article_url(world, article),
    }
    if article.images:
        item["image_info"] = {"image_list": [{"image_media_id": one} for one in article.images]}
    return item


def cover_url(world: World, article: Article) -> str:
    cover = article.thumb_media_id or next(iter(article.images), "")
    return f"{world.base_url}/mmbiz/{cover}/0" if cover else ""


def cards(world: World, articles: Sequence[Article]) -> dict[str, object]:
    """Articles as a conversation shows them."""
    shown = [
        {
            "title": article.title,
            "description": article.digest,
            "picurl": cover_url(world, article),
            "url": article_url(world, article),
        }
        for article in articles
    ]
    return {"articles": shown}


def published_items(
    world: World, publication: Publication, *, content: bool = True
) -> list[dict[str, object]]:
    """The articles of a publication; deleted ones say so and keep only their title."""
    items = news_items(world, publication.articles, content=content)
    for at, item in enumerate(items, start=1):
        item["is_deleted"] = at in publication.deleted
    return items


def page(call: Call) -> tuple[int, int, bool]:
    """``offset``, ``count`` (1 to 20) and whether contents are wanted."""
    offset = call.body.integer("offset", default=0)
    count = call.body.integer("count", default=20)
    if offset < 0 or not 1 <= count <= 20:
        raise ApiError(40097, "hint: count 1 to 20")
    return offset, count, not call.body.flag("no_content")
