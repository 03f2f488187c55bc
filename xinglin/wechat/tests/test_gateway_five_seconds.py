"""The five-second rule: an answer that is not ready goes another way, by what the account may."""

import httpx
import pytest

from xinglin.wechat.models import Account, IncomingMessage, OutgoingMessage, OutgoingState
from xinglin.wechat.replies import Text
from xinglin.wechat.testing import RunningGateway, until
from xinglin.wechat.tests.pushing import BRISK, Slow, a_text, push

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_late_answer_is_sent_afterwards_where_the_account_may(
    account: Account, gateway: RunningGateway, slow: Slow
) -> None:
    assert push(gateway.url_of(account), account, a_text("问")).body == b"success"
    assert push(gateway.url_of(account), account, a_text("问")).body == b"success"
    slow.set()
    assert until(OutgoingMessage.objects.exists)
    sent = OutgoingMessage.objects.get()
    assert sent.state == OutgoingState.QUEUED and sent.reply["content"] == "迟来的问"
    assert push(gateway.url_of(account), account, a_text("问")).body == b"success", "not said twice"
    assert OutgoingMessage.objects.count() == 1 and slow.runs == ["问"]


def test_where_the_account_can_only_answer_a_retry_gets_the_finished_answer(
    personal: Account, gateway: RunningGateway, slow: Slow
) -> None:
    url = gateway.url_of(personal)
    with pytest.raises(httpx.ReadTimeout):
        push(url, personal, a_text("问"), timeout=BRISK.cut_off)
    slow.set()
    assert push(url, personal, a_text("问")).reply == Text("迟来的问")
    assert slow.runs == ["问"] and not OutgoingMessage.objects.exists()
    assert IncomingMessage.objects.get().lapsed_at is None


def test_the_last_try_says_how_to_fetch_the_answer(
    personal: Account, gateway: RunningGateway, slow: Slow
) -> None:
    url = gateway.url_of(personal)
    for _ in range(2):
        with pytest.raises(httpx.ReadTimeout):
            push(url, personal, a_text("问"), timeout=BRISK.cut_off)
    last = push(url, personal, a_text("问")).reply
    assert isinstance(last, Text) and "回复 1" in last.content
    slow.set()
    assert until(OutgoingMessage.objects.exists)
    assert push(url, personal, a_text("1", message_id=2)).reply == Text("迟来的问")


def test_an_answer_that_the_platform_never_came_back_for_waits_for_the_reader(
    personal: Account, gateway: RunningGateway, slow: Slow
) -> None:
    with pytest.raises(httpx.ReadTimeout):
        push(gateway.url_of(personal), personal, a_text("问"), timeout=BRISK.cut_off)
    slow.set()
    assert until(OutgoingMessage.objects.exists)
    assert OutgoingMessage.objects.get().state == OutgoingState.WAITING
