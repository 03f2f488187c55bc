"""SAML 2.0: only what the hospital signed, for us, now, for this browser's question, once."""

import base64
import copy
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from xinglin.commons import clock
from xinglin.commons.checkups import Health, every_finding
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons import services
from xinglin.patrons.errors import DirectoryUnfit
from xinglin.patrons.models import Directory, SamlAnswer
from xinglin.patrons.sign_in.directories.assertions import DS, A, P
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.certificates import Pair, a_pair

pytestmark = pytest.mark.django_db

ISSUER = "https://idp.hospital.cn/saml"
SSO = "https://idp.hospital.cn/sso?tenant=1"
NUMBER = "urn:oid:2.16.840.1.113730.3.1.3"
WHOLE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" IssueInstant="{now}" Destination="{acs}" InResponseTo="{question}">
<saml:Issuer>{issuer}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status>
<saml:Assertion ID="{assertion}" Version="2.0" IssueInstant="{now}"><saml:Issuer>{issuer}</saml:Issuer>
<saml:Subject><saml:NameID>li</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:{method}">
<saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{recipient}" InResponseTo="{question}"/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{begins}" NotOnOrAfter="{until}"><saml:AudienceRestriction>
<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>{condition}</saml:Conditions>
<saml:AuthnStatement AuthnInstant="{now}"><saml:AuthnContext/></saml:AuthnStatement>
<saml:AttributeStatement><saml:Attribute Name="urn:oid:2.16.840.1.113730.3.1.3" FriendlyName="employeeNumber">
<saml:AttributeValue>{number}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>
</saml:Assertion></samlp:Response>"""

Tree = etree._Element
Provider = Callable[..., Directory]


def hospital() -> Pair:
    return a_pair("idp", is_rsa=True)


@pytest.fixture
def directory(a_small_consortium: SmallConsortium, readers: Readers) -> Directory:
    return services.set_directory(
        library=a_small_consortium.a, kind="saml", name="用工号登录", address=SSO, issuer=ISSUER,
        certificate=hospital().pem, by=None,
    )  # fmt: skip


class Asked:
    """A sign-in that a terminal began, and what the provider says to it."""

    def __init__(self, terminal: Client, directory: Directory) -> None:
        self.terminal, self.directory = terminal, directory
        answer = terminal.get(f"/m/sign-in/by/{directory.pk}/?next=/m/me/file/")
        assert answer.status_code == 302, answer.content.decode()
        self.sent = parse_qs(urlsplit(answer.headers["Location"]).query)
        packed = base64.b64decode(self.sent["SAMLRequest"][0])
        self.request = etree.fromstring(zlib.decompress(packed, -15))
        self.state = self.sent["RelayState"][0]
        self.acs = self.request.get("AssertionConsumerServiceURL", "")

    def response(self, **other: str) -> Tree:
        now = clock.now()
        told = {
            "now": f"{now:%Y-%m-%dT%H:%M:%SZ}", "begins": f"{now - timedelta(seconds=30):%Y-%m-%dT%H:%M:%SZ}",
            "until": f"{now + timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}", "acs": self.acs, "recipient": self.acs,
            "question": self.request.get("ID", ""), "issuer": ISSUER, "status": "Success", "assertion": "_a1",
            "method": "bearer", "audience": self.request.findtext(f"{A}Issuer") or "", "condition": "",
            "number": "1001",
        }  # fmt: skip
        return etree.fromstring(WHOLE.format(**{**told, **other}))

    def post(
        self, response: Tree | bytes, *, browser: Client | None = None, state: str = ""
    ) -> tuple[int, str]:
        """Post what the provider says, without the session as browsers do, and be led on."""
        written = response if isinstance(response, bytes) else etree.tostring(response)
        told = {"SAMLResponse": base64.b64encode(written).decode(), "RelayState": state or self.state}
        answer = Client(enforce_csrf_checks=True).post(urlsplit(self.acs).path, told)
        if answer.status_code != 303:
            return answer.status_code, answer.content.decode()
        there = urlsplit(answer.headers["Location"])
        led = (browser or self.terminal).get(f"{there.path}?{there.query}")
        return led.status_code, led.headers.get("Location", "") or led.content.decode()

    @property
    def is_signed_in(self) -> bool:
        return "李建国" in self.terminal.get("/m/me/").content.decode()


@pytest.fixture
def asked(terminal: Client, directory: Directory) -> Asked:
    return Asked(terminal, directory)


def signed(response: Tree, *, pair: Pair | None = None, whole: bool = False, **how: Any) -> Tree:
    """Sign the assertion as an identity provider does, or the whole response."""
    by = pair or hospital()
    signer = XMLSigner(c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#", **how)
    if whole:
        return signer.sign(response, key=by.key_pem, cert=by.pem, reference_uri="#_r", id_attribute="ID")
    assertion = response.find(f"{A}Assertion")
    assert assertion is not None
    alone = etree.fromstring(etree.tostring(assertion))
    done = signer.sign(
        alone, key=by.key_pem, cert=by.pem, reference_uri=f"#{alone.get('ID')}", id_attribute="ID"
    )
    response.replace(assertion, done)
    return response


@pytest.mark.parametrize("whole", [False, True])
def test_the_hospitals_word_signs_in_the_reader_of_that_library(asked: Asked, whole: bool) -> None:
    assert asked.request.get("Destination") == SSO and asked.sent["tenant"] == ["1"]
    assert asked.post(signed(asked.response(), whole=whole)) == (302, "/m/me/file/")
    assert asked.is_signed_in
    assert SamlAnswer.objects.get().number == "", "the number is not kept once it was collected"
    asked.directory.refresh_from_db()
    assert asked.directory.used_at


def test_it_is_good_once_and_for_the_browser_that_asked(asked: Asked) -> None:
    response = signed(asked.response())
    other = Client()
    Asked(other, asked.directory)
    status, said = asked.post(response, browser=other)
    assert status == 502 and "不是从这台终端开始的" in said, "a victim led to somebody else's sign-in"
    status, said = asked.post(response)
    assert status == 502 and "已经用过" in said
    again = Asked(asked.terminal, asked.directory)
    assert again.post(signed(again.response(question=asked.request.get("ID", ""), assertion="_a2")))[0] == 502
    assert not asked.is_signed_in


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"issuer": "https://evil.example"}, "签发者"),
        ({"audience": "https://other.example"}, "别的系统"),
        ({"recipient": "https://other.example/acs"}, "SubjectConfirmation"),
        ({"acs": "https://other.example/acs"}, "Destination"),
        ({"until": "2020-01-01T00:00:00Z"}, "过期"),
        ({"until": "2099-01-01T00:00:00"}, "时间"),
        ({"begins": "2099-01-01T00:00:00Z"}, "时钟"),
        ({"method": "holder-of-key"}, "SubjectConfirmation"),
        ({"status": "Responder"}, "没有让您登录"),
        ({"condition": "<saml:Unheard/>"}, "Unheard"),
        ({"question": ""}, "SubjectConfirmation"),
        ({"number": "9999"}, "没有这个工号"),
        ({"number": ""}, ""),
    ],
)
def test_an_assertion_that_is_not_for_us_here_and_now_is_refused(
    asked: Asked, wrong: dict[str, str], why: str
) -> None:
    status, said = asked.post(signed(asked.response(**wrong)))
    assert status == 502 and why in said
    assert not asked.is_signed_in
    asked.directory.refresh_from_db()
    assert asked.directory.trouble


def _wrapped(response: Tree, shape: str) -> Tree:
    """Put a forged assertion where a careless reader finds it, and the signed one where the signature finds it."""
    good = response.find(f"{A}Assertion")
    assert good is not None
    evil = copy.deepcopy(good)
    evil.set("ID", "_evil")
    value = evil.find(f".//{A}AttributeValue")
    assert value is not None
    value.text = "1002"
    signature = evil.find(f"{DS}Signature")
    assert signature is not None
    if shape == "beside":
        evil.remove(signature)
        good.addprevious(evil)
    elif shape == "after":
        evil.remove(signature)
        response.append(evil)
    elif shape == "inside":
        response.replace(good, evil)
        evil.replace(signature, good)
    elif shape == "in the object":
        response.replace(good, evil)
        etree.SubElement(signature, f"{DS}Object").append(good)
    elif shape == "in the extensions":
        response.replace(good, evil)
        extensions = etree.Element(f"{P}Extensions")
        extensions.append(good)
        response.insert(1, extensions)
    elif shape == "same name":
        evil.set("ID", good.get("ID", ""))
        evil.remove(signature)
        good.addprevious(evil)
    else:  # the signature stays with the forged one, the signed one is kept elsewhere
        response.replace(good, evil)
        keeper = etree.SubElement(response, "keeper")
        own = good.find(f"{DS}Signature")
        assert own is not None
        good.remove(own)
        keeper.append(good)
    return response


@pytest.mark.parametrize(
    "shape",
    ["beside", "after", "inside", "in the object", "in the extensions", "same name", "moved signature"],
)
def test_a_forged_assertion_wrapped_around_a_signed_one_is_never_read(asked: Asked, shape: str) -> None:
    status, said = asked.post(_wrapped(signed(asked.response()), shape))
    assert status == 502 and "没有通过核对" in said
    assert not SamlAnswer.objects.exists()


@pytest.mark.parametrize("place", ["keeper", "object"])
def test_a_signed_response_hidden_inside_of_a_forged_one_is_never_read(asked: Asked, place: str) -> None:
    good = signed(asked.response(), whole=True)
    evil = copy.deepcopy(good)
    evil.set("ID", "_evil")
    value = evil.find(f".//{A}AttributeValue")
    signature = evil.find(f"{DS}Signature")
    assert value is not None and signature is not None
    value.text = "1002"
    (
        etree.SubElement(evil, "keeper") if place == "keeper" else etree.SubElement(signature, f"{DS}Object")
    ).append(good)
    assert asked.post(evil)[0] == 502
    assert not SamlAnswer.objects.exists()


def test_a_comment_does_not_cut_a_number_in_two(asked: Asked) -> None:
    response = signed(asked.response(number="10012"))
    cut = etree.tostring(response).replace(b">10012<", b">1001<!-- -->2<")
    assert b"<!-- -->" in cut
    status, said = asked.post(cut)
    assert status == 502 and "没有这个工号" in said, "the number that was signed, all of it"


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (lambda asked: asked.response(), "没有签名"),
        (lambda asked: signed(asked.response(), pair=a_pair("evil", is_rsa=True)), "签名不对"),
        (lambda asked: _changed(signed(asked.response())), "签名不对"),
        (
            lambda asked: b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + etree.tostring(signed(asked.response())),
            "DOCTYPE",
        ),
        (lambda asked: b"<samlp:Response", "XML"),
        (lambda asked: b"", "XML"),
        (lambda asked: b"<a/>", "SAML"),
        (lambda asked: b"<a>" * 5000, "XML"),
        (lambda asked: b"x" * 300_000, "看不懂"),
        (lambda asked: _encrypted(asked.response()), "加密"),
    ],
)
def test_what_nobody_vouches_for_is_refused(
    asked: Asked, response: Callable[[Asked], Tree | bytes], why: str
) -> None:
    status, said = asked.post(response(asked))
    assert status == 502 and why in said
    assert not asked.is_signed_in and not SamlAnswer.objects.exists()


def _changed(response: Tree) -> Tree:
    value = response.find(f".//{A}AttributeValue")
    assert value is not None
    value.text = "1002"
    return response


def _encrypted(response: Tree) -> Tree:
    assertion = response.find(f"{A}Assertion")
    assert assertion is not None
    response.replace(assertion, etree.Element(f"{A}EncryptedAssertion"))
    return response


def test_weak_digests_and_shared_secrets_prove_nothing(asked: Asked) -> None:
    class Careless(XMLSigner):
        def check_deprecated_methods(self) -> None:
            """Sign with SHA-1, as old providers do."""

    by = hospital()
    weak = asked.response()
    assertion = weak.find(f"{A}Assertion")
    assert assertion is not None
    signer = Careless(
        signature_algorithm=SignatureMethod.RSA_SHA1,
        digest_algorithm=DigestAlgorithm.SHA1,
        c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
    )
    weak.replace(
        assertion,
        signer.sign(
            copy.deepcopy(assertion), key=by.key_pem, cert=by.pem, reference_uri="#_a1", id_attribute="ID"
        ),
    )
    assert asked.post(weak)[0] == 502
    shared = asked.response()
    assertion = shared.find(f"{A}Assertion")
    assert assertion is not None
    hmac = XMLSigner(
        signature_algorithm=SignatureMethod.HMAC_SHA256,
        c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
    )
    shared.replace(
        assertion,
        hmac.sign(copy.deepcopy(assertion), key=by.pem.encode(), reference_uri="#_a1", id_attribute="ID"),
    )
    assert asked.post(shared)[0] == 502
    assert not SamlAnswer.objects.exists()


def test_what_is_collected_late_is_gone(asked: Asked) -> None:
    told = {"SAMLResponse": base64.b64encode(etree.tostring(signed(asked.response()))).decode()}
    answer = Client().post(urlsplit(asked.acs).path, {**told, "RelayState": asked.state})
    clock.move(timedelta(minutes=3))
    assert asked.terminal.get(answer.headers["Location"].split("/", 3)[3].join(["/", ""])).status_code == 502
    assert Client().get(urlsplit(asked.acs).path).status_code == 405


def test_our_metadata_and_theirs(
    directory: Directory, terminal: Client, a_small_consortium: SmallConsortium
) -> None:
    ours = etree.fromstring(terminal.get(f"/m/sign-in/by/{directory.pk}/metadata/").content)
    assert (ours.get("entityID") or "").endswith(f"/m/sign-in/by/{directory.pk}/metadata/")
    assert ours.find(".//{*}AssertionConsumerService[@Location]") is not None
    body = "".join(hospital().pem.splitlines()[1:-1])
    theirs = f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://new.cn/idp">
    <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
    <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>
    {body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://new.cn/sso"/>
    </md:IDPSSODescriptor></md:EntityDescriptor>"""
    desk = Client()
    desk.force_login(a_small_consortium.librarian_a.user)
    told = {"library": a_small_consortium.a.pk, "kind": "saml", "name": "新的"}
    refused = desk.post("/console/patrons/directory/new/", {**told, "metadata": "<!DOCTYPE x><x/>"})
    assert "DOCTYPE" in refused.content.decode()
    assert desk.post("/console/patrons/directory/new/", {**told, "metadata": theirs}).status_code == 302
    made = Directory.objects.get(name="新的")
    assert (made.address, made.issuer) == ("https://new.cn/sso", "https://new.cn/idp")
    page = desk.get(f"/console/patrons/directory/{made.pk}/").content.decode()
    assert "CN=idp" in page and f"/by/{made.pk}/metadata/" in page
    for wrong in ("<a/>", theirs.replace("HTTP-Redirect", "SOAP"), theirs.replace(body, "AAAA")):
        with pytest.raises(DirectoryUnfit):
            services.set_directory(library=directory.library, directory=directory, metadata=wrong, by=None)


def test_the_doctor_knows_what_ends_and_what_is_missing(
    directory: Directory, terminal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> list[tuple[Health, str]]:
        return [(each.health, each.says + each.remedy) for room, each in every_finding() if room == "patrons"]

    assert said() == []
    services.set_directory(
        library=directory.library, directory=directory, certificate=a_pair("idp", days=10).pem, by=None
    )
    assert [health for health, words in said() if "到期" in words] == [Health.WATCH]
    clock.move(timedelta(days=20))
    assert [health for health, words in said() if "到期" in words] == [Health.BROKEN]
    monkeypatch.setitem(__import__("sys").modules, "signxml", None)
    assert any("pip install signxml" in words for _health, words in said())
    assert "signxml" in terminal.get(f"/m/sign-in/by/{directory.pk}/").content.decode()
    answer = terminal.post(f"/m/sign-in/by/{directory.pk}/assertion/", {"SAMLResponse": "PGEvPg=="})
    assert answer.status_code == 502
