"""LDAP (RFC 4511): the entry is searched for, then bound to with the reader's own password, always inside TLS.

The package is an extra; nothing here imports it before it is needed. Referrals are not followed: they would carry the
password to a server that nobody chose.
"""

import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from xinglin.patrons.errors import DirectoryRefuses, DirectoryUnfit, WrongDirectoryPassword
from xinglin.patrons.models import Directory
from xinglin.patrons.sign_in.directories.asking import word

if TYPE_CHECKING:
    from ldap3 import Connection

SECONDS = 8
USUAL_FILTER = "(|(uid={name})(sAMAccountName={name}))"
USUAL_NUMBERS = ("employeeNumber", "employeeID", "uid", "sAMAccountName")
PORTS = {"ldaps": 636, "ldap": 389}


@sensitive_variables("password")
def prove(directory: Directory, name: str, password: str) -> str:
    """Return the staff number of the one entry that has this name, when the entry's password is this one.

    An empty password is refused here: servers take such a bind for an anonymous one, and say yes (RFC 4513, 5.1.2).

    Raises ``WrongDirectoryPassword``, the same for a name that is not there; ``DirectoryRefuses``: no TLS, no
    answer, no right to search.
    """
    from ldap3.core.exceptions import LDAPException

    if not name.strip() or not password or "\x00" in password:
        raise WrongDirectoryPassword(_("请输入用户名和密码。"))
    try:
        found = _searched(directory, name.strip())
        if found is None or not _opens(directory, found[0], password):
            raise WrongDirectoryPassword(
                _("%(name)s：用户名或密码不对。忘记密码请找医院信息科，或用微信扫码登录。"),
                name=directory.name,
            )
    except (LDAPException, OSError) as error:
        raise DirectoryRefuses(
            _("%(name)s没有接通（%(why)s）；请稍后再试，或用微信扫码登录。"),
            name=directory.name,
            why=type(error).__name__,
        ) from None
    return word(directory, found[1], *USUAL_NUMBERS)


def refuse_unfit(directory: Directory) -> None:
    """Say what of an LDAP directory can never work. Raises ``DirectoryUnfit``."""
    from ldap3.core.exceptions import LDAPException
    from ldap3.operation.search import parse_filter

    there = urlsplit(directory.address)
    if there.scheme not in PORTS or not there.hostname or there.path not in ("", "/") or there.query:
        raise DirectoryUnfit(
            _("LDAP 的地址写成 ldaps://主机:636，或 ldap://主机:389（会先加密再登录，即 StartTLS）。")
        )
    try:
        written = _filter(directory, "x")
        parse_filter(written, None, True, False, None, False)
    except (LDAPException, KeyError, IndexError, ValueError):
        written = ""
    if not written or "{name}" not in (directory.search_filter or USUAL_FILTER):
        raise DirectoryUnfit(
            _("查找条件要是一个 LDAP 过滤式，用 {name} 代表读者输入的用户名，例如 %(usual)s。"),
            usual=USUAL_FILTER,
        )


def _filter(directory: Directory, name: str) -> str:
    from ldap3.utils.conv import escape_filter_chars

    return (directory.search_filter or USUAL_FILTER).replace("{name}", escape_filter_chars(name))


def _connection(directory: Directory, user: str, password: str) -> "Connection":
    """Open a connection and let it be encrypted; nothing was said on it yet."""
    from ldap3 import NONE, Connection, Server, Tls

    there = urlsplit(directory.address)
    encrypted = there.scheme == "ldaps"
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_data=directory.certificate or None, sni=there.hostname)
    server = Server(
        there.hostname,
        port=there.port or PORTS[there.scheme],
        use_ssl=encrypted,
        tls=tls,
        connect_timeout=SECONDS,
        get_info=NONE,
        allowed_referral_hosts=[],
    )
    connection = Connection(
        server,
        user=user or None,
        password=password or None,
        auto_referrals=False,
        receive_timeout=SECONDS,
        check_names=False,
        read_only=True,
    )
    connection.open()
    if not encrypted and not connection.start_tls():
        raise DirectoryRefuses(_("%(name)s不肯加密连接（StartTLS），没有登录。"), name=directory.name)
    return connection


def _searched(directory: Directory, name: str) -> tuple[str, Mapping[str, object]] | None:
    """Return where the one entry of a name is, and what stands in it; None where there is none, or more than one."""
    connection = _connection(directory, directory.client_id, directory.secret)
    try:
        if not connection.bind():
            raise DirectoryRefuses(
                _("%(name)s不接受图书馆的查询账号（%(why)s）；请告诉馆员。"),
                name=directory.name,
                why=connection.result["description"],
            )
        numbers = (directory.number_from,) if directory.number_from else USUAL_NUMBERS
        connection.search(
            directory.search_base, _filter(directory, name), attributes=list(numbers), size_limit=2
        )
        if connection.result["description"] not in ("success", "sizeLimitExceeded"):
            raise DirectoryRefuses(
                _("%(name)s不让图书馆查找（%(why)s）；请告诉馆员。"),
                name=directory.name,
                why=connection.result["description"],
            )
        entries = [each for each in connection.response or () if each.get("type") == "searchResEntry"]
    finally:
        connection.unbind()
    if len(entries) != 1 or not entries[0]["dn"]:
        return None
    said = {key.lower(): value for key, value in entries[0]["attributes"].items()}
    return str(entries[0]["dn"]), {each: _first(said.get(each.lower())) for each in numbers}


@sensitive_variables("password")
def _opens(directory: Directory, entry: str, password: str) -> bool:
    connection = _connection(directory, entry, password)
    try:
        return bool(connection.bind())
    finally:
        connection.unbind()


def _first(value: Any) -> object:
    """Return the value of an attribute that has one; of two staff numbers neither is believed."""
    values = value if isinstance(value, list | tuple) else [value]
    only = values[0] if len(values) == 1 else None
    return only.decode("utf-8", "replace") if isinstance(only, bytes) else only
