"""Followers as the platform lists them (protocol sheet §8.10). Names and pictures it no longer gives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xinglin.wechat.client.transport import Transport
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_list, as_object, as_text


@dataclass(frozen=True)
class FollowerPage:
    """One page of openids; ``next_openid`` is empty after the last."""

    total: int
    openids: Sequence[str]
    next_openid: str


def follower_page(answer: JsonObject) -> FollowerPage:
    openids = [as_text(each) for each in as_list(as_object(answer.get("data")).get("openid"))]
    return FollowerPage(as_int(answer.get("total")), openids, as_text(answer.get("next_openid")))


class UserApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def page(self, next_openid: str = "") -> FollowerPage:
        """GET /cgi-bin/user/get: at most 10 000, 500 calls a day."""
        return follower_page(self._transport.get("/cgi-bin/user/get", {"next_openid": next_openid}))

    def everybody(self) -> Iterator[str]:
        """Page through all followers."""
        page = self.page()
        while page.openids:
            yield from page.openids
            if not page.next_openid:
                return
            page = self.page(page.next_openid)

    def info(self, openid: str, lang: str = "zh_CN") -> JsonObject:
        """GET /cgi-bin/user/info."""
        return self._transport.get("/cgi-bin/user/info", {"openid": openid, "lang": lang})

    def infos(self, openids: Sequence[str], lang: str = "zh_CN") -> list[JsonObject]:
        """POST /cgi-bin/user/info/batchget: at most 100."""
        body: JsonObject = {"user_list": [{"openid": each, "lang": lang} for each in openids]}
        answer = self._transport.post("/cgi-bin/user/info/batchget", body)
        return [as_object(each) for each in as_list(answer.get("user_info_list"))]

    def set_remark(self, openid: str, remark: str) -> None:
        """POST /cgi-bin/user/info/updateremark: under 30 bytes."""
        self._transport.post("/cgi-bin/user/info/updateremark", {"openid": openid, "remark": remark})

    def blacklist(self, begin_openid: str = "") -> FollowerPage:
        """POST /cgi-bin/tags/members/getblacklist: at most 1 000."""
        body: JsonObject = {"begin_openid": begin_openid}
        return follower_page(self._transport.post("/cgi-bin/tags/members/getblacklist", body))

    def block(self, openids: Sequence[str]) -> None:
        """POST /cgi-bin/tags/members/batchblacklist: at most 20."""
        self._transport.post("/cgi-bin/tags/members/batchblacklist", {"openid_list": list(openids)})

    def unblock(self, openids: Sequence[str]) -> None:
        """POST /cgi-bin/tags/members/batchunblacklist: at most 20."""
        self._transport.post("/cgi-bin/tags/members/batchunblacklist", {"openid_list": list(openids)})

    def change_openids(self, from_appid: str, openids: Sequence[str]) -> dict[str, str]:
        """POST /cgi-bin/changeopenid: old to new after an account migrated, at most 100; failures are left out."""
        body: JsonObject = {"from_appid": from_appid, "openid_list": list(openids)}
        results = as_list(self._transport.post("/cgi-bin/changeopenid", body).get("result_list"))
        pairs = [
            (as_text(each.get("ori_openid")), as_text(each.get("new_openid")))
            for each in map(as_object, results)
        ]
        return {old: new for old, new in pairs if new}
