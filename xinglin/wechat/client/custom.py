"""Customer-service messages (protocol sheet §8.2)."""

from xinglin.wechat.client.transport import Transport
from xinglin.wechat.jsonvalue import JsonObject


class CustomApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(self, message: JsonObject, *, kf_account: str = "") -> None:
        """POST /cgi-bin/message/custom/send: a body made by ``replies.as_messages``.

        The window and quota: 5 messages in 48 hours after a message, 3 in a minute after a click, follow or scan.
        """
        body = {**message, "customservice": {"kf_account": kf_account}} if kf_account else message
        self._transport.post("/cgi-bin/message/custom/send", body)

    def send_text(self, openid: str, content: str) -> None:
        """Send one text."""
        self.send({"touser": openid, "msgtype": "text", "text": {"content": content}})

    def typing(self, openid: str, *, on: bool = True) -> None:
        """POST /cgi-bin/message/custom/typing: needs an interaction in the last 30 s."""
        body: JsonObject = {"touser": openid, "command": "Typing" if on else "CancelTyping"}
        self._transport.post("/cgi-bin/message/custom/typing", body)
