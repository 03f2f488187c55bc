"""The account's back-end by hand: drafts, 发表, comments; and what readers do with articles."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wechat_sandbox import mass, publishing, statistics
from wechat_sandbox.api.articles import cover_url
from wechat_sandbox.control_api.requests import Unicode, account_of, body_of, world_of
from wechat_sandbox.errors import ApiError, Refused
from wechat_sandbox.mass import Letter
from wechat_sandbox.pages.oauth import COOKIE
from wechat_sandbox.state import Account, Article, Comment, Draft, Publication
from wechat_sandbox.world import World


def _article(world: World, article: Article) -> dict[str, object]:
    return {
        "title": article.title,
        "author": article.author,
        "digest": article.digest,
        "cover": cover_url(world, article),
        "url": f"/s/{article.slug}",
        "comments": bool(article.need_open_comment),
    }


def _comment(account: Account, world: World, one: Comment) -> dict[str, object]:
    return {
        "id": one.user_comment_id,
        "index": one.index,
        "person": account.followers[one.openid].person,
        "nickname": world.person(account.followers[one.openid].person).nickname,
        "content": one.content,
        "at": one.at,
        "elected": one.elected,
        "withdrawn": one.withdrawn,
        "reply": one.reply,
    }


def _publication(account: Account, world: World, one: Publication) -> dict[str, object]:
    return {
        "article_id": one.article_id,
        "msg_data_id": one.msg_data_id,
        "at": one.at,
        "mass": one.mass,
        "status": one.status,
        "deleted": one.deleted,
        "comments_open": one.comments_open,
        "articles": [_article(world, article) for article in one.articles],
        "comments": [_comment(account, world, each) for each in one.comments],
    }


async def articles(request: Request) -> Response:
    """Drafts, newest change first, and all that was published or mass-sent."""
    world, account = world_of(request), account_of(request)
    drafts = sorted(account.drafts.values(), key=lambda one: -one.updated)
    published = sorted(account.publications.values(), key=lambda one: -one.at)
    return Unicode(
        {
            "drafts": [
                {
                    "media_id": one.media_id,
                    "updated": one.updated,
                    "articles": [_article(world, article) for article in one.articles],
                }
                for one in drafts
            ],
            "published": [_publication(account, world, one) for one in published],
        }
    )


async def write(request: Request) -> Response:
    """Write a one-article draft by hand."""
    world, account, body = world_of(request), account_of(request), await body_of(request)
    content = publishing.clean_html(world, body.optional_text("content"))
    article = Article(
        title=body.text("title", error=45003, limit=32),
        author=body.optional_text("author"),
        digest=body.optional_text("digest") or publishing.plain_text(content)[: publishing.DIGEST],
        content=content,
        need_open_comment=int(body.flag("comments", True)),
    )
    return Unicode({"media_id": publishing.keep_draft(world, account, [article]).media_id}, status_code=201)


def _draft(request: Request, account: Account) -> Draft:
    found = account.drafts.get(request.path_params["media_id"])
    if found is None:
        raise Refused("no_such_draft", "草稿已经不在了", 404)
    return found


async def publish(request: Request) -> Response:
    """发表: with ``notify`` the followers get it in the conversation, which uses the day's mass send.

    Works on accounts of every kind: a person at the platform's site may do what the API denies.
    """
    world, account = world_of(request), account_of(request)
    draft = _draft(request, account)
    if not (await body_of(request)).flag("notify", True):
        made = publishing.take_out(world, account, draft, mass=False)
        made.status = 0
        return Unicode({"article_id": made.article_id})
    openids = [one.openid for one in account.followers.values() if one.following]
    try:
        mass.check_quota(world, account, to_all=True)
    except ApiError as error:
        raise Refused("no_mass_left", "今天的群发次数已经用完，可以改为只发表、不通知") from error
    sent = mass.submit(world, account, Letter("news", {}, draft), openids, to_all=True, by_hand=True)
    account.publications[sent.article_id].listed = True
    return Unicode({"article_id": sent.article_id})


async def throw_away(request: Request) -> Response:
    account = account_of(request)
    del account.drafts[_draft(request, account).media_id]
    world_of(request).announce()
    return Unicode({})


async def moderate(request: Request) -> Response:
    """Elect, answer or delete a comment at the platform's site."""
    account, deed, body = account_of(request), request.path_params["deed"], await body_of(request)
    number = request.path_params["number"]
    for publication in account.publications.values():
        found = next((one for one in publication.comments if one.user_comment_id == number), None)
        if found is None:
            continue
        if deed == "delete":
            publication.comments.remove(found)
        elif deed == "elect":
            found.elected = not found.elected
        elif deed == "reply":
            found.reply, found.replied_at = body.optional_text("content"), world_of(request).clock.now()
        world_of(request).announce()
        return Unicode(_comment(account, world_of(request), found))
    raise Refused("no_such_comment", "留言已经不在了", 404)


async def read(request: Request) -> Response:
    """What somebody does with an article: ``comment``, ``share``, ``favourite``."""
    world, body = world_of(request), await body_of(request)
    found = publishing.find_article(world, request.path_params["slug"])
    account, publication, _, index = found or (None, None, None, 0)
    if account is None or publication is None:
        raise Refused("no_such_article", "文章已经不在了", 404)
    person = world.person(body.optional_text("person") or request.cookies.get(COOKIE, "")).key
    deed = request.path_params["deed"]
    if deed == "comment":
        made = publishing.comment(
            world, account, publication, index, person=person, text=body.optional_text("content")
        )
        return Unicode({"id": made.user_comment_id})
    if deed not in ("read", "share", "favourite"):
        raise Refused("no_such_deed", f"Nobody can {deed!r} an article.", 404)
    openid = world.follower(account, person).openid
    subject = publishing.subject(publication, index)
    statistics.hit(account, deed, subject, openid, world.clock.now())
    world.announce()
    return Unicode({})


BASE = "/sandbox/accounts/{appid}"
ROUTES = [
    Route(f"{BASE}/articles", articles, methods=["GET"]),
    Route(f"{BASE}/drafts", write, methods=["POST"]),
    Route(f"{BASE}/drafts/{{media_id}}", throw_away, methods=["DELETE"]),
    Route(f"{BASE}/drafts/{{media_id}}/publish", publish, methods=["POST"]),
    Route(f"{BASE}/comments/{{number:int}}/{{deed}}", moderate, methods=["POST"]),
    Route("/sandbox/articles/{slug}/{deed}", read, methods=["POST"]),
]
