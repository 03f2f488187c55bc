"""Channels and the style kit: entered by a library."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.errors import OutletUnfit
from xinglin.newsroom.models import Outlet, StyleKit
from xinglin.newsroom.publishing.lifecycle import OutletKind, Way
from xinglin.newsroom.publishing.looks import Look
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.models import Account

CHANGE = "newsroom.change_outlet"
LIMITS = ("most_title", "most_text", "most_pictures", "most_tags")


@dataclass(frozen=True, kw_only=True)
class OutletFile:
    """What is entered of a channel; the limits are what the office found on the platform itself, with the day."""

    name: str
    account: Account | None = None
    doctor: str = ""
    doctor_agreed_on: date | None = None
    keeps_one_send: bool = True
    active: bool = True
    most_title: int | None = None
    most_text: int | None = None
    most_pictures: int | None = None
    most_tags: int | None = None
    form_checked_on: date | None = None


@transaction.atomic
def add_outlet(*, library: Library, kind: OutletKind, file: OutletFile, by: Staff | None) -> Outlet:
    """Add a channel of a library. Raises ``OutletUnfit``."""
    access.require(by, CHANGE, library.pk)
    return _entered(Outlet(library=library, kind=kind), file, "add", by)


@transaction.atomic
def amend_outlet(*, outlet: Outlet, file: OutletFile, by: Staff | None) -> Outlet:
    """Change a channel. Raises ``OutletUnfit``."""
    access.require(by, CHANGE, outlet.library_id)
    kept = Outlet.objects.select_for_update(of=("self",)).select_related("library").get(pk=outlet.pk)
    return _entered(kept, file, "amend", by)


def _entered(outlet: Outlet, file: OutletFile, deed: str, by: Staff | None) -> Outlet:
    if file.account is not None and (
        outlet.kind != OutletKind.WECHAT or file.account.library_id != outlet.library_id
    ):
        raise OutletUnfit(_("只有微信渠道才选公众号，而且要选本馆的。"))
    if file.doctor and file.doctor_agreed_on is None:
        raise OutletUnfit(_("医生的个人账号要写本人同意的日期。"))
    if outlet.kind == OutletKind.EMAIL and file.doctor:
        raise OutletUnfit(_("邮件摘要是馆里的，不能记在医生名下。"))
    outlet.name, outlet.account, outlet.active = file.name.strip(), file.account, file.active
    outlet.doctor, outlet.doctor_agreed_on = file.doctor.strip(), file.doctor_agreed_on
    outlet.keeps_one_send, outlet.form_checked_on = file.keeps_one_send, file.form_checked_on
    found = {name: getattr(file, name) for name in LIMITS}
    if any(limit is not None for limit in found.values()) and file.form_checked_on is None:
        raise OutletUnfit(_("改了平台的限制，要写哪一天在平台上核对的。"))
    for name, limit in found.items():
        setattr(outlet, name, limit)
    try:
        with transaction.atomic():
            outlet.save()
    except IntegrityError:
        raise OutletUnfit(_("本馆已经有一个同名的“%(kind)s”渠道。"), kind=outlet.get_kind_display()) from None
    limits = {name: limit for name, limit in found.items() if limit is not None}
    history.record(outlet, deed, by=by.user if by else None, changes={"name": outlet.name, **limits})
    return outlet


@transaction.atomic
def set_style(*, library: Library, look: Look, by: Staff | None) -> StyleKit:
    """Set how a library's articles look in WeChat. Raises ``OutletUnfit``."""
    access.require(by, CHANGE, library.pk)
    kit, _created = StyleKit.objects.select_for_update().get_or_create(library=library)
    kit.accent, kit.heading, kit.size = look.accent.lower(), look.heading, look.size
    kit.lead, kit.foot = look.lead.strip(), look.foot.strip()
    try:
        kit.full_clean()
    except ValidationError as error:
        raise OutletUnfit(_("版式有误：%(why)s"), why=" ".join(error.messages)) from None
    kit.save()
    history.record(kit, "amend", by=by.user if by else None, changes={"accent": kit.accent})
    return kit


def look_of(library: Library) -> Look:
    """Return a library's look, or that of the nearest library above it that has one."""
    at: Library | None = library
    seen: set[int] = set()
    while at is not None and at.pk not in seen:
        kit = StyleKit.objects.filter(library=at).first()
        if kit is not None:
            return kit.look
        seen.add(at.pk)
        at = at.parent
    return Look()


def ways_of(outlet: Outlet) -> Sequence[Way]:
    """Return how an article may go out there, the best first; what the account may not do is not offered."""
    if outlet.kind == OutletKind.EMAIL:
        return (Way.DIGEST,)
    account = outlet.account
    if outlet.kind != OutletKind.WECHAT or account is None or not account.sealed_secret:
        return (Way.BY_HAND,)
    asked = (
        (Way.PUBLISH, Capability.PUBLISH),
        (Way.MASS_ALL, Capability.MASS_BY_TAG),
        (Way.MASS_TAG, Capability.MASS_BY_TAG),
        (Way.MASS_LIST, Capability.MASS_BY_LIST),
        (Way.DRAFT, Capability.DRAFT),
    )
    return (*(way for way, capability in asked if account.may(capability)), Way.BY_HAND)
