"""The draft box (protocol sheet §8.6). A draft disappears when it is sent or published."""

from collections.abc import Sequence
from dataclasses import dataclass

from xinglin.wechat.client.transport import Transport
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_list, as_object, as_text


@dataclass(frozen=True)
class Page:
    """One page of drafts, published articles or materials, and how many there are in all."""

    total: int
    items: Sequence[JsonObject]


def page_of(answer: JsonObject) -> Page:
    """Read a page as all the paged calls answer it."""
    return Page(as_int(answer.get("total_count")), [as_object(each) for each in as_list(answer.get("item"))])


class DraftApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def add(self, articles: Sequence[JsonObject]) -> str:
        """POST /cgi-bin/draft/add: at most 8 articles; returns media_id."""
        return as_text(
            self._transport.post("/cgi-bin/draft/add", {"articles": list(articles)}).get("media_id")
        )

    def get(self, media_id: str) -> list[JsonObject]:
        """POST /cgi-bin/draft/get: its articles."""
        answer = self._transport.post("/cgi-bin/draft/get", {"media_id": media_id})
        return [as_object(each) for each in as_list(answer.get("news_item"))]

    def update(self, media_id: str, index: int, article: JsonObject) -> None:
        """POST /cgi-bin/draft/update: one article, by its place from 0."""
        body: JsonObject = {"media_id": media_id, "index": index, "articles": article}
        self._transport.post("/cgi-bin/draft/update", body)

    def delete(self, media_id: str) -> None:
        """POST /cgi-bin/draft/delete: for ever."""
        self._transport.post("/cgi-bin/draft/delete", {"media_id": media_id})

    def count(self) -> int:
        """GET /cgi-bin/draft/count."""
        return as_int(self._transport.get("/cgi-bin/draft/count").get("total_count"))

    def page(self, *, offset: int = 0, count: int = 20, without_content: bool = True) -> Page:
        """POST /cgi-bin/draft/batchget: at most 20."""
        body: JsonObject = {"offset": offset, "count": count, "no_content": int(without_content)}
        return page_of(self._transport.post("/cgi-bin/draft/batchget", body))

    def is_switched_on(self) -> bool:
        """POST /cgi-bin/draft/switch?checkonly=1; obsolete, every account has the draft box now."""
        answer = self._transport.post("/cgi-bin/draft/switch", query={"checkonly": 1})
        return as_int(answer.get("is_open")) == 1
