"""What the newsroom says in the chat."""

from datetime import date, datetime, time

import pytest

from xinglin.commons import clock
from xinglin.consortium import services as consortium
from xinglin.consortium.hours import Span
from xinglin.consortium.services.libraries import ContactLine
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.newsroom.tests.factories import a_notice
from xinglin.wechat.jsonvalue import JsonObject
from xinglin.wechat.models import Follower
from xinglin.wechat.testing import a_follower, an_account, happen, say, send, text_of


@pytest.fixture
def follower(a_small_consortium: SmallConsortium) -> Follower:
    return a_follower(an_account(a_small_consortium.a))


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let the clock stand at a moment of the library's time."""
    monkeypatch.setattr(clock, "now", lambda: moment.replace(tzinfo=clock.SHANGHAI))


@pytest.mark.parametrize("word", ["通知", "公告", "通知公告"])
def test_one_notice_is_told_as_a_card_with_a_link_that_may_be_passed_on(
    word: str, follower: Follower, a_small_consortium: SmallConsortium
) -> None:
    notice = a_notice(a_small_consortium.a, title="本周六闭馆")
    said = text_of(say(follower, word))
    assert "本周六闭馆" in said and f"/m/articles/{notice.pk}/?library=A" in said


def test_several_notices_are_a_list_of_links_by_word_and_by_menu(
    follower: Follower, a_small_consortium: SmallConsortium
) -> None:
    for number in range(7):
        a_notice(a_small_consortium.a, title=f"通知 {number}")
    a_notice(a_small_consortium.b, title="外区馆的")
    said = text_of(say(follower, "通知"))
    assert [number for number in range(7) if f"通知 {number}" in said] == [2, 3, 4, 5, 6]
    assert "/m/notices/?library=A" in said and "外区馆的" not in said
    assert text_of(happen(follower, "CLICK", "NOTICES")) == said
    assert len(said.encode()) < 2048


def test_no_notice_is_said_in_a_sentence(follower: Follower) -> None:
    assert text_of(say(follower, "通知")) == "第一附属医院图书馆现在没有通知。"


def test_hours_tell_today_with_the_holiday_and_the_week_in_few_lines(
    follower: Follower, a_small_consortium: SmallConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = a_small_consortium.a
    day = (Span(time(8), time(12)), Span(time(13, 30), time(20, 30)))
    consortium.set_week(library=a, week=dict.fromkeys(range(5), day), by=None)
    consortium.set_special_day(library=a, day=date(2026, 11, 25), reason="运动会", by=None)

    at(monkeypatch, datetime(2026, 11, 23, 9, 0))
    said = text_of(say(follower, "开馆时间"))
    assert "今天（星期一）：08:00–12:00、13:30–20:30，现在开放，12:00 关门" in said
    assert "星期一至星期五：08:00–12:00、13:30–20:30" in said and "星期六至星期日：闭馆" in said
    assert "11-25（星期三）：闭馆（运动会）" in said

    at(monkeypatch, datetime(2026, 11, 25, 9, 0))
    said = text_of(happen(follower, "CLICK", "HOURS"))
    assert "今天（星期三）：闭馆（运动会），现在没有开放，11-26（星期四） 08:00 开门" in said


def test_another_library_may_be_named_and_what_names_none_is_left_to_others(
    follower: Follower, a_small_consortium: SmallConsortium
) -> None:
    consortium.amend_library(library=a_small_consortium.main, phone="010-55500100", by=None)
    assert "010-55500100" in text_of(say(follower, "联系我们 医学院图书馆"))
    assert "第一附属医院图书馆" in text_of(say(follower, "联系我们"))
    assert "查看馆情概览" not in text_of(say(follower, "开馆吗今天，我想还书"))


def test_overview_rules_and_contacts_come_from_what_the_library_tells(
    follower: Follower, a_small_consortium: SmallConsortium
) -> None:
    a = a_small_consortium.a
    consortium.amend_library(
        library=a,
        introduction="离病房最近的图书馆。",
        rules="每人 20 册 60 天。",
        address="门诊楼十一层",
        by=None,
    )
    consortium.set_contacts(
        library=a, contacts=[ContactLine(duty="学科馆员", name="吴海峰", phone="1")], by=None
    )
    assert "离病房最近的图书馆。" in text_of(say(follower, "概览"))
    assert "/m/libraries/A/" in text_of(say(follower, "概览"))
    assert "每人 20 册 60 天。" in text_of(say(follower, "借书规则"))
    contacts = text_of(happen(follower, "CLICK", "CONTACT"))
    assert "门诊楼十一层" in contacts and "学科馆员 吴海峰 1" in contacts


def test_a_place_is_answered_with_the_nearest_library_first(
    follower: Follower, a_small_consortium: SmallConsortium
) -> None:
    for library, latitude in ((a_small_consortium.main, "30.30"), (a_small_consortium.a, "30.20")):
        consortium.amend_library(library=library, latitude=latitude, longitude="112.90", by=None)
    place: JsonObject = {
        "MsgType": "location",
        "Location_X": "30.201",
        "Location_Y": "112.90",
        "Scale": "16",
        "Label": "某路",
        "MsgId": "77",
    }
    said = text_of(send(follower, place))
    assert said.index("第一附属医院图书馆（110 米）") < said.index("医学院图书馆（11.0 公里）")
    assert "发送您的位置" in text_of(happen(follower, "CLICK", "NEAREST"))


def test_a_place_where_no_library_told_its_own_gets_a_sentence(follower: Follower) -> None:
    place: JsonObject = {"MsgType": "location", "Location_X": "30.2", "Location_Y": "112.9", "MsgId": "78"}
    assert "还没有登记位置" in text_of(send(follower, place))
