"""Every change of the WeChat channel, one deed a function."""

from xinglin.wechat.services.accounts import connect
from xinglin.wechat.services.bindings import bind_at_desk, bind_by_code, bind_by_password, issue_code, unbind
from xinglin.wechat.services.followers import erase, follow, unfollow
from xinglin.wechat.services.messages import answer_message, assign, hand_over, settle, star
from xinglin.wechat.services.outgoing import send_again, tell

__all__ = [
    "answer_message",
    "assign",
    "bind_at_desk",
    "bind_by_code",
    "bind_by_password",
    "connect",
    "erase",
    "follow",
    "hand_over",
    "issue_code",
    "send_again",
    "settle",
    "star",
    "tell",
    "unbind",
    "unfollow",
]
