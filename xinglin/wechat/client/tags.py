"""The platform's tags (protocol sheet §8.10): at most 100, and 20 on one follower."""

from collections.abc import Sequence

from xinglin.wechat.client.transport import Transport
from xinglin.wechat.client.user import FollowerPage, follower_page
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_list, as_object


class TagsApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, name: str) -> int:
        """POST /cgi-bin/tags/create: at most 30 bytes; returns its id."""
        answer = self._transport.post("/cgi-bin/tags/create", {"tag": {"name": name}})
        return as_int(as_object(answer.get("tag")).get("id"))

    def all(self) -> list[JsonObject]:
        """GET /cgi-bin/tags/get: id, name, count."""
        return [as_object(each) for each in as_list(self._transport.get("/cgi-bin/tags/get").get("tags"))]

    def rename(self, tag_id: int, name: str) -> None:
        """POST /cgi-bin/tags/update."""
        self._transport.post("/cgi-bin/tags/update", {"tag": {"id": tag_id, "name": name}})

    def delete(self, tag_id: int) -> None:
        """POST /cgi-bin/tags/delete."""
        self._transport.post("/cgi-bin/tags/delete", {"tag": {"id": tag_id}})

    def members(self, tag_id: int, next_openid: str = "") -> FollowerPage:
        """POST /cgi-bin/user/tag/get."""
        body: JsonObject = {"tagid": tag_id, "next_openid": next_openid}
        return follower_page(self._transport.post("/cgi-bin/user/tag/get", body))

    def tag(self, tag_id: int, openids: Sequence[str]) -> None:
        """POST /cgi-bin/tags/members/batchtagging: at most 50."""
        body: JsonObject = {"openid_list": list(openids), "tagid": tag_id}
        self._transport.post("/cgi-bin/tags/members/batchtagging", body)

    def untag(self, tag_id: int, openids: Sequence[str]) -> None:
        """POST /cgi-bin/tags/members/batchuntagging: at most 50."""
        body: JsonObject = {"openid_list": list(openids), "tagid": tag_id}
        self._transport.post("/cgi-bin/tags/members/batchuntagging", body)

    def of(self, openid: str) -> list[int]:
        """POST /cgi-bin/tags/getidlist."""
        answer = self._transport.post("/cgi-bin/tags/getidlist", {"openid": openid})
        return [as_int(each) for each in as_list(answer.get("tagid_list"))]
