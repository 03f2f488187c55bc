"""What a kind of directory is to the rest of the house: how it is gone, what it needs, what it stands on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from django.conf import settings
from django.urls import reverse

from xinglin.patrons.models import Directory, DirectoryKind


@dataclass(frozen=True)
class Way:
    """One kind.

    Most send the browser away (``begin``) and hear who came back (``finish``); where there is a ``prove``, the
    reader types name and password on our own page instead. ``needs`` must be set and ``may_have`` may; ``package``
    is what an extra installs.
    """

    needs: tuple[str, ...]
    begin: Callable[[Directory, str, str, str], str] | None = None
    finish: Callable[[Directory, Mapping[str, str], str, str], str] | None = None
    prove: Callable[[Directory, str, str], str] | None = None
    may_have: tuple[str, ...] = ()
    package: str = ""

    @property
    def is_installed(self) -> bool:
        """Whether what it stands on is there."""
        return not self.package or find_spec(self.package) is not None


def back_address(directory: Directory) -> str:
    """Return the address of ours to which a directory sends the browser back."""
    return settings.PUBLIC_URL + reverse("mobile:sign_in.returned", args=[directory.pk])


def assertion_address(directory: Directory) -> str:
    """Return where a SAML identity provider posts its answers (the assertion consumer service)."""
    return settings.PUBLIC_URL + reverse("mobile:sign_in.assertion", args=[directory.pk])


def metadata_address(directory: Directory) -> str:
    """Return where our SAML metadata are; the address is our entity id as well."""
    return settings.PUBLIC_URL + reverse("mobile:sign_in.metadata", args=[directory.pk])


def registered_address(directory: Directory) -> str:
    """Return what is entered over there: the metadata of SAML, the address to come back to, nothing for LDAP."""
    if directory.kind == DirectoryKind.LDAP:
        return ""
    return metadata_address(directory) if directory.kind == DirectoryKind.SAML else back_address(directory)
