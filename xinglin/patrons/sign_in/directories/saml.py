"""SAML 2.0 web browser single sign-on, as a service provider: redirect there, a posted answer back.

The answer is posted from the other side, so the browser does not send our session along (SameSite). It is checked where
it arrives, kept for two minutes under a secret word, and the browser is led with that word to the page that knows the
session: only whoever asked is signed in, and an assertion is good once.
"""

import base64
import hashlib
import secrets
import zlib
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from cryptography import x509
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from lxml import etree

from xinglin.commons import clock
from xinglin.patrons.errors import DirectoryRefuses, DirectoryUnfit
from xinglin.patrons.models import Directory, SamlAnswer
from xinglin.patrons.sign_in.directories import assertions
from xinglin.patrons.sign_in.directories.asking import word
from xinglin.patrons.sign_in.directories.assertions import A, P
from xinglin.patrons.sign_in.directories.ways import assertion_address, metadata_address

LARGEST = 256 * 1024
COLLECT_WITHIN = timedelta(minutes=2)
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
M = "{urn:oasis:names:tc:SAML:2.0:metadata}"
# employeeNumber and uid, by their names of LDAP and of X.500 (which Shibboleth and CARSI use).
USUAL_NUMBERS = (
    "employeeNumber",
    "urn:oid:2.16.840.1.113730.3.1.3",
    "uid",
    "urn:oid:0.9.2342.19200300.100.1.1",
    "NameID",
)


def begin(directory: Directory, back: str, state: str, nonce: str) -> str:
    """Return where the browser is sent, with the request in the address (Bindings 3.4)."""
    request = etree.Element(
        f"{P}AuthnRequest",
        {
            "ID": f"_{nonce}",
            "Version": "2.0",
            "IssueInstant": f"{clock.now():%Y-%m-%dT%H:%M:%SZ}",
            "Destination": directory.address,
            "ProtocolBinding": POST,
            "AssertionConsumerServiceURL": assertion_address(directory),
        },
        nsmap={"samlp": P[1:-1], "saml": A[1:-1]},
    )
    etree.SubElement(request, f"{A}Issuer").text = metadata_address(directory)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(etree.tostring(request)) + packer.flush()
    query = {"SAMLRequest": base64.b64encode(packed).decode(), "RelayState": state}
    return f"{directory.address}{'&' if '?' in directory.address else '?'}{urlencode(query)}"


def take(directory: Directory, *, response: str) -> str:
    """Check what was posted, and return the secret word by which it is collected.

    Raises ``DirectoryRefuses``: it is not believed, or was brought before.
    """
    try:
        if len(response) > LARGEST:
            raise ValueError
        written = base64.b64decode("".join(response.split()), validate=True)
    except ValueError:
        raise DirectoryRefuses(_("%(name)s的答复看不懂；请告诉馆员。"), name=directory.name) from None
    expected = assertions.Expected(
        issuer=directory.issuer,
        certificates=tuple(certificates_of(directory.certificate)),
        audience=metadata_address(directory),
        recipient=assertion_address(directory),
    )
    try:
        told = assertions.read(written, expected)
    except assertions.NotBelieved as doubt:
        raise DirectoryRefuses(
            _("%(name)s的答复没有通过核对：%(why)s。请再试一次，还不行请告诉馆员。"),
            name=directory.name,
            why=doubt.why,
        ) from None
    token = secrets.token_urlsafe(24)
    try:
        with transaction.atomic():
            SamlAnswer.objects.create(
                directory=directory,
                assertion=hashlib.sha256(told.assertion.encode()).hexdigest(),
                in_response_to=told.in_response_to[:100],
                number=word(directory, told.words, *USUAL_NUMBERS)[:100],
                token=token,
                collect_by=clock.now() + COLLECT_WITHIN,
                good_until=told.good_until,
            )
    except IntegrityError:
        raise DirectoryRefuses(_("这次登录已经用过了；请从登录页重新开始。")) from None
    return token


def finish(directory: Directory, brought: Mapping[str, str], back: str, nonce: str) -> str:
    """Return the number of an answer that was kept, once, to the browser whose request it answers."""
    with transaction.atomic():
        answer = (
            SamlAnswer.objects.select_for_update()
            .filter(
                directory=directory,
                token=brought.get("answer", ""),
                in_response_to=f"_{nonce}",
                collected_at=None,
                collect_by__gt=clock.now(),
            )
            .first()
        )
        if answer is None:
            raise DirectoryRefuses(_("登录已过期，或不是从这台终端开始的；请从登录页重新开始。"))
        number = answer.number
        answer.collected_at, answer.number = clock.now(), ""
        answer.save(update_fields=["collected_at", "number"])
    return number


def metadata(directory: Directory) -> bytes:
    """Return our metadata: who we are, where an answer is posted, and that assertions must be signed."""
    ours = etree.Element(
        f"{M}EntityDescriptor", {"entityID": metadata_address(directory)}, nsmap={"md": M[1:-1]}
    )
    provider = etree.SubElement(
        ours,
        f"{M}SPSSODescriptor",
        {
            "AuthnRequestsSigned": "false",
            "WantAssertionsSigned": "true",
            "protocolSupportEnumeration": P[1:-1],
        },
    )
    where = {"Binding": POST, "Location": assertion_address(directory), "index": "0", "isDefault": "true"}
    etree.SubElement(provider, f"{M}AssertionConsumerService", where)
    return etree.tostring(ours, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def sweep() -> int:
    """Delete the answers whose assertions nobody can bring a second time any more."""
    gone, _rows = SamlAnswer.objects.filter(good_until__lt=clock.now() - timedelta(days=1)).delete()
    return gone


# ---- what is entered ---------------------------------------------------------------------------------------


def certificates_of(text: str) -> list[x509.Certificate]:
    """Return the certificates of a PEM text. Raises ``DirectoryUnfit``."""
    try:
        return x509.load_pem_x509_certificates(text.encode())
    except ValueError:
        raise DirectoryUnfit(
            _("证书要是 PEM 格式：从 -----BEGIN CERTIFICATE----- 到 -----END CERTIFICATE-----，可以有几张。")
        ) from None


def read_metadata(directory: Directory, text: str) -> None:
    """Take issuer, address and certificates out of the provider's metadata. Raises ``DirectoryUnfit``."""
    try:
        root = assertions.parsed(text.encode())
    except assertions.NotBelieved as doubt:
        raise DirectoryUnfit(_("对方的元数据读不了：%(why)s。"), why=doubt.why) from None
    found = [root] if root.tag == f"{M}EntityDescriptor" else root.findall(f"{M}EntityDescriptor")
    providers = [(each, idp) for each in found if (idp := each.find(f"{M}IDPSSODescriptor")) is not None]
    if len(providers) != 1:
        raise DirectoryUnfit(
            _("元数据里有 %(found)d 个身份提供者（IDPSSODescriptor），要正好一个。"), found=len(providers)
        )
    entity, provider = providers[0]
    address = next(
        (
            each.get("Location", "")
            for each in provider.iterfind(f"{M}SingleSignOnService")
            if each.get("Binding") == REDIRECT
        ),
        "",
    )
    if not address:
        raise DirectoryUnfit(_("元数据里没有 HTTP-Redirect 的登录地址（SingleSignOnService）。"))
    keys = [
        "".join("".join(str(part) for part in each.itertext()).split())
        for key in provider.iterfind(f"{M}KeyDescriptor")
        if key.get("use") in (None, "signing")
        for each in key.iterfind(f".//{assertions.DS}X509Certificate")
    ]
    directory.address, directory.issuer = address, entity.get("entityID", "")
    directory.certificate = "\n".join(_as_pem(key) for key in dict.fromkeys(keys))


def _as_pem(body: str) -> str:
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----"])
