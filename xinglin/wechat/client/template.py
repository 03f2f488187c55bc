"""Template messages, service accounts only, and one-time subscription messages (protocol sheet §8.3, §8.4)."""

from collections.abc import Mapping

from xinglin.wechat.client.transport import Transport
from xinglin.wechat.jsonvalue import JsonObject, as_list, as_object, as_text


def values(data: Mapping[str, str]) -> JsonObject:
    """Return template data in the platform's shape."""
    return {name: {"value": value} for name, value in data.items()}


def message(
    openid: str,
    template_id: str,
    data: Mapping[str, str],
    *,
    url: str = "",
    mini_program: JsonObject | None = None,
) -> JsonObject:
    """Return the parts that every template call shares."""
    body: JsonObject = {"touser": openid, "template_id": template_id, "data": values(data)}
    if url:
        body["url"] = url
    if mini_program:
        body["miniprogram"] = mini_program
    return body


class TemplateApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(self, body: JsonObject, *, client_message_id: str = "") -> str:
        """POST /cgi-bin/message/template/send; returns msgid, the result comes as TEMPLATESENDJOBFINISH.

        ``client_message_id`` makes a second call with it harmless.
        """
        if client_message_id:
            body = {**body, "client_msg_id": client_message_id}
        return as_text(self._transport.post("/cgi-bin/message/template/send", body).get("msgid"))

    def set_industry(self, first: int, second: int) -> None:
        """POST /cgi-bin/template/api_set_industry: once a month, and deletes the old templates."""
        body: JsonObject = {"industry_id1": str(first), "industry_id2": str(second)}
        self._transport.post("/cgi-bin/template/api_set_industry", body)

    def industry(self) -> JsonObject:
        """GET /cgi-bin/template/get_industry."""
        return self._transport.get("/cgi-bin/template/get_industry")

    def add(self, short_id: str, keyword_names: list[str]) -> str:
        """POST /cgi-bin/template/api_add_template: from the category templates; returns template_id."""
        body: JsonObject = {"template_id_short": short_id, "keyword_name_list": list(keyword_names)}
        return as_text(self._transport.post("/cgi-bin/template/api_add_template", body).get("template_id"))

    def all(self) -> list[JsonObject]:
        """GET /cgi-bin/template/get_all_private_template: at most 25."""
        answer = self._transport.get("/cgi-bin/template/get_all_private_template")
        return [as_object(each) for each in as_list(answer.get("template_list"))]

    def delete(self, template_id: str) -> None:
        """POST /cgi-bin/template/del_private_template."""
        self._transport.post("/cgi-bin/template/del_private_template", {"template_id": template_id})

    def blocked(self, template_message_id: str = "", *, slave_id: int = 0, page_size: int = 10) -> JsonObject:
        """POST /wxa/sec/queryblocktmplmsg: template messages that the platform stopped."""
        body: JsonObject = {"tmpl_msg_id": template_message_id, "slave_id": slave_id, "page_size": page_size}
        return self._transport.post("/wxa/sec/queryblocktmplmsg", body)

    def send_once(
        self, openid: str, template_id: str, *, scene: int, title: str, content: str, url: str = ""
    ) -> None:
        """POST /cgi-bin/message/template/subscribe: after the reader agreed on the platform's page."""
        body: JsonObject = {
            "touser": openid,
            "template_id": template_id,
            "scene": str(scene),
            "title": title,
            "data": {"content": {"value": content}},
        }
        if url:
            body["url"] = url
        self._transport.post("/cgi-bin/message/template/subscribe", body)
