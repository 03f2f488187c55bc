"""Answers have the shape of recorded ones: same keys, same types."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.samples import picture
from wechat_sandbox.tests.conftest import Api

GIVEN_UP = {
    "nickname",
    "sex",
    "language",
    "city",
    "province",
    "country",
    "headimgurl",
    "session_expires",
}
"""Fields of old recordings that the platform no longer sends (user profiles, since 2021-12-27)."""
RENAMED = {"max_time_count": "max_time_cost"}
"""A peer's recording has a name that the platform's page does not know."""


def shape(value: object) -> object:
    """Keys and types; numbers written as strings count as numbers, as the platform mixes them."""
    if isinstance(value, dict):
        return {RENAMED.get(key, key): shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if isinstance(value, bool | int | float) or (isinstance(value, str) and value.isdigit()):
        return "number"
    return type(value).__name__


def missing(wanted: object, given: object, path: str = "") -> list[str]:
    """Where ``given`` lacks something of the shape ``wanted`` or has another type."""
    if isinstance(wanted, dict):
        if not isinstance(given, dict):
            return [f"{path}: {given!r} is no object"]
        keys = [k for k in wanted if k not in GIVEN_UP]
        gone = [f"{path}.{key} is missing" for key in keys if key not in given]
        return gone + [m for k in keys if k in given for m in missing(wanted[k], given[k], f"{path}.{k}")]
    if isinstance(wanted, list):
        if not isinstance(given, list):
            return [f"{path}: {given!r} is no list"]
        return missing(wanted[0], given[0], f"{path}[]") if wanted and given else []
    if "number" in (wanted, given) and {wanted, given} <= {"number", "str"}:
        return []
    return [] if wanted == given else [f"{path}: {given!r} instead of {wanted!r}"]


class Recorded:
    """The recordings of one folder, and which of them were compared."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.compared: set[str] = set()

    def same(self, name: str, given: object) -> None:
        self.compared.add(name)
        wanted = json.loads((self.folder / f"{name}.json").read_text())
        assert not missing(shape(wanted), shape(given)), (name, given)


@pytest.fixture
def busy(sandbox: SandboxClient, service: str, api: Callable[[str], Api]) -> Api:
    """A service account with something in every drawer."""
    sandbox.change_account(service, wechat_id="test")
    sandbox.set_clock("2026-12-01T09:00:00")
    program = api(service)
    for number in (1, 2):
        kf = {"kf_account": f"test{number}@test", "nickname": "馆员"}
        program.post("/customservice/kfaccount/add", kf)
    sandbox.send_text(service, "wang", "你好")
    return program


@pytest.mark.corpus
def test_answers_have_the_recorded_shape(
    shared: Path, sandbox: SandboxClient, service: str, busy: Api
) -> None:
    recorded = Recorded(shared / "data/wechat/api_response")
    same, openid = recorded.same, sandbox.openid(service, "wang")
    _basics(recorded, sandbox, busy)
    same("user_get", busy.get("/cgi-bin/user/get"))
    same("official_user_info_current", busy.get("/cgi-bin/user/info", openid=openid))
    batch = {"user_list": [{"openid": openid}]}
    same("user_info_batchget", busy.post("/cgi-bin/user/info/batchget", batch))
    tag = busy.post("/cgi-bin/tags/create", {"tag": {"name": "a"}})["tag"]["id"]  # type: ignore[index]
    busy.post("/cgi-bin/tags/members/batchtagging", {"tagid": tag, "openid_list": [openid]})
    same("user_tag_get", busy.post("/cgi-bin/user/tag/get", {"tagid": tag}))
    _service(recorded, sandbox, busy, openid)
    _menus(recorded, busy, tag)
    _articles(recorded, sandbox, busy)
    _statistics(recorded, sandbox, busy)
    _people(recorded, sandbox, busy)
    left = {path.stem for path in recorded.folder.glob("*.json")} - recorded.compared
    assert left == {
        "get_current_autoreply_info",
        "message_mass_get",
        "datacube_getupstreammsgdistweek",
        "datacube_getupstreammsgmonth",
        "official_freepublish_get_orig_failed",
        "wxjava_error_40003_extra",
        "wxjava_callback_check_2",
    }


def _basics(recorded: Recorded, sandbox: SandboxClient, busy: Api) -> None:
    recorded.same("token", busy.renew())
    body = {"grant_type": "client_credential", "appid": busy.appid, "secret": busy.secret}
    recorded.same("official_stable_token", busy.http.post("/cgi-bin/stable_token", json=body).json())
    recorded.same(
        "official_stable_token_remaining", busy.http.post("/cgi-bin/stable_token", json=body).json()
    )
    check = {"action": "all", "check_operator": "DEFAULT"}
    recorded.same("callback_check", busy.post("/cgi-bin/callback/check", check))
    wrong = busy.post("/cgi-bin/message/custom/send", {"touser": "x"})
    rid = str(wrong["errmsg"]).rpartition("rid: ")[2]
    recorded.same("official_openapi_rid_get", busy.post("/cgi-bin/openapi/rid/get", {"rid": rid}))
    media = busy.upload("/cgi-bin/media/upload", "a.png", picture(), type="image")
    recorded.same("official_media_upload", {"errcode": 0, "errmsg": "ok", **media})
    recorded.same("media_uploadimg", busy.upload("/cgi-bin/media/uploadimg", "a.png", picture()))
    busy.upload("/cgi-bin/material/add_material", "a.png", picture(), type="image")
    recorded.same("material_get_materialcount", busy.get("/cgi-bin/material/get_materialcount"))
    page = {"type": "image", "offset": 0, "count": 20}
    listed = busy.post("/cgi-bin/material/batchget_material", page)
    recorded.same("official_material_batchget_image", listed)


def _service(recorded: Recorded, sandbox: SandboxClient, busy: Api, openid: str) -> None:
    same = recorded.same
    text = {"touser": openid, "msgtype": "text", "text": {"content": "在"}}
    worker = {"customservice": {"kf_account": "test1@test"}}
    same("message_custom_send", busy.post("/cgi-bin/message/custom/send", {**text, **worker}))
    same("customservice_getonlinekflist", busy.get("/cgi-bin/customservice/getonlinekflist"))
    session = {"kf_account": "test1@test", "openid": openid}
    same("customservice_kfsession_create", busy.post("/customservice/kfsession/create", session))
    listed = busy.get("/customservice/kfsession/getsessionlist", kf_account="test1@test")
    same("customservice_kfsession_getsessionlist", listed)
    now = int(float(str(sandbox.clock()["now"])))
    asked = {"starttime": now - 60, "endtime": now + 60, "msgid": 1, "number": 10}
    same("customservice_msgrecord_getmsglist", busy.post("/customservice/msgrecord/getmsglist", asked))
    same("wxjava_template_get_industry", busy.get("/cgi-bin/template/get_industry"))


def _menus(recorded: Recorded, busy: Api, tag: object) -> None:
    view = {"type": "view", "name": "书", "url": "http://a.b/"}
    buttons = {"button": [view, view, {"name": "更多", "sub_button": [view]}]}
    busy.post("/cgi-bin/menu/create", buttons)
    rule = {"matchrule": {"tag_id": str(tag), "client_platform_type": "2"}}
    busy.post("/cgi-bin/menu/addconditional", {**buttons, **rule})
    wanted = json.loads((recorded.folder / "wxjava_menu_get_conditional.json").read_text())
    for special in wanted["conditionalmenu"]:
        special["matchrule"] = {k: v for k, v in special["matchrule"].items() if k == "client_platform_type"}
    recorded.compared.add("wxjava_menu_get_conditional")
    assert not missing(shape(wanted), shape(busy.get("/cgi-bin/menu/get")))
    recorded.same("menu_delete", busy.get("/cgi-bin/menu/delete"))


def _articles(recorded: Recorded, sandbox: SandboxClient, busy: Api) -> None:
    cover = busy.upload("/cgi-bin/material/add_material", "a.png", picture(), type="image")["media_id"]
    article = {"title": "新书", "author": "馆", "content": "<p>好</p>", "thumb_media_id": cover}
    article["content_source_url"] = "http://a.b/"
    made = busy.post("/cgi-bin/draft/add", {"articles": [article]})
    recorded.same("official_draft_add", made)
    sandbox.request("POST", "/clock", {"freeze": True})
    published = busy.post("/cgi-bin/freepublish/submit", {"media_id": made["media_id"]})
    sandbox.advance_clock(2)
    told = busy.post("/cgi-bin/freepublish/get", {"publish_id": published["publish_id"]})
    recorded.same("official_freepublish_get_ok", told)
    page = busy.post("/cgi-bin/freepublish/batchget", {"offset": 0, "count": 20, "no_content": 0})
    recorded.same("official_freepublish_batchget", page)
    other = busy.post("/cgi-bin/draft/add", {"articles": [article]})
    gone = busy.post("/cgi-bin/draft/delete", {"media_id": other["media_id"]})
    recorded.same("official_draft_delete", gone)
    third = busy.post("/cgi-bin/draft/add", {"articles": [article]})
    mass = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "mpnews": {"media_id": third["media_id"]}}
    sent = busy.post("/cgi-bin/message/mass/sendall", mass)
    assert busy.post("/cgi-bin/message/mass/get", {"msg_id": sent["msg_id"]})["msg_status"] == "SENDING"
    sandbox.advance_clock(2)
    url = told["article_detail"]["item"][0]["article_url"]  # type: ignore[index]
    slug = url.rpartition("/")[2]
    for deed in ("read", "share", "favourite"):
        sandbox.request("POST", f"/articles/{slug}/{deed}", {"person": "wang"})


def _statistics(recorded: Recorded, sandbox: SandboxClient, busy: Api) -> None:
    day = {"begin_date": "2026-12-01", "end_date": "2026-12-01"}
    sandbox.set_clock("2026-12-03T09:00:00")
    busy.renew()
    for name in (
        "getarticletotal",
        "getinterfacesummaryhour",
        "getupstreammsgdist",
        "getusercumulate",
        "getuserreadhour",
        "getusersharehour",
    ):
        answer = busy.post(f"/datacube/{name}", day)
        assert answer["list"], name
        recorded.same(f"datacube_{name}", answer)


def _people(recorded: Recorded, sandbox: SandboxClient, busy: Api) -> None:
    code = sandbox.oauth_code("wang", busy.appid, "snsapi_userinfo")
    query = {"appid": busy.appid, "secret": busy.secret, "code": code, "grant_type": "authorization_code"}
    told = busy.http.get("/sns/oauth2/access_token", params=query).json()
    recorded.same("sns_oauth2_access_token", told)
    asked = {"access_token": told["access_token"], "openid": told["openid"]}
    recorded.same("sns_userinfo", busy.http.get("/sns/userinfo", params=asked).json())
    sandbox.add_account("wxm", kind="MINI", secret="s")
    login = sandbox.request("POST", "/accounts/wxm/people/wang/mini/login")
    asked = {"appid": "wxm", "secret": "s", "js_code": login["code"], "grant_type": "authorization_code"}  # type: ignore[index]
    session = busy.http.get("/sns/jscode2session", params=asked).json()
    recorded.same("sns_jscode2session", {"expires_in": 7200, **session})
    sandbox.add_account("wxold", kind="S1")
    moved = {"from_appid": "wxold", "openid_list": [sandbox.openid("wxold", "wang"), "o" * 28]}
    recorded.same("changeopenid", busy.post("/cgi-bin/changeopenid", moved))
