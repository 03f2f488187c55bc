"""Hospitals' directories: CAS, OpenID Connect, 企业微信, 钉钉. Who signs in there is the reader with that staff number.

Each kind answers two questions: where the browser is sent, and who came back. The state that travels is bound to
the browser's session; what the directory says is fetched by us from the directory itself, never taken from the
browser. Readers are no accounts of Django's (those are librarians), so django-allauth, which makes such accounts,
is not in this path: ``docs/decisions`` says more.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx
from django.utils.translation import gettext_lazy as _
from lxml import etree

from xinglin.commons import clock
from xinglin.patrons import queries
from xinglin.patrons.errors import DirectoryRefuses
from xinglin.patrons.lifecycle import State
from xinglin.patrons.models import Directory, DirectoryKind, Patron

SECONDS = 8
LARGEST = 256 * 1024
WECOM = "https://qyapi.weixin.qq.com"
WECOM_LOGIN = "https://login.work.weixin.qq.com/wwlogin/sso/login"
DINGTALK = "https://api.dingtalk.com"
DINGTALK_LOGIN = "https://login.dingtalk.com/oauth2/auth"
_CAS = "{http://www.yale.edu/tp/cas}"


@dataclass(frozen=True)
class Way:
    """How one kind is gone: the address to go to, and who came back by what the browser brought."""

    begin: Callable[[Directory, str, str, str], str]
    finish: Callable[[Directory, Mapping[str, str], str, str], str]
    number_from: str
    needs: tuple[str, ...]


def begin(directory: Directory, *, back: str, state: str, nonce: str) -> str:
    """Return where the browser is sent. Raises ``DirectoryRefuses``."""
    return WAYS[DirectoryKind(directory.kind)].begin(directory, back, state, nonce)


def finish(directory: Directory, brought: Mapping[str, str], *, back: str, nonce: str) -> Patron:
    """Return the reader who came back from a directory.

    Raises ``DirectoryRefuses``: it did not answer, refused, or names nobody who is a reader of its library.
    """
    number = WAYS[DirectoryKind(directory.kind)].finish(directory, brought, back, nonce).strip()
    patron = queries.find_by_staff_number(number, library=directory.library)
    if patron is None or patron.state not in (State.ACTIVE, State.SUSPENDED):
        raise DirectoryRefuses(
            _("%(name)s认得您，但%(library)s没有这个工号的读者；请到服务台登记工号。"),
            name=directory.name,
            library=directory.library.label,
        )
    Directory.objects.filter(pk=directory.pk).update(used_at=clock.now(), trouble="")
    return patron


def note_trouble(directory: Directory, why: str) -> None:
    """Keep what was wrong, for the librarian."""
    Directory.objects.filter(pk=directory.pk).update(trouble=why[:300], trouble_at=clock.now())


# ---- asking -----------------------------------------------------------------------------------------------


def _ask(directory: Directory, method: str, url: str, **how: object) -> httpx.Response:
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


def _object(directory: Directory, answer: httpx.Response) -> dict[str, object]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise DirectoryRefuses(_("%(name)s的答复看不懂；请告诉馆员。"), name=directory.name)
    return found


def _word(directory: Directory, found: Mapping[str, object], *names: str) -> str:
    """Return the first of some words of an answer that says anything."""
    for name in (directory.number_from, *names):
        value = found.get(name) if name else None
        if isinstance(value, str | int) and str(value).strip():
            return str(value)
    raise DirectoryRefuses(
        _("%(name)s没有给出工号（%(words)s）；请告诉馆员。"),
        name=directory.name,
        words="、".join(dict.fromkeys(name for name in (directory.number_from, *names) if name)),
    )


def _brought(directory: Directory, brought: Mapping[str, str], *names: str) -> str:
    for name in names:
        if brought.get(name):
            return brought[name]
    raise DirectoryRefuses(_("您没有在%(name)s完成登录；请再试一次。"), name=directory.name)


# ---- CAS (Apereo CAS protocol 3.0, 2.5 /p3/serviceValidate) --------------------------------------------------


def _cas_begin(directory: Directory, back: str, state: str, nonce: str) -> str:
    return f"{directory.address.rstrip('/')}/login?{urlencode({'service': _service(back, state)})}"


def _service(back: str, state: str) -> str:
    return f"{back}?{urlencode({'state': state})}"


def _cas_finish(directory: Directory, brought: Mapping[str, str], back: str, nonce: str) -> str:
    query = {
        "service": _service(back, brought.get("state", "")),
        "ticket": _brought(directory, brought, "ticket"),
    }
    answer = _ask(directory, "GET", f"{directory.address.rstrip('/')}/p3/serviceValidate", params=query)
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
    return _word(directory, found, "user")


# ---- OpenID Connect Core 1.0, code flow -----------------------------------------------------------------------


def _oidc_about(directory: Directory) -> dict[str, object]:
    url = f"{directory.address.rstrip('/')}/.well-known/openid-configuration"
    about = _object(directory, _ask(directory, "GET", url))
    if str(about.get("issuer", "")).rstrip("/") != directory.address.rstrip("/"):
        raise DirectoryRefuses(_("%(name)s的发行者与设置的地址不同；请告诉馆员。"), name=directory.name)
    return about


def _oidc_begin(directory: Directory, back: str, state: str, nonce: str) -> str:
    query = {
        "response_type": "code",
        "client_id": directory.client_id,
        "redirect_uri": back,
        "scope": "openid profile",
        "state": state,
        "nonce": nonce,
    }
    return f"{_oidc_about(directory)['authorization_endpoint']}?{urlencode(query)}"


def _oidc_finish(directory: Directory, brought: Mapping[str, str], back: str, nonce: str) -> str:
    """Exchange the code over TLS with the issuer itself: its signature need not be checked (Core 3.1.3.7, 6)."""
    about = _oidc_about(directory)
    tokens = _object(
        directory,
        _ask(
            directory,
            "POST",
            str(about["token_endpoint"]),
            data={
                "grant_type": "authorization_code",
                "code": _brought(directory, brought, "code"),
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
        told = _object(directory, _ask(directory, "GET", str(about["userinfo_endpoint"]), headers=bearer))
        if told.get("sub") == claims.get("sub"):
            claims = {**told, **claims}
    return _word(directory, claims, "employee_number", "preferred_username", "sub")


def _claims(directory: Directory, token: str) -> dict[str, object]:
    try:
        payload = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise DirectoryRefuses(_("%(name)s没有给出身份；请告诉馆员。"), name=directory.name)
    return found


# ---- 企业微信: developer.work.weixin.qq.com, 网页登录 and 身份验证 ------------------------------------------------


def _wecom_begin(directory: Directory, back: str, state: str, nonce: str) -> str:
    query = {
        "login_type": "CorpApp",
        "appid": directory.client_id,
        "agentid": directory.agent_id,
        "redirect_uri": back,
        "state": state,
    }
    return f"{WECOM_LOGIN}?{urlencode(query)}"


def _wecom_finish(directory: Directory, brought: Mapping[str, str], back: str, nonce: str) -> str:
    base = (directory.address or WECOM).rstrip("/")
    code = _brought(directory, brought, "code")
    query = {"corpid": directory.client_id, "corpsecret": directory.secret}
    token = _wecom_told(directory, _ask(directory, "GET", f"{base}/cgi-bin/gettoken", params=query))
    access = {"access_token": str(token.get("access_token", ""))}
    who = _wecom_told(
        directory, _ask(directory, "GET", f"{base}/cgi-bin/auth/getuserinfo", params={**access, "code": code})
    )
    return _word(directory, who, "userid", "UserId")


def _wecom_told(directory: Directory, answer: httpx.Response) -> dict[str, object]:
    found = _object(directory, answer)
    if found.get("errcode") not in (0, None):
        raise DirectoryRefuses(
            _("%(name)s没有接受这次登录（错误码 %(code)s）；请再试一次。"),
            name=directory.name,
            code=found.get("errcode"),
        )
    return found


# ---- 钉钉: open.dingtalk.com, 登录第三方网站, then the staff file by unionid -----------------------------------------


def _dingtalk_begin(directory: Directory, back: str, state: str, nonce: str) -> str:
    query = {
        "response_type": "code",
        "client_id": directory.client_id,
        "redirect_uri": back,
        "scope": "openid",
        "state": state,
        "prompt": "consent",
    }
    return f"{DINGTALK_LOGIN}?{urlencode(query)}"


def _dingtalk_finish(directory: Directory, brought: Mapping[str, str], back: str, nonce: str) -> str:
    """Ask who came back, then the corporation's own file for the job number: the nickname proves nothing."""
    base = (directory.address or DINGTALK).rstrip("/")
    old = base.replace("//api.", "//oapi.")
    app = {"clientId": directory.client_id, "clientSecret": directory.secret}
    code = _brought(directory, brought, "authCode", "code")
    user = _object(
        directory,
        _ask(
            directory,
            "POST",
            f"{base}/v1.0/oauth2/userAccessToken",
            json={**app, "code": code, "grantType": "authorization_code"},
        ),
    )
    me = _object(
        directory,
        _ask(
            directory,
            "GET",
            f"{base}/v1.0/contact/users/me",
            headers={"x-acs-dingtalk-access-token": str(user.get("accessToken", ""))},
        ),
    )
    ours = _object(
        directory,
        _ask(
            directory,
            "POST",
            f"{base}/v1.0/oauth2/accessToken",
            json={"appKey": directory.client_id, "appSecret": directory.secret},
        ),
    )
    access = {"access_token": str(ours.get("accessToken", ""))}
    union = {"unionid": str(me.get("unionId", ""))}
    found = _wecom_told(
        directory, _ask(directory, "POST", f"{old}/topapi/user/getbyunionid", params=access, json=union)
    )
    result = found.get("result")
    userid = str(result.get("userid", "")) if isinstance(result, dict) else ""
    file = _wecom_told(
        directory,
        _ask(directory, "POST", f"{old}/topapi/v2/user/get", params=access, json={"userid": userid}),
    )
    told = file.get("result")
    return _word(directory, told if isinstance(told, dict) else {}, "job_number", "userid")


WAYS: Mapping[DirectoryKind, Way] = {
    DirectoryKind.CAS: Way(_cas_begin, _cas_finish, "user", ("address",)),
    DirectoryKind.OIDC: Way(_oidc_begin, _oidc_finish, "employee_number", ("address", "client_id", "secret")),
    DirectoryKind.WECOM: Way(_wecom_begin, _wecom_finish, "userid", ("client_id", "agent_id", "secret")),
    DirectoryKind.DINGTALK: Way(_dingtalk_begin, _dingtalk_finish, "job_number", ("client_id", "secret")),
}
