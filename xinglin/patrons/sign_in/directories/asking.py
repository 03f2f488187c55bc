"""How a directory is asked over HTTPS, and how its answers are read: short, small, and never followed elsewhere."""

from collections.abc import Mapping

import httpx
from django.utils.translation import gettext_lazy as _

from xinglin.patrons.errors import DirectoryRefuses
from xinglin.patrons.models import Directory

SECONDS = 8
LARGEST = 256 * 1024


def ask(directory: Directory, method: str, url: str, **how: object) -> httpx.Response:
    """Ask a directory. Raises ``DirectoryRefuses``: it is silent, does not agree, or says too much."""
    try:
        with httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
            answer = client.request(method, url, **how)  # type: ignore[arg-type]
    except (httpx.HTTPError, httpx.InvalidURL):
        raise DirectoryRefuses(
            _("%(name)s没有答复；请稍后再试，或用微信扫码登录。"), name=directory.name
        ) from None
    if not answer.is_success or len(answer.content) > LARGEST:
        raise DirectoryRefuses(
            _("%(name)s没有接受这次登录（%(status)d）；请从头再登录一次。"),
            name=directory.name,
            status=answer.status_code,
        )
    return answer


def an_object(directory: Directory, answer: httpx.Response) -> dict[str, object]:
    """Return the JSON object of an answer."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise DirectoryRefuses(_("%(name)s的答复看不懂；请告诉馆员。"), name=directory.name)
    return found


def word(directory: Directory, found: Mapping[str, object], *names: str) -> str:
    """Return the first of some words of an answer that says anything; a field that was named is the only one."""
    asked = (directory.number_from,) if directory.number_from else names
    for name in asked:
        value = found.get(name)
        if isinstance(value, str | int) and str(value).strip():
            return str(value)
    raise DirectoryRefuses(
        _("%(name)s没有给出工号（%(words)s）；请告诉馆员。"), name=directory.name, words="、".join(asked)
    )


def brought_word(directory: Directory, brought: Mapping[str, str], *names: str) -> str:
    """Return what the browser brought back under one of some names."""
    for name in names:
        if brought.get(name):
            return brought[name]
    raise DirectoryRefuses(_("您没有在%(name)s完成登录；请再试一次。"), name=directory.name)
