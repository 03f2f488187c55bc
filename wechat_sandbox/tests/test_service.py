"""Template messages, subscription notices, customer service, statistics, mini programs."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import httpx
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wechat_sandbox.control import ControlError, SandboxClient
from wechat_sandbox.minis import sign
from wechat_sandbox.tests.conftest import Api, Bot, text_reply
from wechat_sandbox.tests.test_publishing import wait_for


@pytest.fixture
def program(service: str, api: Callable[[str], Api]) -> Api:
    return api(service)


def test_a_template_message_is_shown_and_reported(
    sandbox: SandboxClient, bot: Bot, service: str, program: Api
) -> None:
    short = {"template_id_short": "TM00301", "keyword_name_list": ["书名", "到期时间"]}
    template = program.post("/cgi-bin/template/api_add_template", short)["template_id"]
    openid = sandbox.openid(service, "wang")
    data: dict[str, object] = {"thing1": {"value": "内科学"}, "time2": {"value": "2026年12月1日"}}
    body = {"touser": openid, "template_id": template, "url": "http://a.b/", "data": data}
    send = "/cgi-bin/message/template/send"
    assert program.post(send, {**body, "template_id": "x"})["errcode"] == 40037
    assert program.post(send, {**body, "data": {"thing1": {"value": "x"}}})["errcode"] == 47003
    msgid = program.post(send, body)["msgid"]
    bubble = sandbox.last_reply(service, "wang") or {}
    assert bubble["content"]["lines"][0] == {"label": "书名", "value": "内科学"}  # type: ignore[index]
    sandbox.advance_clock(2)
    wait_for(sandbox, "TEMPLATESENDJOBFINISH")
    assert (bot.received[-1]["MsgID"], bot.received[-1]["Status"]) == (str(msgid), "success")
    sandbox.request("POST", f"/accounts/{service}/people/wang/notices/refuse", {"all": True})
    program.post(send, body)
    sandbox.advance_clock(2)
    wait_for(sandbox, "TEMPLATESENDJOBFINISH")
    assert bot.received[-1]["Status"] == "failed:user block"


def add_notice(program: Api, kids: list[int], tid: int = 3001) -> str:
    made = program.post("/wxaapi/newtmpl/addtemplate", {"tid": tid, "kidList": kids, "sceneDesc": "到期"})
    return str(made["priTmplId"])


def test_a_notice_needs_a_consent_for_each_sending(
    sandbox: SandboxClient, bot: Bot, service: str, program: Api
) -> None:
    template = add_notice(program, [1, 2])
    body = {
        "touser": sandbox.openid(service, "wang"),
        "template_id": template,
        "data": {"thing1": {"value": "内科学"}, "time2": {"value": "2026年12月1日"}},
    }
    send = "/cgi-bin/message/subscribe/bizsend"
    assert program.post(send, body)["errcode"] == 43101
    popup = f"/accounts/{service}/people/wang/notices/popup"
    sandbox.request("POST", popup, {"answers": {template: True}})
    accepted = bot.received[-1]
    assert accepted["SubscribeMsgPopupEvent/List/SubscribeStatusString"] == "accept"
    assert program.post(send, body)["errcode"] == 0
    assert program.post(send, body)["errcode"] == 43101
    sandbox.advance_clock(2)
    wait_for(sandbox, "subscribe_msg_sent_event")
    assert bot.received[-1]["SubscribeMsgSentEvent/List/ErrorStatus"] == "success"
    sandbox.request("POST", popup, {"answers": {template: True}})
    sandbox.request("POST", f"/accounts/{service}/people/wang/notices/refuse", {"template_id": template})
    assert bot.received[-1]["Event"] == "subscribe_msg_change_event"
    assert program.post(send, body)["errcode"] == 43101


@pytest.mark.parametrize(
    ("tid", "kid", "value", "good"),
    [
        (3001, 1, "字" * 20, True),
        (3001, 1, "字" * 21, False),
        (3001, 2, "2026年12月1日 10:00", True),
        (3001, 2, "2026-12-01 10:00:00", True),
        (3001, 2, "2026年12月1日~2026年12月3日", True),
        (3001, 2, "明天", False),
        (3001, 3, "王小明", True),
        (3001, 3, "字" * 11, False),
        (3001, 3, "a" * 20, True),
        (3002, 4, "A-1024", True),
        (3002, 4, "中文", False),
        (3003, 2, "已完成", True),
        (3003, 2, "处理已经完成", False),
        (3003, 4, "5.00元", True),
        (3003, 4, "五元", False),
        (3004, 4, "010-12345678", True),
        (3004, 4, "x" * 5, False),
        (3005, 3, "12.5", True),
        (3005, 3, "1" * 33, False),
        (3005, 4, "AB", True),
        (3005, 4, "A1", False),
    ],
)
def test_values_must_fit_their_keyword(
    sandbox: SandboxClient, service: str, program: Api, tid: int, kid: int, value: str, good: bool
) -> None:
    other = 1 if kid != 1 else 2
    template = add_notice(program, [kid, other], tid)
    listed = program.get("/wxaapi/newtmpl/gettemplate")["data"][0]  # type: ignore[index]
    fields = [line.partition("{{")[2].partition(".")[0] for line in str(listed["content"]).splitlines()]
    fine = (
        "内科学"
        if other == 1
        else {3001: "10:00", 3002: "总馆", 3003: "完成", 3004: "10:00", 3005: "完成"}[tid]
    )
    data = {fields[0]: {"value": value}, fields[1]: {"value": fine}}
    body = {"touser": sandbox.openid(service, "wang"), "template_id": template, "data": data}
    errcode = program.post("/cgi-bin/message/subscribe/bizsend", body)["errcode"]
    assert errcode == (43101 if good else 47003)


def test_a_one_time_subscription_reaches_who_does_not_follow(
    sandbox: SandboxClient, service: str, program: Api
) -> None:
    query = {"action": "get_confirm", "appid": service, "scene": "7", "template_id": "t"}
    query |= {"redirect_url": "http://127.0.0.1/back?a=1", "reserved": "r"}
    page = f"{sandbox.base_url}/mp/subscribemsg"
    cookie = {"Cookie": "sandbox_person=li"}
    answer = httpx.post(page, params=query, data={"action": "confirm"}, headers=cookie)
    assert "action=confirm" in answer.headers["location"] and "scene=7" in answer.headers["location"]
    body = {
        "touser": sandbox.openid(service, "li"),
        "template_id": "t",
        "scene": "7",
        "title": "提醒",
        "data": {"content": {"value": "书到了"}},
    }
    send = "/cgi-bin/message/template/subscribe"
    assert [program.post(send, body)["errcode"] for _ in range(2)] == [0, 43101]
    notices = httpx.get(f"{sandbox.base_url}/sandbox/phone/notices", params={"person": "li"}).json()
    assert notices[0]["bubble"]["content"]["title"] == "提醒"


def test_a_reply_hands_the_reader_to_customer_service(
    sandbox: SandboxClient, bot: Bot, service: str, program: Api
) -> None:
    sandbox.change_account(service, wechat_id="library")
    openid = sandbox.openid(service, "wang")
    bot.answer = lambda received: text_reply(received, "", MsgType="transfer_customer_service")
    sandbox.send_text(service, "wang", "人工")
    waiting = program.get("/customservice/kfsession/getwaitcase")
    assert waiting["waitcaselist"][0]["openid"] == openid  # type: ignore[index]
    add = "/customservice/kfaccount/add"
    assert program.post(add, {"kf_account": "guan@elsewhere", "nickname": "馆员"})["errcode"] == 65404
    kf = {"kf_account": "guan@library", "nickname": "馆员"}
    assert [program.post(add, kf)["errcode"] for _ in range(2)] == [0, 65406]
    session = {"kf_account": "guan@library", "openid": openid}
    assert program.post("/customservice/kfsession/create", session)["errcode"] == 0
    wait_for(sandbox, "kf_create_session")
    assert program.get("/customservice/kfsession/getwaitcase")["count"] == 0
    reply = {"touser": openid, "msgtype": "text", "text": {"content": "在"}}
    program.post("/cgi-bin/message/custom/send", {**reply, "customservice": {"kf_account": "guan@library"}})
    sandbox.send_text(service, "wang", "请问")
    now = int(float(str(sandbox.clock()["now"])))
    record = "/customservice/msgrecord/getmsglist"
    asked = {"starttime": now - 60, "endtime": now + 60, "msgid": 1, "number": 10}
    said = program.post(record, asked)["recordlist"]
    assert [(r["opercode"], r["text"]) for r in said] == [(2002, "在"), (2003, "请问")]  # type: ignore[attr-defined]
    assert program.post(record, {**asked, "starttime": now - 90_000})["errcode"] == 65417
    program.post(add, {"kf_account": "li@library", "nickname": "李馆员"})
    sandbox.request("POST", f"/accounts/{service}/people/wang/hand_on", {"kf_account": "li@library"})
    wait_for(sandbox, "kf_switch_session")
    switched = bot.received[-1]
    assert (switched["FromKfAccount"], switched["ToKfAccount"]) == ("guan@library", "li@library")
    session["kf_account"] = "li@library"
    assert program.post("/customservice/kfsession/close", session)["errcode"] == 0
    assert program.post("/customservice/kfsession/close", session)["errcode"] == 65413


def test_statistics_are_of_whole_days_and_ready_at_eight(
    sandbox: SandboxClient, bot: Bot, service: str, program: Api
) -> None:
    sandbox.set_clock("2026-12-02T12:00:00")
    sandbox.follow(service, "li")
    for _ in range(6):
        sandbox.send_text(service, "wang", "你好")
    sandbox.send_image(service, "wang")
    sandbox.unfollow(service, "li")
    day = {"begin_date": "2026-12-02", "end_date": "2026-12-02"}
    users = "/datacube/getusersummary"
    program.renew()
    assert program.post(users, day)["errcode"] == 61501
    sandbox.set_clock("2026-12-03T07:00:00")
    program.renew()
    assert program.post(users, day)["errcode"] == 61503
    sandbox.set_clock("2026-12-03T08:00:00")
    row = program.post(users, day)["list"][0]  # type: ignore[index]
    assert (row["user_source"], row["new_user"], row["cancel_user"]) == (1, 1, 1)
    messages = program.post("/datacube/getupstreammsg", day)["list"]
    assert {(m["msg_type"], m["msg_count"]) for m in messages} == {(1, 6), (2, 1)}  # type: ignore[attr-defined]
    spread = program.post("/datacube/getupstreammsgdist", day)["list"]
    assert spread == [{"ref_date": "2026-12-02", "count_interval": 2, "msg_user": 1}]
    pushes = program.post("/datacube/getinterfacesummary", day)["list"][0]  # type: ignore[index]
    assert (pushes["callback_count"], pushes["fail_count"]) == (9, 0)
    assert program.post("/datacube/getusercumulate", day)["list"][0]["cumulate_user"] == 1  # type: ignore[index]
    assert program.post(users, {**day, "begin_date": "2026-11-20"})["errcode"] == 61501
    assert program.post(users, {**day, "begin_date": "gestern"})["errcode"] == 61500


def test_a_mini_program_logs_in_and_opens_its_sealed_data(
    sandbox: SandboxClient, api: Callable[[str], Api]
) -> None:
    sandbox.add_account("wxmini", kind="MINI")
    program = api("wxmini")
    person = "/accounts/wxmini/people/wang/mini"
    code = sandbox.request("POST", f"{person}/login")["code"]  # type: ignore[index]
    query = {"appid": "wxmini", "secret": program.secret, "js_code": code, "grant_type": "authorization_code"}
    told = program.http.get("/sns/jscode2session", params=query).json()
    assert told["openid"] == sandbox.openid("wxmini", "wang")
    assert program.http.get("/sns/jscode2session", params=query).json()["errcode"] == 40163
    sealed = sandbox.request("POST", f"{person}/profile")
    assert isinstance(sealed, dict)
    key, iv = (base64.b64decode(text) for text in (told["session_key"], sealed["iv"]))
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    plain = decryptor.update(base64.b64decode(sealed["encryptedData"])) + decryptor.finalize()
    profile = json.loads(plain[: -plain[-1]])
    assert (profile["nickName"], profile["watermark"]["appid"]) == ("王医生", "wxmini")
    assert sealed["signature"] == sign(sealed["rawData"], told["session_key"])
    phone = sandbox.request("POST", f"{person}/phone")["code"]  # type: ignore[index]
    number = program.post("/wxa/business/getuserphonenumber", {"code": phone})["phone_info"]
    assert str(number["purePhoneNumber"]).startswith("191")  # type: ignore[index]
    assert program.post("/wxa/getwxacodeunlimit", {"scene": "s" * 33})["errcode"] == 40097
    link = program.post("/wxa/generate_urllink", {"path": "pages/me", "query": "a=1"})["url_link"]
    assert program.post("/wxa/query_urllink", {"url_link": link})["url_link_info"]["path"] == "pages/me"  # type: ignore[index]
    assert program.get("/cgi-bin/user/get")["errcode"] == 48001


def test_quotas_run_out_by_day_and_can_be_cleared_ten_times_a_month(
    sandbox: SandboxClient, service: str, program: Api
) -> None:
    sandbox.change_account(service, quotas={"/cgi-bin/user/get": 2})
    path = "/cgi-bin/user/get"
    assert [program.get(path).get("errcode") for _ in range(3)] == [None, None, 45009]
    told = program.post("/cgi-bin/openapi/quota/get", {"cgi_path": path})["quota"]
    assert told == {"daily_limit": 2, "used": 2, "remain": 0}
    clear = [program.post("/cgi-bin/clear_quota", {"appid": service})["errcode"] for _ in range(11)]
    assert clear == [0] * 10 + [48006]
    assert program.get(path).get("errcode") is None
    sandbox.advance_clock(86400)
    program.renew()
    assert program.get(path).get("errcode") is None


def test_calls_in_a_rush_are_told_to_slow_down_for_the_rest_of_the_minute(
    sandbox: SandboxClient, service: str, program: Api
) -> None:
    path = "/cgi-bin/tags/get"
    sandbox.request("POST", "/clock", {"freeze": True})
    program.renew()
    sandbox.change_account(service, per_minute={path: 2, "/cgi-bin/stable_token": 1})
    assert [program.get(path).get("errcode") for _ in range(3)] == [None, None, 45011]
    told = program.post("/cgi-bin/openapi/quota/get", {"cgi_path": path})
    assert told["rate_limit"] == {"call_count": 2, "refresh_second": 60}
    assert told["quota"]["used"] == 2  # type: ignore[index]
    account = sandbox.account(service)
    wanted = {"grant_type": "client_credential", "appid": service, "secret": account["secret"]}
    asked = [program.post("/cgi-bin/stable_token", wanted).get("errcode") for _ in range(2)]
    assert asked == [None, 45011]
    sandbox.advance_clock(60)
    assert program.get(path).get("errcode") is None


def test_a_test_account_may_do_everything_on_smaller_quotas(
    sandbox: SandboxClient, api: Callable[[str], Api]
) -> None:
    sandbox.add_account("wxtest", kind="test")
    program = api("wxtest")
    scene = {"action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 1}}, "expire_seconds": 60}
    assert program.post("/cgi-bin/qrcode/create", scene)["ticket"]
    for path, limit in (("/cgi-bin/user/get", 100), ("/cgi-bin/menu/create", 100)):
        told = program.post("/cgi-bin/openapi/quota/get", {"cgi_path": path})["quota"]
        assert told["daily_limit"] == limit  # type: ignore[index]


def test_a_rid_tells_what_was_asked_and_answered(sandbox: SandboxClient, service: str, program: Api) -> None:
    wrong = program.post("/cgi-bin/message/custom/send", {"touser": "nobody", "msgtype": "text"})
    rid = str(wrong["errmsg"]).rpartition("rid: ")[2]
    told = program.post("/cgi-bin/openapi/rid/get", {"rid": rid})["request"]
    assert "nobody" in told["request_body"] and "40003" in told["response_body"]  # type: ignore[index]
    assert program.post("/cgi-bin/openapi/rid/get", {"rid": "x"})["errcode"] == 76001


def test_faults_strike_the_api_too(sandbox: SandboxClient, service: str, program: Api) -> None:
    path = "/cgi-bin/user/get"
    sandbox.fault("api", "errcode", errcode=-1, path=path, times=2)
    assert [program.get(path).get("errcode") for _ in range(3)] == [-1, -1, None]
    sandbox.fault("api", "expire_token", path=path)
    assert program.get(path)["errcode"] == 40001
    program.renew()
    sandbox.fault("api", "cut", path=path)
    with pytest.raises(httpx.HTTPError):
        program.get(path)
    with pytest.raises(ControlError, match="unknown_errcode"):
        sandbox.fault("api", "errcode", errcode=12345)
