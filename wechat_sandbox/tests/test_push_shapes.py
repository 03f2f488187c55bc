"""Pushes have every element of recorded ones, and recorded replies are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.kinds import Kind
from wechat_sandbox.replies import BadReply, read_reply
from wechat_sandbox.samples import picture, video, voice
from wechat_sandbox.state import Account, Media
from wechat_sandbox.tests.conftest import Api, Bot
from wechat_sandbox.tests.test_publishing import wait_for
from wechat_sandbox.world import World


def paths(root: etree._Element, prefix: str = "") -> set[str]:
    """All element paths of a push, without their repetitions."""
    found: set[str] = set()
    for child in root:
        path = f"{prefix}/{child.tag}"
        found |= {path} | paths(child, path)
    return found


@pytest.fixture
def pushed(sandbox: SandboxClient, bot: Bot, service: str, api: Callable[[str], Api]) -> dict[str, set[str]]:
    """The element paths of every push that a day on the phone brings about, by kind."""
    program = api(service)
    kinds = ["scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin"]
    first = [{"type": kind, "name": kind, "key": kind} for kind in kinds]
    menu = [{"name": "一", "sub_button": first}, {"type": "click", "name": "二", "key": "K"}]
    rest = [
        {"type": "view", "name": "三", "url": "http://a.b/"},
        {"type": "location_select", "name": "四", "key": "L"},
    ]
    program.post("/cgi-bin/menu/create", {"button": [*menu, {"name": "五", "sub_button": rest}]})
    for button in ("0.0", "0.1"):
        sandbox.click_menu(service, "wang", button, scan_result="1")
    for button in ("0.2", "0.3", "0.4", "1", "2.0", "2.1"):
        sandbox.click_menu(service, "wang", button)
    for deed in ("text", "image", "voice", "video", "location", "link", "file", "report_location"):
        sandbox.do(service, "wang", deed, content="", url="http://a/", title="t") if deed != "text" else None
    sandbox.do(service, "wang", "text", content="满意", bizmsgmenuid="1")
    sandbox.do(service, "wang", "video", short=True)
    code = {"expire_seconds": 60, "action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 7}}}
    ticket = str(program.post("/cgi-bin/qrcode/create", code)["ticket"])
    sandbox.scan("wang", ticket)
    _jobs(sandbox, service, program)
    sandbox.unfollow(service, "wang")
    sandbox.follow(service, "wang")
    told: dict[str, set[str]] = {}
    for received in bot.received:
        kind = (received["Event"] or received["MsgType"] or "").lower()
        told[kind] = told.get(kind, set()) | paths(received.root)
    return told


def _jobs(sandbox: SandboxClient, service: str, program: Api) -> None:
    cover = program.upload("/cgi-bin/material/add_material", "a.png", picture(), type="image")["media_id"]
    article = {"title": "新书", "content": "<p>好</p>", "thumb_media_id": cover}
    sandbox.request("POST", "/clock", {"freeze": True})
    drafts = [program.post("/cgi-bin/draft/add", {"articles": [article]})["media_id"] for _ in range(2)]
    program.post("/cgi-bin/freepublish/submit", {"media_id": drafts[0]})
    mass = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "mpnews": {"media_id": drafts[1]}}
    program.post("/cgi-bin/message/mass/sendall", mass)
    short = {"template_id_short": "TM00304", "keyword_name_list": ["活动名称"]}
    template = program.post("/cgi-bin/template/api_add_template", short)["template_id"]
    openid = sandbox.openid(service, "wang")
    body = {"touser": openid, "template_id": template, "data": {"thing1": {"value": "讲座"}}}
    program.post("/cgi-bin/message/template/send", body)
    notice = program.post("/wxaapi/newtmpl/addtemplate", {"tid": 3004, "kidList": [1, 3], "sceneDesc": ""})
    base = f"/accounts/{service}/people/wang/notices"
    sandbox.request("POST", f"{base}/popup", {"answers": {notice["priTmplId"]: True}})
    data = {"thing1": {"value": "讲座"}, "thing3": {"value": "报告厅"}}
    sent = {"touser": openid, "template_id": notice["priTmplId"], "data": data}
    program.post("/cgi-bin/message/subscribe/bizsend", sent)
    sandbox.advance_clock(2)
    for title in (
        "PUBLISHJOBFINISH",
        "MASSSENDJOBFINISH",
        "TEMPLATESENDJOBFINISH",
        "subscribe_msg_sent_event",
    ):
        wait_for(sandbox, title)
    sandbox.request("POST", f"{base}/refuse", {"template_id": notice["priTmplId"]})
    sandbox.change_account(service, wechat_id="test")
    program.post("/customservice/kfaccount/add", {"kf_account": "a@test", "nickname": "馆员"})
    program.post("/customservice/kfsession/create", {"kf_account": "a@test", "openid": openid})
    wait_for(sandbox, "kf_create_session")


NOT_OURS = {
    "annual_renew",
    "card_pass_check",
    "enter",
    "naming_verify_fail",
    "naming_verify_success",
    "qualification_verify_fail",
    "qualification_verify_success",
    "unknown",
    "user_consume_card",
    "user_get_card",
    "verify_expired",
}
"""Events of the back office and of cards, which ``emit`` sends word for word; see ``test_control``."""
SPARE = {"/MsgID", "/PicUrl", "/EventKey", "/Encrypt", "/CopyrightCheckResult/ResultList/item"}


@pytest.mark.corpus
def test_pushes_have_every_element_of_the_recorded_ones(shared: Path, pushed: dict[str, set[str]]) -> None:
    seen: set[str] = set()
    for path in sorted((shared / "data/wechat/callback").glob("*.xml")):
        root = etree.fromstring(path.read_text().replace("\\\n", "\n").encode())
        kind = (root.findtext("Event") or root.findtext("MsgType") or "").strip().lower()
        if kind in NOT_OURS or path.name == "msg_text_1.xml":
            continue
        seen.add(kind)
        wanted = {one for one in paths(root) if not one.startswith(tuple(SPARE))}
        assert wanted <= pushed.get(kind, set()), (path.name, wanted - pushed.get(kind, set()))
    assert len(seen) >= 25


@pytest.mark.corpus
def test_replies_of_peers_are_read_or_refused_for_their_own_faults(shared: Path) -> None:
    world, account = World(), Account("wx", "s", "", "馆", Kind.F1)
    for media_id, type_, content in (
        ("media_id", "image", picture()),
        ("media_id", "voice", voice()),
        ("media_id", "video", video()),
    ):
        world.state.media[f"{media_id}"] = Media(media_id, "wx", type_, "a", "", content, 0, None)
    verdicts: dict[str, str] = {}
    for path in sorted((shared / "data/wechat/reply").glob("*.xml")):
        body = path.read_bytes()
        root: Any = etree.fromstring(body)
        account.gh_id = root.findtext("FromUserName")
        type_ = root.findtext("MsgType")
        if "media_id" in world.state.media:
            world.state.media["media_id"].type = type_
        try:
            reply = read_reply(world, account, root.findtext("ToUserName"), "subscribe", body)
            verdicts[path.stem] = reply.type if reply else "none"
        except BadReply as problem:
            verdicts[path.stem] = str(problem)
    assert {name for name, verdict in verdicts.items() if " " in verdict} == {
        "reply_video_3",
        "reply_video_5",
    }
    assert "is not a media" in verdicts["reply_video_3"]
