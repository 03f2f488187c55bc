"""What a SAML 2.0 response says, read out of the signed bytes and nothing else.

signxml checks the signature against the certificates that were entered, and gives back the canonical bytes it covers,
parsed anew; every word below is taken from those. So it does not matter what is wrapped around, before or behind them
(signature wrapping), nor what a comment cuts in two. What stands outside is looked at only to refuse.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from lxml import etree

from xinglin.commons import clock

# Two machines' clocks are never quite the same.
SKEW = timedelta(minutes=2)
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
A = "{urn:oasis:names:tc:SAML:2.0:assertion}"
P = "{urn:oasis:names:tc:SAML:2.0:protocol}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
# What is signed with SHA-1 or a shared secret proves nothing.
METHODS = ("RSA_SHA256", "RSA_SHA384", "RSA_SHA512", "ECDSA_SHA256", "ECDSA_SHA384", "ECDSA_SHA512")
DIGESTS = ("SHA256", "SHA384", "SHA512")
CONDITIONS = {f"{A}AudienceRestriction", f"{A}OneTimeUse", f"{A}ProxyRestriction"}


class NotBelieved(Exception):
    """Why a response is not believed, in words for the librarian."""

    def __init__(self, why: str | Promise) -> None:
        super().__init__(why)
        self.why = str(why)


@dataclass(frozen=True)
class Expected:
    """Whose word is taken, and what it must be about."""

    issuer: str
    certificates: tuple[x509.Certificate, ...]
    audience: str
    recipient: str


@dataclass(frozen=True)
class Told:
    """What a believed assertion says."""

    assertion: str
    in_response_to: str
    good_until: datetime
    words: Mapping[str, object]


def read(response: bytes, expected: Expected) -> Told:
    """Return what a response says. Raises ``NotBelieved``."""
    root = parsed(response)
    if root.tag != f"{P}Response" or root.get("Version") != "2.0":
        raise NotBelieved(_("不是 SAML 2.0 的答复"))
    status = root.find(f"{P}Status/{P}StatusCode")
    if status is None or status.get("Value") != SUCCESS:
        raise NotBelieved(_("对方没有让您登录"))
    if root.get("Destination") not in (None, expected.recipient):
        raise NotBelieved(_("答复是寄给别处的（Destination）"))
    assertion = _signed_assertion(root, expected)
    _check_issuer(assertion, expected)
    _check_conditions(assertion, expected)
    data = _confirmation(assertion, expected)
    if root.get("InResponseTo") not in (None, data.get("InResponseTo")):
        raise NotBelieved(_("答复与断言说的不是同一次登录（InResponseTo）"))
    return Told(
        assertion=assertion.get("ID", ""),
        in_response_to=data.get("InResponseTo", ""),
        good_until=_moment(data, "NotOnOrAfter") + SKEW,
        words=_words(assertion),
    )


def parsed(response: bytes) -> etree._Element:
    """Return the root of XML from outside, without entities. Raises ``NotBelieved``."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(response, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise NotBelieved(_("答复不是完整的 XML")) from None
    if b"<!DOCTYPE" in response or root.getroottree().docinfo.internalDTD is not None:
        raise NotBelieved(_("答复里有 DOCTYPE，出于安全不予读取"))
    return root


def _signed_assertion(root: etree._Element, expected: Expected) -> etree._Element:
    """Return the assertion as it was signed: inside of a signed response, or signed by itself."""
    found = root.findall(f"{A}Assertion")
    if not found and root.find(f"{A}EncryptedAssertion") is not None:
        raise NotBelieved(_("断言是加密的，读不了；请对方对本系统关掉断言加密（传输本来就加密）"))
    if len(found) != 1 or len(root.findall(f".//{A}Assertion")) != 1:
        raise NotBelieved(_("答复里的断言不是正好一个"))
    if root.find(f"{DS}Signature") is not None:
        signed = _verified(root, "./", expected)
        inside = signed.findall(f"{A}Assertion")
        if signed.tag != root.tag or signed.get("ID") != root.get("ID") or len(inside) != 1:
            raise NotBelieved(_("签名签的不是这份答复"))
        return inside[0]
    if found[0].find(f"{DS}Signature") is None:
        raise NotBelieved(_("断言没有签名"))
    signed = _verified(root, f"./{A}Assertion/", expected)
    if signed.tag != f"{A}Assertion" or signed.get("ID") != found[0].get("ID"):
        raise NotBelieved(_("签名签的不是这条断言"))
    return signed


def _verified(root: etree._Element, location: str, expected: Expected) -> etree._Element:
    """Return what a signature covers, by one of the certificates that were entered."""
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.exceptions import SignXMLException
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    configuration = SignatureConfiguration(
        location=location,
        signature_methods=frozenset(SignatureMethod[name] for name in METHODS),
        digest_algorithms=frozenset(DigestAlgorithm[name] for name in DIGESTS),
        verification_time=clock.now(),
    )
    why = ""
    for certificate in expected.certificates:
        try:
            checked = XMLVerifier().verify(
                root, x509_cert=certificate, id_attribute="ID", expect_config=configuration
            )
        except (
            SignXMLException,
            etree.LxmlError,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
        ) as error:
            why = why or f"{type(error).__name__}: {error}"
            continue
        if not isinstance(checked, list) and checked.signed_xml is not None:
            return checked.signed_xml
    raise NotBelieved(_("签名不对，或证书已过期（%s）") % why[:160])


def _check_issuer(assertion: etree._Element, expected: Expected) -> None:
    issuer = _text(assertion.find(f"{A}Issuer"))
    if issuer != expected.issuer:
        raise NotBelieved(_("签发者是 %s，不是登记的那一个") % issuer[:120])


def _check_conditions(assertion: etree._Element, expected: Expected) -> None:
    now = clock.now()
    conditions = assertion.find(f"{A}Conditions")
    if conditions is None:
        raise NotBelieved(_("断言没有写给谁看（AudienceRestriction）"))
    strange = [each for each in conditions if isinstance(each.tag, str) and each.tag not in CONDITIONS]
    if strange:
        raise NotBelieved(_("断言带有不认识的条件 %s") % etree.QName(strange[0]).localname)
    if conditions.get("NotBefore") and _moment(conditions, "NotBefore") > now + SKEW:
        raise NotBelieved(_("断言还没有生效；两边的时钟可能不同"))
    if conditions.get("NotOnOrAfter") and _moment(conditions, "NotOnOrAfter") <= now - SKEW:
        raise NotBelieved(_("断言已过期；两边的时钟可能不同"))
    restrictions = conditions.findall(f"{A}AudienceRestriction")
    for_us = [
        any(_text(each) == expected.audience for each in restriction.findall(f"{A}Audience"))
        for restriction in restrictions
    ]
    if not for_us or not all(for_us):
        raise NotBelieved(_("断言是写给别的系统的（Audience）"))
    statement = assertion.find(f"{A}AuthnStatement")
    if statement is None:
        raise NotBelieved(_("断言没有说登录过（AuthnStatement）"))
    if statement.get("SessionNotOnOrAfter") and _moment(statement, "SessionNotOnOrAfter") <= now - SKEW:
        raise NotBelieved(_("对方的登录已经结束"))


def _confirmation(assertion: etree._Element, expected: Expected) -> Mapping[str, str]:
    """Return the bearer's confirmation that holds here and now (Profiles 4.1.4.3)."""
    now = clock.now()
    for each in assertion.findall(f"{A}Subject/{A}SubjectConfirmation"):
        data = each.find(f"{A}SubjectConfirmationData")
        if each.get("Method") != BEARER or data is None or not data.get("NotOnOrAfter"):
            continue
        begun = not data.get("NotBefore") or _moment(data, "NotBefore") <= now + SKEW
        if (
            begun
            and _moment(data, "NotOnOrAfter") > now - SKEW
            and data.get("Recipient") == expected.recipient
            and data.get("InResponseTo")
        ):
            return {str(name): str(value) for name, value in data.attrib.items()}
    raise NotBelieved(_("断言不是为这次登录、或不是给这里的，或已过期（SubjectConfirmation）"))


def _moment(element: etree._Element | Mapping[str, str], name: str) -> datetime:
    written = element.get(name) or ""
    try:
        moment = parse_datetime(written)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise NotBelieved(_("时间写得不对：%s") % written[:40])
    return moment


def _words(assertion: etree._Element) -> dict[str, object]:
    """Return the attributes by name and by friendly name; of two values neither is believed."""
    found: dict[str, object] = {}
    for each in assertion.iterfind(f"{A}AttributeStatement/{A}Attribute"):
        values = each.findall(f"{A}AttributeValue")
        said = _text(values[0]) if len(values) == 1 else ""
        for name in _names(each):
            found[name] = "" if name in found else said
    subject = assertion.find(f"{A}Subject/{A}NameID")
    if subject is not None and subject.get("Format") != TRANSIENT:
        found.setdefault("NameID", _text(subject))
    return found


def _names(attribute: etree._Element) -> Iterator[str]:
    yield from dict.fromkeys(name for key in ("Name", "FriendlyName") if (name := attribute.get(key)))


def _text(element: etree._Element | None) -> str:
    return "".join(str(each) for each in element.itertext()).strip() if element is not None else ""
