"""Subscription notices (protocol sheet §8.4): each one sent uses up one consent of the reader."""

from collections.abc import Mapping

from xinglin.wechat.client.template import values
from xinglin.wechat.client.transport import Transport
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_list, as_object, as_text


class SubscriptionApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(
        self,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        *,
        page: str = "",
        mini_program: JsonObject | None = None,
    ) -> None:
        """POST /cgi-bin/message/subscribe/bizsend; 43101 when no consent is left."""
        body: JsonObject = {"touser": openid, "template_id": template_id, "data": values(data)}
        if page:
            body["page"] = page
        if mini_program:
            body["miniprogram"] = mini_program
        self._transport.post("/cgi-bin/message/subscribe/bizsend", body)

    def add_template(self, tid: str, keyword_ids: list[int], scene: str) -> str:
        """POST /wxaapi/newtmpl/addtemplate: 2–5 keywords, the scene at most 15 characters."""
        body: JsonObject = {"tid": tid, "kidList": list(keyword_ids), "sceneDesc": scene}
        return as_text(self._transport.post("/wxaapi/newtmpl/addtemplate", body).get("priTmplId"))

    def delete_template(self, template_id: str) -> None:
        """POST /wxaapi/newtmpl/deltemplate."""
        self._transport.post("/wxaapi/newtmpl/deltemplate", {"priTmplId": template_id})

    def templates(self) -> list[JsonObject]:
        """GET /wxaapi/newtmpl/gettemplate: type 2 is for once, 3 for long."""
        return [
            as_object(each)
            for each in as_list(self._transport.get("/wxaapi/newtmpl/gettemplate").get("data"))
        ]

    def categories(self) -> list[JsonObject]:
        """GET /wxaapi/newtmpl/getcategory."""
        return [
            as_object(each)
            for each in as_list(self._transport.get("/wxaapi/newtmpl/getcategory").get("data"))
        ]

    def public_titles(
        self, category_ids: list[int], *, start: int = 0, limit: int = 30
    ) -> tuple[int, list[JsonObject]]:
        """GET /wxaapi/newtmpl/getpubtemplatetitles: the number of all, and one page of at most 30."""
        query: dict[str, str | int] = {
            "ids": ",".join(map(str, category_ids)),
            "start": start,
            "limit": limit,
        }
        answer = self._transport.get("/wxaapi/newtmpl/getpubtemplatetitles", query)
        return as_int(answer.get("count")), [as_object(each) for each in as_list(answer.get("data"))]

    def public_keywords(self, tid: str) -> list[JsonObject]:
        """GET /wxaapi/newtmpl/getpubtemplatekeywords."""
        answer = self._transport.get("/wxaapi/newtmpl/getpubtemplatekeywords", {"tid": tid})
        return [as_object(each) for each in as_list(answer.get("data"))]
