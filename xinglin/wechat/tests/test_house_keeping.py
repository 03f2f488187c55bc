"""What the channel does beside talking: listening below, check-ups, nightly work."""

from datetime import timedelta

import pytest

from xinglin.commons import clock
from xinglin.commons.checkups import Health, every_finding
from xinglin.consortium.tests.factories import a_library
from xinglin.patrons.events import PatronErased, PatronLeft
from xinglin.patrons.tests.factories import a_patron
from xinglin.wechat import links, listeners, tasks
from xinglin.wechat.events import JobFinished
from xinglin.wechat.models import Account, Binding, BindingCode, IncomingMessage, MessageState, PersonalLink
from xinglin.wechat.services import accounts, bindings
from xinglin.wechat.testing import a_follower, an_account, happen, say

pytestmark = pytest.mark.django_db


def findings() -> list[str]:
    return [
        finding.says
        for room, finding in every_finding()
        if room == "wechat" and finding.health != Health.FINE
    ]


def test_who_leaves_the_library_is_unbound_and_who_is_erased_was_never_bound() -> None:
    library = a_library()
    patron = a_patron(library)
    follower = a_follower(an_account(library))
    say(follower, f"绑定 {bindings.issue_code(patron=patron, by=None)}")
    for _ in range(2):  # listeners may run twice
        listeners.end_the_bindings(PatronLeft(patron_id=patron.pk))
    assert Binding.objects.get().unbound_at is not None
    bindings.issue_code(patron=patron, by=None)
    for _ in range(2):
        listeners.forget_the_bindings(PatronErased(patron_id=patron.pk))
    assert not Binding.objects.exists() and not BindingCode.objects.exists()


def test_the_doctor_names_an_account_whose_keys_cannot_be_read_and_messages_that_hang() -> None:
    account = an_account(a_library(), name="一院图书馆", api_base_url="http://127.0.0.1:9")
    say(a_follower(account), "帮助")
    assert any("一院图书馆" in says and "调用微信接口失败" in says for says in findings())
    Account.objects.update(sealed_token="not sealed with our key")
    assert any("不能接收消息" in says for says in findings())
    IncomingMessage.objects.update(
        state=MessageState.HANDLING, received_at=clock.now() - timedelta(minutes=5)
    )
    assert any("没有处理完" in says for says in findings())


def test_old_personal_links_are_swept_and_young_ones_stay() -> None:
    follower = a_follower(an_account(a_library()))
    links.personal_link(follower, "/m/", hours=1)
    links.personal_link(follower, "/m/", hours=48)
    clock.move(timedelta(hours=2))
    assert tasks.sweep_links(0) == 1 and PersonalLink.objects.count() == 1


def test_the_result_of_a_job_is_announced_with_the_stored_push(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []
    monkeypatch.setattr("xinglin.wechat.wechat_replies.announce", heard.append)
    follower = a_follower(an_account(a_library()))
    happen(follower, "MASSSENDJOBFINISH", MsgID="77", Status="send success")
    stored = IncomingMessage.objects.get()
    assert heard == [
        JobFinished(
            account_id=follower.account_id,
            message_id=stored.pk,
            kind="masssendjobfinish",
            job_id="77",
            status="send success",
        )
    ]


def test_a_change_of_an_account_raises_its_version_so_that_gateways_follow() -> None:
    account = an_account(a_library())
    before = account.version
    accounts.touch(account)
    assert account.version == before + 1
    accounts.retire(account=account, by=None)
    account.refresh_from_db()
    assert account.version == before + 2 and not account.active
