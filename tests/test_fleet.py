"""A fleet of followers with faults on the way: its ledger and our tables agree exactly."""

from pathlib import Path

import pytest

from tests.ledgers import compare
from tests.site import running_site
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.wechat.models import CallbackMode, IncomingMessage
from xinglin.wechat.services.accounts import AccountFile, connect

APPID = "wxfleet0000000001"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.mark.django_db(transaction=True)
def test_what_the_fleet_sent_is_what_we_stored_once_each(
    tmp_path: Path, a_small_consortium: SmallConsortium
) -> None:
    with running_site(tmp_path / "index") as site:
        made = site.sandbox.add_account(APPID, kind="F1", name="船队")
        file = AccountFile(
            name="船队",
            kind="F1",
            appid=APPID,
            gh_id=str(made["gh_id"]),
            secret=str(made["secret"]),
            token="tokenfortests",
            aes_key=AES_KEY,
            mode=CallbackMode.SAFE,
        )
        account = connect(library=a_small_consortium.main, file=file, by=None)
        told = site.sandbox.connect(
            APPID, account.callback_url, token="tokenfortests", encoding_aes_key=AES_KEY, mode="safe"
        )
        assert told["passed"], told
        number = site.sandbox.start_fleet(
            APPID,
            size=60,
            rate=40,
            seconds=6,
            deeds={"text": 80.0, "click": 10.0, "location": 5.0, "follow": 3.0, "unfollow": 2.0},
            faults={"drop": 0.05, "lose_answer": 0.05, "duplicate": 0.05, "bad_signature": 0.02},
        )
        summary = site.sandbox.wait_for_fleet(number, patience=120)
        lines = site.sandbox.fleet_ledger(number)
        found = compare(lines, appid=APPID)
    assert found.differences == []
    assert found.pushes > 150, summary
    assert IncomingMessage.objects.exclude(state="handling").count() >= found.stored - found.doubtful
