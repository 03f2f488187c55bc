"""The directories that readers of a library may sign in with."""

from typing import TypedDict, Unpack

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.errors import DirectoryUnfit
from xinglin.patrons.models import Directory, DirectoryKind
from xinglin.patrons.sign_in.directories import WAYS, ldap, saml

CHANGE = "patrons.change_directory"
WORDS = {
    "address": _("地址"),
    "client_id": _("应用编号"),
    "agent_id": _("企业微信 AgentId"),
    "secret": _("密钥"),
    "search_base": _("查找起点（Base DN）"),
    "issuer": _("对方的 EntityID"),
    "certificate": _("证书"),
}


class DirectoryFile(TypedDict, total=False):
    """What is said of a directory, but its secret."""

    kind: str
    name: str
    address: str
    client_id: str
    agent_id: str
    number_from: str
    search_base: str
    search_filter: str
    issuer: str
    certificate: str


@transaction.atomic
def set_directory(
    *,
    library: Library,
    directory: Directory | None = None,
    secret: str = "",
    metadata: str = "",
    by: Staff | None,
    **file: Unpack[DirectoryFile],
) -> Directory:
    """Let a library's readers sign in with a directory, or change it; an empty secret keeps the one it has.

    The provider's ``metadata`` (SAML) stand for address, issuer and certificate.

    Raises ``NotAllowed``, ``DirectoryUnfit``.
    """
    access.require(by, CHANGE, library.pk)
    if directory is not None:
        access.require(by, CHANGE, directory.library_id)
        kept = Directory.objects.select_for_update(of=("self",)).get(pk=directory.pk)
        kept.version += 1
    else:
        kept = Directory(library=library)
    for name, value in file.items():
        setattr(kept, name, value)
    if secret:
        kept.secret = secret
    if metadata and kept.kind == DirectoryKind.SAML:
        saml.read_metadata(kept, metadata)
    _refuse_unfit(kept)
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise DirectoryUnfit(_("%(library)s已有同名的登录方式。"), library=library.label) from None
    history.record(kept, "change", by=by.user if by else None, changes={"address": kept.address})
    return kept


@transaction.atomic
def switch_directory(*, directory: Directory, active: bool, by: Staff | None) -> Directory:
    """Offer a directory on the sign-in page, or no more. Raises ``NotAllowed``."""
    access.require(by, CHANGE, directory.library_id)
    kept = Directory.objects.select_for_update(of=("self",)).get(pk=directory.pk)
    kept.active = active
    kept.version += 1
    kept.save(update_fields=["active", "version"])
    history.record(kept, "switch on" if active else "switch off", by=by.user if by else None)
    return kept


def _refuse_unfit(directory: Directory) -> None:
    way = WAYS[DirectoryKind(directory.kind)]
    if not way.is_installed:
        raise DirectoryUnfit(
            _(
                "%(kind)s登录要用 %(package)s，这台服务器没有装；请运维执行 .venv/bin/pip install %(package)s。"
            ),
            kind=directory.get_kind_display(),
            package=way.package,
        )
    missing = [
        str(WORDS[need])
        for need in way.needs
        if not (directory.sealed_secret if need == "secret" else getattr(directory, need))
    ]
    if directory.kind == DirectoryKind.LDAP and directory.client_id and not directory.sealed_secret:
        missing.append(str(WORDS["secret"]))
    if missing:
        raise DirectoryUnfit(
            _("%(kind)s还缺：%(missing)s。"), kind=directory.get_kind_display(), missing="、".join(missing)
        )
    if directory.certificate:
        saml.certificates_of(directory.certificate)
    if directory.kind == DirectoryKind.LDAP:
        ldap.refuse_unfit(directory)
    # Passwords and tokens travel there: in the clear only on this very machine, in a demonstration or a test.
    elif directory.address and not directory.address.startswith("https://") and not settings.CLOCK_MAY_MOVE:
        raise DirectoryUnfit(_("地址要以 https:// 开头。"))
