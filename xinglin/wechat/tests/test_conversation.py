"""Chats, end to end below HTTP: what is said, and what is kept."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.consortium.models import Library
from xinglin.consortium.tests.factories import a_library
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.factories import a_patron
from xinglin.wechat import handling
from xinglin.wechat.capabilities import AccountKind
from xinglin.wechat.conversation import Incoming, registry
from xinglin.wechat.models import (
    Account,
    Binding,
    Conversation,
    Follower,
    IncomingMessage,
    KeywordRule,
    MessageState,
    Occasion,
    OutgoingMessage,
    OutgoingState,
)
from xinglin.wechat.replies import Empty, Image, Reply, Text, to_plain
from xinglin.wechat.services import accounts, bindings, outgoing
from xinglin.wechat.testing import a_follower, an_account, happen, say, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def library() -> Library:
    return a_library("MAIN")


@pytest.fixture
def follower(library: Library) -> Follower:
    return a_follower(an_account(library))


@pytest.fixture
def personal(library: Library) -> Follower:
    """A follower of an account that can only answer."""
    return a_follower(an_account(library, kind=AccountKind.S0))


def a_rule(
    follower: Follower, *keywords: str, how: str = "exact", replies: list[Reply] | None = None, **more: object
) -> KeywordRule:
    rule = KeywordRule.objects.create(
        account=follower.account,
        name="规则",
        keywords=[{"text": keyword, "how": how} for keyword in keywords],
        replies=[to_plain(reply) for reply in replies or [Text("来自规则")]],
        **more,
    )
    accounts.touch(follower.account)
    return rule


def test_help_lists_commands_and_a_digit_stands_for_one(follower: Follower) -> None:
    menu = text_of(say(follower, "帮助"))
    line = next(line for line in menu.splitlines() if "解除绑定" in line)
    assert "还没有绑定" in text_of(say(follower, line.split(".")[0]))


def test_a_digit_without_an_open_menu_is_an_ordinary_text(follower: Follower) -> None:
    assert "没有找到" in text_of(say(follower, "7"))


def test_what_nobody_understands_is_answered_and_waits_for_a_person(follower: Follower) -> None:
    reply = text_of(say(follower, "今天天气怎么样"))
    message = IncomingMessage.objects.get()
    assert "今天天气怎么样" in reply and message.matched_by == "none" and message.needs_person


def test_an_exact_rule_goes_before_a_command_and_a_contained_word_after_it(follower: Follower) -> None:
    a_rule(follower, "帮助")
    a_rule(follower, "解绑", how="contains", replies=[Text("包含")])
    assert text_of(say(follower, "帮助")) == "来自规则"
    assert "还没有绑定" in text_of(say(follower, "解绑"))
    assert text_of(say(follower, "我想解绑啊")) == "包含"


def test_a_rule_out_of_its_dates_does_not_answer(follower: Follower) -> None:
    a_rule(follower, "义诊", ends_at=clock.now() - timedelta(hours=1))
    assert "没有找到" in text_of(say(follower, "义诊"))


def test_several_replies_are_sent_after_the_first_where_the_account_may(follower: Follower) -> None:
    a_rule(follower, "开放时间", replies=[Text("一"), Image("m1"), Text("二")])
    assert text_of(say(follower, "开放时间")) == "一"
    assert [sent.reply["type"] for sent in OutgoingMessage.objects.order_by("pk")] == ["image", "text"]


def test_several_texts_are_one_text_where_the_account_can_only_answer(personal: Follower) -> None:
    a_rule(personal, "开放时间", replies=[Text("一"), Text("二")])
    assert text_of(say(personal, "开放时间")) == "一\n\n二"
    assert not OutgoingMessage.objects.exists()


def test_the_rest_of_mixed_replies_is_given_for_more(personal: Follower) -> None:
    a_rule(personal, "地图", replies=[Text("见图"), Image("m1")])
    assert "更多" in text_of(say(personal, "地图"))
    assert say(personal, "更多") == Image("m1")


def test_who_follows_is_welcomed_by_the_accounts_own_words(follower: Follower) -> None:
    assert "欢迎关注" in text_of(happen(follower, "subscribe"))
    a_rule(follower, occasion=Occasion.FOLLOW, replies=[Text("我们的欢迎词")])
    assert text_of(happen(follower, "subscribe")) == "我们的欢迎词"


def test_an_unfollow_erases_what_was_kept_of_the_follower(follower: Follower, library: Library) -> None:
    openid = follower.openid
    code = bindings.issue_code(patron=a_patron(library), by=None)
    say(follower, f"绑定 {code}")
    say(follower, "帮助")
    assert happen(follower, "unsubscribe") == Empty()
    follower.refresh_from_db()
    assert follower.openid != openid and not follower.is_following and follower.erased_at
    assert not Binding.objects.exists() and not Conversation.objects.exists()
    assert not IncomingMessage.objects.exclude(text="").exists()
    assert not any(openid in str(message.payload) for message in IncomingMessage.objects.all())


def test_a_code_binds_once(follower: Follower, library: Library) -> None:
    patron = a_patron(library, name="王建国")
    code = bindings.issue_code(patron=patron, by=None)
    assert "王**" in text_of(say(follower, f"绑定 {code}"))
    assert Binding.objects.get().patron == patron
    other = a_follower(follower.account)
    assert "不对或已过期" in text_of(say(other, f"绑定{code}"))


def test_a_code_is_worthless_after_half_an_hour(follower: Follower, library: Library) -> None:
    code = bindings.issue_code(patron=a_patron(library), by=None)
    clock.move(timedelta(minutes=31))
    assert "不对或已过期" in text_of(say(follower, f"绑定 {code}"))


def test_guessing_codes_is_stopped_with_the_time_that_is_left(follower: Follower, library: Library) -> None:
    code = bindings.issue_code(patron=a_patron(library), by=None)
    wrong = [f"{(int(code) + step) % 10**6:06d}" for step in range(1, 7)]
    answers = [text_of(say(follower, f"绑定 {guess}")) for guess in wrong]
    assert "分钟后再试" in answers[-1]
    assert "分钟后再试" in text_of(say(follower, f"绑定 {code}")), "the right code, too, has to wait"
    assert not Binding.objects.exists()


def test_one_reader_may_have_several_wechat_ids(follower: Follower, library: Library) -> None:
    patron = a_patron(library)
    other = a_follower(follower.account)
    for each in (follower, other):
        say(each, f"绑定 {bindings.issue_code(patron=patron, by=None)}")
    assert Binding.objects.filter(patron=patron, unbound_at__isnull=True).count() == 2
    assert "已解除绑定" in text_of(say(other, "解绑"))
    assert Binding.objects.get(unbound_at__isnull=True).follower == follower


def test_a_card_number_sent_in_the_chat_is_not_taken_for_a_code(follower: Follower) -> None:
    assert "请不要在这里发送卡号" in text_of(say(follower, "绑定 2021-0001 secret"))


def test_a_broken_handler_apologises_leaves_nothing_and_calls_a_person(follower: Follower) -> None:
    def broken(incoming: Incoming) -> Reply | None:
        incoming.remember("half.done", {})
        raise ZeroDivisionError

    with _fallback(broken):
        assert "抱歉" in text_of(say(follower, "什么"))
    assert IncomingMessage.objects.get().needs_person and not Conversation.objects.exists()


def test_a_handler_that_the_database_refuses_apologises_too(follower: Follower) -> None:
    def twice_the_same(incoming: Incoming) -> Reply | None:
        Follower.objects.create(account=incoming.account, openid=incoming.follower.openid)
        return None

    with _fallback(twice_the_same):
        assert "抱歉" in text_of(say(follower, "什么"))
    assert IncomingMessage.objects.get().matched_by == "error"


def test_a_change_of_account_or_library_is_known_to_the_next_message(
    follower: Follower, library: Library
) -> None:
    said: list[tuple[str, str]] = []

    def telling(incoming: Incoming) -> Reply | None:
        said.append((incoming.account.name, incoming.account.library.name))
        incoming.account.name = "只在这一次改"
        return Text("好")

    with _fallback(telling):
        say(follower, "甲")
        Account.objects.update(name="新名")
        Library.objects.filter(pk=library.pk).update(name="新馆")
        say(follower, "乙")
    assert said[0] != said[1] and said[1] == ("新名", "新馆")


def test_a_message_costs_few_statements(
    follower: Follower, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    say(follower, "什么")
    with django_assert_max_num_queries(5):  # the message of the test itself and its savepoints; no look-ups
        say(follower, "什么")


def test_a_refusal_is_the_answer_and_its_changes_are_rolled_back(follower: Follower) -> None:
    def refusing(incoming: Incoming) -> Reply | None:
        incoming.remember("half.done", {})
        raise Refusal("已借满 %(limit)d 册。", limit=5)

    with _fallback(refusing):
        assert text_of(say(follower, "什么")) == "已借满 5 册。"
    assert not Conversation.objects.exists()


def test_an_answer_that_waits_is_announced_and_given_for_one(personal: Follower) -> None:
    outgoing.tell_or_keep(follower=personal, reply=Text("馆员的回复"))
    assert OutgoingMessage.objects.get().state == OutgoingState.WAITING
    assert "回复 1 查看" in text_of(say(personal, "帮助"))
    assert text_of(say(personal, "1")) == "馆员的回复"
    assert OutgoingMessage.objects.get().state == OutgoingState.SENT


def test_a_conversation_can_be_left_with_one_word_and_ends_by_itself(follower: Follower) -> None:
    say(follower, "帮助")
    assert "已退出" in text_of(say(follower, "退出"))
    assert "没有找到" in text_of(say(follower, "2"))
    say(follower, "帮助")
    clock.move(timedelta(minutes=11))
    assert "没有找到" in text_of(say(follower, "2"))


class _fallback:
    """A fallback that is there for one test."""

    def __init__(self, function: object) -> None:
        self._pair = (0, function)

    def __enter__(self) -> None:
        registry.fallbacks.insert(0, self._pair)  # type: ignore[arg-type]

    def __exit__(self, *_: object) -> None:
        registry.fallbacks.remove(self._pair)  # type: ignore[arg-type]


def test_a_bound_reader_is_known_in_the_chat(follower: Follower, library: Library) -> None:
    patron: Patron = a_patron(library, name="李四")
    assert "绑定读者证" in text_of(say(follower, "我的"))
    say(follower, f"绑定 {bindings.issue_code(patron=patron, by=None)}")
    assert "李*" in text_of(say(follower, "我的"))


def test_a_message_whose_writer_left_meanwhile_is_closed_without_an_answer(follower: Follower) -> None:
    """The platform sent the unfollow right behind the text, and another thread was faster."""
    say(follower, "你好")
    waiting = IncomingMessage.objects.get(follower=follower)
    IncomingMessage.objects.filter(pk=waiting.pk).update(
        state=MessageState.HANDLING, claimed_by=7, reply=None, matched_by=""
    )
    happen(follower, "unsubscribe")
    assert isinstance(handling.handle(waiting.pk, 7), Empty)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.matched_by, waiting.claimed_by) == (MessageState.ANSWERED, "erased", None)
