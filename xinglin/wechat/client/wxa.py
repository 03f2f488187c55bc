"""Mini programs (protocol sheet §8.14)."""

from collections.abc import Mapping
from dataclasses import dataclass

from xinglin.wechat.client.template import values
from xinglin.wechat.client.transport import Download, Transport
from xinglin.wechat.jsonvalue import JsonObject, as_object, as_text


@dataclass(frozen=True)
class MiniProgramSession:
    """``session_key`` stays on the server: it decrypts what the mini program sends."""

    openid: str
    session_key: str
    unionid: str


class MiniProgramApi:
    def __init__(self, transport: Transport, *, appid: str, secret: str) -> None:
        self._transport, self._appid, self._secret = transport, appid, secret

    def session_of(self, js_code: str) -> MiniProgramSession:
        """GET /sns/jscode2session."""
        query = {
            "appid": self._appid,
            "secret": self._secret,
            "js_code": js_code,
            "grant_type": "authorization_code",
        }
        answer = self._transport.get_without_token("/sns/jscode2session", query)
        return MiniProgramSession(
            as_text(answer.get("openid")), as_text(answer.get("session_key")), as_text(answer.get("unionid"))
        )

    def send_subscription(
        self, openid: str, template_id: str, data: Mapping[str, str], *, page: str = "", state: str = "formal"
    ) -> None:
        """POST /cgi-bin/message/subscribe/send; state is developer, trial or formal."""
        body: JsonObject = {
            "touser": openid,
            "template_id": template_id,
            "data": values(data),
            "miniprogram_state": state,
            "lang": "zh_CN",
        }
        if page:
            body["page"] = page
        self._transport.post("/cgi-bin/message/subscribe/send", body)

    def code_unlimited(
        self,
        scene: str,
        *,
        page: str = "",
        width: int = 430,
        version: str = "release",
        check_path: bool = True,
    ) -> Download:
        """POST /wxa/getwxacodeunlimit: a code with a scene of at most 32 characters; the page has no first slash."""
        body: JsonObject = {"scene": scene, "check_path": check_path, "env_version": version, "width": width}
        if page:
            body["page"] = page
        answer = self._transport.download("/wxa/getwxacodeunlimit", body=body)
        return answer if isinstance(answer, Download) else Download(b"", "")

    def scheme(self, path: str, query: str = "", *, version: str = "release", days: int = 30) -> str:
        """POST /wxa/generatescheme: an address that opens the mini program from a text message."""
        body: JsonObject = {
            "jump_wxa": {"path": path, "query": query, "env_version": version},
            "is_expire": True,
            "expire_type": 1,
            "expire_interval": days,
        }
        return as_text(self._transport.post("/wxa/generatescheme", body).get("openlink"))

    def url_link(self, path: str, query: str = "", *, version: str = "release", days: int = 30) -> str:
        """POST /wxa/generate_urllink."""
        body: JsonObject = {
            "path": path,
            "query": query,
            "env_version": version,
            "expire_type": 1,
            "expire_interval": days,
        }
        return as_text(self._transport.post("/wxa/generate_urllink", body).get("url_link"))

    def query_url_link(self, url_link: str) -> JsonObject:
        """POST /wxa/query_urllink."""
        return self._transport.post("/wxa/query_urllink", {"url_link": url_link})

    def phone_number(self, code: str) -> str:
        """POST /wxa/business/getuserphonenumber: the number without its country; the code is good once."""
        answer = self._transport.post("/wxa/business/getuserphonenumber", {"code": code})
        return as_text(as_object(answer.get("phone_info")).get("purePhoneNumber"))
