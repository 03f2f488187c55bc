"""Runs inside the peer's environment: wechatpy, unmodified, makes its calls against the sandbox.

Its hosts are led to the sandbox by a ``requests`` adapter, the only way that reaches every call.
Prints one JSON object: what each call returned, or how it failed.
"""

import datetime
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from wechatpy import WeChatClient


class ToTheSandbox:
    """An adapter of ``requests`` that changes the address and nothing else."""

    def __init__(self, base_url: str, adapter: Any) -> None:
        self.base_url = base_url
        self.adapter = adapter

    def send(self, request: Any, **options: Any) -> Any:
        parts = urlsplit(request.url)
        request.url = self.base_url + parts.path + ("?" + parts.query if parts.query else "")
        return self.adapter.send(request, **options)

    def close(self) -> None:
        self.adapter.close()


base_url, appid, secret, openid, template_id, png = sys.argv[1:]
picture = Path(png).read_bytes()
client = WeChatClient(appid, secret)
for host in ("https://api.weixin.qq.com/", "https://mp.weixin.qq.com/"):
    client._http.mount(host, ToTheSandbox(base_url, client._http.get_adapter(base_url)))

made: dict[str, dict[str, Any]] = {}


def call(name: str, work: Callable[[], Any]) -> Any:
    """Make one call and note what came of it."""
    try:
        value = work()
        if hasattr(value, "content"):
            value = {"bytes": len(value.content), "type": value.headers.get("content-type")}
        made[name] = {"ok": value}
    except Exception as error:
        made[name] = {"error": repr(error)}
    return made[name].get("ok")


def file(name: str) -> tuple[str, io.BytesIO, str]:
    return (name, io.BytesIO(picture), "image/png")


today = datetime.date.today()
week = (today - datetime.timedelta(days=5), today - datetime.timedelta(days=3))
day = (week[0], week[0])
menu = {"button": [{"type": "click", "name": "搜书", "key": "SEARCH"}]}
article = {"title": "新书", "description": "到馆", "url": "http://127.0.0.1/", "picurl": ""}

call("fetch_access_token", client.fetch_access_token)
call("user.get", lambda: client.user.get(openid))
call("user.get_followers", client.user.get_followers)
call("user.get_batch", lambda: client.user.get_batch([openid]))
call("user.update_remark", lambda: client.user.update_remark(openid, "读者"))
tag = call("tag.create", lambda: client.tag.create("教师")) or {}
tag_id = tag.get("id") or tag.get("tag", {}).get("id")
call("tag.get", client.tag.get)
call("tag.update", lambda: client.tag.update(tag_id, "医生"))
call("tag.tag_user", lambda: client.tag.tag_user(tag_id, [openid]))
call("tag.get_user_tag", lambda: client.tag.get_user_tag(openid))
call("tag.get_tag_users", lambda: client.tag.get_tag_users(tag_id))
call("menu.create", lambda: client.menu.create(menu))
call("menu.get", client.menu.get)
call("menu.get_menu_info", client.menu.get_menu_info)
special = call(
    "menu.add_conditional", lambda: client.menu.add_conditional({**menu, "matchrule": {"tag_id": tag_id}})
)
call("menu.try_match", lambda: client.menu.try_match(openid))
call("menu.del_conditional", lambda: client.menu.del_conditional(special["menuid"]))
call("tag.untag_user", lambda: client.tag.untag_user(tag_id, [openid]))
call("tag.get_black_list", client.tag.get_black_list)
call("menu.delete", client.menu.delete)
media = call("media.upload", lambda: client.media.upload("image", file("a.png")))
call("media.download", lambda: client.media.download(media["media_id"]))
call("media.upload_image", lambda: client.media.upload_image(file("b.png")))
material = call("material.add", lambda: client.material.add("image", file("c.png")))
call("material.get", lambda: client.material.get(material["media_id"]))
call("material.batchget", lambda: client.material.batchget("image"))
call("material.get_count", client.material.get_count)
call("material.delete", lambda: client.material.delete(material["media_id"]))
call("message.send_text", lambda: client.message.send_text(openid, "您好"))
call("message.send_image", lambda: client.message.send_image(openid, media["media_id"]))
call("message.send_articles", lambda: client.message.send_articles(openid, [article]))
choice = {"head_content": "满意吗", "list": [{"id": "1", "content": "满意"}], "tail_content": "谢谢"}
call("message.send_msg_menu", lambda: client.message.send_msg_menu(openid, choice))
mass = call("message.send_mass_text", lambda: client.message.send_mass_text([openid, openid], "通知"))
call("message.get_mass", lambda: client.message.get_mass(mass["msg_id"]))
data = {"thing1": {"value": "心电图学"}, "thing2": {"value": "总馆"}, "date3": {"value": "2026年12月3日"}}
data["character_string4"] = {"value": "A1"}
call("message.send_template", lambda: client.message.send_template(openid, template_id, data))
call("message.get_autoreply_info", client.message.get_autoreply_info)
code = {
    "expire_seconds": 600,
    "action_name": "QR_STR_SCENE",
    "action_info": {"scene": {"scene_str": "shelf"}},
}
ticket = call("qrcode.create", lambda: client.qrcode.create(code))
call("qrcode.show", lambda: client._http.get(client.qrcode.get_url(ticket)))
call("customservice.add_account", lambda: client.customservice.add_account("guan@library", "馆员", "x"))
call("customservice.get_accounts", client.customservice.get_accounts)
call("customservice.get_online_accounts", client.customservice.get_online_accounts)
call("customservice.create_session", lambda: client.customservice.create_session(openid, "guan@library"))
call("customservice.get_session", lambda: client.customservice.get_session(openid))
call("customservice.close_session", lambda: client.customservice.close_session(openid, "guan@library"))
call("customservice.get_wait_case", client.customservice.get_wait_case)
call("template.get_industry", client.template.get_industry)
call("template.get_all_private_template", client.template.get_all_private_template)
call("datacube.get_user_summary", lambda: client.datacube.get_user_summary(*week))
call("datacube.get_user_cumulate", lambda: client.datacube.get_user_cumulate(*week))
call("datacube.get_interface_summary", lambda: client.datacube.get_interface_summary(*week))
call("datacube.get_upstream_msg", lambda: client.datacube.get_upstream_msg(*week))
call("datacube.get_article_summary", lambda: client.datacube.get_article_summary(*day))
call("jsapi.get_ticket", client.jsapi.get_ticket)
call("misc.get_wechat_ips", client.misc.get_wechat_ips)
print(json.dumps(made, ensure_ascii=False, default=str))
