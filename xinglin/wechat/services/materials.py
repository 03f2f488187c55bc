"""Materials: our file is the original; what the platform holds of it is renewed before it ends."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.wechat.calling import client_for
from xinglin.wechat.client import File
from xinglin.wechat.client.errors import PlatformUnreachable, WeChatApiError
from xinglin.wechat.errors import MaterialUnfit
from xinglin.wechat.models import Account, KeywordRule, Material, MaterialKind
from xinglin.wechat.resolving import OURS

log = logging.getLogger(__name__)

UPLOAD = "xinglin.wechat.upload_material"
TEMPORARY_LIVES = timedelta(days=3)
RENEW_BEFORE = timedelta(hours=12)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limit:
    """What the platform takes of a kind (protocol sheet §8.8); the first bytes that such a file begins with."""

    largest: int
    endings: tuple[str, ...]
    beginnings: tuple[bytes, ...]


_JPEG, _PNG, _GIF, _BMP = b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM"
LIMITS: dict[str, Limit] = {
    MaterialKind.IMAGE: Limit(
        10 * MEGABYTE, (".jpg", ".jpeg", ".png", ".gif", ".bmp"), (_JPEG, _PNG, _GIF, _BMP)
    ),
    MaterialKind.VOICE: Limit(
        2 * MEGABYTE, (".amr", ".mp3", ".wma", ".wav"),
        (b"#!AMR", b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\x30\x26\xb2\x75", b"RIFF"),
    ),
    MaterialKind.VIDEO: Limit(10 * MEGABYTE, (".mp4",), ()),
    MaterialKind.THUMB: Limit(64 * 1024, (".jpg", ".jpeg"), (_JPEG,)),
}  # fmt: skip
# A temporary picture may not be a BMP, and a temporary recording is AMR or MP3 only.
NOT_TEMPORARY = (".bmp", ".wma", ".wav")


def check(kind: str, name: str, content: bytes, *, is_permanent: bool) -> None:
    """Refuse a file that the platform would not take, by its ending, its size and its first bytes.

    Raises ``MaterialUnfit``.
    """
    limit, ending = LIMITS[kind], PurePath(name).suffix.lower()
    if ending not in limit.endings or (not is_permanent and ending in NOT_TEMPORARY):
        allowed = [each for each in limit.endings if is_permanent or each not in NOT_TEMPORARY]
        raise MaterialUnfit(
            _("「%(name)s」的类型不行：%(kind)s只接受 %(endings)s。"),
            name=name, kind=MaterialKind(kind).label, endings="、".join(allowed),
        )  # fmt: skip
    if not content or len(content) > limit.largest:
        raise MaterialUnfit(
            _("「%(name)s」有 %(size)d KB，%(kind)s应在 1 字节到 %(limit)d KB 之间。"),
            name=name, size=len(content) // 1024, kind=MaterialKind(kind).label, limit=limit.largest // 1024,
        )  # fmt: skip
    is_mp4 = content[4:8] == b"ftyp"
    if not (content.startswith(limit.beginnings) if limit.beginnings else is_mp4):
        raise MaterialUnfit(_("「%(name)s」的内容与它的扩展名不符，请检查文件。"), name=name)


@transaction.atomic
def add(
    *, account: Account, kind: str, title: str, name: str, content: bytes, is_permanent: bool, by: Staff | None,
    introduction: str = "",
) -> Material:  # fmt: skip
    """Keep a file, and have it uploaded by a job.

    Raises ``MaterialUnfit``.
    """
    access.require(by, "wechat.add_material", account.library_id)
    check(kind, name, content, is_permanent=is_permanent)
    material = Material(
        account=account, kind=kind, title=title or PurePath(name).stem[:64], introduction=introduction,
        size=len(content), is_permanent=is_permanent,
    )  # fmt: skip
    material.file.save(PurePath(name).name, ContentFile(content), save=False)
    material.save()
    history.record(material, "add", by=by.user if by else "")
    upload_soon(material=material)
    return material


def upload_soon(*, material: Material) -> None:
    """Have a material uploaded, or uploaded anew, by a job."""
    app.configure_task(UPLOAD, queue="wechat", lock=f"wechat-material-{material.pk}").defer(
        material_id=material.pk
    )


def upload(*, material: Material) -> None:
    """Upload a file to the platform and keep its id; an error of the platform is kept in words.

    A permanent material is uploaded once: each upload counts against the account's store.
    """
    if material.is_permanent and material.media_id:
        return
    with material.file.open("rb") as source:
        file = File(PurePath(str(material.file.name)).name, source.read())
    client = client_for(material.account)
    try:
        if material.is_permanent:
            added = client.material.add(
                material.kind, file, title=material.title, introduction=material.introduction
            )
            material.media_id, material.url, material.expires_at = added.media_id, added.url, None
        else:
            sent = client.media.upload(material.kind, file)
            material.media_id = sent.media_id
            made = datetime.fromtimestamp(sent.created, UTC) if sent.created else clock.now()
            material.expires_at = made + TEMPORARY_LIVES
    except WeChatApiError as error:
        material.error = error.words
        material.save(update_fields=["error"])
        return
    material.error, material.uploaded_at = "", clock.now()
    material.save(update_fields=["media_id", "url", "expires_at", "error", "uploaded_at"])


def renew_expiring() -> int:
    """Queue every temporary material that ends within half a day, and return how many those were."""
    ending = Material.objects.filter(
        is_permanent=False, account__active=True, expires_at__lt=clock.now() + RENEW_BEFORE
    )
    for material in ending:
        upload_soon(material=material)
    return len(ending)


@transaction.atomic
def remove(*, material: Material, by: Staff | None) -> None:
    """Delete a material here; what the platform holds of a temporary one ends by itself.

    Raises ``MaterialUnfit`` while a rule still uses it.
    """
    access.require(by, "wechat.change_material", material.account.library_id)
    using = [
        rule.name
        for rule in KeywordRule.objects.filter(account=material.account)
        if f"{OURS}{material.pk}" in {value for reply in rule.replies for value in reply.values()}
    ]
    if using:
        raise MaterialUnfit(
            _("素材「%(title)s」正被规则 %(rules)s 使用，请先改规则。"),
            title=material.title,
            rules="、".join(using),
        )
    history.record(material, "remove", by=by.user if by else "", changes={"title": material.title})
    if material.is_permanent and material.media_id:
        app.configure_task("xinglin.wechat.delete_material", queue="wechat").defer(
            account_id=material.account_id, media_id=material.media_id
        )
    material.file.delete(save=False)
    material.delete()


def delete_at_the_platform(*, account: Account, media_id: str) -> None:
    """Delete a permanent material at the platform; one in use there (48005) stays, and the log says so."""
    try:
        client_for(account).material.delete(media_id)
    except PlatformUnreachable:
        raise
    except WeChatApiError as error:
        log.warning("a material stays at the platform", extra={"why": error.words})
