"""``make bench NAME=campaign``: a push to 20 000 of 100 000 followers, with faults; two ledgers that agree.

From the press of the button to the platform's last report, with calls that are cut off, a busy platform and a token
that is dropped. Then the fleet writes and leaves, with answers lost on the way. The peer is the sandbox's own ledger:
what our report says must be what it says, exactly; of a push
that was cut off on the way on all its tries, either outcome is right, and they are counted. QUICK=1: 2 000 of 5 000.
"""

import datetime
import os
import sys
import time
from typing import Any

from bench.installation import installation
from bench.processes import free_port, running
from bench.report import is_quick, print_last_line, print_table

APPID = "wxcampaignbench01"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
FOLLOWERS, MEANT = (5_000, 2_000) if is_quick() else (100_000, 20_000)
WRITE, LEAVE = (40.0, 20.0) if is_quick() else (200.0, 50.0)
SECONDS = 5.0 if is_quick() else 20.0
MASS = "/cgi-bin/message/mass/send"
WITHIN = 600.0


def main() -> int:
    """Run the push against a gateway and a sandbox of their own, and compare."""
    with installation("campaign"):
        gateway, sandbox = free_port(), free_port()
        os.environ["XINGLIN_PUBLIC_URL"] = f"http://127.0.0.1:{gateway}"
        os.environ["XINGLIN_WECHAT_API_URL"] = f"http://127.0.0.1:{sandbox}"
        from django.conf import settings

        # The settings of this process were read before the ports were known; those of the others are not.
        settings.PUBLIC_URL = os.environ["XINGLIN_PUBLIC_URL"]
        settings.WECHAT_API_URL = os.environ["XINGLIN_WECHAT_API_URL"]
        serve = [sys.executable, "-m", "xinglin", "serve", "--only", "gateway", "--port", str(gateway)]
        pretend = [sys.executable, "-m", "wechat_sandbox", "--port", str(sandbox)]
        with running(serve, os.environ, gateway), running(pretend, os.environ, sandbox):
            return _measure(gateway, sandbox)


def _measure(gateway: int, sandbox: int) -> int:
    from wechat_sandbox.control import SandboxClient
    from xinglin.audience import report
    from xinglin.audience.models import Channel, Source, Tag
    from xinglin.audience.rules.tree import HasTag
    from xinglin.audience.services import campaigns, segments, tracking
    from xinglin.audience.services.policies import set_policy
    from xinglin.audience.services.tags import put_on_many
    from xinglin.consortium import services as consortium
    from xinglin.wechat.models import Follower
    from xinglin.wechat.services import syncing
    from xinglin.wechat.services.accounts import AccountFile, connect

    with SandboxClient(f"http://127.0.0.1:{sandbox}", timeout=300.0) as client:
        made = client.add_account(APPID, kind="F1", name="船队")
        library = consortium.add_library(code="FLEET", name="船队馆", kind="main", by=None)
        file = AccountFile(
            name="船队", kind="F1", appid=APPID, gh_id=str(made["gh_id"]), secret=str(made["secret"]),
            token="tokenforbench", aes_key=AES_KEY,
        )  # fmt: skip
        account = connect(library=library, file=file, by=None)
        url = f"http://127.0.0.1:{gateway}/wechat/callback/{account.path}"
        told = client.connect(APPID, url, token="tokenforbench", encoding_aes_key=AES_KEY, mode="safe")
        if not told["passed"]:
            print(f"the callback was not verified: {told}", file=sys.stderr)
            return 1
        any_hour = datetime.time(8)
        set_policy(
            account=account,
            cap=5,
            cap_days=7,
            quiet_from=any_hour,
            quiet_to=any_hour,
            smallest_group=10,
            by=None,
        )
        _fleet(client, rate=1.0, seconds=0.1, deeds={"text": 1.0})
        began = time.perf_counter()
        sync = syncing.start(account=account, is_full=True, by=None)
        syncing.run(sync_id=sync.pk)
        synced = time.perf_counter() - began
        people = list(Follower.objects.filter(account=account).order_by("pk").values_list("pk", flat=True))
        tag = Tag.objects.filter(dimension__code="preference").select_related("dimension")[0]
        put_on_many(followers=people[:MEANT], tag=tag, source=Source.IMPORT)
        segment = segments.save(
            account=account, file=segments.SegmentFile("被推送的人", HasTag(tag.pk)), by=None
        )
        plan = campaigns.CampaignFile("推送", segment, _article(library), Channel.MASS)
        campaign = campaigns.plan(file=plan, by=None)
        client.fault("api", "cut", path=MASS, times=1)
        client.fault("api", "errcode", path=MASS, times=1, errcode=-1)
        client.fault("api", "expire_token", path=MASS, times=1)
        began = time.perf_counter()
        campaigns.schedule(campaign=campaign, at=None, by=None)
        sent_in = _sent(client, campaign, began)
        texts = _fleet(client, rate=WRITE, seconds=SECONDS, deeds={"text": 1.0}, faults={"lose_answer": 0.02})
        leaves = _fleet(client, rate=LEAVE, seconds=SECONDS, seed=7, deeds={"unfollow": 1.0})
        _errands()
        tracking.settle(campaign=campaign)
        found = report.of(campaign)
        handed, openids = _of_the_sandbox(client)
    wrote, may_have = _openids(texts, "text", openids)
    left, may_have_left = _openids(leaves, "unsubscribe", openids)
    pairs = {
        "handed over": (found.sent, handed, handed),
        "reported by the platform": (found.platform_sent or 0, handed, handed),
        "different openids": (len(set(openids)), MEANT, MEANT),
        "replied": (found.replied, wrote, wrote + may_have),
        "unfollowed": (found.unfollowed, left, left + may_have_left),
    }
    rows = [[name, f"{ours:,}", f"{low:,}", f"{high - low:,}"] for name, (ours, low, high) in pairs.items()]
    print_table(["", "our report", "the fleet's ledger", "cut off on the way"], rows)
    print(
        f"{FOLLOWERS:,} followers synchronised in {synced:.1f} s; {MEANT:,} pushed in {sent_in:.1f} s, 3 faults"
    )
    differences = sum(not low <= ours <= high for ours, low, high in pairs.values())
    figures = {
        "cut off on the way": float(may_have + may_have_left),
        "sync s": synced,
        "press to last delivery s": sent_in,
        "differences": float(differences),
    }
    print_last_line(
        "campaign", figures=figures, ratios={"reported to sent": (found.platform_sent or 0) / max(found.sent, 1)},
        bar={"differences": 0.0}, holds=not differences and found.sent == MEANT,
    )  # fmt: skip
    return 0


def _openids(lines: list[dict[str, Any]], trigger: str, recipients: list[str]) -> tuple[int, int]:
    """Return how many recipients are known to have reached us, and of how many more it cannot be known."""
    meant = set(recipients)
    of_it = [line for line in lines if line["trigger"] == trigger and line["openid"] in meant]
    reached = {line["openid"] for line in of_it if line["reached"]}
    return len(reached), len({line["openid"] for line in of_it if line["doubtful"]} - reached)


def _article(library: Any) -> Any:
    from xinglin.newsroom import services as newsroom
    from xinglin.newsroom.blocks import Content, Text, from_plain
    from xinglin.newsroom.models import Column

    content = Content(title="告全体读者", digest="", cover="", blocks=(Text(from_plain("测试")),))
    column = Column.objects.get(code="notices")
    article = newsroom.write(
        library=library, content=content, by=None,
        arrangement=newsroom.Arrangement(column, for_branches=False, expires_on=None),
    )  # fmt: skip
    return newsroom.publish(article=article, version=article.version, by=None)


def _fleet(client: Any, **plan: Any) -> list[dict[str, Any]]:
    number = client.start_fleet(APPID, size=FOLLOWERS, **plan)
    client.wait_for_fleet(number, patience=WITHIN)
    return list(client.fleet_ledger(number))


def _sent(client: Any, campaign: Any, began: float) -> float:
    """Bring the campaign to its end as the clock's job does, and return how long the last report took."""
    from xinglin.audience.models import Batch, BatchState, Campaign
    from xinglin.audience.services import campaigns, sending

    while time.perf_counter() - began < WITHIN:
        campaigns.start(campaign_id=campaign.pk)
        sending.send(campaign_id=campaign.pk)
        if Campaign.objects.get(pk=campaign.pk).state == "sent":
            break
    while time.perf_counter() - began < WITHIN:
        _errands()
        if not Batch.objects.filter(campaign=campaign).exclude(state=BatchState.REPORTED).exists():
            break
        time.sleep(0.2)
    return time.perf_counter() - began


def _errands() -> None:
    from xinglin.commons.testing import run_errands

    run_errands()


def _of_the_sandbox(client: Any) -> tuple[int, list[str]]:
    world = client.snapshot()
    accounts = world.get("accounts") or world["state"]["accounts"]
    every = list(accounts.values()) if isinstance(accounts, dict) else list(accounts)
    [kept] = [each for each in every if each["appid"] == APPID]
    masses = list(kept["masses"].values())
    return sum(each["sent"] for each in masses), [openid for each in masses for openid in each["openids"]]


if __name__ == "__main__":
    sys.exit(main())
