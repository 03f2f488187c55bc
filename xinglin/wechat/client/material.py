"""Permanent material (protocol sheet §8.8)."""

from dataclasses import dataclass

from xinglin.wechat.client.draft import Page, page_of
from xinglin.wechat.client.transport import Download, File, Transport, encode
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_text


@dataclass(frozen=True)
class AddedMaterial:
    """``url`` only for pictures, and only usable inside WeChat."""

    media_id: str
    url: str


@dataclass(frozen=True)
class MaterialCount:
    voice: int
    video: int
    image: int
    news: int


class MaterialApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def add(self, kind: str, file: File, *, title: str = "", introduction: str = "") -> AddedMaterial:
        """POST /cgi-bin/material/add_material; a video has a title and an introduction."""
        form: dict[str, str] = {}
        if kind == "video":
            form["description"] = encode({"title": title, "introduction": introduction}).decode()
        answer = self._transport.upload("/cgi-bin/material/add_material", file, {"type": kind}, form)
        return AddedMaterial(as_text(answer.get("media_id")), as_text(answer.get("url")))

    def get(self, media_id: str) -> Download | JsonObject:
        """POST /cgi-bin/material/get_material: a file, or articles, or a video's address."""
        return self._transport.download("/cgi-bin/material/get_material", body={"media_id": media_id})

    def delete(self, media_id: str) -> None:
        """POST /cgi-bin/material/del_material."""
        self._transport.post("/cgi-bin/material/del_material", {"media_id": media_id})

    def count(self) -> MaterialCount:
        """GET /cgi-bin/material/get_materialcount."""
        answer = self._transport.get("/cgi-bin/material/get_materialcount")
        return MaterialCount(
            *(as_int(answer.get(f"{kind}_count")) for kind in ("voice", "video", "image", "news"))
        )

    def page(self, kind: str, *, offset: int = 0, count: int = 20) -> Page:
        """POST /cgi-bin/material/batchget_material: at most 20."""
        body: JsonObject = {"type": kind, "offset": offset, "count": count}
        return page_of(self._transport.post("/cgi-bin/material/batchget_material", body))
