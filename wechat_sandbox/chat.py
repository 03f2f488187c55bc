"""Puts bubbles into conversations."""

from __future__ import annotations

from wechat_sandbox.state import Bubble, Follower
from wechat_sandbox.world import World

CHAT_LENGTH = 500


def show(
    world: World, follower: Follower, *, by: str, type: str, content: dict[str, object], source: str = ""
) -> Bubble:
    """Add one bubble at the end; the oldest leave when a conversation grows beyond measure."""
    bubble = Bubble(world.state.next_serial(), world.clock.now(), by, type, content, source)
    follower.chat.append(bubble)
    del follower.chat[:-CHAT_LENGTH]
    follower.typing = follower.typing and by != "account"
    world.announce()
    return bubble


def tell(world: World, follower: Follower, text: str) -> Bubble:
    """A grey line of the platform itself."""
    return show(world, follower, by="platform", type="hint", content={"text": text})
