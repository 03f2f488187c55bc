"""However often and wherever the platform tries, a message is handled once, and nothing is done twice."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from xinglin.wechat.models import Account, Follower, IncomingMessage, MessageState, OutgoingMessage
from xinglin.wechat.replies import Text
from xinglin.wechat.testing import RunningGateway, running_gateway, until
from xinglin.wechat.tests.pushing import PATIENT, Slow, a_rule, a_text, an_event, push

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_retried_message_is_handled_once_and_gets_the_same_answer(
    account: Account, patient: RunningGateway, slow: Slow
) -> None:
    slow.set()
    answers = [push(patient.url_of(account), account, a_text("问")).reply for _ in range(3)]
    assert answers == [Text("迟来的问")] * 3 and slow.runs == ["问"]
    assert IncomingMessage.objects.get().tries == 3


@pytest.mark.race
def test_many_tries_at_once_are_one_handling(account: Account, patient: RunningGateway, slow: Slow) -> None:
    slow.set()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: push(patient.url_of(account), account, a_text("问")), range(8)))
    assert {answer.reply.content for answer in answers if isinstance(answer.reply, Text)} == {"迟来的问"}
    assert slow.runs == ["问"] and IncomingMessage.objects.count() == 1


@pytest.mark.race
def test_tries_that_reach_two_processes_are_one_handling(
    account: Account, gateway: RunningGateway, slow: Slow
) -> None:
    with running_gateway(pace=PATIENT) as other, ThreadPoolExecutor(2) as pool:
        first = pool.submit(push, other.url_of(account), account, a_text("问"))
        assert until(lambda: bool(slow.runs))
        second = pool.submit(push, other.url_of(account), account, a_text("问"))
        slow.set()
        assert first.result().reply == second.result().reply == Text("迟来的问")
    assert slow.runs == ["问"]


@pytest.mark.race
def test_messages_of_many_followers_at_once_are_all_stored_and_all_answered(
    account: Account, gateway: RunningGateway
) -> None:
    a_rule(account, "开放时间", "8:00")
    with httpx.Client() as http, ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(
                lambda number: push(
                    gateway.url_of(account),
                    account,
                    a_text("开放时间", openid=f"o{number % 40}", message_id=number),
                    http=http,
                ),
                range(200),
            )
        )
    assert until(lambda: IncomingMessage.objects.filter(state=MessageState.ANSWERED).count() == 200)
    # On a machine so busy that four seconds pass, the platform hears nothing yet and the reply goes another way.
    otherwise = [answer for answer in answers if answer.reply != Text("8:00")]
    assert {(answer.status, answer.text) for answer in otherwise} <= {(200, "success")}
    assert IncomingMessage.objects.filter(is_late=True).count() == len(otherwise)
    assert OutgoingMessage.objects.count() == len(otherwise)
    assert Follower.objects.count() == 40


def test_two_events_of_one_second_are_two(account: Account, gateway: RunningGateway) -> None:
    for key in ("A", "B", "A"):
        push(gateway.url_of(account), account, an_event("VIEW", key=key))
    assert sorted(IncomingMessage.objects.values_list("event_key", "tries")) == [("A", 2), ("B", 1)]


def test_who_left_and_comes_back_is_somebody_new(account: Account, gateway: RunningGateway) -> None:
    url = gateway.url_of(account)
    for second, event in enumerate(("subscribe", "unsubscribe", "subscribe")):
        assert push(url, account, an_event(event, created=1700000000 + second)).status == 200
    former, present = Follower.objects.order_by("pk")
    assert former.erased_at and not former.is_following and former.openid != "o1"
    assert present.openid == "o1" and present.is_following
    assert push(url, account, an_event("unsubscribe", created=1700000001)).status == 200, "a late retry"
    assert Follower.objects.get(openid="o1").is_following


def test_a_job_report_makes_nobody_a_follower(account: Account, gateway: RunningGateway) -> None:
    xml = an_event("MASSSENDJOBFINISH").replace(
        "</xml>", "<MsgID>7</MsgID><Status>send success</Status></xml>"
    )
    assert push(gateway.url_of(account), account, xml).body == b"success"
    assert not Follower.objects.get().is_following


def test_what_a_killed_gateway_had_in_hand_is_picked_up(
    account: Account, gateway: RunningGateway, slow: Slow
) -> None:
    """A row as a killed process leaves it: stored, claimed by a worker whose lock nobody holds."""
    slow.set()
    push(gateway.url_of(account), account, a_text("问"))
    slow.runs.clear()
    IncomingMessage.objects.update(state=MessageState.HANDLING, claimed_by=2**31 - 1, reply=None)
    assert push(gateway.url_of(account), account, a_text("问")).reply == Text("迟来的问"), "by the next try"
    IncomingMessage.objects.update(state=MessageState.HANDLING, claimed_by=2**31 - 1, reply=None)
    assert until(OutgoingMessage.objects.exists), "or without one"
    assert IncomingMessage.objects.get().state == MessageState.ANSWERED
    assert slow.runs == ["问", "问"]


def test_a_message_that_kills_its_handler_again_and_again_is_given_to_a_person(
    account: Account, gateway: RunningGateway, slow: Slow
) -> None:
    slow.set()
    push(gateway.url_of(account), account, a_text("问"))
    IncomingMessage.objects.update(state=MessageState.HANDLING, claimed_by=2**31 - 1, reply=None, runs=3)
    assert until(lambda: IncomingMessage.objects.get().state == MessageState.FAILED)
    assert IncomingMessage.objects.get().needs_person
