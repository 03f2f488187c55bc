"""Self-check machines and gates: entered, changed, switched off; what they said is forgotten after a month."""

import secrets
from datetime import timedelta
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.circulation.errors import DeviceUnfit
from xinglin.circulation.models import Device, DeviceMessage, DeviceRight, DeviceSession
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.fields import validate_network_ranges
from xinglin.consortium.models import Library, Staff

KEPT_FOR = timedelta(days=30)
SHORTEST_PASSWORD = 8


class DeviceFile(TypedDict, total=False):
    """What is said of a machine."""

    name: str
    place: str
    login: str
    networks: list[str]
    rights: list[str]
    needs_password: bool
    charset: str
    checksum: str
    terminator: str
    due_form: str


@transaction.atomic
def add_device(
    *, library: Library, password: str = "", by: Staff | None, **file: Unpack[DeviceFile]
) -> Device:
    """Enter a machine of a library. Raises ``NotAllowed``, ``DeviceUnfit``."""
    access.require(by, "circulation.change_device", library.pk)
    device = Device(library=library)
    _take(device, file, password)
    history.record(device, "add", by=by.user if by else None)
    return device


@transaction.atomic
def amend_device(
    *, device: Device, password: str = "", by: Staff | None, **file: Unpack[DeviceFile]
) -> Device:
    """Change what is said of a machine; an empty password keeps the one it has.

    Raises ``NotAllowed``, ``DeviceUnfit``.
    """
    access.require(by, "circulation.change_device", device.library_id)
    kept = Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
    changes = {
        name: [getattr(kept, name), value] for name, value in file.items() if getattr(kept, name) != value
    }
    kept.version += 1
    _take(kept, file, password)
    history.record(kept, "change", by=by.user if by else None, changes=changes)
    return kept


@transaction.atomic
def switch_device(*, device: Device, active: bool, by: Staff | None) -> Device:
    """Let a machine work, or stop it from its next line on. Raises ``NotAllowed``."""
    access.require(by, "circulation.change_device", device.library_id)
    kept = Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
    kept.active = active
    kept.version += 1
    kept.save(update_fields=["active", "version"])
    history.record(kept, "switch on" if active else "switch off", by=by.user if by else None)
    return kept


@transaction.atomic
def settle_device_message(*, message: DeviceMessage, by: Staff | None) -> None:
    """Note that a person has seen to what a machine could not. Raises ``NotAllowed``."""
    if message.device is None:
        return
    access.require(by, "circulation.change_device", message.device.library_id)
    DeviceMessage.objects.filter(pk=message.pk).update(needs_person=False)
    history.record(message.device, "settle_device_message", by=by.user if by else None)


def forget_device_messages() -> int:
    """Delete what machines said more than a month ago, but what still waits for a person; return how many."""
    before = clock.now() - KEPT_FOR
    gone, _rows = DeviceMessage.objects.filter(at__lt=before, needs_person=False).delete()
    DeviceSession.objects.filter(closed_at__lt=before, exchanges=None).delete()
    return gone


def new_password() -> str:
    """Return a password that a machine can be given."""
    return secrets.token_urlsafe(12)


def _take(device: Device, file: DeviceFile, password: str) -> None:
    for name, value in file.items():
        setattr(device, name, value)
    device.rights = [each for each in DeviceRight.values if each in device.rights]
    try:
        validate_network_ranges(device.networks)
    except ValidationError as error:
        raise DeviceUnfit("%(why)s", why="".join(error.messages)) from None
    if not device.login and not device.networks:
        raise DeviceUnfit(_("设备要么有登录名，要么限定网络地址段，至少一项。"))
    if password:
        if len(password) < SHORTEST_PASSWORD or "|" in password:
            raise DeviceUnfit(_("设备密码至少 %(n)d 位，不能有竖线。"), n=SHORTEST_PASSWORD)
        device.take_password(password)
    if device.login and not device.password:
        raise DeviceUnfit(_("有登录名的设备还要设密码。"))
    try:
        with transaction.atomic():
            device.save()
    except IntegrityError:
        raise DeviceUnfit(_("登录名「%(login)s」已被另一台设备使用。"), login=device.login) from None
