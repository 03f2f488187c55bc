"""A reader looks for books in the chat, on a service account and on a personal one alike."""

import re
from collections.abc import Callable

import pytest

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.refining import narrowed
from xinglin.catalog.tests.factories import a_record, an_item
from xinglin.catalog.wechat_replies import record_in_last_answer
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.wechat.capabilities import AccountKind
from xinglin.wechat.conversation import Incoming, command, registry
from xinglin.wechat.models import Follower
from xinglin.wechat.replies import News, Reply, Text
from xinglin.wechat.testing import a_follower, an_account, happen, say, send, text_of

pytestmark = pytest.mark.django_db
Index = Callable[[], int]


@pytest.fixture(params=[AccountKind.F1, AccountKind.S0])
def follower(request: pytest.FixtureRequest, a_small_consortium: SmallConsortium) -> Follower:
    """A follower of a certified service account, and of a personal account that can only answer."""
    return a_follower(an_account(a_small_consortium.main, kind=request.param))


def test_the_journey_from_a_word_to_a_record(
    follower: Follower, a_small_consortium: SmallConsortium, index: Index
) -> None:
    for number in range(1, 9):
        record = a_record(
            f"心电图图谱 {number}", authors=("王吉耀", "廖二元"), publisher="人民卫生出版社", year=2020
        )
        an_item(record, a_small_consortium.a)
    index()

    first = text_of(say(follower, "搜 心电图"))
    assert "「心电图」找到 8 种" in first
    assert "1. 心电图图谱" in first and "6. 心电图图谱" in first and "7. " not in first
    assert "王吉耀 等" in first and "在架 1 册" in first
    assert "回复「更多」" in first

    second = text_of(say(follower, "更多"))
    assert "7. 心电图图谱" in second and "8. 心电图图谱" in second
    assert "后面没有了" in text_of(say(follower, "更多"))

    card = say(follower, "8")
    assert isinstance(card, News)
    assert len(card.articles) == 1
    assert "附一院馆：在架 1／共 1 册" in card.articles[0].description
    assert re.search(r"/m/w/\w+/$", card.articles[0].url)
    third = say(follower, "3")
    assert isinstance(third, News), "the first page still stands on the phone: its numbers count"
    assert third.articles[0].title == re.findall(r"3\. (.+)", first)[0]
    assert "1 到 8 之间" in text_of(say(follower, "9"))


def test_a_very_long_search_is_answered_like_any_other(follower: Follower, index: Index) -> None:
    a_record("心电图图谱")
    index()

    assert "心电图图谱" in text_of(say(follower, "搜 心电图图谱" + "心" * 590))


@pytest.mark.parametrize(
    "written", ["9787117266789", "978-7-117-26678-9", "９７８７１１７２６６７８９", "ISBN 978 7 117 26678 9"]
)
def test_an_isbn_in_any_shape_opens_the_book(follower: Follower, index: Index, written: str) -> None:
    a_record("内科学", isbns=("9787117266789",))
    index()
    card = say(follower, written)
    assert isinstance(card, News)
    assert card.articles[0].title == "内科学"


def test_a_scanned_barcode_opens_the_book_or_the_copy(
    follower: Follower, a_small_consortium: SmallConsortium, index: Index
) -> None:
    record = a_record("内科学", isbns=("9787117266789",))
    an_item(record, a_small_consortium.main, barcode="ZK0012345", condition=Condition.ON_SHELF)
    index()
    for scanned in ("EAN_13,9787117266789", "CODE_128,ZK0012345"):
        card = send(
            follower,
            {
                "MsgType": "event",
                "Event": "scancode_waitmsg",
                "EventKey": "scan",
                "ScanCodeInfo": {"ScanType": "barcode", "ScanResult": scanned},
            },
        )
        assert isinstance(card, News)
        assert card.articles[0].title == "内科学"


def test_a_room_above_is_told_which_record_is_meant(
    follower: Follower, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    for title in ("心电图 甲", "心电图 乙"):
        a_record(title)
    index()
    meant: list[str] = []

    def hold(incoming: Incoming, argument: str) -> Reply | None:
        record = record_in_last_answer(incoming, argument)
        meant.append(record.title if record else "")
        return Text("好")

    monkeypatch.setattr(registry, "commands", dict(registry.commands))
    command("预约")(hold)
    first, second = re.findall(r"心电图 [甲乙]", text_of(say(follower, "搜 心电图")))
    for written in ("预约 1", "预约第２本", "预约", "预约 9", "预约 心电图"):
        say(follower, written)
    assert meant == [first, second, "", "", ""]
    say(follower, "2")
    say(follower, "预约")
    assert meant[-1] == second


def test_nothing_found_says_what_to_do(follower: Follower, index: Index) -> None:
    a_record("心电图诊断学")
    index()
    assert "没有找到「量子色动力学」" in text_of(say(follower, "搜 量子色动力学"))
    assert "没有 ISBN 为 9787030000002" in text_of(say(follower, "9787030000002"))


def test_a_misspelt_word_is_understood(follower: Follower, index: Index) -> None:
    a_record("心电图诊断学")
    index()
    answer = text_of(say(follower, "搜 心电途诊断学"))
    assert "心电图诊断学" in answer and "吗？" in answer


def test_other_services_that_begin_with_the_same_character_are_left_alone(
    follower: Follower, index: Index
) -> None:
    a_record("新编药物学")
    index()
    assert "新编药物学" not in text_of(say(follower, "查新"))
    assert "新编药物学" in text_of(say(follower, "查 新编药物学"))


def test_the_menu_tells_how_to_search(follower: Follower) -> None:
    answer = text_of(happen(follower, "CLICK", "SEARCH"))
    assert "搜 心电图" in answer and "/m/w/" in answer


def test_a_search_before_the_index_is_built_is_refused_in_words(follower: Follower, index: Index) -> None:
    assert "还没有建好" in text_of(say(follower, "搜 心电图"))


def test_a_search_is_narrowed_by_a_word(
    follower: Follower, a_small_consortium: SmallConsortium, index: Index
) -> None:
    old = a_record("心电图图谱", year=2008)
    new, foreign = a_record("心电图手册", year=2019), a_record("心电图入门", year=2021, languages=("eng",))
    an_item(new, a_small_consortium.a)
    an_item(old, a_small_consortium.main, condition=Condition.BINDERY)
    index()
    assert "找到 3 种" in text_of(say(follower, "搜 心电图"))

    since = text_of(say(follower, "2015年后"))
    assert "找到 2 种" in since and "2015 年以来" in since and foreign.title in since
    shelf = text_of(say(follower, "在架"))
    assert "找到 1 种" in shelf and "2015 年以来，在架" in shelf and new.title in shelf
    assert "没有符合" in text_of(say(follower, "英文")), "nothing is on the shelf in English"
    assert "找到 3 种" in text_of(say(follower, "全部"))
    at = text_of(say(follower, f"{a_small_consortium.a.name} 2010-2019年"))
    assert "找到 1 种" in at and a_small_consortium.a.label in at
    card = say(follower, "1")
    assert isinstance(card, News) and card.articles[0].title == new.title


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("2015年以后", {"from": "2015"}),
        ("2010年前", {"to": "2010"}),
        ("2012到2010年", {"from": "2010", "to": "2012"}),
        ("2016年", {"from": "2016", "to": "2016"}),
        ("只看在架", {"shelf": "1"}),
        ("英语 最新", {"language": "eng", "sort": "year_descending"}),
        ("期刊", {"kind": "serial"}),
        ("今天天气怎么样", None),
        ("2015", None),
        ("", None),
    ],
)
def test_what_narrows_and_what_does_not(said: str, values: dict[str, str] | None) -> None:
    assert narrowed(said, {}) == values
