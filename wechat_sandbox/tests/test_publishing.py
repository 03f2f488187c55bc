"""Materials, drafts, publishing, mass sends, comments."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from wechat_sandbox.control import ControlError, SandboxClient
from wechat_sandbox.samples import picture, video, voice
from wechat_sandbox.tests.conftest import Api, Bot


@pytest.fixture
def program(service: str, api: Callable[[str], Api]) -> Api:
    return api(service)


@pytest.fixture
def cover(program: Api) -> str:
    made = program.upload("/cgi-bin/material/add_material", "cover.png", picture(), type="image")
    return str(made["media_id"])


def draft(program: Api, cover: str, **changes: object) -> dict[str, object]:
    article = {"title": "新书通报", "content": "<p>本周到馆</p>", "thumb_media_id": cover, **changes}
    return program.post("/cgi-bin/draft/add", {"articles": [article]})


@pytest.mark.parametrize(
    ("type_", "name", "content", "errcode"),
    [
        ("image", "a.png", picture(), None),
        ("voice", "a.amr", voice(), None),
        ("video", "a.mp4", video(), None),
        ("image", "a.png", b"not a picture", 40005),
        ("image", "a.amr", voice(), 40005),
        ("voice", "a.amr", b"#!AMR\n" + b"0" * 2_097_152, 45001),
        ("thumb", "a.jpg", b"\xff\xd8\xff" + b"0" * 65_536, 45001),
        ("poem", "a.txt", b"x", 40004),
        ("image", "a.png", b"", 44001),
    ],
)
def test_uploads_are_judged_by_type_and_size(
    program: Api, type_: str, name: str, content: bytes, errcode: int | None
) -> None:
    assert program.upload("/cgi-bin/media/upload", name, content, type=type_).get("errcode") == errcode


def test_temporary_media_live_three_days(sandbox: SandboxClient, program: Api) -> None:
    media_id = program.upload("/cgi-bin/media/upload", "a.png", picture(), type="image")["media_id"]
    query = {"access_token": program.token, "media_id": str(media_id)}
    assert program.http.get("/cgi-bin/media/get", params=query).content == picture()
    sandbox.advance_clock(3 * 86400 + 1)
    program.renew()
    assert program.get("/cgi-bin/media/get", media_id=media_id)["errcode"] == 40007


def test_permanent_material_is_listed_counted_and_kept_from_deletion_by_a_menu(
    program: Api, cover: str
) -> None:
    assert program.get("/cgi-bin/material/get_materialcount")["image_count"] == 1
    listed = program.post("/cgi-bin/material/batchget_material", {"type": "image", "offset": 0, "count": 20})
    assert listed["total_count"] == 1
    program.post("/cgi-bin/menu/create", {"button": [{"type": "media_id", "name": "图", "media_id": cover}]})
    delete = "/cgi-bin/material/del_material"
    assert program.post(delete, {"media_id": cover})["errcode"] == 48005
    program.get("/cgi-bin/menu/delete")
    assert program.post(delete, {"media_id": cover})["errcode"] == 0


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"title": ""}, 45003),
        ({"title": "字" * 33}, 45003),
        ({"author": "字" * 17}, 45110),
        ({"digest": "字" * 129}, 45004),
        ({"content": ""}, 44004),
        ({"content": "字" * 20_000}, 45002),
        ({"content_source_url": "http://a/" + "b" * 1024}, 45005),
        ({"thumb_media_id": "nothing"}, 40007),
        ({"thumb_media_id": ""}, 40007),
        ({"article_type": "poem"}, 40097),
    ],
)
def test_articles_are_validated(program: Api, cover: str, change: dict[str, object], errcode: int) -> None:
    assert draft(program, cover, **change)["errcode"] == errcode


def test_an_article_loses_scripts_and_foreign_pictures(program: Api, cover: str) -> None:
    own = program.upload("/cgi-bin/media/uploadimg", "a.png", picture())["url"]
    content = (
        f'<p onclick="x()">好<script>alert(1)</script><img src="http://evil/a.png"><img src="{own}"></p>'
    )
    media_id = draft(program, cover, content=content)["media_id"]
    item = program.post("/cgi-bin/draft/get", {"media_id": media_id})["news_item"][0]  # type: ignore[index]
    assert "script" not in item["content"] and "onclick" not in item["content"]
    assert "evil" not in item["content"] and str(own) in item["content"]
    assert item["digest"] == "好"


def test_a_draft_is_changed_by_an_object_and_deleted_for_good(program: Api, cover: str) -> None:
    media_id = draft(program, cover)["media_id"]
    update = "/cgi-bin/draft/update"
    fresh = {"title": "改过", "content": "<p>新</p>", "thumb_media_id": cover}
    assert program.post(update, {"media_id": media_id, "index": 1, "articles": fresh})["errcode"] == 40114
    assert program.post(update, {"media_id": media_id, "index": 0, "articles": [fresh]})["errcode"] == 44003
    assert program.post(update, {"media_id": media_id, "index": 0, "articles": fresh})["errcode"] == 0
    assert program.get("/cgi-bin/draft/count")["total_count"] == 1
    program.post("/cgi-bin/draft/delete", {"media_id": media_id})
    assert program.post("/cgi-bin/draft/get", {"media_id": media_id})["errcode"] == 40007


def test_publishing_ends_in_an_event_and_takes_the_draft(
    sandbox: SandboxClient, bot: Bot, program: Api, cover: str
) -> None:
    media_id = draft(program, cover)["media_id"]
    sandbox.request("POST", "/clock", {"freeze": True})
    made = program.post("/cgi-bin/freepublish/submit", {"media_id": media_id})
    get = "/cgi-bin/freepublish/get"
    assert program.post(get, {"publish_id": made["publish_id"]})["publish_status"] == 1
    sandbox.advance_clock(2)
    done = program.post(get, {"publish_id": made["publish_id"]})
    assert done["publish_status"] == 0
    wait_for(sandbox, "PUBLISHJOBFINISH")
    event = bot.received[-1]
    assert event["PublishEventInfo/article_id"] == done["article_id"]
    assert program.get("/cgi-bin/draft/count")["total_count"] == 0
    url = str(event["PublishEventInfo/article_detail/item/article_url"])
    assert "新书通报" in httpx.get(url).text
    assert sandbox.last_reply(program.appid, "wang") is None
    program.post("/cgi-bin/freepublish/delete", {"article_id": done["article_id"]})
    assert "已被发布者删除" in httpx.get(url).text


def test_a_published_article_is_shown_by_menu_buttons_and_customer_service(
    sandbox: SandboxClient, bot: Bot, program: Api, cover: str
) -> None:
    made = program.post("/cgi-bin/freepublish/submit", {"media_id": draft(program, cover)["media_id"]})
    sandbox.advance_clock(2)
    event = wait_for(sandbox, "PUBLISHJOBFINISH")
    article_id = str(bot.received[-1]["PublishEventInfo/article_id"])
    assert event["verdict"] == "ok" and made["errcode"] == 0
    buttons = [
        {"type": "article_id", "name": "新书", "article_id": article_id},
        {"type": "article_view_limited", "name": "看", "article_id": article_id},
        {"type": "media_id", "name": "封面", "media_id": cover},
    ]
    assert program.post("/cgi-bin/menu/create", {"button": buttons})["errcode"] == 0
    before = len(bot.received)

    def newest() -> tuple[object, object]:
        bubble = sandbox.chat(program.appid, "wang")[-1]
        articles = bubble["content"].get("articles", [{}])  # type: ignore[attr-defined]
        return bubble["type"], articles[0].get("title")

    sandbox.click_menu(program.appid, "wang", "0")
    assert newest() == ("news", "新书通报")
    opened = sandbox.click_menu(program.appid, "wang", "1").open
    assert "新书通报" in httpx.get(opened).text
    sandbox.click_menu(program.appid, "wang", "2")
    assert newest() == ("image", None)
    assert len(bot.received) == before

    sandbox.send_text(program.appid, "wang", "你好")
    openid = sandbox.openid(program.appid, "wang")
    send = "/cgi-bin/message/custom/send"
    message = {"touser": openid, "msgtype": "mpnewsarticle", "mpnewsarticle": {"article_id": article_id}}
    assert program.post(send, message)["errcode"] == 0
    assert newest() == ("news", "新书通报")
    old = {"touser": openid, "msgtype": "mpnews", "mpnews": {"media_id": draft(program, cover)["media_id"]}}
    assert program.post(send, old)["errcode"] == 0
    program.post("/cgi-bin/freepublish/delete", {"article_id": article_id})
    assert program.post(send, message)["errcode"] == 53600
    with pytest.raises(ControlError, match="no_such_article"):
        sandbox.click_menu(program.appid, "wang", "0")


def wait_for(sandbox: SandboxClient, title: str) -> dict[str, object]:
    """The newest push of an event, once everything under way has arrived."""
    sandbox.settle()
    pushes = [entry for entry in sandbox.timeline(kind="push") if entry["title"] == title]
    assert pushes, f"no {title} was pushed"
    return pushes[-1]


def send_all(program: Api, **changes: object) -> dict[str, object]:
    body = {"filter": {"is_to_all": True}, "msgtype": "text", "text": {"content": "闭馆通知"}, **changes}
    return program.post("/cgi-bin/message/mass/sendall", body)


def test_a_mass_send_arrives_and_is_reported(
    sandbox: SandboxClient, bot: Bot, program: Api, cover: str
) -> None:
    media_id = draft(program, cover)["media_id"]
    sandbox.request("POST", "/clock", {"freeze": True})
    made = send_all(program, msgtype="mpnews", mpnews={"media_id": media_id}, clientmsgid="once")
    assert send_all(program, clientmsgid="once") | {"errmsg": ""} == {
        "errcode": 45065,
        "errmsg": "",
        "msg_id": made["msg_id"],
    }
    sandbox.advance_clock(2)
    assert (
        program.post("/cgi-bin/message/mass/get", {"msg_id": made["msg_id"]})["msg_status"] == "SEND_SUCCESS"
    )
    bubble = sandbox.last_reply(program.appid, "wang") or {}
    assert (bubble["type"], bubble["source"]) == ("news", "mass")
    wait_for(sandbox, "MASSSENDJOBFINISH")
    report = bot.received[-1]
    assert (report["Status"], report["TotalCount"], report["SentCount"]) == ("send success", "1", "1")
    assert report["ArticleUrlResult/Count"] == "1"


def test_a_service_account_reaches_nobody_a_fifth_time_in_a_month(
    sandbox: SandboxClient, program: Api
) -> None:
    sandbox.set_clock("2026-12-01T10:00:00")
    sandbox.request("POST", "/clock", {"freeze": True})
    program.renew()
    for _ in range(4):
        assert send_all(program)["errcode"] == 0
    assert send_all(program)["errcode"] == 45028
    tag = program.post("/cgi-bin/tags/create", {"tag": {"name": "读者"}})["tag"]["id"]  # type: ignore[index]
    openid = sandbox.openid(program.appid, "wang")
    program.post("/cgi-bin/tags/members/batchtagging", {"tagid": tag, "openid_list": [openid]})
    assert send_all(program, filter={"is_to_all": False, "tag_id": tag})["errcode"] == 0
    sandbox.advance_clock(2)
    said = [b for b in sandbox.chat(program.appid, "wang") if b["source"] == "mass"]
    assert len(said) == 4
    sandbox.advance_clock(31 * 86400)
    program.renew()
    assert send_all(program)["errcode"] == 0


def test_a_subscription_account_sends_once_a_day(sandbox: SandboxClient, api: Callable[[str], Api]) -> None:
    sandbox.add_account("wxsub", kind="S1")
    sandbox.follow("wxsub", "wang")
    program = api("wxsub")
    assert [send_all(program)["errcode"] for _ in range(2)] == [0, 45028]
    sandbox.advance_clock(86400)
    program.renew()
    assert send_all(program)["errcode"] == 0


def test_a_personal_account_publishes_by_hand(
    sandbox: SandboxClient, bot: Bot, api: Callable[[str], Api]
) -> None:
    sandbox.add_account("wxpersonal", kind="S0")
    sandbox.connect("wxpersonal", bot.url, token="abc123")
    sandbox.follow("wxpersonal", "wang")
    program = api("wxpersonal")
    made = program.upload("/cgi-bin/material/add_material", "c.png", picture(), type="image")
    media_id = draft(program, str(made["media_id"]))["media_id"]
    assert program.post("/cgi-bin/freepublish/submit", {"media_id": media_id})["errcode"] == 48001
    sandbox.request("POST", "/clock", {"freeze": True})
    sandbox.request("POST", f"/accounts/wxpersonal/drafts/{media_id}/publish", {"notify": True})
    sandbox.advance_clock(2)
    bubble = sandbox.last_reply("wxpersonal", "wang") or {}
    assert bubble["type"] == "news"
    other = draft(program, str(made["media_id"]))["media_id"]
    with pytest.raises(ControlError, match="no_mass_left"):
        sandbox.request("POST", f"/accounts/wxpersonal/drafts/{other}/publish", {"notify": True})


@pytest.fixture
def published(sandbox: SandboxClient, program: Api, cover: str) -> tuple[int, str]:
    """A published article with comments open: its msg_data_id and the end of its address."""
    media_id = draft(program, cover, need_open_comment=1)["media_id"]
    sandbox.request("POST", "/clock", {"freeze": True})
    made = program.post("/cgi-bin/freepublish/submit", {"media_id": media_id})
    sandbox.advance_clock(2)
    done = program.post("/cgi-bin/freepublish/get", {"publish_id": made["publish_id"]})
    url = done["article_detail"]["item"][0]["article_url"]  # type: ignore[index]
    return int(str(made["msg_data_id"])), url.rpartition("/")[2]


def test_comments_are_elected_answered_and_deleted(
    sandbox: SandboxClient, program: Api, published: tuple[int, str]
) -> None:
    number, slug = published
    sandbox.request("POST", f"/articles/{slug}/comment", {"person": "wang", "content": "什么时候能借？"})
    at = {"msg_data_id": number, "index": 0}
    listed = program.post("/cgi-bin/comment/list", {**at, "begin": 0, "count": 49, "type": 0})
    comment = listed["comment"][0]  # type: ignore[index]
    assert (listed["total"], comment["content"]) == (1, "什么时候能借？")
    one = {**at, "user_comment_id": comment["user_comment_id"]}
    page = f"{sandbox.base_url}/s/{slug}"
    assert "什么时候能借" not in httpx.get(page).text
    program.post("/cgi-bin/comment/markelect", one)
    assert "什么时候能借" in httpx.get(page).text
    assert program.post("/cgi-bin/comment/reply/add", {**one, "content": "明天"})["errcode"] == 0
    assert program.post("/cgi-bin/comment/reply/add", {**one, "content": "明天"})["errcode"] == 88005
    assert (
        program.post("/cgi-bin/comment/list", {**at, "begin": 0, "count": 50, "type": 0})["errcode"] == 88010
    )
    assert program.post("/cgi-bin/comment/delete", one)["errcode"] == 0
    assert program.post("/cgi-bin/comment/delete", one)["errcode"] == 88008
    assert program.post("/cgi-bin/comment/close", at)["errcode"] == 0
    with pytest.raises(ControlError, match="comments_closed"):
        sandbox.request("POST", f"/articles/{slug}/comment", {"person": "wang", "content": "又来"})
    sandbox.change_account(program.appid, comment_privilege=False)
    assert program.post("/cgi-bin/comment/open", at)["errcode"] == 88000
    assert program.post("/cgi-bin/comment/open", {**at, "msg_data_id": 1})["errcode"] == 88000


def test_reading_is_counted_for_the_statistics(
    sandbox: SandboxClient, program: Api, published: tuple[int, str]
) -> None:
    _, slug = published
    for who in ("wang", "wang", "li"):
        httpx.get(f"{sandbox.base_url}/s/{slug}", headers={"Cookie": f"sandbox_person={who}"})
    sandbox.request("POST", f"/articles/{slug}/share", {"person": "li"})
    today = str(sandbox.clock()["iso"])[:10]
    sandbox.advance_clock(2 * 86400)
    program.renew()
    day = {"begin_date": today, "end_date": today}
    row = program.post("/datacube/getarticleread", day)["list"][0]  # type: ignore[index]
    assert (row["read_user"], row["read_count"]) == (2, 3)
    shared = program.post("/datacube/getusershare", day)["list"][0]  # type: ignore[index]
    assert shared["share_count"] == 1
