"""Publishing (发布能力)."""

from __future__ import annotations

from wechat_sandbox.api.articles import page, published_items
from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.publishing import article_url, delete_published, submit
from wechat_sandbox.state import Publication


def _publication(call: Call, *, running: bool = False) -> Publication:
    found = call.account.publications.get(call.body.text("article_id", error=53600))
    if found is None or (found.status == 1 and not running):
        raise ApiError(53600)
    return found


@call("POST", "/cgi-bin/freepublish/submit", Capability.PUBLISH, quota=100)
async def submit_draft(call: Call) -> Answer:
    """Accepted is not done: the result comes as PUBLISHJOBFINISH or by ``get``."""
    draft = call.account.drafts.get(call.body.text("media_id", error=40007))
    if draft is None:
        raise ApiError(40007)
    made = submit(call.world, call.account, draft)
    return {
        "errcode": 0,
        "errmsg": "ok",
        "publish_id": made.publish_id,
        "msg_data_id": made.msg_data_id,
    }


@call("POST", "/cgi-bin/freepublish/get", Capability.PUBLISH, quota=100)
async def get(call: Call) -> Answer:
    wanted = call.body.text("publish_id", error=40097)
    made = next((p for p in call.account.publications.values() if p.publish_id == wanted), None)
    if made is None:
        raise ApiError(40097, "hint: publish_id")
    answer: dict[str, object] = {"publish_id": made.publish_id, "publish_status": made.status}
    if made.status in (0, 5):
        items = [
            {"idx": at, "article_url": article_url(call.world, article)}
            for at, article in enumerate(made.articles, start=1)
        ]
        answer |= {"article_id": made.article_id, "article_detail": {"count": len(items), "item": items}}
    return answer | {"fail_idx": made.failed}


@call("POST", "/cgi-bin/freepublish/getarticle", Capability.PUBLISH, quota=100)
async def getarticle(call: Call) -> Answer:
    return {"news_item": published_items(call.world, _publication(call))}


@call("POST", "/cgi-bin/freepublish/batchget", Capability.PUBLISH, quota=100)
async def batchget(call: Call) -> Answer:
    """Published articles, newest first; what was only mass-sent is not among them."""
    offset, size, content = page(call)
    every = [p for p in call.account.publications.values() if p.listed and p.status == 0]
    every.sort(key=lambda one: -one.at)
    items = [
        {
            "article_id": one.article_id,
            "content": {"news_item": published_items(call.world, one, content=content)},
            "update_time": int(one.at),
        }
        for one in every[offset : offset + size]
    ]
    return {"total_count": len(every), "item_count": len(items), "item": items}


@call("POST", "/cgi-bin/freepublish/delete", Capability.PUBLISH, quota=10)
async def delete(call: Call) -> Answer:
    """Delete one article (``index`` from 1) or all; there is no way back."""
    made = _publication(call)
    index = call.body.integer("index", default=0)
    if not 0 <= index <= len(made.articles):
        raise ApiError(40114)
    delete_published(made, index)
    call.world.announce()
    return None
