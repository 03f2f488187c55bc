"""The token keeper: one refresh at a time over all processes, and a refusal that does not run away."""

import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.db import connection

from wechat_sandbox.control import SandboxClient
from xinglin.commons import clock
from xinglin.consortium.tests.factories import a_library
from xinglin.wechat.calling import client_for, jsapi_ticket
from xinglin.wechat.client.errors import TokenRejected
from xinglin.wechat.keeper import TokenKeepsFailing
from xinglin.wechat.models import AccessToken, Account
from xinglin.wechat.testing import an_account

pytestmark = pytest.mark.django_db(transaction=True)

PROCESSES = 8


@pytest.fixture
def account(sandbox: SandboxClient) -> Account:
    made = sandbox.add_account("wxtokens", kind="F1")
    return an_account(a_library(), appid="wxtokens", secret=str(made["secret"]))


def fetched(sandbox: SandboxClient) -> int:
    """How often the platform was asked for a token."""
    return sum("stable_token" in str(call) for call in sandbox.timeline(kind="call"))


def _environment() -> dict[str, str]:
    at = connection.settings_dict
    url = f"postgresql://{quote(str(at['USER']))}@/{at['NAME']}?host={quote(str(at['HOST']), safe='')}"
    return {**os.environ, "DATABASE_URL": url, "XINGLIN_WECHAT_API_URL": settings.WECHAT_API_URL}


@pytest.mark.race
def test_eight_processes_at_once_refresh_once_cold_and_once_after_expiry(
    sandbox: SandboxClient, account: Account
) -> None:
    with ExitStack() as stack:
        processes = [stack.enter_context(_started(account)) for _ in range(PROCESSES)]
        for process in processes:
            assert _line(process) == "ready"
        cold = _ask(processes, "")
        assert len(set(cold)) == 1 and fetched(sandbox) == 1
        assert set(_ask(processes, "")) == set(cold) and fetched(sandbox) == 1
        AccessToken.objects.update(expires_at=clock.now())
        assert len(set(_ask(processes, ""))) == 1 and fetched(sandbox) == 2
        for process in processes:
            process.stdin.close()  # type: ignore[union-attr]


def _started(account: Account) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "xinglin.wechat.tests.keeper_process", str(account.pk)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
    )


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _ask(processes: "list[subprocess.Popen[str]]", line: str) -> list[str]:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(line + "\n")
        process.stdin.flush()
    return [_line(process) for process in processes]


def test_a_refused_token_is_not_fetched_again_when_somebody_else_replaced_it(
    sandbox: SandboxClient, account: Account
) -> None:
    tokens = client_for(account)._transport._tokens
    former = tokens.current()
    newer = tokens.replace(former)
    assert newer != former, "the platform gave the same, so it was renewed by force"
    count = fetched(sandbox)
    assert tokens.replace(former) == newer and fetched(sandbox) == count


def test_a_token_that_is_refused_for_ever_ends_after_one_retry(
    sandbox: SandboxClient, account: Account
) -> None:
    sandbox.fault("api", "errcode", errcode=40001, path="/cgi-bin/user/get", times=1000)
    with pytest.raises(TokenRejected):
        client_for(account).user.page()
    assert sum("/cgi-bin/user/get" in str(call) for call in sandbox.timeline(kind="call")) == 2
    with pytest.raises(TokenKeepsFailing):
        client_for(account).user.page()
    assert fetched(sandbox) <= 5


def test_an_older_token_never_replaces_a_newer_one(sandbox: SandboxClient, account: Account) -> None:
    client_for(account)._transport._tokens.current()
    before = AccessToken.objects.get()
    clock.move(timedelta(hours=3))
    sandbox.advance_clock(3 * 3600)
    client_for(account)._transport._tokens.current()
    after = AccessToken.objects.get()
    assert after.expires_at and before.expires_at and after.expires_at > before.expires_at
    assert after.generation == before.generation + 1


def test_the_token_is_sealed_in_the_database(sandbox: SandboxClient, account: Account) -> None:
    token = client_for(account)._transport._tokens.current()
    with connection.cursor() as cursor:
        cursor.execute("select sealed from wechat_accesstoken")
        assert token not in str(cursor.fetchall())


def test_the_page_ticket_is_kept_too(sandbox: SandboxClient, account: Account) -> None:
    assert jsapi_ticket(account) == jsapi_ticket(account)
    assert sum("getticket" in str(call) for call in sandbox.timeline(kind="call")) == 1
    assert urlsplit(account.callback_url).path.endswith(account.path)
