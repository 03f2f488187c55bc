"""Comments under articles, addressed by msg_data_id (protocol sheet §8.9)."""

from collections.abc import Sequence

from xinglin.wechat.client.draft import Page
from xinglin.wechat.client.transport import Transport
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_list, as_object


class CommentApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def open(self, data_id: str, index: int = 0) -> None:
        """POST /cgi-bin/comment/open."""
        self._do("open", data_id, index)

    def close(self, data_id: str, index: int = 0) -> None:
        """POST /cgi-bin/comment/close."""
        self._do("close", data_id, index)

    def page(self, data_id: str, index: int = 0, *, begin: int = 0, count: int = 49, kind: int = 0) -> Page:
        """POST /cgi-bin/comment/list: fewer than 50; kind 0 all, 1 ordinary, 2 featured."""
        body: JsonObject = {
            "msg_data_id": data_id,
            "index": index,
            "begin": begin,
            "count": count,
            "type": kind,
        }
        answer = self._transport.post("/cgi-bin/comment/list", body)
        comments: Sequence[JsonObject] = [as_object(each) for each in as_list(answer.get("comment"))]
        return Page(as_int(answer.get("total")), comments)

    def feature(self, data_id: str, index: int, comment_id: int) -> None:
        """POST /cgi-bin/comment/markelect."""
        self._do("markelect", data_id, index, user_comment_id=comment_id)

    def unfeature(self, data_id: str, index: int, comment_id: int) -> None:
        """POST /cgi-bin/comment/unmarkelect."""
        self._do("unmarkelect", data_id, index, user_comment_id=comment_id)

    def delete(self, data_id: str, index: int, comment_id: int) -> None:
        """POST /cgi-bin/comment/delete."""
        self._do("delete", data_id, index, user_comment_id=comment_id)

    def reply(self, data_id: str, index: int, comment_id: int, content: str) -> None:
        """POST /cgi-bin/comment/reply/add."""
        self._do("reply/add", data_id, index, user_comment_id=comment_id, content=content)

    def delete_reply(self, data_id: str, index: int, comment_id: int) -> None:
        """POST /cgi-bin/comment/reply/delete."""
        self._do("reply/delete", data_id, index, user_comment_id=comment_id)

    def _do(self, deed: str, data_id: str, index: int, **more: str | int) -> None:
        body: JsonObject = {"msg_data_id": data_id, "index": index, **more}
        self._transport.post(f"/cgi-bin/comment/{deed}", body)
