"""Mass sending (protocol sheet §8.5). A send that timed out is repeated only with its ``clientmsgid``."""

from dataclasses import dataclass

from xinglin.wechat.client.transport import Transport
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_text


@dataclass(frozen=True)
class MassJob:
    """``data_id`` addresses the article's comments and figures."""

    message_id: str
    data_id: str


class MassApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send_all(
        self, content: JsonObject, *, tag_id: int | None, client_message_id: str, ignore_reprint: bool = False
    ) -> MassJob:
        """POST /cgi-bin/message/mass/sendall: to a tag, or to everybody when there is none.

        ``content`` is ``{"msgtype": "mpnews", "mpnews": {"media_id": …}}`` and its like. The result comes as
        MASSSENDJOBFINISH; 45065 means that this ``client_message_id`` was sent already.
        """
        audience: JsonObject = {"is_to_all": tag_id is None}
        if tag_id is not None:
            audience["tag_id"] = tag_id
        body: JsonObject = {"filter": audience, **content, **_common(client_message_id, ignore_reprint)}
        return _job(self._transport.post("/cgi-bin/message/mass/sendall", body))

    def send_to(
        self, openids: list[str], content: JsonObject, *, client_message_id: str, ignore_reprint: bool = False
    ) -> MassJob:
        """POST /cgi-bin/message/mass/send: 2 to 10 000 openids, service accounts only."""
        body: JsonObject = {"touser": list(openids), **content, **_common(client_message_id, ignore_reprint)}
        return _job(self._transport.post("/cgi-bin/message/mass/send", body))

    def preview(self, content: JsonObject, *, openid: str = "", wechat_name: str = "") -> None:
        """POST /cgi-bin/message/mass/preview to one follower; by WeChat name 100 a day."""
        target: JsonObject = {"towxname": wechat_name} if wechat_name else {"touser": openid}
        self._transport.post("/cgi-bin/message/mass/preview", {**target, **content})

    def status(self, message_id: str) -> str:
        """POST /cgi-bin/message/mass/get: SEND_SUCCESS, SENDING, SEND_FAIL or DELETE."""
        return as_text(
            self._transport.post("/cgi-bin/message/mass/get", {"msg_id": message_id}).get("msg_status")
        )

    def delete(self, *, message_id: str = "", url: str = "", article_index: int = 0) -> None:
        """POST /cgi-bin/message/mass/delete: articles and videos sent by the API; index 0 means all."""
        target: JsonObject = {"url": url} if url else {"msg_id": message_id}
        self._transport.post("/cgi-bin/message/mass/delete", {**target, "article_idx": article_index})

    def speed(self) -> int:
        """POST /cgi-bin/message/mass/speed/get: 0 (80 000 a minute) to 4 (10 000)."""
        return as_int(self._transport.post("/cgi-bin/message/mass/speed/get").get("speed"))

    def set_speed(self, speed: int) -> None:
        """POST /cgi-bin/message/mass/speed/set."""
        self._transport.post("/cgi-bin/message/mass/speed/set", {"speed": speed})


def _common(client_message_id: str, ignore_reprint: bool) -> JsonObject:
    return {"send_ignore_reprint": int(ignore_reprint), "clientmsgid": client_message_id}


def _job(answer: JsonObject) -> MassJob:
    return MassJob(as_text(answer.get("msg_id")), as_text(answer.get("msg_data_id")))
