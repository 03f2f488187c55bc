"""Followers brought in step with the platform: everybody once, then the difference; page by page, and resumable.

Each page is written together with the mark of how far it went. A used-up quota is no failure: the next day goes on.
Unfollows that no push told us of are found by their absence, and erased as any unfollow is.
"""

from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.client.errors import QuotaUsedUp, WeChatApiError
from xinglin.wechat.client.user import FollowerPage
from xinglin.wechat.errors import NotCapable, SyncUnderWay
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_text
from xinglin.wechat.models import Account, Follower, FollowerSync, SyncStage, SyncState
from xinglin.wechat.services.followers import unfollow

SYNC = "xinglin.wechat.sync_followers"
DETAILS_AT_ONCE = 100
# Who was seen by a push within this time is not taken to be gone because a list of yesterday lacks them.
JUST_SEEN = timedelta(hours=1)

WRITE_PAGE = """
    with page as (select distinct openid from unnest(%(openids)s::text[]) as t (openid)),
    written as (
      insert into wechat_follower (account_id, openid, unionid, is_following, first_seen_at, followed_at, scene, remark,
                                   starred, seen_by_sync)
      select %(account)s, openid, '', true, %(now)s, null, '', '', false, %(sync)s from page order by openid
      on conflict (account_id, openid) do update
      set seen_by_sync = excluded.seen_by_sync, is_following = true,
          unfollowed_at = null
      returning (xmax = 0) as is_new
    )
    select count(*) filter (where is_new) from written
"""


@transaction.atomic
def start(*, account: Account, is_full: bool, by: Staff | None) -> FollowerSync:
    """Begin a synchronisation, by a job.

    Raises ``NotCapable`` where the account has no list of followers, ``SyncUnderWay`` while one is at work.
    """
    access.require(by, "wechat.sync_followers", account.library_id)
    if not account.may(Capability.USERS):
        raise NotCapable(
            _("%(account)s 没有用户列表权限；关注者在来信、关注或打开个人链接时逐个登记，不能同步。"),
            account=account.name,
        )
    stage = SyncStage.LIST if is_full else SyncStage.DETAILS
    try:
        with transaction.atomic():
            sync = FollowerSync.objects.create(account=account, is_full=is_full, stage=stage)
    except IntegrityError:
        raise SyncUnderWay(_("%(account)s 正在同步，请等它完成。"), account=account.name) from None
    soon(sync)
    return sync


def soon(sync: FollowerSync) -> None:
    """Give a synchronisation a job."""
    app.configure_task(SYNC, queue="wechat", lock=f"sync-{sync.pk}").defer(sync_id=sync.pk)


def run(*, sync_id: int) -> None:
    """Go on with a synchronisation until it is done, or the day's quota is."""
    sync = FollowerSync.objects.select_related("account").get(pk=sync_id)
    steps = {
        SyncStage.LIST: _list_page,
        SyncStage.GONE: _end_those_who_are_gone,
        SyncStage.DETAILS: _details_page,
        SyncStage.BLACKLIST: _blacklist_page,
    }
    try:
        while sync.state in (SyncState.RUNNING, SyncState.WAITING) and sync.stage != SyncStage.DONE:
            steps[SyncStage(sync.stage)](sync)
    except QuotaUsedUp as error:
        sync.state, sync.problem = SyncState.WAITING, str(error)[:300]
        sync.save(update_fields=["state", "problem"])
        return
    except WeChatApiError as error:
        sync.state, sync.problem, sync.finished_at = SyncState.FAILED, str(error)[:300], clock.now()
        sync.save(update_fields=["state", "problem", "finished_at"])
        return
    sync.state, sync.problem, sync.finished_at = SyncState.DONE, "", clock.now()
    sync.save(update_fields=["state", "problem", "finished_at"])


def _list_page(sync: FollowerSync) -> None:
    page: FollowerPage = client_for(sync.account).user.page(sync.cursor)
    with transaction.atomic(), connection.cursor() as cursor:
        if page.openids:
            cursor.execute(
                WRITE_PAGE,
                {
                    "openids": list(page.openids),
                    "account": sync.account_id,
                    "now": clock.now(),
                    "sync": sync.pk,
                },
            )
            sync.joined += int(cursor.fetchone()[0])
        sync.calls, sync.total = sync.calls + 1, page.total
        sync.listed += len(page.openids)
        _next(sync, page.next_openid if page.openids else "", SyncStage.GONE)


def _end_those_who_are_gone(sync: FollowerSync) -> None:
    """Unfollow, five hundred at a time, whoever followed before the list was read and does not stand in it."""
    absent = Follower.objects.filter(
        account=sync.account, is_following=True, erased_at__isnull=True, first_seen_at__lt=sync.started_at
    ).filter(Q(seen_by_sync__isnull=True) | ~Q(seen_by_sync=sync.pk))
    absent = absent.exclude(messages__received_at__gte=sync.started_at - JUST_SEEN)
    absent = absent.filter(Q(followed_at__isnull=True) | Q(followed_at__lt=sync.started_at))
    with transaction.atomic():
        page = list(absent.order_by("pk")[:500])
        for follower in page:
            unfollow(follower=follower)
        sync.gone += len(page)
        if page:
            sync.save(update_fields=["gone"])
        else:
            _next(sync, "", SyncStage.DETAILS)


def _details_page(sync: FollowerSync) -> None:
    """Ask for the next hundred: everybody in a full run, else those of whom nothing is known yet."""
    wanted = Follower.objects.filter(
        account=sync.account, is_following=True, erased_at__isnull=True, pk__gt=int(sync.cursor or 0)
    )
    if not sync.is_full:
        wanted = wanted.filter(known_at__isnull=True)
    page = list(wanted.order_by("pk")[:DETAILS_AT_ONCE])
    if not page:
        with transaction.atomic():
            _next(sync, "", SyncStage.BLACKLIST)
        return
    told = {
        as_text(each.get("openid")): each
        for each in client_for(sync.account).user.infos([follower.openid for follower in page])
    }
    with transaction.atomic():
        locked = Follower.objects.select_for_update().filter(
            pk__in=[follower.pk for follower in page], erased_at__isnull=True
        )
        known = [
            follower
            for follower in locked.order_by("pk")
            if (info := told.get(follower.openid)) is not None and _take(follower, info)
        ]
        Follower.objects.bulk_update(known, TAKEN)
        sync.calls += 1
        sync.detailed += len(told)
        sync.cursor = str(page[-1].pk)
        sync.save(update_fields=["calls", "detailed", "cursor"])


TAKEN = ("followed_at", "remark", "unionid", "scene", "came_by", "known_at")


def _take(follower: Follower, info: JsonObject) -> bool:
    """Take over what the platform still tells (sheet §8.10), no name and no picture; not of one who has left."""
    if as_int(info.get("subscribe")) == 0:
        if follower.is_following:
            unfollow(follower=follower)
        return False
    followed = as_int(info.get("subscribe_time"))
    if followed and follower.followed_at is None:
        follower.followed_at = datetime.fromtimestamp(followed, UTC)
    follower.remark = as_text(info.get("remark"))[:60] or follower.remark
    follower.unionid = as_text(info.get("unionid"))[:128] or follower.unionid
    follower.scene = follower.scene or as_text(info.get("qr_scene_str"))[:64]
    follower.came_by = as_text(info.get("subscribe_scene"))[:40]
    follower.known_at = clock.now()
    return True


def _blacklist_page(sync: FollowerSync) -> None:
    page = client_for(sync.account).user.blacklist(sync.cursor)
    with transaction.atomic():
        followers = Follower.objects.filter(account=sync.account)
        if not sync.cursor:
            followers.filter(is_blocked=True).update(is_blocked=False)
            sync.blocked = 0
        followers.filter(openid__in=list(page.openids)).update(is_blocked=True)
        sync.calls += 1
        sync.blocked += len(page.openids)
        _next(sync, page.next_openid if page.openids else "", SyncStage.DONE)


def _next(sync: FollowerSync, cursor: str, stage: SyncStage) -> None:
    """Move on within the stage, or to another when there is no cursor; never past what was written."""
    sync.cursor = cursor
    if not cursor:
        sync.stage = stage
    sync.save()


@transaction.atomic
def resume_waiting() -> int:
    """Give a new job to every synchronisation that waited for another day's quota."""
    waiting = FollowerSync.objects.filter(state__in=(SyncState.WAITING, SyncState.RUNNING))
    for sync in waiting:
        soon(sync)
    return len(waiting)


def start_nightly() -> int:
    """Begin the night's synchronisations: everybody on Mondays and where there was none, else the difference."""
    started = 0
    for account in Account.objects.filter(active=True).exclude(sealed_secret=""):
        if not account.may(Capability.USERS):
            continue
        before = FollowerSync.objects.filter(account=account, is_full=True, state=SyncState.DONE).exists()
        try:
            start(account=account, is_full=not before or clock.today().weekday() == 0, by=None)
        except SyncUnderWay:
            continue
        started += 1
    return started
