"""Customer-service messages, windows, materials: what is sent, when it may be, and never twice."""

from datetime import timedelta

import pytest
from django.test import override_settings

from wechat_sandbox.control import SandboxClient
from xinglin.commons import clock
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.factories import a_library
from xinglin.wechat import queries, services
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import TABLE, AccountKind, Capability, allows, daily_mass_quota
from xinglin.wechat.client.errors import PlatformBusy, PlatformNotReached
from xinglin.wechat.errors import MaterialUnfit, NotCapable, WindowClosed, WindowUsedUp
from xinglin.wechat.jsonvalue import JsonValue
from xinglin.wechat.menus import MenuUnfit, check
from xinglin.wechat.models import (
    Account,
    Follower,
    Material,
    MenuState,
    OutgoingMessage,
    OutgoingState,
)
from xinglin.wechat.replies import Image, News, PageLink, Text
from xinglin.wechat.resolving import resolved
from xinglin.wechat.services import materials, menus, outgoing
from xinglin.wechat.services.rules import RuleFile
from xinglin.wechat.services.rules import add as add_rule
from xinglin.wechat.testing import a_follower, an_account, happen, say

pytestmark = pytest.mark.django_db(transaction=True)

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 200


def known(sandbox: SandboxClient, kind: str = "F1") -> Follower:
    """A follower of an account that the sandbox knows too."""
    appid = f"wxsending{kind}"
    made = sandbox.add_account(appid, kind=kind)
    sandbox.follow(appid, "wang")
    account = an_account(a_library(), kind=kind, appid=appid, secret=str(made["secret"]))
    return a_follower(account, sandbox.openid(appid, "wang"))


def sent(follower: Follower) -> OutgoingMessage:
    return OutgoingMessage.objects.filter(follower=follower).latest("pk")


# ---- the window -------------------------------------------------------------------------------------------


def test_a_message_opens_five_and_forty_eight_hours() -> None:
    follower = a_follower(an_account(a_library()))
    assert not queries.window_of(follower).is_open
    with pytest.raises(WindowClosed):
        services.tell(follower=follower, reply=Text("x"))
    say(follower, "帮助")
    assert queries.window_of(follower).remaining == 5
    for _ in range(5):
        services.tell(follower=follower, reply=Text("x"))
    with pytest.raises(WindowUsedUp):
        services.tell(follower=follower, reply=Text("x"))
    say(follower, "帮助")
    clock.move(timedelta(hours=47, minutes=59))
    assert queries.window_of(follower).is_open
    clock.move(timedelta(minutes=1))
    assert not queries.window_of(follower).is_open


def test_a_click_opens_three_and_a_minute_and_a_view_nothing() -> None:
    follower = a_follower(an_account(a_library()))
    happen(follower, "VIEW", "https://l.example/")
    assert not queries.window_of(follower).is_open
    happen(follower, "CLICK", "HELP")
    assert queries.window_of(follower).remaining == 3
    clock.move(timedelta(seconds=61))
    assert not queries.window_of(follower).is_open


def test_an_account_that_can_only_answer_never_sends() -> None:
    follower = a_follower(an_account(a_library(), kind=AccountKind.S0))
    say(follower, "帮助")
    with pytest.raises(NotCapable):
        services.tell(follower=follower, reply=Text("x"))
    assert outgoing.tell_or_keep(follower=follower, reply=Text("x")).state == OutgoingState.WAITING


# ---- delivery ---------------------------------------------------------------------------------------------


def test_a_message_is_delivered_by_a_worker_in_the_order_it_was_written(sandbox: SandboxClient) -> None:
    follower = known(sandbox)
    sandbox.do(follower.account.appid, "wang", "text", content="在吗")
    say(follower, "帮助")
    for number in range(3):
        services.tell(follower=follower, reply=Text(f"第{number}条"))
    run_errands()
    contents = [str(line["content"]) for line in sandbox.chat(follower.account.appid, "wang")]
    assert [number for number in range(3) for text in contents if f"第{number}条" in text] == [0, 1, 2]
    assert set(OutgoingMessage.objects.values_list("state", flat=True)) == {OutgoingState.SENT}


@pytest.mark.parametrize(
    ("errcode", "state"),
    [
        (45015, OutgoingState.WAITING),
        (45047, OutgoingState.WAITING),
        (48001, OutgoingState.WAITING),
        (40007, OutgoingState.FAILED),
    ],
)
def test_a_refusal_of_the_platform_is_kept_in_words(sandbox: SandboxClient, errcode: int, state: str) -> None:
    follower = known(sandbox)
    say(follower, "帮助")
    message = services.tell(follower=follower, reply=Text("x"))
    sandbox.fault("api", "errcode", errcode=errcode, path="/cgi-bin/message/custom/send", times=1)
    outgoing.deliver(message_id=message.pk)
    message.refresh_from_db()
    assert message.state == state and message.error


def test_a_busy_or_unreached_platform_leaves_the_message_in_the_queue(sandbox: SandboxClient) -> None:
    follower = known(sandbox)
    say(follower, "帮助")
    message = services.tell(follower=follower, reply=Text("x"))
    sandbox.fault("api", "errcode", errcode=-1, path="/cgi-bin/message/custom/send", times=99)
    with pytest.raises(PlatformBusy):
        outgoing.deliver(message_id=message.pk)
    assert sent(follower).state == OutgoingState.QUEUED
    with override_settings(WECHAT_API_URL="http://127.0.0.1:9"), pytest.raises(PlatformNotReached):
        outgoing.deliver(message_id=message.pk)
    assert sent(follower).state == OutgoingState.QUEUED


def test_a_message_whose_sender_was_killed_is_not_sent_again_by_itself(sandbox: SandboxClient) -> None:
    follower = known(sandbox)
    say(follower, "帮助")
    message = services.tell(follower=follower, reply=Text("只说一遍"))
    OutgoingMessage.objects.update(state=OutgoingState.UNSURE)
    outgoing.deliver(message_id=message.pk)
    assert sent(follower).state == OutgoingState.UNSURE
    assert "只说一遍" not in str(sandbox.chat(follower.account.appid, "wang"))


# ---- replies made ready -----------------------------------------------------------------------------------


def test_a_page_becomes_a_card_with_the_followers_own_address() -> None:
    follower = a_follower(an_account(a_library()))
    card = resolved(follower, PageLink("我的预约", "/m/holds/", "看排到第几位"))
    assert isinstance(card, News) and "/m/w/" in card.articles[0].url


# ---- materials --------------------------------------------------------------------------------------------


def a_material(account: Account, *, is_permanent: bool = False) -> Material:
    return materials.add(
        account=account,
        kind="image",
        title="地图",
        name="map.png",
        content=PNG,
        is_permanent=is_permanent,
        by=None,
    )


@pytest.mark.parametrize("is_permanent", [False, True])
def test_a_material_is_uploaded_by_a_worker(sandbox: SandboxClient, is_permanent: bool) -> None:
    material = a_material(known(sandbox).account, is_permanent=is_permanent)
    run_errands()
    material.refresh_from_db()
    assert material.media_id and not material.error
    assert (material.expires_at is None) == is_permanent


def test_a_temporary_material_is_renewed_before_it_ends_and_rules_follow(sandbox: SandboxClient) -> None:
    follower = known(sandbox)
    material = a_material(follower.account)
    run_errands()
    material.refresh_from_db()
    former = material.media_id
    file = RuleFile(
        name="地图",
        keywords=[{"text": "地图", "how": "exact"}],
        replies=[{"type": "image", "media_id": f"material:{material.pk}"}],
    )
    add_rule(account=follower.account, file=file, by=None)
    assert say(follower, "地图") == Image(former)
    assert materials.renew_expiring() == 0
    clock.move(timedelta(days=2, hours=13))
    sandbox.advance_clock(61 * 3600)
    assert materials.renew_expiring() == 1
    run_errands()
    material.refresh_from_db()
    assert material.media_id != former
    assert say(follower, "地图") == Image(material.media_id)
    with pytest.raises(MaterialUnfit, match="地图"):
        materials.remove(material=material, by=None)


# ---- menus ------------------------------------------------------------------------------------------------


def test_a_personalised_menu_is_shown_to_its_tag(sandbox: SandboxClient) -> None:
    account = known(sandbox).account
    buttons: list[JsonValue] = [{"name": "帮助", "type": "click", "key": "HELP"}]
    menus.publish(menu=menus.draft(account=account, buttons=buttons, by=None), by=None)
    tag = client_for(account).tags.create("医生")
    doctors = menus.publish(menu=menus.draft(account=account, buttons=buttons, by=None, tag_id=tag), by=None)
    assert doctors.state == MenuState.PUBLISHED and doctors.platform_id
    again = menus.publish(menu=menus.draft(account=account, buttons=buttons, by=None, tag_id=tag), by=None)
    doctors.refresh_from_db()
    assert doctors.state == MenuState.REPLACED and again.platform_id != doctors.platform_id


@pytest.mark.parametrize(
    "buttons",
    [
        [],
        [{"name": "一", "type": "click", "key": "K"}] * 4,
        [{"name": "", "type": "click", "key": "K"}],
        [{"name": "名字太长太长", "type": "click", "key": "K"}],
        [{"name": "一", "type": "click"}],
        [{"name": "一", "type": "view", "url": "ftp://x"}],
        [{"name": "一", "type": "view", "url": "https://" + "x" * 1100}],
        [{"name": "一", "type": "fly", "key": "K"}],
        [{"name": "一", "sub_button": [{"name": "二", "type": "click", "key": "K"}] * 6}],
        [{"name": "一", "type": "miniprogram", "appid": "wx1", "pagepath": "p"}],
    ],
)
def test_a_menu_beyond_the_limits_is_refused_before_it_is_sent(buttons: list[JsonValue]) -> None:
    with pytest.raises(MenuUnfit):
        check(buttons)


# ---- the table of kinds -----------------------------------------------------------------------------------


def test_a_clear_probe_goes_before_the_table_and_anything_else_does_not() -> None:
    for kind in AccountKind.values:
        for capability in Capability:
            in_table = capability in TABLE[kind]
            assert allows(kind, capability, {capability: "ok"})
            assert not allows(kind, capability, {capability: "48001"})
            for unclear in ("45009", "unreachable", ""):
                assert allows(kind, capability, {capability: unclear}) == in_table


def test_the_table_says_what_the_sheet_says() -> None:
    assert {kind for kind in AccountKind.values if allows(kind, Capability.OAUTH)} == {"F1", "test"}
    assert {kind for kind in AccountKind.values if not allows(kind, Capability.CUSTOM_MENU)} == {"S0", "WXA"}
    assert not allows("S0", Capability.CUSTOMER_SERVICE) and allows("S1", Capability.MASS_BY_TAG)
    assert [daily_mass_quota(kind) for kind in ("S0", "S1", "F1")] == [0, 1, 100]
