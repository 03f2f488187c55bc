"""The way of an article: draft, publication or mass send, comments, reading."""

from __future__ import annotations

import re
from dataclasses import replace

import nh3

from wechat_sandbox import agenda, statistics
from wechat_sandbox.errors import Refused
from wechat_sandbox.events import event
from wechat_sandbox.state import Account, Article, Comment, Draft, Follower, Publication
from wechat_sandbox.wire import XmlFields
from wechat_sandbox.world import World

DIGEST = 54
COMMENT_LENGTH = 600
_TAGS = nh3.ALLOWED_TAGS | {
    "section",
    "video",
    "audio",
    "mpvoice",
    "wx-open-subscribe",
    "font",
    "u",
    "center",
}


def clean_html(world: World, html: str) -> str:
    """What the platform keeps of an article: no scripts, no pictures from elsewhere."""

    def keep(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src" and not is_own_picture(world, value):
            return None
        return value

    attributes = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
    attributes["*"] = {"style", "class", "align"}
    attributes["wx-open-subscribe"] = {"template", "id"}
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=attributes,
        attribute_filter=keep,
        generic_attribute_prefixes={"data-"},
        link_rel=None,
    )


def is_own_picture(world: World, url: str) -> bool:
    return url.startswith((f"{world.base_url}/mmbiz/", "http://mmbiz.qpic.cn/", "https://mmbiz.qpic.cn/"))


def plain_text(html: str) -> str:
    return re.sub(r"\s+", " ", nh3.clean(html, tags=set())).strip()


def article_url(world: World, article: Article) -> str:
    return f"{world.base_url}/s/{article.slug}"


def keep_draft(world: World, account: Account, articles: list[Article]) -> Draft:
    """Put articles into the draft box under a new media_id."""
    draft = Draft(media_id=world.secret(64), articles=[], updated=world.clock.now())
    account.drafts[draft.media_id] = draft
    for article in articles:
        draft.articles.append(_with_slug(world, article))
    world.announce()
    return draft


def _with_slug(world: World, article: Article) -> Article:
    return replace(article, slug=world.secret(22))


def change_draft(world: World, draft: Draft, index: int, article: Article) -> None:
    draft.articles[index] = replace(article, slug=draft.articles[index].slug)
    draft.updated = world.clock.now()
    world.announce()


def shown_articles(account: Account, article_id: str) -> list[Article]:
    """What readers still see of a publication; nothing where there is none, or all was deleted."""
    found = account.publications.get(article_id)
    if found is None or found.status != 0:
        return []
    return [one for at, one in enumerate(found.articles, start=1) if at not in found.deleted]


def find_article(world: World, slug: str) -> tuple[Account, Publication | None, Article, int] | None:
    """Whose article an address shows: account, publication (none while a draft), article, index."""
    for account in world.state.accounts.values():
        for publication in account.publications.values():
            for index, article in enumerate(publication.articles):
                if article.slug == slug:
                    return account, publication, article, index
        for draft in account.drafts.values():
            for index, article in enumerate(draft.articles):
                if article.slug == slug:
                    return account, None, article, index
    return None


def take_out(
    world: World, account: Account, draft: Draft, *, mass: bool, consume: bool = True
) -> Publication:
    """Turn a draft into a publication; the draft leaves the box."""
    number = world.state.next_serial()
    publication = Publication(
        article_id=world.secret(43),
        publish_id=str(2_247_000_000 + number),
        msg_data_id=2_247_480_000 + number,
        articles=[_with_slug(world, article) for article in draft.articles],
        at=world.clock.now(),
        mass=mass,
        listed=not mass,
        comments_open=[bool(article.need_open_comment) for article in draft.articles],
    )
    account.publications[publication.article_id] = publication
    if consume:
        account.drafts.pop(draft.media_id, None)
    world.announce()
    return publication


def submit(world: World, account: Account, draft: Draft) -> Publication:
    """Publish a draft; the result comes later as an event."""
    publication = take_out(world, account, draft, mass=False)
    agenda.later(world, account, "publish", publication.article_id)
    return publication


@agenda.job("publish")
async def _finish(world: World, account: Account, article_id: str) -> None:
    publication = account.publications[article_id]
    publication.status, publication.at = 0, world.clock.now()
    world.announce()
    detail: list[XmlFields] = [
        {"idx": at, "article_url": article_url(world, article)}
        for at, article in enumerate(publication.articles, start=1)
    ]
    info: XmlFields = {
        "publish_id": int(publication.publish_id),
        "publish_status": publication.status,
        "article_id": publication.article_id,
        "article_detail": {"count": len(detail), "item": detail},
    }
    world.errand(
        event(world, account, administrator(world, account), "PUBLISHJOBFINISH", {"PublishEventInfo": info})
    )


def administrator(world: World, account: Account) -> Follower:
    """In whose name the platform reports on jobs: the account's administrator."""
    return Follower(openid=world.openid(account.appid, "administrator"), person="")


def delete_published(publication: Publication, index: int) -> None:
    """Delete one article by its 1-based index, or all with 0."""
    every = range(1, len(publication.articles) + 1)
    publication.deleted = sorted({*publication.deleted, *(every if index == 0 else (index,))})
    if set(publication.deleted) == set(every):
        publication.status = 5


def read(world: World, account: Account, publication: Publication, index: int, person: str) -> None:
    follower = world.follower(account, person)
    statistics.hit(account, "read", subject(publication, index), follower.openid, world.clock.now())


def share(world: World, account: Account, publication: Publication, index: int, person: str) -> None:
    follower = world.follower(account, person)
    statistics.hit(account, "share", subject(publication, index), follower.openid, world.clock.now())
    world.announce()


def subject(publication: Publication, index: int) -> str:
    """How the data interfaces name one article: message id and 1-based position."""
    return f"{publication.msg_data_id}_{index + 1}"


def comment(
    world: World, account: Account, publication: Publication, index: int, *, person: str, text: str
) -> Comment:
    """Write a comment. Refuses where the account opened none or takes only its followers'."""
    article = publication.articles[index]
    follower = world.follower(account, person)
    if not publication.comments_open[index]:
        raise Refused("comments_closed", "这篇文章没有开放留言")
    if article.only_fans_can_comment and not follower.following:
        raise Refused("fans_only", "关注公众号后才能留言")
    if not text.strip() or len(text) > COMMENT_LENGTH:
        raise Refused("bad_comment", f"留言须有 1 到 {COMMENT_LENGTH} 个字")
    made = Comment(
        user_comment_id=world.state.next_serial(),
        index=index,
        openid=follower.openid,
        content=text.strip(),
        at=world.clock.now(),
    )
    publication.comments.append(made)
    world.announce()
    return made


def set_comments(publication: Publication, index: int, *, opened: bool) -> None:
    publication.comments_open[index] = opened
