"""Connections to the systems that branches keep."""

from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.circulation.errors import BranchSystemUnfit
from xinglin.circulation.models import BranchSystem
from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff

CHANGE = "circulation.change_branch_system"


class ConnectionFile(TypedDict, total=False):
    """What is said of a connection, but its passwords."""

    product: str
    host: str
    port: int
    login: str
    institution: str
    location: str
    charset: str
    with_checksum: bool
    terminator: str
    known_by: str
    may_renew: bool


@transaction.atomic
def connect_branch_system(
    *,
    library: Library,
    password: str = "",
    terminal_password: str = "",
    by: Staff | None,
    **file: Unpack[ConnectionFile],
) -> BranchSystem:
    """Say how the system of a library is reached; again for the same library changes it.

    Empty passwords leave those that are kept. Raises ``NotAllowed``, ``BranchSystemUnfit``.
    """
    access.require(by, CHANGE, library.pk)
    system = BranchSystem.objects.select_for_update(of=("self",)).filter(library=library).first()
    if system is None:
        system = BranchSystem(library=library)
    else:
        system.version += 1
    for name, value in file.items():
        setattr(system, name, value)
    if not system.host.strip() or not 0 < system.port < 65536:
        raise BranchSystemUnfit(_("请填写对方 SIP2 服务的地址和端口（1–65535）。"))
    if "|" in password + terminal_password:
        raise BranchSystemUnfit(_("SIP2 的密码里不能有竖线。"))
    system.take_passwords(password=password, terminal_password=terminal_password)
    if system.login and not system.sealed_password:
        raise BranchSystemUnfit(_("填了登录名，还要填登录密码。"))
    system.trouble, system.trouble_at = "", None
    system.save()
    history.record(
        system, "connect", by=by.user if by else None, changes={"host": system.host, "port": system.port}
    )
    return system


@transaction.atomic
def switch_branch_system(*, system: BranchSystem, active: bool, by: Staff | None) -> BranchSystem:
    """Ask a branch's system, or ask it no more. Raises ``NotAllowed``."""
    access.require(by, CHANGE, system.library_id)
    kept = BranchSystem.objects.select_for_update(of=("self",)).get(pk=system.pk)
    kept.active = active
    kept.version += 1
    kept.save(update_fields=["active", "version"])
    history.record(kept, "switch on" if active else "switch off", by=by.user if by else None)
    return kept
