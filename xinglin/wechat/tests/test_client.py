"""The client: what it sends, how it reads answers, and what it does with each class of error."""

import inspect
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import httpx
import pytest

from xinglin.wechat import client as package
from xinglin.wechat.client import File, WeChatClient
from xinglin.wechat.client.datacube import Series, span_of
from xinglin.wechat.client.error_words import OTHERWISE, WORDS, words_for
from xinglin.wechat.client.errors import (
    BUSY,
    FOLLOWER_STATE,
    STOP_FOREVER,
    STOP_TODAY,
    TOKEN_REJECTED,
    FollowerUnreachable,
    IpNotListed,
    NotAuthorised,
    PlatformBusy,
    PlatformNotReached,
    PlatformUnreachable,
    QuotaUsedUp,
    TokenRejected,
    WeChatApiError,
)
from xinglin.wechat.client.transport import Download

Answer = Callable[[httpx.Request], httpx.Response]


class Tokens:
    """Tokens one, two, three …"""

    def __init__(self) -> None:
        self.number = 1

    def current(self) -> str:
        return f"T{self.number}"

    def replace(self, rejected: str) -> str:
        self.number += 1
        return self.current()


class Wire:
    """Answers in order, and what was asked."""

    def __init__(self, *answers: object) -> None:
        self.answers, self.asked, self.pauses = list(answers), list[httpx.Request](), list[float]()
        http = httpx.Client(transport=httpx.MockTransport(self._answer))
        self.client = WeChatClient(
            appid="wx1", secret="S", tokens=Tokens(), http=http, pause=self.pauses.append
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        # The platform labels JSON as text, so the client must look at the body.
        return httpx.Response(
            200, headers={"Content-Type": "text/plain"}, content=json.dumps(answer).encode()
        )

    @property
    def body(self) -> object:
        return json.loads(self.asked[-1].content)


def failing(errcode: int, errmsg: str = "x rid: 61-a-b") -> dict[str, object]:
    return {"errcode": errcode, "errmsg": errmsg}


def test_json_goes_out_unescaped_and_the_token_in_the_query() -> None:
    wire = Wire({"errcode": 0})
    wire.client.menu.create([{"name": "查书📚", "type": "click", "key": "K"}])
    request = wire.asked[0]
    assert "查书📚".encode() in request.content
    assert request.url.params["access_token"] == "T1" and request.url.path == "/cgi-bin/menu/create"


@pytest.mark.parametrize("errcode", sorted(TOKEN_REJECTED))
def test_a_refused_token_is_replaced_once(errcode: int) -> None:
    wire = Wire(failing(errcode), {"total": 1, "data": {"openid": ["o"]}, "next_openid": ""})
    assert wire.client.user.page().openids == ["o"]
    assert [request.url.params["access_token"] for request in wire.asked] == ["T1", "T2"]
    wire = Wire(failing(errcode))
    with pytest.raises(TokenRejected):
        wire.client.user.page()
    assert len(wire.asked) == 2


@pytest.mark.parametrize("errcode", sorted(BUSY))
def test_a_busy_platform_is_asked_again_with_growing_pauses(errcode: int) -> None:
    wire = Wire(failing(errcode), failing(errcode), {"errcode": 0})
    wire.client.custom.send_text("o", "x")
    assert len(wire.asked) == 3 and wire.pauses == sorted(wire.pauses)
    wire = Wire(failing(errcode))
    with pytest.raises(PlatformBusy):
        wire.client.custom.send_text("o", "x")
    assert len(wire.asked) == 4


@pytest.mark.parametrize(
    ("codes", "kind"),
    [(STOP_TODAY, QuotaUsedUp), (STOP_FOREVER, NotAuthorised), (FOLLOWER_STATE, FollowerUnreachable)],
)
def test_what_is_final_is_asked_once(codes: frozenset[int], kind: type[WeChatApiError]) -> None:
    for errcode in codes:
        wire = Wire(failing(errcode))
        with pytest.raises(kind) as refused:
            wire.client.custom.send_text("o", "x")
        assert len(wire.asked) == 1 and refused.value.rid == "61-a-b"
        assert str(errcode) in str(refused.value)


def test_no_answer_is_not_repeated_and_never_shows_the_token() -> None:
    wire = Wire(httpx.ReadTimeout("https://x/?access_token=T1"))
    with pytest.raises(PlatformUnreachable) as unanswered:
        wire.client.custom.send_text("o", "x")
    assert len(wire.asked) == 1 and "T1" not in str(unanswered.value)
    assert not isinstance(unanswered.value, PlatformNotReached)
    with pytest.raises(PlatformNotReached):
        Wire(httpx.ConnectError("no route")).client.custom.send_text("o", "x")
    with pytest.raises(PlatformUnreachable):
        Wire(httpx.Response(502, text="<html>")).client.custom.send_text("o", "x")
    with pytest.raises(PlatformUnreachable):
        Wire(httpx.Response(200, text="<html>login</html>")).client.custom.send_text("o", "x")


def test_the_address_that_is_missing_from_the_whitelist_is_named() -> None:
    wire = Wire(failing(40164, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1-2-3"))
    with pytest.raises(IpNotListed) as refused:
        wire.client.credentials.stable_token()
    assert refused.value.address == "203.0.113.7" and "203.0.113.7" in refused.value.words
    assert "没有该接口的权限" in words_for(48001) and words_for(99999) == OTHERWISE


def test_every_code_of_a_retry_class_has_words() -> None:
    for codes in (TOKEN_REJECTED, BUSY, STOP_TODAY, STOP_FOREVER, FOLLOWER_STATE):
        assert codes <= set(WORDS)


@pytest.mark.corpus
def test_every_error_code_that_the_sheet_names_has_words(shared: Path) -> None:
    sheet = (shared / "reference/wechat-protocol.md").read_text("utf-8")
    listed = sheet.split("## 10. Error codes to model")[1].split("Retry classes")[0]
    codes = {int(code) for code in re.findall(r"(?<![\d/–])(\d{5})(?![\d/])", listed)}
    assert not sorted(code for code in codes if code not in WORDS and code not in {40031})


@pytest.mark.corpus
def test_the_recorded_request_bodies_are_what_we_send(shared: Path) -> None:
    from xinglin.wechat.replies import Article, Image, News, Video, as_messages

    folder = shared / "data/wechat/api_request"

    def recorded(name: str) -> object:
        return json.loads((folder / f"wxjava_{name}.json").read_text("utf-8"))

    wire = Wire({"errcode": 0})
    wire.client.custom.send(as_messages(Image("MEDIA_ID"), "OPENID")[0])
    assert wire.body == recorded("kefu_image")
    wire.client.custom.send(as_messages(Video("MEDIA_ID", "TITLE", "DESCRIPTION", "MEDIA_ID"), "OPENID")[0])
    assert wire.body == recorded("kefu_video")
    one = News([Article("Happy Day", "Is Really A Happy Day", "PIC_URL", "URL")])
    wire.client.custom.send(as_messages(one, "OPENID")[0])
    theirs = recorded("kefu_news")
    assert isinstance(theirs, dict) and isinstance(wire.body, dict)
    assert wire.body["news"]["articles"][0] == theirs["news"]["articles"][0]
    menu = recorded("menu_create_complex")
    assert isinstance(menu, dict)
    wire.client.menu.create(menu["button"])
    assert wire.body == {"button": menu["button"]}


@pytest.mark.corpus
def test_the_recorded_answers_are_understood(shared: Path) -> None:
    def answered(name: str) -> WeChatClient:
        return Wire(json.loads((shared / f"data/wechat/api_response/{name}.json").read_text("utf-8"))).client

    assert answered("official_stable_token").credentials.stable_token().expires_in == 7200
    assert answered("token").credentials.token().access_token == "1234567890"
    assert answered("user_get").user.page().openids == ["OPENID1", "OPENID2"]
    assert answered("user_tag_get").tags.members(1).next_openid == "OPENID2"
    assert answered("official_draft_add").draft.add([]) == "MEDIA_ID"
    published = answered("official_freepublish_get_ok").freepublish.result("1")
    assert (published.status, published.addresses) == (0, ["ARTICLE_URL"])
    assert answered("official_freepublish_get_orig_failed").freepublish.result("1").failed_indexes == [1, 2]
    assert answered("official_freepublish_batchget").freepublish.page().total == 100
    assert (
        answered("official_material_batchget_image").material.page("image").items[0]["media_id"] == "MEDIA_ID"
    )
    assert answered("material_get_materialcount").material.count().news == 4
    assert answered("official_media_upload").media.upload("image", File("a.jpg", b"x")).created == 1672500000
    assert (
        answered("media_uploadimg").media.upload_article_image(File("a.jpg", b"x")).startswith("http://mmbiz")
    )
    assert answered("message_mass_get").mass.status("1") == "SEND_SUCCESS"
    assert answered("sns_oauth2_access_token").oauth.exchange("c").openid == "OPENID"
    assert answered("sns_jscode2session").wxa.session_of("c").session_key == "D1ZWEygStjuLCnZ9IN2l4Q=="
    assert answered("official_openapi_rid_get").openapi.request_of("r")["cost_in_ms"] == 30
    assert len(answered("user_info_batchget").user.infos(["o"])) == 2
    assert answered("changeopenid").user.change_openids("wx", ["a", "b"]) == {
        "oEmYbwN-n24jxvk4Sox81qedINkQ": "o2FwqwI9xCsVadFah_HtpPfaR-X4"
    }
    assert (
        answered("datacube_getusercumulate").datacube.fetch(
            Series.USER_CUMULATE, date(2014, 12, 7), date(2014, 12, 7)
        )[0]["cumulate_user"]
        == 1217056
    )
    with pytest.raises(WeChatApiError, match="40003"):
        answered("wxjava_error_40003_extra").user.info("o")


def test_a_file_is_read_by_its_bytes_and_an_error_in_its_place_is_an_error() -> None:
    picture = httpx.Response(200, headers={"Content-Type": "image/jpeg"}, content=b"\xff\xd8\xff")
    got = Wire(picture).client.media.get("m")
    assert isinstance(got, Download) and got.content == b"\xff\xd8\xff"
    assert Wire({"video_url": "http://v"}).client.media.get("m") == {"video_url": "http://v"}
    with pytest.raises(WeChatApiError):
        Wire(failing(40007)).client.media.get("m")


def test_a_retried_upload_sends_the_file_again_whole() -> None:
    wire = Wire(failing(42001), {"media_id": "M", "created_at": 1})
    assert wire.client.media.upload("image", File("图.jpg", b"JPEG", "image/jpeg")).media_id == "M"
    assert all(b"JPEG" in request.read() for request in wire.asked)


@pytest.mark.corpus
def test_there_is_a_method_for_every_call_of_the_sheet(shared: Path) -> None:
    """Every address that the sheet writes out in §7 and §8 stands in the source of the client."""
    sheet = (shared / "reference/wechat-protocol.md").read_text("utf-8")
    part = sheet.split("## 7. API basics")[1].split("## 9.")[0]
    written = set(re.findall(r"(?:GET|POST) (/(?:cgi-bin|sns|wxa|wxaapi|customservice)/[\w/]+)", part))
    folder = Path(inspect.getfile(package)).parent
    source = "".join(file.read_text("utf-8") for file in folder.glob("*.py"))
    missing = {
        path for path in written if path.rstrip("/") not in source and not path.startswith("/cgi-bin/comment")
    }
    assert not missing
    assert all(span_of(series) >= 1 for series in Series)
