"""Web authorisation and JS-SDK tickets (protocol sheet §8.13)."""

from dataclasses import dataclass
from urllib.parse import quote

from xinglin.wechat.client.transport import Transport
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_text

AUTHORIZE_ADDRESS = "https://open.weixin.qq.com/connect/oauth2/authorize"


@dataclass(frozen=True)
class Authorisation:
    """``is_snapshot`` means a made-up identity of WeChat's page preview: never bind it."""

    openid: str
    access_token: str
    refresh_token: str
    expires_in: int
    scope: str
    unionid: str
    is_snapshot: bool


def authorize_url(
    appid: str, redirect_url: str, *, state: str, with_profile: bool = False, address: str = AUTHORIZE_ADDRESS
) -> str:
    """Return where the browser goes; the parameters stand in the order that the platform demands."""
    scope = "snsapi_userinfo" if with_profile else "snsapi_base"
    return (
        f"{address}?appid={quote(appid)}&redirect_uri={quote(redirect_url, safe='')}"
        f"&response_type=code&scope={scope}&state={quote(state)}#wechat_redirect"
    )


class OAuthApi:
    def __init__(self, transport: Transport, *, appid: str, secret: str) -> None:
        self._transport, self._appid, self._secret = transport, appid, secret

    def exchange(self, code: str) -> Authorisation:
        """GET /sns/oauth2/access_token: a code is good once and for five minutes."""
        query = {
            "appid": self._appid,
            "secret": self._secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        return _authorisation(self._transport.get_without_token("/sns/oauth2/access_token", query))

    def refresh(self, refresh_token: str) -> Authorisation:
        """GET /sns/oauth2/refresh_token: the refresh token is replaced too."""
        query = {"appid": self._appid, "grant_type": "refresh_token", "refresh_token": refresh_token}
        return _authorisation(self._transport.get_without_token("/sns/oauth2/refresh_token", query))

    def check(self, access_token: str, openid: str) -> None:
        """GET /sns/auth: raises when the user's token is no longer good."""
        self._transport.get_without_token("/sns/auth", {"access_token": access_token, "openid": openid})

    def user_info(self, access_token: str, openid: str) -> JsonObject:
        """GET /sns/userinfo: needs the userinfo scope, else 48001."""
        query = {"access_token": access_token, "openid": openid, "lang": "zh_CN"}
        return self._transport.get_without_token("/sns/userinfo", query)


def _authorisation(answer: JsonObject) -> Authorisation:
    return Authorisation(
        openid=as_text(answer.get("openid")),
        access_token=as_text(answer.get("access_token")),
        refresh_token=as_text(answer.get("refresh_token")),
        expires_in=as_int(answer.get("expires_in")),
        scope=as_text(answer.get("scope")),
        unionid=as_text(answer.get("unionid")),
        is_snapshot=as_int(answer.get("is_snapshotuser")) == 1,
    )


@dataclass(frozen=True)
class Ticket:
    """A ticket for signing pages, good for two hours."""

    ticket: str
    expires_in: int


class JsapiApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def ticket(self, kind: str = "jsapi") -> Ticket:
        """GET /cgi-bin/ticket/getticket: keep it, 2 hours, as the platform counts these calls."""
        answer = self._transport.get("/cgi-bin/ticket/getticket", {"type": kind})
        return Ticket(as_text(answer.get("ticket")), as_int(answer.get("expires_in")))
