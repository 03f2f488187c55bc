"""Followers, tags, codes with a scene, web authorisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from wechat_sandbox.control import ControlError, SandboxClient
from wechat_sandbox.tests.conftest import Api, Bot


@pytest.fixture
def program(service: str, api: Callable[[str], Api]) -> Api:
    return api(service)


def test_the_list_of_followers_is_paged_by_openid(sandbox: SandboxClient, service: str, program: Api) -> None:
    sandbox.follow(service, "li")
    first, second = sandbox.openid(service, "wang"), sandbox.openid(service, "li")
    everybody = program.get("/cgi-bin/user/get")
    assert everybody["data"] == {"openid": [first, second]}
    assert (everybody["total"], everybody["count"], everybody["next_openid"]) == (2, 2, second)
    rest = program.get("/cgi-bin/user/get", next_openid=first)
    assert rest["data"] == {"openid": [second]}
    end = program.get("/cgi-bin/user/get", next_openid=second)
    assert (end["count"], end["next_openid"], "data" in end) == (0, "", False)


def test_a_profile_tells_no_names(sandbox: SandboxClient, service: str, program: Api) -> None:
    openid = sandbox.openid(service, "wang")
    known = program.get("/cgi-bin/user/info", openid=openid)
    assert known["subscribe"] == 1
    assert not {"nickname", "headimgurl", "sex", "city"} & known.keys()
    sandbox.unfollow(service, "wang")
    gone = program.get("/cgi-bin/user/info", openid=openid)
    assert (gone["subscribe"], "remark" in gone) == (0, False)
    assert program.get("/cgi-bin/user/info", openid="o1")["errcode"] == 40003


def test_openids_differ_by_account_and_the_unionid_does_not(
    sandbox: SandboxClient, service: str, api: Callable[[str], Api]
) -> None:
    sandbox.add_account("wxother", kind="F1")
    sandbox.follow("wxother", "wang")
    here, there = sandbox.openid(service, "wang"), sandbox.openid("wxother", "wang")
    assert here != there
    assert len(here) == len(there) == 28
    unions = {
        str(api(appid).get("/cgi-bin/user/info", openid=openid)["unionid"])
        for appid, openid in ((service, here), ("wxother", there))
    }
    assert len(unions) == 1


def test_tags_have_limits_and_counts(sandbox: SandboxClient, service: str, program: Api) -> None:
    openid = sandbox.openid(service, "wang")
    create = "/cgi-bin/tags/create"
    number = program.post(create, {"tag": {"name": "教师"}})["tag"]["id"]  # type: ignore[index]
    assert program.post(create, {"tag": {"name": "教师"}})["errcode"] == 45157
    assert program.post(create, {"tag": {"name": "字" * 31}})["errcode"] == 45158
    tagging = "/cgi-bin/tags/members/batchtagging"
    assert program.post(tagging, {"tagid": number, "openid_list": [openid]})["errcode"] == 0
    assert program.post(tagging, {"tagid": 999, "openid_list": [openid]})["errcode"] == 45159
    assert program.post(tagging, {"tagid": number, "openid_list": ["o" * 28]})["errcode"] == 49003
    assert program.post(tagging, {"tagid": number, "openid_list": [openid] * 51})["errcode"] == 40032
    assert program.post("/cgi-bin/tags/delete", {"tag": {"id": 1}})["errcode"] == 45058
    counts = {tag["name"]: tag["count"] for tag in program.get("/cgi-bin/tags/get")["tags"]}  # type: ignore[attr-defined]
    assert counts == {"星标组": 0, "教师": 1}
    assert program.post("/cgi-bin/user/tag/get", {"tagid": number})["data"] == {"openid": [openid]}
    program.post("/cgi-bin/tags/delete", {"tag": {"id": number}})
    assert program.post("/cgi-bin/tags/getidlist", {"openid": openid})["tagid_list"] == []


def test_remarks_and_blacklist(sandbox: SandboxClient, service: str, program: Api) -> None:
    openid = sandbox.openid(service, "wang")
    remark = "/cgi-bin/user/info/updateremark"
    assert program.post(remark, {"openid": openid, "remark": "字" * 10})["errcode"] == 40035
    assert program.post(remark, {"openid": openid, "remark": "心内科"})["errcode"] == 0
    assert program.get("/cgi-bin/user/info", openid=openid)["remark"] == "心内科"
    program.post("/cgi-bin/tags/members/batchblacklist", {"openid_list": [openid]})
    assert program.post("/cgi-bin/tags/members/getblacklist", {})["data"] == {"openid": [openid]}


def test_openids_are_translated_after_a_migration(sandbox: SandboxClient, api: Callable[[str], Api]) -> None:
    sandbox.add_account("wxold", kind="S1")
    sandbox.add_account("wxnew", kind="F1")
    sandbox.follow("wxold", "wang")
    old = sandbox.openid("wxold", "wang")
    body = {"from_appid": "wxold", "openid_list": [old, "o" * 28]}
    results: Any = api("wxnew").post("/cgi-bin/changeopenid", body)["result_list"]
    moved, unknown = results
    assert moved["new_openid"] == sandbox.openid("wxnew", "wang")
    assert unknown["err_msg"] == "ori_openid error"


def test_a_code_with_a_scene_greets_newcomers_and_followers(
    sandbox: SandboxClient, bot: Bot, service: str, program: Api
) -> None:
    wanted = {
        "expire_seconds": 600,
        "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": "书架A"}},
    }
    code = program.post("/cgi-bin/qrcode/create", wanted)
    ticket = str(code["ticket"])
    sandbox.scan("li", ticket)
    newcomer = bot.received[-1]
    assert (newcomer["Event"], newcomer["EventKey"], newcomer["Ticket"]) == (
        "subscribe",
        "qrscene_书架A",
        ticket,
    )
    sandbox.scan("wang", str(code["url"]))
    assert (bot.received[-1]["Event"], bot.received[-1]["EventKey"]) == ("SCAN", "书架A")
    known = program.get("/cgi-bin/user/info", openid=sandbox.openid(service, "li"))
    assert (known["subscribe_scene"], known["qr_scene_str"]) == ("ADD_SCENE_QR_CODE", "书架A")
    picture = program.http.get("/cgi-bin/showqrcode", params={"ticket": ticket})
    assert picture.content.startswith(b"\x89PNG")
    assert program.http.get("/cgi-bin/showqrcode", params={"ticket": "x"}).status_code == 404
    sandbox.advance_clock(601)
    with pytest.raises(ControlError, match="code_expired"):
        sandbox.scan("wang", ticket)


@pytest.mark.parametrize(
    "change",
    [
        {"action_name": "QR_X"},
        {"expire_seconds": 2_592_001},
        {"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 100_001}}},
        {"action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 0}}},
        {"action_info": {"scene": {"scene_str": "x" * 65}}},
    ],
)
def test_a_wrong_code_request_is_refused(program: Api, change: dict[str, object]) -> None:
    wanted = {
        "expire_seconds": 60,
        "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": "a"}},
    }
    assert program.post("/cgi-bin/qrcode/create", {**wanted, **change})["errcode"] == 40097


def exchange(program: Api, code: str) -> dict[str, object]:
    query = {
        "appid": program.appid,
        "secret": program.secret,
        "code": code,
        "grant_type": "authorization_code",
    }
    return dict(program.http.get("/sns/oauth2/access_token", params=query).json())


def test_a_code_is_changed_once_within_five_minutes(
    sandbox: SandboxClient, service: str, program: Api
) -> None:
    code = sandbox.oauth_code("wang", service)
    told = exchange(program, code)
    assert told["openid"] == sandbox.openid(service, "wang")
    assert exchange(program, code)["errcode"] == 40163
    assert exchange(program, "invented")["errcode"] == 40029
    late = sandbox.oauth_code("wang", service)
    sandbox.advance_clock(301)
    assert exchange(program, late)["errcode"] == 42003
    query = {"access_token": str(told["access_token"]), "openid": str(told["openid"])}
    assert program.http.get("/sns/userinfo", params=query).json()["errcode"] == 48001


def test_the_profile_is_given_to_who_was_allowed_it(
    sandbox: SandboxClient, service: str, program: Api
) -> None:
    told = exchange(program, sandbox.oauth_code("wang", service, "snsapi_userinfo"))
    query = {"access_token": str(told["access_token"]), "openid": str(told["openid"])}
    assert program.http.get("/sns/userinfo", params=query).json()["nickname"] == "王医生"
    refresh = {"appid": service, "refresh_token": str(told["refresh_token"])}
    fresh = program.http.get("/sns/oauth2/refresh_token", params=refresh).json()
    assert fresh["refresh_token"] != told["refresh_token"]
    assert program.http.get("/sns/oauth2/refresh_token", params=refresh).json()["errcode"] == 40030
    assert program.http.get("/sns/auth", params=query).json()["errcode"] == 40001


def test_the_way_back_keeps_query_and_state(sandbox: SandboxClient, service: str) -> None:
    sandbox.change_account(service, oauth_domains=["library.example"])
    base = f"{sandbox.base_url}/connect/oauth2/authorize?appid={service}&response_type=code&scope=snsapi_base"
    back = sandbox.authorize(
        "wang", f"{base}&redirect_uri=http%3A%2F%2Flibrary.example%2Fme%3Fa%3D1&state=xyz"
    )
    query = parse_qs(urlsplit(back).query)
    assert (query["a"], query["state"], len(query["code"])) == (["1"], ["xyz"], 1)
    with pytest.raises(ControlError, match="10003"):
        sandbox.authorize("wang", f"{base}&redirect_uri=http%3A%2F%2Felsewhere.example%2F")
