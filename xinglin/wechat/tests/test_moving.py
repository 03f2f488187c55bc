"""Openids that change: tried first, carried out page by page, nobody's things lost."""

import pytest

from wechat_sandbox.control import SandboxClient
from xinglin.commons import history
from xinglin.commons.errors import NotAllowed
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.patrons.tests.factories import a_patron
from xinglin.wechat.errors import MoveNotPossible, NotCapable
from xinglin.wechat.models import (
    Account,
    Binding,
    Fate,
    Follower,
    IncomingMessage,
    MovedFollower,
    MoveState,
    OpenidMove,
    SubscriptionConsent,
)
from xinglin.wechat.services import bindings, followers, moving, subscriptions
from xinglin.wechat.testing import a_follower, an_account, say

pytestmark = pytest.mark.django_db

CHANGE = "/cgi-bin/changeopenid"


def known(sandbox: SandboxClient, cast: SmallConsortium, appid: str, kind: str) -> Account:
    """An account on both sides."""
    made = sandbox.add_account(appid, kind=kind)
    return an_account(cast.main, kind=kind, appid=appid, secret=str(made["secret"]))


def bound(follower: Follower) -> Binding:
    """A reader of their own."""
    patron = a_patron()
    bindings.bind_by_code(follower=follower, digits=bindings.issue_code(patron=patron, by=None))
    return Binding.objects.get(follower=follower, unbound_at=None)


def test_a_move_is_tried_looked_at_and_carried_out_and_everything_goes_along(
    sandbox: SandboxClient, a_small_consortium: SmallConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "AT_ONCE", 2)
    old, new = (
        known(sandbox, a_small_consortium, appid, kind)
        for appid, kind in (("wxoldaccount", "S1"), ("wxnewaccount", "F1"))
    )
    people = []
    for name in ("wang", "li", "zhao"):
        sandbox.add_person(name)
        sandbox.follow(old.appid, name)
        people.append(a_follower(old, sandbox.openid(old.appid, name)))
    wang, li, zhao = people
    stranger, left = a_follower(old, "nobody-knows-them"), a_follower(old, "left-long-ago")
    followers.unfollow(follower=left)
    kept = bound(wang)
    subscriptions.note_answer(follower=wang, template_id="t1", status="accept")
    say(wang, "帮助")
    # Li wrote to the new account already, and bound there as somebody else, later.
    sandbox.follow(new.appid, "li")
    earlier = bound(li)
    there = a_follower(new, sandbox.openid(new.appid, "li"))
    later = bound(there)
    say(there, "帮助")

    client = signed_in(a_small_consortium.manager)
    assert client.get("/console/wechat/moves/").status_code == 200
    sent = {"source": old.pk, "target": new.pk, "from_appid": ""}
    assert client.post("/console/wechat/move/new/", sent).status_code == 302
    move = OpenidMove.objects.get()
    sandbox.fault("api", "errcode", path=CHANGE, times=1, errcode=45009)
    moving.run(move_id=move.pk)
    move.refresh_from_db()
    assert (move.state, move.asked) == (MoveState.WAITING, 0)
    assert moving.resume_waiting() == 1
    moving.run(move_id=move.pk)
    move.refresh_from_db()
    assert (move.state, move.asked, move.total) == (MoveState.ASKED, 4, 4)
    assert moving.to_be_merged(move) == 1
    wang.refresh_from_db()
    assert wang.account == old and wang.openid == sandbox.openid(old.appid, "wang")  # nothing is changed yet
    page = client.get(f"/console/wechat/move/{move.pk}/").content.decode()
    assert "执行迁移" in page and "nobody-knows-them" in page

    with pytest.raises(MoveNotPossible, match="没有结束"):
        moving.begin(source=old, target=new, by=None)
    client.post(f"/console/wechat/move/{move.pk}/do/carry_out/", {})
    moving._move_page(OpenidMove.objects.get())  # the job dies behind its first page, and another goes on
    moving.run(move_id=move.pk)
    moving.run(move_id=move.pk)
    move.refresh_from_db()
    assert (move.state, move.moved) == (MoveState.DONE, 3)
    for follower, name in ((wang, "wang"), (li, "li"), (zhao, "zhao")):
        follower.refresh_from_db()
        assert (follower.account, follower.openid) == (new, sandbox.openid(new.appid, name))
    assert Binding.objects.get(follower=wang, unbound_at=None) == kept
    assert SubscriptionConsent.objects.get().follower == wang
    fates = dict(MovedFollower.objects.values_list("follower", "fate"))
    assert fates == {
        wang.pk: Fate.MOVED, li.pk: Fate.MERGED, zhao.pk: Fate.MOVED, stranger.pk: Fate.UNKNOWN,
    }  # fmt: skip
    assert Binding.objects.get(follower=li, unbound_at=None) == later
    earlier.refresh_from_db()
    assert earlier.unbound_at is not None
    assert "绑定的读者不同" in MovedFollower.objects.get(follower=li).note
    assert IncomingMessage.objects.filter(follower=li).count() == 1
    there.refresh_from_db()
    assert there.erased_at is not None and there.openid.startswith("merged-")
    words = {entry.deed for entry in history.history_of(move)}
    assert {"begin_move", "carry_out", "finish_move"} <= words
    # The mapping names openids: it goes with the follower.
    followers.unfollow(follower=wang)
    assert not MovedFollower.objects.filter(follower=wang).exists()


def test_an_account_whose_appid_was_replaced_moves_within_itself_and_a_dropped_move_leaves_nothing(
    sandbox: SandboxClient, a_small_consortium: SmallConsortium
) -> None:
    old = known(sandbox, a_small_consortium, "wxbefore01", "S1")
    sandbox.add_person("wang")
    sandbox.follow(old.appid, "wang")
    wang = a_follower(old, sandbox.openid(old.appid, "wang"))
    made = sandbox.add_account("wxafter001", kind="F1")
    with pytest.raises(MoveNotPossible, match="相同"):
        moving.begin(source=old, target=old, by=None)
    old.appid, old.secret = "wxafter001", str(made["secret"])
    old.save()
    first = moving.begin(source=old, target=old, from_appid="wxbefore01", by=None)
    moving.run(move_id=first.pk)
    moving.drop(move=first, by=None)
    assert not MovedFollower.objects.exists()
    with pytest.raises(MoveNotPossible):
        moving.carry_out(move=first, by=None)
    second = moving.begin(source=old, target=old, from_appid="wxbefore01", by=None)
    moving.run(move_id=second.pk)
    moving.carry_out(move=second, by=None)
    moving.run(move_id=second.pk)
    wang.refresh_from_db()
    assert (wang.account, wang.openid) == (old, sandbox.openid("wxafter001", "wang"))


def test_who_may_not_is_refused_and_so_is_an_account_that_cannot_ask(
    a_small_consortium: SmallConsortium,
) -> None:
    old, personal = (
        an_account(a_small_consortium.main, kind="S1"),
        an_account(a_small_consortium.main, kind="S0"),
    )
    with pytest.raises(NotCapable):
        moving.begin(source=old, target=personal, by=None)
    with pytest.raises(NotAllowed):
        moving.begin(source=old, target=personal, by=a_small_consortium.outsider)
    assert signed_in(a_small_consortium.outsider).get("/console/wechat/moves/").status_code in (200, 403)
