"""The custom menu (protocol sheet §8.1)."""

from xinglin.wechat.client.transport import Transport
from xinglin.wechat.jsonvalue import JsonObject, JsonValue, as_list, as_text


class MenuApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, buttons: list[JsonValue]) -> None:
        """POST /cgi-bin/menu/create: replaces the whole default menu."""
        self._transport.post("/cgi-bin/menu/create", {"button": buttons})

    def get(self) -> JsonObject:
        """GET /cgi-bin/menu/get: default and conditional menus made by the API; 46003 when there is none."""
        return self._transport.get("/cgi-bin/menu/get")

    def delete(self) -> None:
        """GET /cgi-bin/menu/delete: the default menu and every conditional one."""
        self._transport.get("/cgi-bin/menu/delete")

    def add_conditional(self, buttons: list[JsonValue], match_rule: JsonObject) -> str:
        """POST /cgi-bin/menu/addconditional, by tag or client platform; returns its menuid."""
        body: JsonObject = {"button": buttons, "matchrule": match_rule}
        return as_text(self._transport.post("/cgi-bin/menu/addconditional", body).get("menuid"))

    def delete_conditional(self, menu_id: str) -> None:
        """POST /cgi-bin/menu/delconditional."""
        self._transport.post("/cgi-bin/menu/delconditional", {"menuid": menu_id})

    def try_match(self, user_id: str) -> list[JsonValue]:
        """POST /cgi-bin/menu/trymatch: the buttons that an openid or WeChat name would see."""
        return as_list(self._transport.post("/cgi-bin/menu/trymatch", {"user_id": user_id}).get("button"))

    def current_self_menu(self) -> JsonObject:
        """GET /cgi-bin/get_current_selfmenu_info: also menus made by hand, in another shape; every kind may."""
        return self._transport.get("/cgi-bin/get_current_selfmenu_info")
