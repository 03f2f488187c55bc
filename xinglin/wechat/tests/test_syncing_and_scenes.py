"""Followers in step with the platform's list, within its quotas; and codes that know where they hang."""

from datetime import timedelta

import pytest
from django.test import Client

from wechat_sandbox.control import SandboxClient
from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.wechat.errors import NotCapable, SceneUnfit, SyncUnderWay
from xinglin.wechat.models import (
    Account,
    Follower,
    FollowerSync,
    SceneCode,
    SceneKind,
    SceneScans,
    SyncStage,
    SyncState,
)
from xinglin.wechat.services import scenes, syncing
from xinglin.wechat.services.scenes import SceneFile
from xinglin.wechat.testing import a_follower, an_account, happen, text_of

pytestmark = pytest.mark.django_db(transaction=True)

APPID = "wxsync"


def an_account_of(sandbox: SandboxClient, cast: SmallConsortium, kind: str = "F1") -> Account:
    """An account without a callback: nothing is known but by asking."""
    made = sandbox.add_account(APPID, kind=kind)
    return an_account(cast.main, kind=kind, appid=APPID, secret=str(made["secret"]))


def run(account: Account, *, is_full: bool = True) -> FollowerSync:
    """One synchronisation as far as it goes."""
    sync = syncing.start(account=account, is_full=is_full, by=None)
    syncing.run(sync_id=sync.pk)
    sync.refresh_from_db()
    return sync


def test_a_full_run_finds_who_follows_who_left_and_what_is_known(
    sandbox: SandboxClient, a_small_consortium: SmallConsortium
) -> None:
    account = an_account_of(sandbox, a_small_consortium)
    for number in range(5):
        sandbox.add_person(f"p{number}")
        sandbox.follow(APPID, f"p{number}")
    known = a_follower(account, sandbox.openid(APPID, "p0"))
    left = a_follower(account, "oGoneLongAgo0000000000000001")
    Follower.objects.filter(pk__in=(known.pk, left.pk)).update(
        first_seen_at=clock.now() - timedelta(days=3), followed_at=clock.now() - timedelta(days=3)
    )
    sync = run(account)
    assert (sync.state, sync.total, sync.listed, sync.joined, sync.gone) == (SyncState.DONE, 5, 5, 4, 1)
    left.refresh_from_db()
    assert left.erased_at is not None and not left.is_following and left.openid.startswith("erased-")
    there = Follower.objects.filter(account=account, is_following=True)
    assert there.count() == 5 and not there.filter(known_at=None).exists()
    assert set(there.exclude(pk=known.pk).values_list("came_by", flat=True)) != {""}
    again = run(account)
    assert (again.joined, again.gone) == (0, 0)
    sandbox.add_person("late")
    sandbox.follow(APPID, "late")
    a_follower(account, sandbox.openid(APPID, "late"))
    assert run(account, is_full=False).detailed == 1


def test_a_used_up_quota_waits_for_the_next_day_and_goes_on_where_it_was(
    sandbox: SandboxClient, a_small_consortium: SmallConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "DETAILS_AT_ONCE", 2)
    account = an_account_of(sandbox, a_small_consortium)
    for number in range(5):
        sandbox.add_person(f"p{number}")
        sandbox.follow(APPID, f"p{number}")
    sandbox.fault("api", "errcode", path="/cgi-bin/user/info/batchget", errcode=45009, times=1)
    sync = run(account)
    assert (sync.state, sync.stage) == (SyncState.WAITING, SyncStage.DETAILS) and sync.problem
    with pytest.raises(SyncUnderWay):
        syncing.start(account=account, is_full=True, by=None)
    calls = sync.calls
    assert syncing.resume_waiting() == 1
    syncing.run(sync_id=sync.pk)
    sync.refresh_from_db()
    assert sync.state == SyncState.DONE and sync.detailed == 5
    assert sync.calls == calls + 3 + 1 and sync.joined == 5


def test_a_personal_account_cannot_list_and_an_outsider_may_not(
    sandbox: SandboxClient, a_small_consortium: SmallConsortium
) -> None:
    account = an_account_of(sandbox, a_small_consortium, "S0")
    with pytest.raises(NotCapable):
        syncing.start(account=account, is_full=True, by=None)
    with pytest.raises(NotAllowed):
        syncing.start(account=account, is_full=True, by=a_small_consortium.outsider)
    with pytest.raises(NotAllowed):
        scenes.add(
            account=account, names=["x"], file=SceneFile(SceneKind.WARD), by=a_small_consortium.outsider
        )
    assert syncing.start_nightly() == 0


def test_a_code_of_the_platform_counts_who_came_by_it(
    sandbox: SandboxClient, a_small_consortium: SmallConsortium
) -> None:
    account = an_account_of(sandbox, a_small_consortium)
    file = SceneFile(SceneKind.WARD, "扫码查书", "/m/search/")
    [code] = scenes.add(account=account, names=["内科病区"], file=file, by=None)
    scenes.make(code_id=code.pk)
    code.refresh_from_db()
    assert code.is_of_the_platform and "weixin.qq.com" in code.url
    newcomer = a_follower(account)
    happen(newcomer, "subscribe", f"qrscene_{code.scene}", Ticket=code.ticket)
    answer = text_of(happen(newcomer, "SCAN", code.scene, Ticket=code.ticket))
    assert "内科病区" in answer and "扫码查书" in answer
    kept = SceneScans.objects.get()
    assert (kept.follows, kept.scans, kept.opens) == (1, 1, 0)
    newcomer.refresh_from_db()
    assert newcomer.scene == code.scene
    scenes.retire(code=code, by=None)
    assert "已停用" in text_of(happen(newcomer, "SCAN", code.scene, Ticket=code.ticket))
    for names, path in (([], ""), (["x"] * 201, ""), (["x"], "https://evil.example/")):
        with pytest.raises(SceneUnfit):
            scenes.add(account=account, names=names, file=SceneFile(SceneKind.WARD, path=path), by=None)


def test_an_account_without_scene_codes_prints_pages(
    sandbox: SandboxClient, a_small_consortium: SmallConsortium
) -> None:
    account = an_account_of(sandbox, a_small_consortium, "S1")
    codes = scenes.add(
        account=account,
        names=["书架甲", "书架乙"],
        file=SceneFile(SceneKind.SHELF, path="/m/libraries/"),
        by=None,
    )
    assert all(not code.is_of_the_platform and f"/m/q/{code.key}/" in code.url for code in codes)
    answer = Client().get(f"/m/q/{codes[0].key}/")
    assert answer["Location"] == "/m/libraries/"
    assert SceneScans.objects.get().opens == 1
    SceneCode.objects.filter(pk=codes[1].pk).update(path="")
    assert "关注公众号" in Client().get(f"/m/q/{codes[1].key}/").content.decode()
    client = signed_in(a_small_consortium.manager)
    for path in ("scenes/", "scene/new/", "scenes/sheet/", "syncs/", "sync/new/"):
        assert client.get(f"/console/wechat/{path}").status_code == 200, path
    sheet = client.get(f"/console/wechat/scenes/sheet/?pick={codes[0].pk}").content.decode()
    assert "书架甲" in sheet and "<svg" in sheet and "书架乙" not in sheet
    answer = client.post(
        "/console/wechat/scene/new/",
        {"account": account.pk, "kind": "poster", "names": "海报一\n海报二", "days": "0"},
    )
    assert answer.status_code == 302 and SceneCode.objects.count() == 4
    other = signed_in(a_small_consortium.outsider)
    assert "书架甲" not in other.get("/console/wechat/scenes/sheet/").content.decode()
