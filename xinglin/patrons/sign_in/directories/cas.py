"""Apereo CAS protocol 3.0: the ticket is asked about at /p3/serviceValidate (2.5)."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _
from lxml import etree

from xinglin.patrons.errors import DirectoryRefuses
from xinglin.patrons.models import Directory
from xinglin.patrons.sign_in.directories.asking import ask, brought_word, word

_CAS = "{http://www.yale.edu/tp/cas}"


def begin(directory: Directory, back: str, state: str, nonce: str) -> str:
    return f"{directory.address.rstrip('/')}/login?{urlencode({'service': _service(back, state)})}"


def _service(back: str, state: str) -> str:
    return f"{back}?{urlencode({'state': state})}"


def finish(directory: Directory, brought: Mapping[str, str], back: str, nonce: str) -> str:
    query = {
        "service": _service(back, brought.get("state", "")),
        "ticket": brought_word(directory, brought, "ticket"),
    }
    answer = ask(directory, "GET", f"{directory.address.rstrip('/')}/p3/serviceValidate", params=query)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(answer.content, parser)
    except etree.XMLSyntaxError:
        raise DirectoryRefuses(_("%(name)s的答复看不懂；请告诉馆员。"), name=directory.name) from None
    success = root.find(f"{_CAS}authenticationSuccess")
    if success is None:
        raise DirectoryRefuses(_("%(name)s不承认这次登录；请再试一次。"), name=directory.name)
    found: dict[str, object] = {
        etree.QName(each).localname: each.text or ""
        for each in success.iterfind(f"{_CAS}attributes/*")
        if isinstance(each.tag, str)
    }
    found["user"] = success.findtext(f"{_CAS}user") or ""
    return word(directory, found, "user")
