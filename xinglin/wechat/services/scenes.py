"""QR codes with a scene: made by the platform where the account may, else codes that open a page of ours."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.client.errors import PlatformBusy, PlatformUnreachable, WeChatApiError
from xinglin.wechat.client.qrcode import LONGEST_LIFE
from xinglin.wechat.errors import SceneUnfit
from xinglin.wechat.links import safe_path
from xinglin.wechat.models import Account, SceneCode, SceneKind

MAKE = "xinglin.wechat.make_scene_code"
MOST_AT_ONCE = 200

COUNT = """
    insert into wechat_scenescans (code_id, day, follows, scans, opens)
    values (%(code)s, %(day)s, %(follows)s, %(scans)s, %(opens)s)
    on conflict (code_id, day) do update
    set follows = wechat_scenescans.follows + excluded.follows, scans = wechat_scenescans.scans + excluded.scans,
        opens = wechat_scenescans.opens + excluded.opens
"""


@dataclass(frozen=True)
class SceneFile:
    """What a librarian says of codes. ``days``: how long they hold; 0 for ever."""

    kind: SceneKind
    hint: str = ""
    path: str = ""
    days: int = 0


@transaction.atomic
def add(*, account: Account, names: list[str], file: SceneFile, by: Staff | None) -> list[SceneCode]:
    """Make codes, one for each name; the platform's part is done by a job after the commit.

    Raises ``SceneUnfit`` for no name, too many, or a path that is not ours.
    """
    access.require(by, "wechat.change_scene", account.library_id)
    wanted = [name.strip()[:40] for name in names if name.strip()]
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise SceneUnfit(_("请填写 1 至 %(most)d 个名称，每行一个。"), most=MOST_AT_ONCE)
    if file.path and safe_path(file.path) != file.path:
        raise SceneUnfit(_("扫码后打开的页面应以 / 开头，如 /m/search/。"))
    longest = LONGEST_LIFE // 86400
    if not 0 <= file.days <= longest:
        raise SceneUnfit(_("临时二维码最长 %(most)d 天；长期使用请填 0。"), most=longest)
    expires = clock.now() + timedelta(days=file.days) if file.days else None
    codes = []
    for name in wanted:
        code = SceneCode(
            account=account, kind=file.kind, name=name, hint=file.hint, path=file.path, expires_at=expires
        )
        if not account.may(Capability.SCENE_QR):
            code.url = page_address(code)
        code.save()
        history.record(code, "add", by=by.user if by else None)
        if not code.url:
            app.configure_task(MAKE, queue="wechat").defer(code_id=code.pk)
        codes.append(code)
    return codes


def page_address(code: SceneCode) -> str:
    """Return the address of ours that stands for a code: what an account without scene codes prints."""
    return f"{settings.PUBLIC_URL}/m/q/{code.key}/"


def make(*, code_id: int) -> None:
    """Have the platform make a code. Where it refuses, the code opens our page, and says why."""
    code = SceneCode.objects.select_related("account").get(pk=code_id)
    if code.url or not code.active:
        return
    seconds = None
    if code.expires_at is not None:
        seconds = max(60, int((code.expires_at - clock.now()).total_seconds()))
    try:
        ticket = client_for(code.account).qrcode.create(code.scene, seconds=seconds)
    except (PlatformBusy, PlatformUnreachable):
        raise  # the job tries again
    except WeChatApiError as error:
        code.url, code.problem = page_address(code), str(error)[:200]
    else:
        code.ticket, code.url, code.problem = ticket.ticket, ticket.url, ""
    code.save(update_fields=["ticket", "url", "problem"])


@transaction.atomic
def retire(*, code: SceneCode, by: Staff | None) -> None:
    """Take a code out of use: a scan then says so politely."""
    access.require(by, "wechat.change_scene", code.account.library_id)
    SceneCode.objects.filter(pk=code.pk).update(active=False)
    history.record(code, "hide", by=by.user if by else None)


def count(*, code: SceneCode, follows: int = 0, scans: int = 0, opens: int = 0) -> None:
    """Count a use of a code today."""
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT,
            {"code": code.pk, "day": clock.today(), "follows": follows, "scans": scans, "opens": opens},
        )
