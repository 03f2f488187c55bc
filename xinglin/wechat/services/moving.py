"""Openids change when an account changes hands or kind (sheet §8.10, ``changeopenid``): everybody keeps what is theirs.

First everybody's new openid is asked for and written down; nothing else changes, and a person looks at the numbers.
Then, page by page, each follower's row gets its new openid, and the new account where that is another row: bindings,
tags, consents, messages and what rooms above keep hang on the row and stay. Where somebody wrote to the new account
before, what they are there is put into the old row. A page and its mark are one transaction.
"""

import secrets

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from procrastinate.contrib.django import app

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.client.errors import QuotaUsedUp, WeChatApiError
from xinglin.wechat.errors import MoveNotPossible, NotCapable
from xinglin.wechat.events import FollowerMerged
from xinglin.wechat.lifecycle import OPENID_MOVES
from xinglin.wechat.models import (
    Account,
    Binding,
    Conversation,
    Fate,
    Follower,
    IncomingMessage,
    MovedFollower,
    MoveState,
    OpenidMove,
    OutgoingMessage,
    PersonalLink,
    SubscriptionConsent,
)

MOVE = "xinglin.wechat.move_openids"
RUN = "wechat.move_openids"
AT_ONCE = 100


@transaction.atomic
def begin(*, source: Account, target: Account, from_appid: str = "", by: Staff | None) -> OpenidMove:
    """Begin the dry run of a move: every follower's new openid is asked for, and nothing is changed.

    With one account on both sides, ``from_appid`` is the AppID that it had before.

    Raises ``NotCapable`` where the new account has no list of users, ``MoveNotPossible``.
    """
    for account in {source, target}:
        access.require(by, RUN, account.library_id)
    appid = (from_appid or source.appid).strip()
    if not target.may(Capability.USERS):
        raise NotCapable(_("%(account)s 没有用户管理权限，查不到新的 OpenID。"), account=target.name)
    if appid == target.appid:
        raise MoveNotPossible(
            lazy("原 AppID 与新公众号的 AppID 相同（%(appid)s）；请填写迁移之前的 AppID。"), appid=appid
        )
    total = Follower.objects.filter(account=source, is_following=True, erased_at=None).count()
    try:
        with transaction.atomic():
            move = OpenidMove.objects.create(
                source=source, target=target, from_appid=appid, total=total, started_by=by
            )
    except IntegrityError:
        raise MoveNotPossible(
            lazy("%(account)s 已有一次迁移没有结束，请先完成或放弃它。"), account=source.name
        ) from None
    history.record(move, "begin_move", by=by.user if by else None, changes={"from_appid": appid})
    soon(move)
    return move


@transaction.atomic
def carry_out(*, move: OpenidMove, by: Staff | None) -> None:
    """Let the move be carried out as it was tried. Raises ``MoveNotPossible`` from where it stands otherwise."""
    kept = _locked(move, "carry_out", by)
    kept.cursor = 0
    _go(kept, "carry_out", by)
    soon(kept)


@transaction.atomic
def resume(*, move: OpenidMove, by: Staff | None) -> None:
    """Go on with a move that was stopped by an error. Raises ``MoveNotPossible``."""
    kept = _locked(move, "resume_move", by)
    kept.problem = ""
    _go(kept, "resume_move", by)
    soon(kept)


@transaction.atomic
def drop(*, move: OpenidMove, by: Staff | None) -> None:
    """Give a move up before it is carried out; the openids that were written down are deleted.

    Raises ``MoveNotPossible``.
    """
    kept = _locked(move, "drop_move", by)
    kept.followers.all().delete()
    kept.finished_at = clock.now()
    _go(kept, "drop_move", by)


def to_be_merged(move: OpenidMove) -> int:
    """Return how many of those who were found are known in the new account already."""
    found = move.followers.filter(fate=Fate.FOUND)
    there = Follower.objects.filter(account=move.target_id, openid__in=found.values("new_openid"))
    return there.exclude(pk__in=found.values("follower")).count()


def soon(move: OpenidMove) -> None:
    """Give a move a job; two never work at one move."""
    key = f"openid-move-{move.pk}"
    app.configure_task(MOVE, queue="wechat", lock=key).defer(move_id=move.pk)


def run(*, move_id: int) -> None:
    """Go on with a move until it waits for a person, for another day's quota, or is done."""
    move = OpenidMove.objects.select_related("source", "target").get(pk=move_id)
    try:
        while move.state in (MoveState.ASKING, MoveState.WAITING) and _ask_page(move):
            pass
    except QuotaUsedUp as error:
        _put(move, "wait", str(error))
        return
    except WeChatApiError as error:
        _put(move, "fail", str(error))
        return
    while move.state == MoveState.CARRYING and _move_page(move):
        pass


def resume_waiting() -> int:
    """Give a job to every move that waited for another day's quota, or whose job was lost."""
    waiting = OpenidMove.objects.filter(state__in=(MoveState.WAITING, MoveState.ASKING, MoveState.CARRYING))
    for move in waiting:
        soon(move)
    return len(waiting)


def _ask_page(move: OpenidMove) -> bool:
    """Ask for the next hundred and write them down; return whether there may be more."""
    rows = Follower.objects.filter(
        account=move.source, is_following=True, erased_at=None, pk__gt=move.cursor
    ).order_by("pk")
    page = list(rows[:AT_ONCE])
    if not page:
        _put(move, "finish_asking")
        return False
    found = client_for(move.target).user.change_openids(move.from_appid, [each.openid for each in page])
    with transaction.atomic():
        kept = OpenidMove.objects.select_for_update().get(pk=move.pk)
        if (MoveState(kept.state), "finish_asking") not in OPENID_MOVES:
            move.state = kept.state
            return False  # given up meanwhile
        MovedFollower.objects.bulk_create(
            [
                MovedFollower(
                    move=kept, follower=each, old_openid=each.openid, new_openid=found.get(each.openid, ""),
                    fate=Fate.FOUND if each.openid in found else Fate.UNKNOWN,
                )
                for each in page
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        kept.state, kept.cursor, kept.problem = MoveState.ASKING, page[-1].pk, ""
        kept.asked, kept.calls = kept.asked + len(page), kept.calls + 1
        kept.save(update_fields=["state", "cursor", "asked", "calls", "problem"])
    move.state, move.cursor = kept.state, kept.cursor
    return True


def _move_page(move: OpenidMove) -> bool:
    """Give the next hundred their new openids; return whether there may be more."""
    with transaction.atomic():
        kept = OpenidMove.objects.select_for_update().select_related("target").get(pk=move.pk)
        if kept.state != MoveState.CARRYING:
            move.state = kept.state
            return False
        rows = kept.followers.filter(fate=Fate.FOUND, follower__gt=kept.cursor).order_by("follower")
        page = list(rows.select_for_update(of=("self",))[:AT_ONCE])
        for line in page:
            _move_one(kept, line)
            kept.cursor = line.follower_id
            kept.moved += line.fate in (Fate.MOVED, Fate.MERGED)
        kept.save(update_fields=["cursor", "moved"])
        if page:
            return True
        kept.finished_at = clock.now()
        _go(kept, "finish_move", None)
    move.state = kept.state
    return False


def _move_one(move: OpenidMove, line: MovedFollower) -> None:
    follower = Follower.objects.select_for_update(no_key=True).get(pk=line.follower_id)
    if follower.erased_at is not None or follower.openid != line.old_openid:
        line.fate = Fate.GONE
        line.save(update_fields=["fate"])
        return
    line.fate = Fate.MOVED
    there = (
        Follower.objects.select_for_update(no_key=True)
        .filter(account=move.target, openid=line.new_openid).exclude(pk=follower.pk).first()
    )  # fmt: skip
    if there is not None:
        line.fate, line.note = Fate.MERGED, _merge(follower, there)
    follower.account, follower.openid = move.target, line.new_openid
    follower.save(update_fields=["account", "openid"])
    # A link is signed with account and openid: those that were sent lead nowhere now, and new ones are easily had.
    PersonalLink.objects.filter(follower=follower).delete()
    line.save(update_fields=["fate", "note"])


def _merge(kept: Follower, other: Follower) -> str:
    """Put what somebody is in the new account into their old row; return what a person should know of it.

    The other row stays as the trace of an openid, empty; rooms above move theirs when they hear of it.
    """
    note = ""
    bound = Binding.objects.filter(follower=other, unbound_at=None).first()
    if bound is not None:
        mine = Binding.objects.filter(follower=kept, unbound_at=None).first()
        if mine is not None and mine.patron_id != bound.patron_id:
            note = _("两边绑定的读者不同，以较晚的为准")
        if mine is not None:
            earlier = mine if mine.patron_id != bound.patron_id and mine.bound_at < bound.bound_at else bound
            Binding.objects.filter(pk=earlier.pk).update(unbound_at=clock.now())
    Binding.objects.filter(follower=other).update(follower=kept)
    for consent in SubscriptionConsent.objects.filter(follower=other):
        if not SubscriptionConsent.objects.filter(follower=kept, template_id=consent.template_id).exists():
            SubscriptionConsent.objects.filter(pk=consent.pk).update(follower=kept)
    SubscriptionConsent.objects.filter(follower=other).delete()
    IncomingMessage.objects.filter(follower=other).update(follower=kept)
    OutgoingMessage.objects.filter(follower=other).update(follower=kept)
    Conversation.objects.filter(follower=other).delete()
    PersonalLink.objects.filter(follower=other).delete()
    kept.scene, kept.remark = kept.scene or other.scene, kept.remark or other.remark
    kept.starred = kept.starred or other.starred
    kept.save(update_fields=["scene", "remark", "starred"])
    other.openid, other.unionid, other.remark, other.scene = f"merged-{secrets.token_hex(16)}", "", "", ""
    other.is_following, other.erased_at = False, clock.now()
    other.save()
    announce(FollowerMerged(follower_id=kept.pk, merged_id=other.pk))
    return note


def _locked(move: OpenidMove, deed: str, by: Staff | None) -> OpenidMove:
    for account in {move.source, move.target}:
        access.require(by, RUN, account.library_id)
    kept = OpenidMove.objects.select_for_update().get(pk=move.pk)
    if (MoveState(kept.state), deed) not in OPENID_MOVES:
        raise MoveNotPossible(
            lazy("这次迁移现在是「%(state)s」，不能这样办理；请刷新后再看。"), state=kept.get_state_display()
        )
    return kept


def _go(kept: OpenidMove, deed: str, by: Staff | None) -> None:
    kept.state = OPENID_MOVES[MoveState(kept.state), deed][0]
    kept.save()
    history.record(kept, deed, by=by.user if by else None)


@transaction.atomic
def _put(move: OpenidMove, deed: str, problem: str = "") -> None:
    """Let the job bring a move on, unless a person gave it up meanwhile."""
    kept = OpenidMove.objects.select_for_update().get(pk=move.pk)
    step = OPENID_MOVES.get((MoveState(kept.state), deed))
    if step is not None:
        kept.state, kept.problem = step[0], problem[:300]
        kept.save(update_fields=["state", "problem"])
    move.state = kept.state
