"""Publishing without a push to followers (protocol sheet §8.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from xinglin.wechat.client.draft import Page, page_of
from xinglin.wechat.client.transport import Transport
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_list, as_object, as_text


class PublishStatus(IntEnum):
    DONE = 0
    RUNNING = 1
    NOT_ORIGINAL = 2
    FAILED = 3
    REFUSED_BY_AUDIT = 4
    DELETED = 5
    BANNED = 6


@dataclass(frozen=True)
class PublishResult:
    """``status`` is a ``PublishStatus``, or a number that came after this was written."""

    status: int
    article_id: str
    addresses: Sequence[str]
    failed_indexes: Sequence[int]


@dataclass(frozen=True)
class PublishJob:
    """Accepted, which is not yet published."""

    publish_id: str
    data_id: str


class FreePublishApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def submit(self, media_id: str) -> PublishJob:
        """POST /cgi-bin/freepublish/submit; the result comes as PUBLISHJOBFINISH."""
        answer = self._transport.post("/cgi-bin/freepublish/submit", {"media_id": media_id})
        return PublishJob(as_text(answer.get("publish_id")), as_text(answer.get("msg_data_id")))

    def result(self, publish_id: str) -> PublishResult:
        """POST /cgi-bin/freepublish/get."""
        answer = self._transport.post("/cgi-bin/freepublish/get", {"publish_id": publish_id})
        items = as_list(as_object(answer.get("article_detail")).get("item"))
        return PublishResult(
            status=as_int(answer.get("publish_status")),
            article_id=as_text(answer.get("article_id")),
            addresses=[as_text(as_object(each).get("article_url")) for each in items],
            failed_indexes=[as_int(each) for each in as_list(answer.get("fail_idx"))],
        )

    def article(self, article_id: str) -> list[JsonObject]:
        """POST /cgi-bin/freepublish/getarticle."""
        answer = self._transport.post("/cgi-bin/freepublish/getarticle", {"article_id": article_id})
        return [as_object(each) for each in as_list(answer.get("news_item"))]

    def page(self, *, offset: int = 0, count: int = 20, without_content: bool = True) -> Page:
        """POST /cgi-bin/freepublish/batchget: what was only mass-sent is not listed."""
        body: JsonObject = {"offset": offset, "count": count, "no_content": int(without_content)}
        return page_of(self._transport.post("/cgi-bin/freepublish/batchget", body))

    def delete(self, article_id: str, index: int = 0) -> None:
        """POST /cgi-bin/freepublish/delete: one article from 1, or all with 0. Cannot be undone."""
        self._transport.post("/cgi-bin/freepublish/delete", {"article_id": article_id, "index": index})
