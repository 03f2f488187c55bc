"""What the newsroom says in the chat: notices, and what a library tells of itself."""

from xinglin.newsroom.wechat_replies import answers, libraries, notices, rumours

__all__ = ["answers", "libraries", "notices", "rumours"]
