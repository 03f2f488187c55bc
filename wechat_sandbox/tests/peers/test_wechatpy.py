"""wechatpy 1.8.18, unmodified, cannot tell the sandbox from WeChat."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.samples import picture
from wechat_sandbox.tests.conftest import Api
from wechat_sandbox.tests.peers.environment import python_with

SCRIPT = Path(__file__).with_name("wechatpy_calls.py")


@pytest.mark.peer
def test_wechatpy_makes_all_its_calls(
    sandbox: SandboxClient, service: str, api: Callable[[str], Api], tmp_path: Path
) -> None:
    python = python_with("wechatpy", "wechatpy==1.8.18", "cryptography")
    sandbox.change_account(service, wechat_id="library")
    sandbox.send_text(service, "wang", "你好")
    template = api(service).post("/cgi-bin/template/api_add_template", {"template_id_short": "TM00302"})
    png = tmp_path / "picture.png"
    png.write_bytes(picture())
    told = [
        sandbox.base_url,
        service,
        str(sandbox.account(service)["secret"]),
        sandbox.openid(service, "wang"),
        str(template["template_id"]),
        str(png),
    ]
    answer = subprocess.run(
        [str(python), str(SCRIPT), *told], capture_output=True, text=True, check=True, timeout=120
    )
    made = json.loads(answer.stdout)
    failed = {name: result["error"] for name, result in made.items() if "error" in result}
    assert not failed
    assert len(made) >= 38
    assert made["qrcode.show"]["ok"]["type"] == "image/png"
    assert made["media.download"]["ok"]["bytes"] == len(picture())
    bubbles = [bubble["type"] for bubble in sandbox.chat(service, "wang") if bubble["by"] == "account"]
    assert bubbles[:4] == ["text", "image", "news", "msgmenu"]
