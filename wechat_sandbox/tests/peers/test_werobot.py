"""WeRoBot 1.13.1, unmodified, is driven by the sandbox in plain and safe mode."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.tests.conftest import KEY, TOKEN
from wechat_sandbox.tests.peers.environment import python_with

SCRIPT = Path(__file__).with_name("werobot_bot.py")
MENU = {
    "button": [
        {"type": "click", "name": "搜书", "key": "SEARCH"},
        {"type": "view", "name": "网页", "url": "http://127.0.0.1/"},
    ]
}


@contextmanager
def running_bot(appid: str, key: str) -> Iterator[str]:
    """WeRoBot in its own environment and process; its address."""
    python = python_with("werobot", "WeRoBot==1.13.1", "cryptography")
    command = [str(python), str(SCRIPT), TOKEN, appid, key]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/"
        finally:
            process.terminate()


@pytest.mark.peer
@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_werobot_answers_every_kind_of_push(sandbox: SandboxClient, mode: str) -> None:
    sandbox.add_account("wxpeer", kind="F1", menu=MENU)
    key = KEY if mode == "safe" else ""
    with running_bot("wxpeer", key) as url:
        connected = sandbox.connect("wxpeer", url, token=TOKEN, encoding_aes_key=key, mode=mode)
        assert connected["passed"], connected
        assert sandbox.follow("wxpeer", "wang").text == "欢迎 None"
        assert sandbox.send_text("wxpeer", "wang", "图书馆📚").text == "你说：图书馆📚"
        assert sandbox.send_image("wxpeer", "wang").text.startswith("图 http://127.0.0.1:")
        assert sandbox.send_voice("wxpeer", "wang").text == "音 amr"
        assert sandbox.send_location("wxpeer", "wang", "39.9", "116.4", "总馆").text == "位 总馆"
        assert sandbox.do("wxpeer", "wang", "link", title="好文", url="http://127.0.0.1/").text == "链 好文"
        assert sandbox.click_menu("wxpeer", "wang", "0").text == "点了 SEARCH"
        assert sandbox.click_menu("wxpeer", "wang", "1").text == "看了 http://127.0.0.1/"
        news = sandbox.send_text("wxpeer", "wang", "图文").reply
        assert news is not None
        assert news["type"] == "news"
        gone = sandbox.unfollow("wxpeer", "wang")
        assert (gone.verdict, gone.reply) == ("delivered", None)
