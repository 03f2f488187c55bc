"""Customer-service accounts, sessions and records (客服管理)."""

from __future__ import annotations

from wechat_sandbox import media, sessions
from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.api.fields import parse_body
from wechat_sandbox.clock import DAY
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.media import Limit
from wechat_sandbox.state import KfAccount, KfSession

MOST, PREFIX, NICKNAME = 100, 10, 16
WAITING, RECORDS = 100, 10_000
PORTRAIT = Limit(5 * media.MEGABYTE, frozenset({"png", "jpeg"}), too_big=40009)


def _kf(call: Call, name: str) -> KfAccount:
    found = call.account.service.kf.get(name)
    if found is None:
        raise ApiError(65401)
    return found


def _named(call: Call) -> str:
    """The ``kf_account`` of the request. Raises 65404 unless it is prefix@wechat_id."""
    name = call.body.text("kf_account", error=65404)
    prefix, _, rest = name.partition("@")
    if not prefix.isalnum() or len(prefix) > PREFIX or rest != call.account.wechat_id:
        raise ApiError(65404, f"hint: prefix of at most {PREFIX} letters and @{call.account.wechat_id}")
    return name


@call("GET", "/cgi-bin/customservice/getkflist", Capability.SERVICE)
async def getkflist(call: Call) -> Answer:
    return {"kf_list": [_described(call, one) for one in call.account.service.kf.values()]}


def _described(call: Call, one: KfAccount) -> dict[str, object]:
    portrait = f"{call.world.base_url}/mmbiz/{one.portrait}/0" if one.portrait else ""
    shown: dict[str, object] = {
        "kf_account": one.kf_account,
        "kf_nick": one.nickname,
        "kf_id": one.kf_id,
        "kf_headimgurl": portrait,
    }
    if one.wechat:
        shown["kf_wx"] = one.wechat
    elif one.invited:
        shown |= {"invite_wx": one.invited, "invite_status": "waiting"}
        shown["invite_expire_time"] = int(call.now + DAY)
    return shown


@call("GET", "/cgi-bin/customservice/getonlinekflist", Capability.SERVICE)
async def getonlinekflist(call: Call) -> Answer:
    service = call.account.service
    online = [
        {
            "kf_account": one.kf_account,
            "status": 1,
            "kf_id": str(one.kf_id),
            "auto_accept": 0,
            "accepted_case": sum(s.kf_account == one.kf_account for s in service.sessions),
        }
        for one in service.kf.values()
        if one.online
    ]
    return {"kf_online_list": online}


@call("POST", "/customservice/kfaccount/add", Capability.SERVICE)
async def add(call: Call) -> Answer:
    name = _named(call)
    if name in call.account.service.kf:
        raise ApiError(65406)
    if len(call.account.service.kf) >= MOST:
        raise ApiError(65405)
    nickname = call.body.text("nickname", error=65403, limit=NICKNAME, too_long=65403)
    number = 1001 + call.world.state.next_serial()
    call.account.service.kf[name] = KfAccount(name, nickname, number)
    return None


@call("POST", "/customservice/kfaccount/update", Capability.SERVICE)
async def update(call: Call) -> Answer:
    kf = _kf(call, _named(call))
    kf.nickname = call.body.text("nickname", error=65403, limit=NICKNAME, too_long=65403)
    return None


@call("ANY", "/customservice/kfaccount/del", Capability.SERVICE)
async def del_(call: Call) -> Answer:
    """Delete by query or by body: both forms of the call are in use."""
    name = call.query.get("kf_account") or _from_raw(call)
    _kf(call, name)
    del call.account.service.kf[name]
    return None


def _from_raw(call: Call) -> str:
    return str(parse_body(call.raw).get("kf_account", ""))


@call("POST", "/customservice/kfaccount/uploadheadimg", Capability.SERVICE)
async def uploadheadimg(call: Call) -> Answer:
    kf = _kf(call, call.query.get("kf_account", ""))
    name, content = await call.upload()
    media.check(content, PORTRAIT)
    made = media.store(
        call.world, call.account, type_="image", name=name, content=content, permanent=True, counted=False
    )
    kf.portrait = made.media_id
    return None


@call("POST", "/customservice/kfaccount/inviteworker", Capability.SERVICE)
async def inviteworker(call: Call) -> Answer:
    """Bind a WeChat user to a customer-service account; in the sandbox they wait to agree."""
    kf = _kf(call, _named(call))
    if kf.wechat or kf.invited:
        raise ApiError(65407)
    wechat = call.body.text("invite_wx", error=65408)
    kf.invited = wechat
    return None


@call("POST", "/customservice/kfsession/create", Capability.SERVICE)
async def create(call: Call) -> Answer:
    """Begin a talk; 65414 when another worker has the follower."""
    kf = _kf(call, call.body.text("kf_account", error=65401))
    if not kf.online:
        raise ApiError(65415)
    follower = call.follower(call.body.text("openid", error=40003))
    sessions.accept(call.world, call.account, follower, kf.kf_account)
    return None


@call("POST", "/customservice/kfsession/close", Capability.SERVICE)
async def close(call: Call) -> Answer:
    kf = _kf(call, call.body.text("kf_account", error=65401))
    follower = call.follower(call.body.text("openid", error=40003))
    sessions.close(call.world, call.account, follower, kf.kf_account)
    return None


@call("GET", "/customservice/kfsession/getsession", Capability.SERVICE)
async def getsession(call: Call) -> Answer:
    found = sessions.session_of(call.account, call.query.get("openid", ""))
    if found is None or not found.kf_account:
        return {"errcode": 0, "errmsg": "ok", "kf_account": "", "createtime": 0}
    return {"kf_account": found.kf_account, "createtime": int(found.created)}


def _listed(sessions_: list[KfSession]) -> list[dict[str, object]]:
    return [{"openid": one.openid, "createtime": int(one.created)} for one in sessions_]


@call("GET", "/customservice/kfsession/getsessionlist", Capability.SERVICE)
async def getsessionlist(call: Call) -> Answer:
    kf = _kf(call, call.query.get("kf_account", ""))
    return {
        "sessionlist": _listed([s for s in call.account.service.sessions if s.kf_account == kf.kf_account])
    }


@call("GET", "/customservice/kfsession/getwaitcase", Capability.SERVICE)
async def getwaitcase(call: Call) -> Answer:
    """Followers handed over whom nobody has taken yet, at most 100."""
    waiting = [one for one in call.account.service.sessions if not one.kf_account]
    cases = [{"latest_time": int(one.created), "openid": one.openid} for one in waiting[:WAITING]]
    return {"count": len(waiting), "waitcaselist": cases}


@call("POST", "/customservice/msgrecord/getmsglist", Capability.SERVICE)
async def getmsglist(call: Call) -> Answer:
    """What was said within at most 24 hours, at most 10 000 lines."""
    start, end = call.body.integer("starttime", error=65416), call.body.integer("endtime", error=65416)
    number = call.body.integer("number", error=65416)
    begin = call.body.integer("msgid", error=65416)
    if not 1 <= number <= RECORDS or begin < 1:
        raise ApiError(65416)
    if not 0 < end - start <= DAY:
        raise ApiError(65417)
    found = [one for one in call.account.service.records if start <= one.at <= end]
    chosen = found[begin - 1 : begin - 1 + number]
    lines = [
        {"openid": r.openid, "opercode": r.opercode, "text": r.text, "time": int(r.at), "worker": r.worker}
        for r in chosen
    ]
    return {"recordlist": lines, "number": len(lines), "msgid": begin + len(lines)}
