"""Comments under mass-sent and published articles (图文消息留言管理)."""

from __future__ import annotations

from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.publishing import set_comments
from wechat_sandbox.state import Comment, Publication

ELECTED = 100
REPLY_LENGTH = 600


def _article(call: Call) -> tuple[Publication, int]:
    """By ``msg_data_id``, not by article_id. Raises 88000 without the privilege, 88001 for no article."""
    if not call.account.comment_privilege:
        raise ApiError(88000)
    wanted = call.body.integer("msg_data_id", error=88001)
    index = call.body.integer("index", error=88001, default=0)
    made = next((p for p in call.account.publications.values() if p.msg_data_id == wanted), None)
    if made is None or not 0 <= index < len(made.articles):
        raise ApiError(88001)
    return made, index


def _comment(call: Call) -> Comment:
    made, index = _article(call)
    wanted = call.body.integer("user_comment_id", error=88008)
    found = next((c for c in made.comments if (c.index, c.user_comment_id) == (index, wanted)), None)
    if found is None:
        raise ApiError(88008)
    if found.withdrawn:
        raise ApiError(88004)
    return found


@call("POST", "/cgi-bin/comment/open", Capability.COMMENT)
async def open_(call: Call) -> Answer:
    made, index = _article(call)
    set_comments(made, index, opened=True)
    return None


@call("POST", "/cgi-bin/comment/close", Capability.COMMENT)
async def close(call: Call) -> Answer:
    made, index = _article(call)
    set_comments(made, index, opened=False)
    return None


@call("POST", "/cgi-bin/comment/list", Capability.COMMENT)
async def list_(call: Call) -> Answer:
    """Fewer than 50 at a time; ``type`` 0 all, 1 ordinary, 2 elected."""
    made, index = _article(call)
    begin, count = call.body.integer("begin", error=88010), call.body.integer("count", error=88010)
    type_ = call.body.integer("type", default=0)
    if not 1 <= count < 50 or begin < 0 or type_ not in (0, 1, 2):
        raise ApiError(88010)
    found = [c for c in made.comments if c.index == index and not c.withdrawn]
    if type_:
        found = [c for c in found if c.elected == (type_ == 2)]
    shown = [_shown(c) for c in found[begin : begin + count]]
    return {"errcode": 0, "errmsg": "ok", "total": len(found), "comment": shown}


def _shown(comment: Comment) -> dict[str, object]:
    shown: dict[str, object] = {
        "user_comment_id": comment.user_comment_id,
        "openid": comment.openid,
        "create_time": int(comment.at),
        "content": comment.content,
        "comment_type": int(comment.elected),
    }
    if comment.reply:
        shown["reply"] = {"content": comment.reply, "create_time": int(comment.replied_at)}
    return shown


@call("POST", "/cgi-bin/comment/markelect", Capability.COMMENT)
async def markelect(call: Call) -> Answer:
    comment = _comment(call)
    made, _ = _article(call)
    if sum(c.elected for c in made.comments) >= ELECTED:
        raise ApiError(88003)
    comment.elected = True
    call.world.announce()
    return None


@call("POST", "/cgi-bin/comment/unmarkelect", Capability.COMMENT)
async def unmarkelect(call: Call) -> Answer:
    _comment(call).elected = False
    call.world.announce()
    return None


@call("POST", "/cgi-bin/comment/delete", Capability.COMMENT)
async def delete(call: Call) -> Answer:
    comment = _comment(call)
    made, _ = _article(call)
    made.comments.remove(comment)
    call.world.announce()
    return None


@call("POST", "/cgi-bin/comment/reply/add", Capability.COMMENT)
async def reply_add(call: Call) -> Answer:
    """Answer once; 88005 when there is an answer already."""
    comment = _comment(call)
    content = call.body.text("content", error=88007, limit=REPLY_LENGTH, too_long=88007)
    if comment.reply:
        raise ApiError(88005)
    comment.reply, comment.replied_at = content, call.now
    call.world.announce()
    return None


@call("POST", "/cgi-bin/comment/reply/delete", Capability.COMMENT)
async def reply_delete(call: Call) -> Answer:
    comment = _comment(call)
    if not comment.reply:
        raise ApiError(88008)
    comment.reply, comment.replied_at = "", 0.0
    call.world.announce()
    return None
