"""The draft box (草稿箱)."""

from __future__ import annotations

from wechat_sandbox.api.articles import news_items, page, read_article, read_articles
from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.publishing import change_draft, keep_draft
from wechat_sandbox.state import Draft


def _draft(call: Call) -> Draft:
    found = call.account.drafts.get(call.body.text("media_id", error=40007))
    if found is None:
        raise ApiError(40007)
    return found


@call("POST", "/cgi-bin/draft/add", Capability.DRAFT, quota=1000)
async def add(call: Call) -> Answer:
    items = call.body.children("articles", error=44003)
    draft = keep_draft(call.world, call.account, read_articles(call, items))
    return {"media_id": draft.media_id}


@call("POST", "/cgi-bin/draft/get", Capability.DRAFT, quota=500)
async def get(call: Call) -> Answer:
    return {"news_item": news_items(call.world, _draft(call).articles)}


@call("POST", "/cgi-bin/draft/update", Capability.DRAFT, quota=1000)
async def update(call: Call) -> Answer:
    """Replace one article; here ``articles`` is an object and ``index`` counts from 0."""
    draft = _draft(call)
    index = call.body.integer("index", error=40114)
    if not 0 <= index < len(draft.articles):
        raise ApiError(40114)
    change_draft(call.world, draft, index, read_article(call, call.body.child("articles", error=44003)))
    return None


@call("POST", "/cgi-bin/draft/delete", Capability.DRAFT, quota=1000)
async def delete(call: Call) -> Answer:
    del call.account.drafts[_draft(call).media_id]
    call.world.announce()
    return None


@call("ANY", "/cgi-bin/draft/count", Capability.DRAFT, quota=1000)
async def count(call: Call) -> Answer:
    return {"total_count": len(call.account.drafts)}


@call("POST", "/cgi-bin/draft/batchget", Capability.DRAFT, quota=1000)
async def batchget(call: Call) -> Answer:
    """A page of drafts, the latest change first."""
    offset, size, content = page(call)
    every = sorted(call.account.drafts.values(), key=lambda one: -one.updated)
    items = [
        {
            "media_id": one.media_id,
            "content": {"news_item": news_items(call.world, one.articles, content=content)},
            "update_time": int(one.updated),
        }
        for one in every[offset : offset + size]
    ]
    return {"total_count": len(every), "item_count": len(items), "item": items}


@call("ANY", "/cgi-bin/draft/switch", Capability.DRAFT)
async def switch(call: Call) -> Answer:
    """The draft box is open for everybody since 2023."""
    return {"errcode": 0, "errmsg": "ok", "is_open": 1}
