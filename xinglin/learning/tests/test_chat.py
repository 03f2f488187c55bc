"""From 「讲座」 to 「取消报名 1」: the whole way in the chat, on accounts that may send and that only answer."""

from datetime import timedelta

import pytest

from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.learning import services
from xinglin.learning.tests.factories import a_lecture, people, signs_up, states
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.models import Follower
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account, happen, say, text_of

pytestmark = pytest.mark.django_db
EVERY_KIND = pytest.mark.parametrize("kind", ["F1", "S1", "S0"])


def bound(consortium: SmallConsortium, readers: Readers, kind: str = "F1") -> Follower:
    follower = a_follower(an_account(consortium.main, kind=kind))
    bind_by_code(follower=follower, digits=issue_code(patron=readers.of_a, by=None))
    return follower


@EVERY_KIND
def test_from_the_list_to_a_seat_and_back(
    a_small_consortium: SmallConsortium, readers: Readers, kind: str
) -> None:
    follower = bound(a_small_consortium, readers, kind)
    assert "近期没有讲座" in text_of(say(follower, "讲座"))
    later = a_lecture(
        a_small_consortium.main, title="R 画图", begins_at=clock.now() + timedelta(days=9), seats=1
    )
    signs_up(later, *people(a_small_consortium.a, 1))
    first = a_lecture(a_small_consortium.main, live_link="https://live.example/1")
    a_lecture(a_small_consortium.main, announced=False, title="还在写")
    listed = text_of(say(follower, "讲座"))
    assert listed.index("1. 《系统评价的检索策略》") < listed.index("2. 《R 画图》")
    assert "五楼培训教室，也可以看直播" in listed and "（可报名）" in listed and "已满，可候补" in listed
    assert "还在写" not in listed and "/m/w/" in listed
    assert text_of(happen(follower, "CLICK", "LECTURES")).splitlines()[0] == listed.splitlines()[0]
    assert "已报名《系统评价的检索策略》" in text_of(say(follower, "报名 1"))
    assert "不用再报" in text_of(say(follower, "报名1"))
    say(follower, "培训")
    assert "候补第 1 位" in text_of(say(follower, "报名 2"))
    mine = text_of(say(follower, "我的讲座"))
    assert "1. 《系统评价的检索策略》" in mine and "候补第 1 位" in mine
    assert "已取消《R 画图》" in text_of(say(follower, "取消报名 2"))
    assert states(later)[-1] == "cancelled" and states(first) == ["registered"]


def test_a_number_without_a_list_is_told_what_to_do(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    follower = bound(a_small_consortium, readers)
    lecture = a_lecture(a_small_consortium.main)
    assert "请先发“讲座”" in text_of(say(follower, "报名 1"))
    assert "1. 《" in text_of(say(follower, "报名"))
    assert "请先发“讲座”" in text_of(say(follower, "报名 7"))
    assert "没有报名的讲座" in text_of(say(follower, "取消报名 1"))
    assert not lecture.registrations.exists()


def test_a_list_that_grew_old_registers_for_nothing_that_was_called_off(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    follower = bound(a_small_consortium, readers)
    lecture = a_lecture(a_small_consortium.main)
    say(follower, "讲座")
    services.cancel_lecture(lecture=lecture, reason="停电", by=None)
    assert "请先发“讲座”" in text_of(say(follower, "报名 1"))
    assert not lecture.registrations.exists()


def test_whoever_is_not_bound_may_look_and_is_asked_to_bind(a_small_consortium: SmallConsortium) -> None:
    stranger = a_follower(an_account(a_small_consortium.main, kind="S0"))
    a_lecture(a_small_consortium.main)
    assert "1. 《系统评价的检索策略》" in text_of(say(stranger, "讲座"))
    assert "绑定读者证" in text_of(say(stranger, "报名 1"))
    assert "绑定读者证" in text_of(say(stranger, "我的讲座"))
