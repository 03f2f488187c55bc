"""Customer-service messages and the typing sign (客服消息, 输入状态)."""

from __future__ import annotations

from wechat_sandbox import chat, outgoing, sessions, windows
from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.state import Follower

TYPING_WINDOW = 30


def _addressee(call: Call) -> Follower:
    follower = call.follower(call.body.text("touser", error=40003))
    if not follower.following:
        raise ApiError(43004)
    if follower.blacklisted:
        raise ApiError(43019)
    return follower


@call("POST", "/cgi-bin/message/custom/send", Capability.SERVICE, quota=500_000)
async def send(call: Call) -> Answer:
    """Send within the window that a deed of the follower opened; 45015 outside, 45047 when used up."""
    follower = _addressee(call)
    type_, content = outgoing.custom_message(call)
    if "customservice" in call.body:
        content["kf_account"] = _worker(call, follower, content)
    windows.spend(follower, call.now)
    chat.show(call.world, follower, by="account", type=type_, content=content, source="custom")
    return None


def _worker(call: Call, follower: Follower, content: dict[str, object]) -> str:
    """In whose name the message goes. Raises 65401 for nobody of this account."""
    name = call.body.child("customservice").text("kf_account", error=65404)
    if name not in call.account.service.kf:
        raise ApiError(65401)
    sessions.note(call.world, call.account, follower, str(content.get("text", "")), by_worker=name)
    return name


@call("POST", "/cgi-bin/message/custom/typing", Capability.SERVICE)
async def typing(call: Call) -> Answer:
    """Show 对方正在输入 to somebody who acted within the last 30 seconds."""
    follower = _addressee(call)
    command = call.body.optional_text("command")
    if command not in ("Typing", "CancelTyping"):
        raise ApiError(45072)
    if command == "Typing":
        if call.now - follower.last_at > TYPING_WINDOW:
            raise ApiError(45080)
        if follower.typing:
            raise ApiError(45081)
    follower.typing = command == "Typing"
    call.world.announce()
    return None
