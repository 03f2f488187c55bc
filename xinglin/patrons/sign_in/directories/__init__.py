"""Hospitals' directories: who signs in there is the reader with that staff number.

A kind sends the browser away and hears who came back, or takes name and password to the directory itself. The state
that travels is bound to the browser's session; what a directory says is fetched by us from the directory, or bears
its checked signature (SAML): never believed because the browser brought it. Readers are no accounts of Django's (those
are librarians), so django-allauth, which makes such accounts, is not in this path: ``docs/decisions`` says more.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.patrons import queries
from xinglin.patrons.errors import DirectoryRefuses
from xinglin.patrons.lifecycle import State
from xinglin.patrons.models import Directory, DirectoryKind, Patron
from xinglin.patrons.sign_in.directories import cas, corporate, ldap, oidc, saml
from xinglin.patrons.sign_in.directories.ways import Way

WAYS: Mapping[DirectoryKind, Way] = {
    DirectoryKind.CAS: Way(("address",), cas.begin, cas.finish),
    DirectoryKind.OIDC: Way(("address", "client_id", "secret"), oidc.begin, oidc.finish),
    DirectoryKind.SAML: Way(
        ("address", "issuer", "certificate"),
        saml.begin,
        saml.finish,
        may_have=("metadata",),
        package="signxml",
    ),
    DirectoryKind.LDAP: Way(
        ("address", "search_base"),
        prove=ldap.prove,
        may_have=("client_id", "secret", "search_filter", "certificate"),
        package="ldap3",
    ),
    DirectoryKind.WECOM: Way(
        ("client_id", "agent_id", "secret"),
        corporate.wecom_begin,
        corporate.wecom_finish,
        may_have=("address",),
    ),
    DirectoryKind.DINGTALK: Way(
        ("client_id", "secret"),
        corporate.dingtalk_begin,
        corporate.dingtalk_finish,
        may_have=("address",),
    ),
}


def way_of(directory: Directory) -> Way:
    """Return how a directory is gone. Raises ``DirectoryRefuses`` where this server lacks what it stands on."""
    way = WAYS[DirectoryKind(directory.kind)]
    if not way.is_installed:
        raise DirectoryRefuses(
            _("这台服务器没有装%(kind)s登录要用的 %(package)s；请用微信扫码登录，并告诉馆员。"),
            kind=directory.get_kind_display(),
            package=way.package,
        )
    return way


def begin(directory: Directory, *, back: str, state: str, nonce: str) -> str:
    """Return where the browser is sent. Raises ``DirectoryRefuses``."""
    way = way_of(directory)
    if way.begin is None:
        raise DirectoryRefuses(_("请在登录页上输入%(name)s的用户名和密码。"), name=directory.name)
    return way.begin(directory, back, state, nonce)


def finish(directory: Directory, brought: Mapping[str, str], *, back: str, nonce: str) -> Patron:
    """Return the reader who came back from a directory.

    Raises ``DirectoryRefuses``: it did not answer, refused, or names nobody who is a reader of its library.
    """
    way = way_of(directory)
    if way.finish is None:
        raise DirectoryRefuses(_("请在登录页上输入%(name)s的用户名和密码。"), name=directory.name)
    return _reader(directory, way.finish(directory, brought, back, nonce))


def prove(directory: Directory, *, name: str, password: str) -> Patron:
    """Return the reader whose name and password a directory accepts.

    Raises ``WrongDirectoryPassword``, ``DirectoryRefuses``.
    """
    way = way_of(directory)
    if way.prove is None:
        raise DirectoryRefuses(_("%(name)s不在这里输入密码；请从登录页重新开始。"), name=directory.name)
    return _reader(directory, way.prove(directory, name, password))


def note_trouble(directory: Directory, why: str) -> None:
    """Keep what was wrong, for the librarian."""
    Directory.objects.filter(pk=directory.pk).update(trouble=why[:300], trouble_at=clock.now())


def _reader(directory: Directory, number: str) -> Patron:
    patron = queries.find_by_staff_number(number.strip(), library=directory.library)
    if patron is None or patron.state not in (State.ACTIVE, State.SUSPENDED):
        raise DirectoryRefuses(
            _("%(name)s认得您，但%(library)s没有这个工号的读者；请到服务台登记工号。"),
            name=directory.name,
            library=directory.library.label,
        )
    Directory.objects.filter(pk=directory.pk).update(used_at=clock.now(), trouble="")
    return patron
