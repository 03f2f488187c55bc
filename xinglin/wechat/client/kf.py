"""Customer-service accounts, sessions and records (protocol sheet §8.2)."""

from xinglin.wechat.client.transport import File, Transport
from xinglin.wechat.jsonvalue import JsonObject, as_list, as_object


class KfApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def accounts(self) -> list[JsonObject]:
        """GET /cgi-bin/customservice/getkflist."""
        answer = self._transport.get("/cgi-bin/customservice/getkflist")
        return [as_object(each) for each in as_list(answer.get("kf_list"))]

    def online(self) -> list[JsonObject]:
        """GET /cgi-bin/customservice/getonlinekflist."""
        answer = self._transport.get("/cgi-bin/customservice/getonlinekflist")
        return [as_object(each) for each in as_list(answer.get("kf_online_list"))]

    def add(self, kf_account: str, nickname: str) -> None:
        """POST /customservice/kfaccount/add; at most 100, the prefix 10 characters, the name 16."""
        self._transport.post("/customservice/kfaccount/add", {"kf_account": kf_account, "nickname": nickname})

    def update(self, kf_account: str, nickname: str) -> None:
        """POST /customservice/kfaccount/update."""
        self._transport.post(
            "/customservice/kfaccount/update", {"kf_account": kf_account, "nickname": nickname}
        )

    def delete(self, kf_account: str) -> None:
        """POST /customservice/kfaccount/del."""
        self._transport.post("/customservice/kfaccount/del", {"kf_account": kf_account})

    def upload_head_image(self, kf_account: str, file: File) -> None:
        """POST /customservice/kfaccount/uploadheadimg; at most 5 MB."""
        self._transport.upload("/customservice/kfaccount/uploadheadimg", file, {"kf_account": kf_account})

    def invite_worker(self, kf_account: str, wechat_name: str) -> None:
        """POST /customservice/kfaccount/inviteworker."""
        body: JsonObject = {"kf_account": kf_account, "invite_wx": wechat_name}
        self._transport.post("/customservice/kfaccount/inviteworker", body)

    def create_session(self, kf_account: str, openid: str) -> None:
        """POST /customservice/kfsession/create."""
        self._transport.post("/customservice/kfsession/create", {"kf_account": kf_account, "openid": openid})

    def close_session(self, kf_account: str, openid: str) -> None:
        """POST /customservice/kfsession/close."""
        self._transport.post("/customservice/kfsession/close", {"kf_account": kf_account, "openid": openid})

    def session_of(self, openid: str) -> JsonObject:
        """GET /customservice/kfsession/getsession."""
        return self._transport.get("/customservice/kfsession/getsession", {"openid": openid})

    def sessions(self, kf_account: str) -> list[JsonObject]:
        """GET /customservice/kfsession/getsessionlist."""
        answer = self._transport.get("/customservice/kfsession/getsessionlist", {"kf_account": kf_account})
        return [as_object(each) for each in as_list(answer.get("sessionlist"))]

    def waiting(self) -> JsonObject:
        """GET /customservice/kfsession/getwaitcase: at most 100."""
        return self._transport.get("/customservice/kfsession/getwaitcase")

    def records(self, *, start: int, end: int, message_id: int = 1, number: int = 10000) -> JsonObject:
        """POST /customservice/msgrecord/getmsglist: at most 24 hours a call, paged by ``message_id``."""
        body: JsonObject = {"starttime": start, "endtime": end, "msgid": message_id, "number": number}
        return self._transport.post("/customservice/msgrecord/getmsglist", body)
