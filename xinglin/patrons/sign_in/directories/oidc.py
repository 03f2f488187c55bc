"""OpenID Connect Core 1.0, code flow."""

import base64
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.patrons.errors import DirectoryRefuses
from xinglin.patrons.models import Directory
from xinglin.patrons.sign_in.directories.asking import an_object, ask, brought_word, word


def _about(directory: Directory) -> dict[str, object]:
    url = f"{directory.address.rstrip('/')}/.well-known/openid-configuration"
    about = an_object(directory, ask(directory, "GET", url))
    if str(about.get("issuer", "")).rstrip("/") != directory.address.rstrip("/"):
        raise DirectoryRefuses(_("%(name)s的发行者与设置的地址不同；请告诉馆员。"), name=directory.name)
    return about


def begin(directory: Directory, back: str, state: str, nonce: str) -> str:
    query = {
        "response_type": "code",
        "client_id": directory.client_id,
        "redirect_uri": back,
        "scope": "openid profile",
        "state": state,
        "nonce": nonce,
    }
    return f"{_about(directory)['authorization_endpoint']}?{urlencode(query)}"


def finish(directory: Directory, brought: Mapping[str, str], back: str, nonce: str) -> str:
    """Exchange the code over TLS with the issuer itself: its signature need not be checked (Core 3.1.3.7, 6)."""
    about = _about(directory)
    tokens = an_object(
        directory,
        ask(
            directory,
            "POST",
            str(about["token_endpoint"]),
            data={
                "grant_type": "authorization_code",
                "code": brought_word(directory, brought, "code"),
                "redirect_uri": back,
            },
            auth=(directory.client_id, directory.secret),
        ),
    )
    claims = _claims(directory, str(tokens.get("id_token", "")))
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    expires = claims.get("exp")
    fits = (
        str(claims.get("iss", "")).rstrip("/") == directory.address.rstrip("/")
        and directory.client_id in audiences
        and claims.get("nonce") == nonce
        and isinstance(expires, int | float)
        and expires > clock.now().timestamp()
    )
    if not fits:
        raise DirectoryRefuses(
            _("%(name)s给出的身份不是为这次登录开的；请从头再登录一次。"), name=directory.name
        )
    if directory.number_from and directory.number_from not in claims and "userinfo_endpoint" in about:
        bearer = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
        told = an_object(directory, ask(directory, "GET", str(about["userinfo_endpoint"]), headers=bearer))
        if told.get("sub") == claims.get("sub"):
            claims = {**told, **claims}
    return word(directory, claims, "employee_number", "preferred_username", "sub")


def _claims(directory: Directory, token: str) -> dict[str, object]:
    try:
        payload = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise DirectoryRefuses(_("%(name)s没有给出身份；请告诉馆员。"), name=directory.name)
    return found
