"""Mass sends (群发接口)."""

from __future__ import annotations

from wechat_sandbox import chat, mass, outgoing
from wechat_sandbox.api.articles import cards
from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.api.fields import Fields
from wechat_sandbox.clock import DAY
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.mass import Letter
from wechat_sandbox.publishing import delete_published
from wechat_sandbox.state import Follower, Mass

SPEEDS = (80, 60, 45, 30, 10)
"""Ten thousand a minute for each of the five speeds."""


def _letter(call: Call) -> Letter:
    """What to send. Raises 40008 for a type that cannot be mass-sent."""
    type_ = call.body.text("msgtype", error=40008)
    if type_ == "mpnews":
        draft = outgoing.draft_of(call, call.body.child("mpnews", error=40007))
        return Letter("news", cards(call.world, draft.articles), draft)
    if type_ == "text":
        return Letter("text", {"text": outgoing.text_of(call.body.child("text", error=44004))})
    if type_ in ("voice", "image"):
        fields = call.body.child(type_, error=40007)
        return Letter(type_, {"media_id": outgoing.media_of(call, fields, "media_id", type_)})
    if type_ == "images":
        ids = call.body.child("images", error=40007).texts("media_ids", error=40007)
        for media_id in ids:
            outgoing.media_of(call, _one(media_id), "media_id", "image")
        return Letter("image", {"media_id": ids[0], "more": ids[1:]})
    if type_ in ("mpvideo", "video"):
        fields = call.body.child(type_, error=40007)
        return Letter("video", {"media_id": outgoing.media_of(call, fields, "media_id", "video")})
    if type_ == "wxcard":
        return Letter("card", {"card_id": call.body.child("wxcard").text("card_id", error=40097)})
    raise ApiError(40008)


def _one(media_id: str) -> Fields:
    return Fields({"media_id": media_id})


def _send(call: Call, followers: list[str], *, to_all: bool) -> Answer:
    client = call.body.optional_text("clientmsgid")
    if len(client) > 32:
        raise ApiError(45067)
    known = _same(call, client)
    if known:
        raise ApiError(45065, msg_id=known.msg_id)
    letter = _letter(call)
    mass.check_quota(call.world, call.account, to_all=to_all)
    made = mass.submit(call.world, call.account, letter, followers, to_all=to_all, clientmsgid=client)
    answer: dict[str, object] = {"errcode": 0, "errmsg": "send job submission success"}
    answer["msg_id"] = made.msg_id
    return answer | ({"msg_data_id": made.msg_data_id} if letter.draft else {})


def _same(call: Call, clientmsgid: str) -> Mass | None:
    """A mass send of the last 24 hours under the same ``clientmsgid``."""
    recent = [m for m in call.account.masses.values() if call.now - m.at < DAY]
    return next((m for m in recent if clientmsgid and m.clientmsgid == clientmsgid), None)


@call("POST", "/cgi-bin/message/mass/sendall", Capability.MASS, quota=100)
async def sendall(call: Call) -> Answer:
    """To everybody or to the followers with one tag."""
    filter_ = call.body.child("filter", error=40152)
    to_all = filter_.flag("is_to_all")
    followers = [one for one in call.account.followers.values() if one.following]
    if not to_all:
        number = filter_.integer("tag_id", error=40152)
        if str(number) not in call.account.service.tags and number != 2:
            raise ApiError(40152)
        followers = [one for one in followers if number in one.tags]
    return _send(call, [one.openid for one in followers], to_all=to_all)


@call("POST", "/cgi-bin/message/mass/send", Capability.MASS_BY_LIST, quota=100)
async def send(call: Call) -> Answer:
    """To 2 to 10 000 followers by openid."""
    openids = call.body.texts("touser", error=40031)
    if len(openids) < 2:
        raise ApiError(40130)
    if len(openids) > 10_000:
        raise ApiError(40032)
    for openid in openids:
        call.follower(openid)
    return _send(call, openids, to_all=False)


@call("POST", "/cgi-bin/message/mass/preview", Capability.MASS, quota=100)
async def preview(call: Call) -> Answer:
    """To one follower by openid or WeChat name, outside of every quota but this call's own."""
    follower = _reader(call)
    letter = _letter(call)
    chat.show(call.world, follower, by="account", type=letter.type, content=letter.content, source="preview")
    return {"errcode": 0, "errmsg": "preview success", "msg_id": 34_182 + call.world.state.next_serial()}


def _reader(call: Call) -> Follower:
    name = call.body.optional_text("towxname")
    if name:
        if name not in call.world.state.people:
            raise ApiError(40132)
        return call.world.follower(call.account, name)
    follower = call.follower(call.body.text("touser", error=40003))
    if not follower.following:
        raise ApiError(43004)
    return follower


def _mass(call: Call) -> Mass:
    found = call.account.masses.get(call.body.optional_text("msg_id"))
    if found is None:
        raise ApiError(40059)
    return found


@call("POST", "/cgi-bin/message/mass/get", Capability.MASS)
async def get(call: Call) -> Answer:
    found = _mass(call)
    return {"msg_id": found.msg_id, "msg_status": found.status}


@call("POST", "/cgi-bin/message/mass/delete", Capability.MASS, quota=10)
async def delete(call: Call) -> Answer:
    """Take back articles: the page says so, the message in the conversation stays."""
    found = _by_url(call) if "url" in call.body else _mass(call)
    publication = call.account.publications.get(found.article_id)
    index = call.body.integer("article_idx", default=0)
    if publication and not 0 <= index <= len(publication.articles):
        raise ApiError(40060)
    if publication:
        delete_published(publication, index)
    if index == 0 or (publication and publication.status == 5):
        found.status = "DELETE"
    call.world.announce()
    return None


def _by_url(call: Call) -> Mass:
    slug = call.body.optional_text("url").rpartition("/")[2]
    for one in call.account.masses.values():
        publication = call.account.publications.get(one.article_id)
        if publication and any(article.slug == slug for article in publication.articles):
            return one
    raise ApiError(40059)


@call("POST", "/cgi-bin/message/mass/speed/get", Capability.MASS)
async def speed_get(call: Call) -> Answer:
    speed = call.account.service.speed
    return {"errcode": 0, "errmsg": "ok", "speed": speed, "realspeed": SPEEDS[speed]}


@call("POST", "/cgi-bin/message/mass/speed/set", Capability.MASS)
async def speed_set(call: Call) -> Answer:
    speed = call.body.integer("speed")
    if not 0 <= speed < len(SPEEDS):
        raise ApiError(40097)
    call.account.service.speed = speed
    return None
