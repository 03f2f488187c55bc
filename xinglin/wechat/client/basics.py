"""Tokens, addresses, quotas and diagnosis (protocol sheet §7)."""

from dataclasses import dataclass

from xinglin.wechat.client.transport import Transport
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_list, as_object, as_text


@dataclass(frozen=True)
class IssuedToken:
    """A token and for how many seconds it is still good."""

    access_token: str
    expires_in: int


def _token(answer: JsonObject) -> IssuedToken:
    return IssuedToken(as_text(answer.get("access_token")), as_int(answer.get("expires_in")))


class Credentials:
    """The calls that make tokens. They carry the app secret and need no token."""

    def __init__(self, transport: Transport, *, appid: str, secret: str) -> None:
        self._transport, self._appid, self._secret = transport, appid, secret

    def token(self) -> IssuedToken:
        """GET /cgi-bin/token: every call makes a new token and spoils the former one."""
        query = {"grant_type": "client_credential", "appid": self._appid, "secret": self._secret}
        return _token(self._transport.get_without_token("/cgi-bin/token", query))

    def stable_token(self, *, force_refresh: bool = False) -> IssuedToken:
        """POST /cgi-bin/stable_token: the same token to everybody until it is renewed.

        Forcing is for a token that leaked or was refused: 20 a day, 30 s apart.
        """
        body: JsonObject = {"grant_type": "client_credential", "appid": self._appid, "secret": self._secret}
        if force_refresh:
            body["force_refresh"] = True
        return _token(self._transport.post_without_token("/cgi-bin/stable_token", body))

    def clear_quota(self) -> None:
        """POST /cgi-bin/clear_quota/v2: works also when every token call is used up; 10 a month."""
        body: JsonObject = {"appid": self._appid, "appsecret": self._secret}
        self._transport.post_without_token("/cgi-bin/clear_quota/v2", body)


class OpenApi:
    """Addresses of the platform, our quota with it, and what a failed call was."""

    def __init__(self, transport: Transport, *, appid: str) -> None:
        self._transport, self._appid = transport, appid

    def callback_ips(self) -> list[str]:
        """GET /cgi-bin/getcallbackip."""
        return [as_text(ip) for ip in as_list(self._transport.get("/cgi-bin/getcallbackip").get("ip_list"))]

    def api_domain_ips(self) -> list[str]:
        """GET /cgi-bin/get_api_domain_ip."""
        return [
            as_text(ip) for ip in as_list(self._transport.get("/cgi-bin/get_api_domain_ip").get("ip_list"))
        ]

    def check_callback(self, *, action: str = "all", operator: str = "DEFAULT") -> JsonObject:
        """POST /cgi-bin/callback/check: how the platform resolves and reaches our callback address."""
        return self._transport.post("/cgi-bin/callback/check", {"action": action, "check_operator": operator})

    def clear_quota(self) -> None:
        """POST /cgi-bin/clear_quota; 10 a month together with the form that carries the secret."""
        self._transport.post("/cgi-bin/clear_quota", {"appid": self._appid})

    def quota(self, cgi_path: str) -> JsonObject:
        """POST /cgi-bin/openapi/quota/get: daily_limit, used, remain of one call."""
        return as_object(
            self._transport.post("/cgi-bin/openapi/quota/get", {"cgi_path": cgi_path}).get("quota")
        )

    def request_of(self, rid: str) -> JsonObject:
        """POST /cgi-bin/openapi/rid/get: what a failed call of the last seven days carried."""
        return as_object(self._transport.post("/cgi-bin/openapi/rid/get", {"rid": rid}).get("request"))

    def autoreply_info(self) -> JsonObject:
        """GET /cgi-bin/get_current_autoreply_info: the account's own replies, before we take over."""
        return self._transport.get("/cgi-bin/get_current_autoreply_info")
