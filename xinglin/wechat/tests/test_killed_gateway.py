"""A real gateway process, killed in the middle of its work: nothing acknowledged is lost, nothing answered twice."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from urllib.parse import quote

import httpx
import pytest
from django.db import connection

from xinglin.consortium.tests.factories import a_library
from xinglin.wechat.models import Account, IncomingMessage, KeywordRule, MessageState
from xinglin.wechat.replies import Text, to_plain
from xinglin.wechat.services import accounts
from xinglin.wechat.testing import RunningGateway, an_account, running_gateway, until
from xinglin.wechat.tests.pushing import a_text, push

pytestmark = pytest.mark.django_db(transaction=True)

MESSAGES = 400


@contextmanager
def gateway_process() -> Iterator["tuple[subprocess.Popen[bytes], str]"]:
    """A gateway as it runs in production: a process of its own under uvicorn."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    at = connection.settings_dict
    database = f"postgresql://{quote(str(at['USER']))}@/{at['NAME']}?host={quote(str(at['HOST']), safe='')}"
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "uvicorn",
            "xinglin.config.gateway:application",
            "--port",
            str(port),
            "--log-level",
            "error",
        ],
        env={**os.environ, "DATABASE_URL": database},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        assert until(lambda: _is_up(address), 60)
        yield process, address
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def _is_up(address: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{address}/wechat/callback/nobody").status_code == 404
    return False


def _acknowledged(url: str, account: Account, number: int) -> int | None:
    """Push one message and return its number if the gateway acknowledged it."""
    try:
        answer = push(
            url, account, a_text("开放时间" if number % 2 else "帮助", openid=f"o{number}", message_id=number)
        )
    except httpx.HTTPError:
        return None
    return number if answer.status == 200 else None


@pytest.mark.race
def test_a_killed_gateway_loses_nothing_that_it_acknowledged() -> None:
    account = an_account(a_library("MAIN"))
    KeywordRule.objects.create(
        account=account,
        name="规则",
        keywords=[{"text": "开放时间", "how": "exact"}],
        replies=[to_plain(Text("8:00"))],
    )
    accounts.touch(account)
    with gateway_process() as (process, address):
        url = f"{address}/wechat/callback/{account.path}"
        with ThreadPoolExecutor(16) as pool:
            pushes = [pool.submit(_acknowledged, url, account, number) for number in range(MESSAGES)]
            assert until(lambda: sum(each.done() for each in pushes) > MESSAGES // 4, 60)
            process.send_signal(signal.SIGKILL)
            acknowledged = {number for each in pushes if (number := each.result()) is not None}
    assert acknowledged and len(acknowledged) < MESSAGES
    stored = {int(number) for number in IncomingMessage.objects.values_list("payload__MsgId", flat=True)}
    assert acknowledged <= stored
    with running_gateway() as running:
        _the_platform_comes_again(running, account)
        assert until(lambda: not IncomingMessage.objects.filter(state=MessageState.HANDLING).exists(), 30)
    assert IncomingMessage.objects.count() == MESSAGES
    assert set(IncomingMessage.objects.values_list("state", flat=True)) == {MessageState.ANSWERED}


def _the_platform_comes_again(running: RunningGateway, account: Account) -> None:
    with ThreadPoolExecutor(8) as pool:
        again = list(
            pool.map(lambda number: _acknowledged(running.url_of(account), account, number), range(MESSAGES))
        )
    assert None not in again
