"""Tags and the blacklist (标签管理, 黑名单)."""

from __future__ import annotations

from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.api.fields import Fields
from wechat_sandbox.api.user import page_of
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.state import Follower, Tag

MOST_TAGS, MOST_PER_USER, MOST_AT_ONCE, MOST_BLACKLISTED = 100, 20, 50, 20
FIRST_ID = 100
SYSTEM = {0: "未分组", 1: "黑名单", 2: "星标组"}
LARGE = 100_000
PAGE, BLACKLIST_PAGE = 10_000, 1000


def _name(call: Call, fields: Fields) -> str:
    """Raises 45158 for a long name and 45157 for an empty or taken one."""
    name = fields.text("name", error=45157, limit=30, too_long=45158)
    if any(tag.name == name for tag in call.account.service.tags.values()):
        raise ApiError(45157)
    return name


def _tag(call: Call, number: int) -> Tag:
    found = call.account.service.tags.get(str(number))
    if found is None:
        raise ApiError(45058 if number in SYSTEM else 45159)
    return found


def _members(call: Call, number: int) -> list[Follower]:
    return [one for one in call.account.followers.values() if one.following and number in one.tags]


@call("POST", "/cgi-bin/tags/create", Capability.USERS)
async def create(call: Call) -> Answer:
    if len(call.account.service.tags) >= MOST_TAGS:
        raise ApiError(45056)
    name = _name(call, call.body.child("tag"))
    number = max([FIRST_ID - 1, *(tag.id for tag in call.account.service.tags.values())]) + 1
    call.account.service.tags[str(number)] = Tag(number, name)
    return {"tag": {"id": number, "name": name}}


@call("GET", "/cgi-bin/tags/get", Capability.USERS)
async def get(call: Call) -> Answer:
    """The platform's own tag and the account's, each with its number of followers."""
    tags: list[dict[str, object]] = [{"id": 2, "name": SYSTEM[2], "count": len(_members(call, 2))}]
    tags += [
        {"id": tag.id, "name": tag.name, "count": len(_members(call, tag.id))}
        for tag in call.account.service.tags.values()
    ]
    return {"tags": tags}


@call("POST", "/cgi-bin/tags/update", Capability.USERS)
async def update(call: Call) -> Answer:
    fields = call.body.child("tag")
    tag = _tag(call, fields.integer("id", error=45159))
    if fields.optional_text("name") != tag.name:
        tag.name = _name(call, fields)
    return None


@call("POST", "/cgi-bin/tags/delete", Capability.USERS)
async def delete(call: Call) -> Answer:
    """Delete a tag and take it from its followers; 45057 when there are more than 100 000."""
    tag = _tag(call, call.body.child("tag").integer("id", error=45159))
    members = _members(call, tag.id)
    if len(members) > LARGE:
        raise ApiError(45057)
    for member in members:
        member.tags.remove(tag.id)
    del call.account.service.tags[str(tag.id)]
    return None


@call("POST", "/cgi-bin/user/tag/get", Capability.USERS)
async def members(call: Call) -> Answer:
    number = call.body.integer("tagid", error=45159)
    if number != 2:
        _tag(call, number)
    every = [one.openid for one in _members(call, number)]
    chosen, last = page_of(every, call.body.optional_text("next_openid"), PAGE)
    answer: dict[str, object] = {"count": len(chosen)}
    if chosen:
        answer |= {"data": {"openid": chosen}, "next_openid": last}
    return answer


def _listed(call: Call, most: int) -> list[Follower]:
    """The followers of ``openid_list``. Raises 40032 for too many and 49003 for a foreign one."""
    openids = call.body.texts("openid_list", error=40031)
    if not 1 <= len(openids) <= most:
        raise ApiError(40032, f"hint: {len(openids)}, limit {most}")
    return [call.follower(openid, error=49003) for openid in openids]


@call("POST", "/cgi-bin/tags/members/batchtagging", Capability.USERS)
async def batchtagging(call: Call) -> Answer:
    """Tag up to 50 followers; those with 20 tags are named in ``fail_openid_list`` (45171)."""
    number = call.body.integer("tagid", error=45159)
    if number != 2:
        _tag(call, number)
    listed = _listed(call, MOST_AT_ONCE)
    full = [one for one in listed if number not in one.tags and len(one.tags) >= MOST_PER_USER]
    for one in listed:
        if one not in full and number not in one.tags:
            one.tags.append(number)
    if full and len(listed) == 1:
        raise ApiError(45059)
    if full:
        raise ApiError(45171, fail_openid_list=[one.openid for one in full])
    return None


@call("POST", "/cgi-bin/tags/members/batchuntagging", Capability.USERS)
async def batchuntagging(call: Call) -> Answer:
    number = call.body.integer("tagid", error=45159)
    if number != 2:
        _tag(call, number)
    for one in _listed(call, MOST_AT_ONCE):
        if number in one.tags:
            one.tags.remove(number)
    return None


@call("POST", "/cgi-bin/tags/getidlist", Capability.USERS)
async def getidlist(call: Call) -> Answer:
    follower = call.follower(call.body.text("openid", error=41009))
    return {"tagid_list": list(follower.tags)}


@call("POST", "/cgi-bin/tags/members/getblacklist", Capability.USERS)
async def getblacklist(call: Call) -> Answer:
    every = [one.openid for one in call.account.followers.values() if one.blacklisted]
    chosen, last = page_of(every, call.body.optional_text("begin_openid"), BLACKLIST_PAGE)
    answer: dict[str, object] = {"total": len(every), "count": len(chosen)}
    if chosen:
        answer |= {"data": {"openid": chosen}, "next_openid": last}
    return answer


@call("POST", "/cgi-bin/tags/members/batchblacklist", Capability.USERS)
async def batchblacklist(call: Call) -> Answer:
    for one in _listed(call, MOST_BLACKLISTED):
        one.blacklisted = True
    return None


@call("POST", "/cgi-bin/tags/members/batchunblacklist", Capability.USERS)
async def batchunblacklist(call: Call) -> Answer:
    for one in _listed(call, MOST_BLACKLISTED):
        one.blacklisted = False
    return None


@call("POST", "/cgi-bin/changeopenid", Capability.USERS)
async def changeopenid(call: Call) -> Answer:
    """The new openids of people after an account has moved (账号迁移)."""
    old = call.world.state.accounts.get(call.body.text("from_appid", error=40013))
    if old is None:
        raise ApiError(40013)
    openids = call.body.texts("openid_list", error=40031)
    if not 1 <= len(openids) <= 100:
        raise ApiError(40032)
    results: list[dict[str, object]] = []
    for openid in openids:
        known = old.followers.get(openid)
        if known is None:
            results.append({"ori_openid": openid, "err_msg": "ori_openid error"})
            continue
        moved = call.world.follower(call.account, known.person)
        results.append({"ori_openid": openid, "new_openid": moved.openid, "err_msg": "ok"})
    return {"errcode": 0, "errmsg": "ok", "result_list": results}
