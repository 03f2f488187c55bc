"""Notices over WeChat, against the pretend platform: by what the account may do and what the reader agreed to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from wechat_sandbox.control import SandboxClient
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.factories import a_library
from xinglin.notices import services
from xinglin.notices.kinds import Field, NoticeKind, Topic, declare
from xinglin.notices.lifecycle import State
from xinglin.notices.models import Notice
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.factories import a_patron
from xinglin.wechat.calling import client_for
from xinglin.wechat.client.errors import PlatformBusy, PlatformUnreachable
from xinglin.wechat.errors import NotCapable
from xinglin.wechat.models import (
    Account,
    Follower,
    OutgoingMessage,
    SubscriptionConsent,
    TemplateWay,
)
from xinglin.wechat.services import bindings, followers, notice_templates, subscriptions
from xinglin.wechat.templates_of_notices import TemplateUnreadable, fitted, read_mapping
from xinglin.wechat.testing import a_follower, an_account, happen, say, send, text_of

pytestmark = pytest.mark.django_db(transaction=True)
KIND = "tests.wechat"
declare(NoticeKind(KIND, "到期", Topic.LOANS, fields=(Field("title", "书名"), Field("due", "应还日期"))))


def bound(sandbox: SandboxClient, kind: str) -> tuple[Account, Follower, Patron]:
    """An account that the sandbox knows too, and a reader bound to it."""
    appid = f"wxnotice{kind}"
    made = sandbox.add_account(appid, kind=kind)
    sandbox.follow(appid, "wang")
    account = an_account(a_library(), kind=kind, appid=appid, secret=str(made["secret"]))
    follower = a_follower(account, sandbox.openid(appid, "wang"))
    patron = a_patron()
    bindings.bind_by_code(follower=follower, digits=bindings.issue_code(patron=patron, by=None))
    return account, follower, patron


def owed(patron: Patron, key: str = "1") -> Notice:
    notice = services.owe(
        patron=patron, kind=KIND, key=key, title="快到期", text="《诊断学》快到期了。",
        fields={"title": "诊断学", "due": "2026-12-01"}, link="/m/loans/",
    )  # fmt: skip
    run_errands()
    notice.refresh_from_db()
    return notice


def a_template(sandbox: SandboxClient, account: Account) -> str:
    client = client_for(account)
    template_id = client.template.add("TM00301", ["书名", "到期时间"])
    notice_templates.set_template(
        account=account, kind=KIND, way=TemplateWay.TEMPLATE, template_id=template_id,
        mapping="thing1 = title\ntime2 = due", by=None,
    )  # fmt: skip
    return template_id


def a_subscription(account: Account) -> str:
    template_id = client_for(account).subscription.add_template("3001", [1, 2], "到期")
    notice_templates.set_template(
        account=account, kind=KIND, way=TemplateWay.SUBSCRIPTION, template_id=template_id,
        mapping="thing1 = title\ntime2 = due", by=None,
    )  # fmt: skip
    return template_id


def test_a_service_account_sends_a_template_message(sandbox: SandboxClient) -> None:
    account, _follower, patron = bound(sandbox, "F1")
    a_template(sandbox, account)
    notice = owed(patron)
    assert (notice.state, notice.channel) == (State.SENT, "wechat.template")
    bubble = sandbox.last_reply(account.appid, "wang") or {}
    assert bubble["content"]["lines"][0] == {"label": "书名", "value": "诊断学"}  # type: ignore[index]


def test_a_template_message_that_the_platform_could_not_deliver_goes_another_way(
    sandbox: SandboxClient,
) -> None:
    account, follower, patron = bound(sandbox, "F1")
    a_template(sandbox, account)
    notice = owed(patron)
    msgid = notice.attempts.get().reference.partition(":")[2]
    happen(follower, "TEMPLATESENDJOBFINISH", MsgID=msgid, Status="failed:user block")
    run_errands()
    services.deliver(notice_id=notice.pk)
    notice.refresh_from_db()
    assert notice.channel != "wechat.template"
    assert notice.attempts.earliest("pk").state == "refused"


def test_each_consent_carries_one_notice_and_no_more(sandbox: SandboxClient) -> None:
    account, follower, patron = bound(sandbox, "S1")
    template_id = a_subscription(account)
    sandbox.request(
        "POST", f"/accounts/{account.appid}/people/wang/notices/popup", {"answers": {template_id: True}}
    )
    subscriptions.note_answer(follower=follower, template_id=template_id, status="accept")
    assert owed(patron, "1").channel == "wechat.subscription"
    consent = SubscriptionConsent.objects.get()
    assert (consent.remaining, consent.given, consent.used) == (0, 1, 1)
    assert owed(patron, "2").channel == "wechat.next_message"


def test_where_the_platform_counts_otherwise_the_platform_is_right(sandbox: SandboxClient) -> None:
    account, follower, patron = bound(sandbox, "S1")
    template_id = a_subscription(account)
    for _each in range(3):
        subscriptions.note_answer(follower=follower, template_id=template_id, status="accept")
    notice = owed(patron)  # the pretend platform never heard of a consent: 43101
    assert notice.channel == "wechat.next_message"
    assert SubscriptionConsent.objects.get().remaining == 0


@pytest.mark.parametrize(
    ("error", "remaining"), [(PlatformBusy(-1, "busy"), 1), (PlatformUnreachable("断了"), 0)]
)
def test_a_consent_is_given_back_only_where_nothing_was_done(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, error: Exception, remaining: int
) -> None:
    account, follower, patron = bound(sandbox, "S1")
    template_id = a_subscription(account)
    subscriptions.note_answer(follower=follower, template_id=template_id, status="accept")

    def broken(*where: object, **what: object) -> None:
        raise error

    monkeypatch.setattr(client_for(account).subscription, "send", broken)
    notice = owed(patron)
    assert notice.state == (State.WAITING if remaining else State.UNSURE)
    assert SubscriptionConsent.objects.get().remaining == remaining


def test_an_open_window_carries_a_message_and_its_end_is_told_to_the_notice(sandbox: SandboxClient) -> None:
    account, follower, patron = bound(sandbox, "F1")
    say(follower, "你好")
    sandbox.send_text(account.appid, "wang", "你好")
    notice = owed(patron)
    assert (notice.state, notice.channel) == (State.SENT, "wechat.customer_service")
    assert "诊断学" in str(OutgoingMessage.objects.get().reply)


def test_an_account_that_only_answers_tells_it_with_the_next_message(sandbox: SandboxClient) -> None:
    account, follower, patron = bound(sandbox, "S0")
    with pytest.raises(NotCapable):
        notice_templates.set_template(
            account=account,
            kind=KIND,
            way=TemplateWay.TEMPLATE,
            template_id="t",
            mapping="thing1 = title",
            by=None,
        )
    notice = owed(patron)
    assert notice.state == State.KEPT
    assert "诊断学" in text_of(say(follower, "1"))
    notice.refresh_from_db()
    assert notice.state == State.SENT


def test_what_waited_for_a_follower_who_left_is_given_to_a_person(sandbox: SandboxClient) -> None:
    _account, follower, patron = bound(sandbox, "S0")
    notice = owed(patron)
    followers.unfollow(follower=follower)
    services.deliver(notice_id=notice.pk)
    notice.refresh_from_db()
    assert notice.state == State.UNREACHABLE
    assert not OutgoingMessage.objects.filter(state="waiting").exists()


def test_the_pop_up_and_the_switch_of_the_account_are_counted(sandbox: SandboxClient) -> None:
    _account, follower, _patron = bound(sandbox, "S1")
    one = {"TemplateId": "T1", "SubscribeStatusString": "accept", "PopupScene": "1"}
    send(
        follower,
        {"MsgType": "event", "Event": "subscribe_msg_popup_event", "SubscribeMsgPopupEvent": {"List": [one]}},
    )
    assert SubscriptionConsent.objects.get().remaining == 1
    gone = {"TemplateId": "T1", "SubscribeStatusString": "reject"}
    send(
        follower,
        {
            "MsgType": "event",
            "Event": "subscribe_msg_change_event",
            "SubscribeMsgChangeEvent": {"List": [gone]},
        },
    )
    assert SubscriptionConsent.objects.get().remaining == 0


def test_the_chat_tells_the_newest_and_leads_to_the_choices(sandbox: SandboxClient) -> None:
    account, follower, patron = bound(sandbox, "F1")
    assert "还没有提醒" in text_of(say(follower, "提醒"))
    owed(patron)
    assert "1 条新提醒" in text_of(say(follower, "我的提醒"))
    assert "没有新提醒" in text_of(say(follower, "提醒"))
    assert "/m/w/" in text_of(say(follower, "提醒设置"))
    assert "绑定" in text_of(say(a_follower(account), "提醒"))


def test_values_are_cut_to_what_the_platform_takes() -> None:
    assert fitted("thing1", "一" * 30) == "一" * 19 + "…"
    assert fitted("time2", "2026-12-01") == "2026-12-01"
    assert fitted("phrase3", "") == "—"


def test_a_mapping_is_read_line_by_line_or_refused_by_its_line() -> None:
    assert read_mapping(KIND, 'thing1 = title\nphrase3 ＝ "请按时归还"') == {
        "thing1": "title",
        "phrase3": "=请按时归还",
    }
    with pytest.raises(TemplateUnreadable, match="第 2 行"):
        read_mapping(KIND, "thing1 = title\ntime2 = nothing_such")
    with pytest.raises(TemplateUnreadable):
        read_mapping(KIND, "  ")


DEEDS = st.lists(st.sampled_from(["accept", "reject", "take", "give_back", "withdraw"]), max_size=30)


class ConsentsAreCounted(TestCase):
    """The ledger of accepts against the ledger of notices."""

    @settings(max_examples=60)
    @given(DEEDS)
    def test_in_any_order_no_notice_goes_without_a_consent(self, deeds: list[str]) -> None:
        follower = a_follower(an_account(a_library()))
        template = {"follower": follower, "template_id": "T"}
        accepted = under_way = allowed = 0
        for deed in deeds:
            if deed in ("accept", "reject"):
                subscriptions.note_answer(status=deed, **template)  # type: ignore[arg-type]
                accepted += deed == "accept"
                allowed += deed == "accept"
            elif deed == "take":
                taken = subscriptions.take(**template)  # type: ignore[arg-type]
                assert taken == (allowed > 0)
                allowed -= taken
                under_way += taken
            elif deed == "give_back" and under_way:
                subscriptions.give_back(**template)  # type: ignore[arg-type]
                under_way -= 1
                allowed += 1
            elif deed == "withdraw":
                subscriptions.withdraw(**template)  # type: ignore[arg-type]
                allowed = 0
            kept = SubscriptionConsent.objects.filter(follower=follower).first()
            assert (kept.remaining if kept else 0) == allowed
            if kept is not None:
                assert (kept.given, kept.used) == (accepted, under_way)
                assert kept.remaining + kept.used <= kept.given
