"""QR codes with a scene, service accounts only (protocol sheet §8.11)."""

from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Refusal
from xinglin.wechat.client.transport import Transport
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_text

SHOW_ADDRESS = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket="
LONGEST_LIFE = 30 * 24 * 3600
LONGEST_SCENE = 64


class BadScene(Refusal):
    """A scene that the platform does not take."""

    code = "wechat.bad_scene"


@dataclass(frozen=True)
class QrTicket:
    """``url`` is what the code says; ``picture`` is where the platform draws it."""

    ticket: str
    url: str
    expires_in: int

    @property
    def picture(self) -> str:
        return SHOW_ADDRESS + quote(self.ticket, safe="")


class QrCodeApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, scene: str, *, seconds: int | None = None) -> QrTicket:
        """POST /cgi-bin/qrcode/create: for some seconds, or for ever (at most 100 000 of those).

        Raises ``BadScene`` when the scene is not 1 to 64 characters.
        """
        if not 1 <= len(scene) <= LONGEST_SCENE:
            raise BadScene(
                _("二维码的场景值应为 1 至 %(limit)d 个字符，现有 %(length)d 个。"),
                limit=LONGEST_SCENE,
                length=len(scene),
            )
        body: JsonObject = {
            "action_name": "QR_LIMIT_STR_SCENE" if seconds is None else "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        if seconds is not None:
            body["expire_seconds"] = min(seconds, LONGEST_LIFE)
        answer = self._transport.post("/cgi-bin/qrcode/create", body)
        return QrTicket(
            as_text(answer.get("ticket")), as_text(answer.get("url")), as_int(answer.get("expire_seconds"))
        )
